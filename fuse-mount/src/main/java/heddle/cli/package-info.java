/**
 * The {@code heddle} command. Begin with {@link heddle.cli.Heddle}; each subcommand is a class of
 * its name.
 */
@NullMarked
package heddle.cli;

import org.jspecify.annotations.NullMarked;
