/**
 * The program as its users run it, against real OpenAFS servers. What is read was written by
 * OpenAFS's own client and tools, never by Heddle.
 */
@NullMarked
package heddle.it;

import org.jspecify.annotations.NullMarked;
