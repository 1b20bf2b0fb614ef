package heddle.control;

import heddle.afs.ServerFacts;
import java.util.List;

/**
 * What a mount does, at one moment.
 *
 * @param servers the servers that it has heard of
 * @param calls calls to servers that have not ended; none for who neither mounted nor is root
 * @param cache what it had at hand, and what not
 * @param operations how many calls of each kind it has made
 */
public record MountStatus(
    List<ServerFacts> servers, List<Call> calls, Cache cache, List<Count> operations) {
  /**
   * A call under way.
   *
   * @param operation its name
   * @param argument what it is about
   * @param server whom it is to
   * @param ageMillis since when
   * @param waiting what it waits for
   */
  public record Call(
      String operation, String argument, String server, long ageMillis, String waiting) {}

  /**
   * Counts since the mount began.
   *
   * @param statusHits statuses that were known
   * @param statusMisses statuses that were asked for
   * @param chunkHits pieces of data that were there
   * @param chunkMisses pieces that were fetched
   * @param breaks files whose servers said that they had changed
   * @param dirtyBytes memory that written data take now that are not stored
   * @param diskHits pieces of data that were on disk
   * @param diskBytes room that data take there
   * @param diskMaxBytes greatest room that they may take; 0 if none are kept there
   */
  public record Cache(
      long statusHits,
      long statusMisses,
      long chunkHits,
      long chunkMisses,
      long breaks,
      long dirtyBytes,
      long diskHits,
      long diskBytes,
      long diskMaxBytes) {}

  /** How many calls of one operation. */
  public record Count(String operation, long calls) {}

  /** Copies what was given. */
  public MountStatus {
    servers = List.copyOf(servers);
    calls = List.copyOf(calls);
    operations = List.copyOf(operations);
  }
}
