package heddle.afs.cell;

import heddle.afs.rpc.FileService;
import heddle.afs.rpc.VolumeLocationService;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.Call;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/** Makes calls of any bytes to a cell, and has no callback service. */
final class RawClient implements AutoCloseable {
  static final CallOptions OPTIONS = CallOptions.within(Duration.ofSeconds(60));

  private final EmbeddedCell cell;
  private final Endpoint endpoint;

  RawClient(EmbeddedCell cell) throws IOException {
    this.cell = cell;
    this.endpoint =
        Endpoint.open(
            EndpointConfig.DEFAULT.withBindAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Connection connect(int port, int service, Security security) {
    return endpoint.connect(new InetSocketAddress(cell.address(), port), service, security);
  }

  /** Makes a call; returns the abort code, or 0 if there was a reply. */
  int abortCode(int port, int service, Consumer<XdrWriter> request) throws IOException {
    XdrWriter bytes = new XdrWriter();
    request.accept(bytes);
    try (Connection connection = connect(port, service, Security.none());
        Call call = connection.newCall(OPTIONS)) {
      call.send(bytes.toByteBuffer());
      call.input().readAllBytes();
      return 0;
    } catch (RemoteAbortException e) {
      return e.code();
    }
  }

  int fileCall(int opcode, Consumer<XdrWriter> arguments) throws IOException {
    return abortCode(
        FileService.PORT,
        FileService.SERVICE_ID,
        out -> {
          out.int32(opcode);
          arguments.accept(out);
        });
  }

  int locationCall(int opcode, Consumer<XdrWriter> arguments) throws IOException {
    return abortCode(
        VolumeLocationService.PORT,
        VolumeLocationService.SERVICE_ID,
        out -> {
          out.int32(opcode);
          arguments.accept(out);
        });
  }

  /** Returns the stubs of the file service, used with a token. */
  FileService files(RxkadToken token) {
    return new FileService(
        connect(FileService.PORT, FileService.SERVICE_ID, Rxkad.with(token, RxkadLevel.CRYPT)),
        OPTIONS);
  }

  /** Returns the stubs of the file service for anybody. */
  FileService files() {
    return new FileService(
        connect(FileService.PORT, FileService.SERVICE_ID, Security.none()), OPTIONS);
  }

  /** Returns the fid of the root of a volume. */
  static WireFid root(int volume) {
    return new WireFid(volume, 1, 1);
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
