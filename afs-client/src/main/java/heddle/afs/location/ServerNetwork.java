package heddle.afs.location;

import heddle.afs.CallInFlight;
import heddle.afs.auth.Caller;
import heddle.rxrpc.CallOptions;
import java.net.InetSocketAddress;
import java.util.List;

/** How servers are reached: over an Rx endpoint, or in memory for tests. Thread-safe. */
public interface ServerNetwork {
  /** Returns the calls of {@code caller} to that address of a file server of {@code cell}. */
  FileServerCalls fileServer(
      InetSocketAddress address, String cell, Caller caller, CallOptions options);

  /** Returns the calls to a volume location server. */
  LocationServerCalls locationServer(InetSocketAddress address, CallOptions options);

  /** Returns the calls of {@code caller} to a protection server of {@code cell}. */
  default ProtectionServerCalls protectionServer(
      InetSocketAddress address, String cell, Caller caller, CallOptions options) {
    throw new UnsupportedOperationException("no protection servers");
  }

  /** Returns the calls that have begun and not ended. */
  default List<CallInFlight> callsInFlight() {
    return List.of();
  }
}
