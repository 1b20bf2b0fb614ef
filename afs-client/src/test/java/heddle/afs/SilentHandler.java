package heddle.afs;

import heddle.afs.rpc.CallbackHandler;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.ClientInterfaces;
import heddle.afs.rpc.WireFid;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;

/** Hears what file servers say and does nothing. */
final class SilentHandler implements CallbackHandler {
  @Override
  public void callBack(
      InetSocketAddress server, List<WireFid> fids, List<CallbackPromise> callbacks) {}

  @Override
  public void initCallBackState(InetSocketAddress server) {}

  @Override
  public void initCallBackState(InetSocketAddress server, UUID serverUuid) {}

  @Override
  public void probe(InetSocketAddress server) {}

  @Override
  public ClientInterfaces interfaces() {
    return new ClientInterfaces(new UUID(0, 0), List.of());
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(0);
  }
}
