package heddle.rxrpc.protocol;

/**
 * What a call has sent and received, each counter for itself. Not thread-safe: guarded like the
 * machine.
 *
 * <p>A machine has two: the sums, and what came to them since the driver last added it to those of
 * peer and endpoint. So a whole run of packets costs the shared counters one addition.
 */
public final class CallTraffic {
  private int datagramsSent;
  private int dataSent;
  private int dataResent;
  private int dataReceived;
  private int duplicates;
  private long bytesSent;
  private long bytesReceived;
  private int rttSamples;
  private long rttTotalNanos;
  private long rttMinNanos = Long.MAX_VALUE;
  private long rttMaxNanos;

  void sentDatagram() {
    datagramsSent++;
  }

  void sentData(int bytes) {
    dataSent++;
    bytesSent += bytes;
  }

  void resentData() {
    dataResent++;
  }

  void received(int bytes) {
    dataReceived++;
    bytesReceived += bytes;
  }

  void receivedDuplicate() {
    dataReceived++;
    duplicates++;
  }

  void sampledRtt(long nanos) {
    rttSamples++;
    rttTotalNanos += nanos;
    rttMinNanos = Math.min(rttMinNanos, nanos);
    rttMaxNanos = Math.max(rttMaxNanos, nanos);
  }

  boolean isEmpty() {
    return datagramsSent == 0 && dataReceived == 0 && rttSamples == 0;
  }

  void add(CallTraffic more) {
    datagramsSent += more.datagramsSent;
    dataSent += more.dataSent;
    dataResent += more.dataResent;
    dataReceived += more.dataReceived;
    duplicates += more.duplicates;
    bytesSent += more.bytesSent;
    bytesReceived += more.bytesReceived;
  }

  void clear() {
    datagramsSent = 0;
    dataSent = 0;
    dataResent = 0;
    dataReceived = 0;
    duplicates = 0;
    bytesSent = 0;
    bytesReceived = 0;
    if (rttSamples > 0) {
      rttSamples = 0;
      rttTotalNanos = 0;
      rttMinNanos = Long.MAX_VALUE;
      rttMaxNanos = 0;
    }
  }

  /** Returns the number of datagrams sent, acknowledgements among them. */
  public int datagramsSent() {
    return datagramsSent;
  }

  /** Returns the number of DATA packets sent, each counted once. */
  public int dataSent() {
    return dataSent;
  }

  /** Returns how many DATA packets were sent again. */
  public int dataResent() {
    return dataResent;
  }

  /** Returns the number of DATA packets received, duplicates among them. */
  public int dataReceived() {
    return dataReceived;
  }

  /** Returns the number of DATA packets received that had come before. */
  public int duplicates() {
    return duplicates;
  }

  /** Returns the bytes of DATA packets sent, each counted once. */
  public long bytesSent() {
    return bytesSent;
  }

  /** Returns the bytes of DATA packets received, each counted once. */
  public long bytesReceived() {
    return bytesReceived;
  }

  /** Returns the number of round trips measured. */
  public int rttSamples() {
    return rttSamples;
  }

  /** Returns the sum of the round trips measured. */
  public long rttTotalNanos() {
    return rttTotalNanos;
  }

  /** Returns the shortest round trip measured, {@link Long#MAX_VALUE} if there was none. */
  public long rttMinNanos() {
    return rttMinNanos;
  }

  /** Returns the longest round trip measured. */
  public long rttMaxNanos() {
    return rttMaxNanos;
  }
}
