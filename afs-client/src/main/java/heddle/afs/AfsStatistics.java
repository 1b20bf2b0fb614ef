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
 * @param chunkMisses pieces that were not, read-ahead included
 * @param breaksReceived fids (or volumes) that file servers broke their promises about
 * @param dirtyBytes memory that written data take that are not stored yet
 * @param statesInitialized times that a file server said it had forgotten all its promises
 * @param diskHits pieces, of those not in memory, that were on disk
 * @param diskBytes room that data on disk take, as far as they are known yet
 * @param diskMaxBytes greatest room that they may take; 0 if there is no disk, or none that works
 */
public record AfsStatistics(
    Map<String, Long> calls,
    long statusHits,
    long statusMisses,
    long chunkHits,
    long chunkMisses,
    long breaksReceived,
    long dirtyBytes,
    long statesInitialized,
    long diskHits,
    long diskBytes,
    long diskMaxBytes) {

  /** Returns how many calls of {@code operation} were made, as {@code FetchStatus}. */
  public long calls(String operation) {
    return calls.getOrDefault(operation, 0L);
  }
}
