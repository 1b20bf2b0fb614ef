import heddle.rxrpc.Call;
import heddle.rxrpc.CallException;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** One call: a request, a reply, and what is known when it fails. */
public final class ClientCall {
  public static void main(String[] args) throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    EndpointConfig config = EndpointConfig.DEFAULT.withBindAddress(loopback);
    try (Endpoint server = Endpoint.open(config); // so that there is somebody to call
        Endpoint client = Endpoint.open(config);
        Connection connection = client.connect(server.localAddress(), 1, Security.none())) {
      server.serve(1, call -> call.output().write(call.input().readAllBytes()));
      try (Call call = connection.newCall(CallOptions.within(Duration.ofSeconds(10)))) {
        call.send(ByteBuffer.wrap("hello".getBytes()));
        System.out.println(new String(call.input().readAllBytes())); // prints: hello
      }
      server.close();
      try (Call call = connection.newCall(CallOptions.within(Duration.ofSeconds(1)))) {
        call.send(ByteBuffer.wrap("anybody there?".getBytes()));
        call.input().readAllBytes();
      } catch (CallException e) {
        System.out.println(e.getMessage() + "; executed, perhaps: " + e.mayHaveExecuted());
      }
    }
  }
}
