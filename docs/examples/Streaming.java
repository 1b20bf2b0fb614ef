import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Megabytes up and megabytes down in one call, without a buffer of that size on either side. */
public final class Streaming {
  private static final int SIZE = 8 << 20;

  /** Rx has phases: the whole request is read before the reply begins. */
  private static void takeAndGive(ServiceCall call) throws IOException {
    call.input().transferTo(OutputStream.nullOutputStream());
    byte[] chunk = new byte[64 * 1024];
    for (int sent = 0; sent < SIZE; sent += chunk.length) {
      call.output().write(chunk); // waits while the client does not read
    }
  }

  public static void main(String[] args) throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Endpoint endpoint = Endpoint.open(EndpointConfig.DEFAULT.withBindAddress(loopback))) {
      endpoint.serve(1, Streaming::takeAndGive);
      try (Connection self = endpoint.connect(endpoint.localAddress(), 1, Security.none());
          Call call = self.newCall()) {
        call.output().write(new byte[SIZE]); // waits for the send window
        call.endRequest();
        long bytes = call.input().transferTo(OutputStream.nullOutputStream());
        System.out.println(bytes); // prints: 8388608
      }
    }
  }
}
