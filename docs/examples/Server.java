import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A service that adds two numbers; each call runs on a virtual thread and may block. */
public final class Server {
  private static final int SERVICE = 1;
  private static final int BAD_ARGUMENTS = 22;

  private static void add(ServiceCall call) throws IOException {
    byte[] request = call.input().readNBytes(9);
    if (request.length != 8) {
      throw new ServiceCall.Abort(BAD_ARGUMENTS);
    }
    ByteBuffer numbers = ByteBuffer.wrap(request);
    call.reply(ByteBuffer.allocate(8).putLong(0, (long) numbers.getInt() + numbers.getInt()));
  }

  public static void main(String[] args) throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Endpoint endpoint = Endpoint.open(EndpointConfig.DEFAULT.withBindAddress(loopback))) {
      endpoint.serve(SERVICE, ServiceOptions.DEFAULT.withMaxActive(1000, 100), Server::add);
      try (Connection self = endpoint.connect(endpoint.localAddress(), SERVICE, Security.none());
          Call call = self.newCall()) {
        call.send(ByteBuffer.allocate(8).putInt(40).putInt(2).flip());
        System.out.println(new XdrReader(call.input()).int64()); // prints: 42
      }
    }
  }
}
