package heddle.afs.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client is answered when something goes wrong. */
class RpcHandlerTest {
  private static final int SERVICE = 1;
  private static final int EIO = 5;

  private Endpoint server;
  private Endpoint client;

  @BeforeEach
  void open() throws IOException {
    server = newEndpoint();
    client = newEndpoint();
  }

  private static Endpoint newEndpoint() throws IOException {
    return Endpoint.open(
        EndpointConfig.DEFAULT.withBindAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private int codeOf(IOException failure) throws IOException {
    server.serve(
        SERVICE,
        new RpcHandler(
            (opcode, request) -> {
              throw failure;
            }));
    try (Connection connection = client.connect(server.localAddress(), SERVICE, Security.none());
        Call call = connection.newCall(RawClient.OPTIONS)) {
      call.send(new XdrWriter().int32(7).toByteBuffer());
      int[] code = new int[1];
      assertThatExceptionOfType(RemoteAbortException.class)
          .isThrownBy(() -> call.input().readAllBytes())
          .satisfies(e -> code[0] = e.code());
      return code[0];
    }
  }

  @Test
  void aDiskThatFailsIsAnErrorThatClientsKnow() throws IOException {
    assertThat(codeOf(new IOException("no space left on device"))).isEqualTo(EIO);
  }

  @Test
  void aRefusalHasItsCode() throws IOException {
    assertThat(codeOf(RpcHandler.unknownOperation())).isEqualTo(AbortCodes.RXGEN_OPCODE);
  }
}
