package heddle.afs.testkit;

import heddle.afs.auth.Caller;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.LocationServerCalls;
import heddle.afs.location.ServerNetwork;
import heddle.afs.rpc.CallbackHandler;
import heddle.rxrpc.CallOptions;
import java.net.InetSocketAddress;

/** One client of a {@link FakeCell}, as its servers know it: they promise to it and call it. */
public final class FakeHost implements ServerNetwork {
  private final FakeCell cell;
  private volatile CallbackHandler handler;

  FakeHost(FakeCell cell) {
    this.cell = cell;
  }

  /** Connects the client: what the file servers call. */
  public void connect(CallbackHandler client) {
    handler = client;
  }

  CallbackHandler handler() {
    return handler;
  }

  @Override
  public FileServerCalls fileServer(
      InetSocketAddress address, String cellName, Caller caller, CallOptions options) {
    return new FakeCalls(cell, cell.serverAt(address), this, caller);
  }

  @Override
  public LocationServerCalls locationServer(InetSocketAddress address, CallOptions options) {
    return cell.locationServer(address, options);
  }
}
