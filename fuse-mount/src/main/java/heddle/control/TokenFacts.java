package heddle.control;

import java.time.Instant;

/**
 * What anybody may know of a token: not the ticket, and not the key.
 *
 * @param cell what it is for
 * @param client whose it is
 * @param expiry until when servers take it
 */
public record TokenFacts(String cell, String client, Instant expiry) {}
