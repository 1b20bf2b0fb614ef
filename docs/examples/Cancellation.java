import heddle.rxrpc.Call;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.CallTimeoutException;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.LocalAbortException;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Ends calls that take too long: by a time-out, and from another thread. */
public final class Cancellation {
  public static void main(String[] args) throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Endpoint endpoint = Endpoint.open(EndpointConfig.DEFAULT.withBindAddress(loopback))) {
      endpoint.listen(1, heddle.rxrpc.ServiceOptions.DEFAULT); // and nobody ever accepts a call
      try (Connection self = endpoint.connect(endpoint.localAddress(), 1, Security.none())) {
        try (Call call = self.newCall(CallOptions.within(Duration.ofMillis(100)))) {
          call.send(ByteBuffer.allocate(4));
          call.read(ByteBuffer.allocate(4));
        } catch (CallTimeoutException e) {
          System.out.println("too slow"); // prints: too slow
        }
        try (Call call = self.newCall()) {
          call.send(ByteBuffer.allocate(4));
          Thread.startVirtualThread(() -> call.abort(89)); // or Thread.interrupt, or close
          call.read(ByteBuffer.allocate(4));
        } catch (LocalAbortException e) {
          System.out.println("aborted"); // prints: aborted
        }
      }
    }
  }
}
