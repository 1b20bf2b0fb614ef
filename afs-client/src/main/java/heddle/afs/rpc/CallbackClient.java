package heddle.afs.rpc;

import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * The calls that a file server makes to its clients; {@link CallbackService} is the other end.
 * Cheap, thread-safe; what its methods throw is as for {@link FileService}.
 *
 * <p>Protocol source: OpenAFS src/fsint/afscbint.xg.
 */
public final class CallbackClient {
  private static final int CALL_BACK = 204;
  private static final int INIT_CALL_BACK_STATE_3 = 213;
  private static final int TELL_ME_ABOUT_YOURSELF = 65538;

  private final RpcClient client;

  /** Makes the stubs that call over {@code connection} with {@code options}. */
  public CallbackClient(Connection connection, CallOptions options) {
    this.client = new RpcClient(connection, options);
  }

  /**
   * What a client says of itself.
   *
   * @param interfaces its UUID and addresses
   */
  public record Identity(ClientInterfaces interfaces, Capabilities capabilities) {
    static Identity readFrom(XdrReader in) throws IOException {
      return new Identity(ClientInterfaces.readFrom(in), Capabilities.readFrom(in));
    }
  }

  /**
   * Breaks the promises about 1 to {@value FileService#MAX_BULK_FIDS} fids; vnode 0 means all of a
   * volume. Returns when the client has dropped them.
   */
  public void callBack(List<WireFid> fids) throws IOException {
    client.tell(CALL_BACK, out -> writeBroken(out, fids));
  }

  private static void writeBroken(XdrWriter out, List<WireFid> fids) {
    if (fids.isEmpty() || fids.size() > FileService.MAX_BULK_FIDS) {
      throw new IllegalArgumentException(fids.size() + " fids in one break");
    }
    out.int32(fids.size());
    fids.forEach(fid -> fid.writeTo(out));
    out.int32(fids.size());
    fids.forEach(fid -> CallbackPromise.GIVEN_UP.writeTo(out));
  }

  /** Tells the client that none of the server's promises stands any more. */
  public void initCallBackState3(UUID server) throws IOException {
    client.tell(INIT_CALL_BACK_STATE_3, out -> WireUuid.writeTo(out, server));
  }

  /** Asks the client who it is and what it can do. */
  public Identity tellMeAboutYourself() throws IOException {
    return client.ask(TELL_ME_ABOUT_YOURSELF, Identity::readFrom);
  }
}
