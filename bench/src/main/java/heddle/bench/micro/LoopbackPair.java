package heddle.bench.micro;

import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A client and a server in one JVM, which talk over loopback. */
final class LoopbackPair implements AutoCloseable {
  private static final int SERVICE = 147;
  private static final int CHUNK_BYTES = 256 * 1024;
  private static final int CHANNELS = 4;

  private final Endpoint server;
  private final Endpoint client;
  private final Connection connection;

  /**
   * Opens both.
   *
   * @param calls most calls at a time
   */
  LoopbackPair(int calls) throws IOException {
    EndpointConfig config =
        EndpointConfig.DEFAULT
            .withBindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .withConnectionsPerBundle(Math.max(1, (calls + CHANNELS - 1) / CHANNELS));
    server = Endpoint.open(config);
    server.serve(SERVICE, LoopbackPair::serve);
    client = Endpoint.open(config);
    connection = client.connect(server.localAddress(), SERVICE, Security.none());
  }

  /** A request is a number of bytes, which are the reply. */
  private static void serve(ServiceCall call) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(Integer.BYTES);
    int count = 0;
    while (count >= 0 && request.hasRemaining()) {
      count = call.read(request);
    }
    int left = request.getInt(0);
    ByteBuffer zeros = ByteBuffer.allocate(Math.min(left, CHUNK_BYTES));
    for (; left > CHUNK_BYTES; left -= CHUNK_BYTES) {
      call.write(zeros.clear());
    }
    call.reply(zeros.clear().limit(left));
  }

  /** Makes a call that gets {@code bytes}. */
  int call(int bytes) throws IOException {
    try (Call call = connection.newCall()) {
      call.send(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes));
      ByteBuffer reply = ByteBuffer.allocate(Math.clamp(bytes, 1, CHUNK_BYTES));
      int total = 0;
      for (int count = 0; count >= 0; count = call.read(reply.clear())) {
        total += count;
      }
      return total;
    }
  }

  @Override
  public void close() {
    connection.close();
    client.close();
    server.close();
  }
}
