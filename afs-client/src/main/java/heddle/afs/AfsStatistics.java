package heddle.afs;

import java.util.Map;

/**
 * What a client has done since it was opened; counts, each exact in itself, taken one after the
 * other.
 *
 * @param calls calls made to servers, by the name of the operation, failed ones included
 * @param statusHits statuses answered under a standing promise
 * @param statusMisses statuses that a server had to be asked for
 * @param chunkHits pieces of file data that were in memory
 * @param chunkMisses pieces that had to be fetched, read-ahead included
 * @param breaksReceived fids (or volumes) that file servers broke their promises about
 * @param dirtyBytes memory that written data take that are not stored yet
 * @param statesInitialized times that a file server said it had forgotten all its promises
 */
public record AfsStatistics(
    Map<String, Long> calls,
    long statusHits,
    long statusMisses,
    long chunkHits,
    long chunkMisses,
    long breaksReceived,
    long dirtyBytes,
    long statesInitialized) {

  /** Returns how many calls of {@code operation} were made, as {@code FetchStatus}. */
  public long calls(String operation) {
    return calls.getOrDefault(operation, 0L);
  }
}
