import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadService;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A service that knows who calls, and a client with a token; all is encrypted. */
public final class SecuredService {
  public static void main(String[] args) throws Exception {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    EndpointConfig config = EndpointConfig.DEFAULT.withBindAddress(loopback);
    try (ServiceKeys keys = ServiceKeys.generated(); // in a cell: ServiceKeys.ofKeytab(file)
        RxkadToken token = RxkadToken.printed(keys); // a user's is made of a Kerberos ticket
        Endpoint server = Endpoint.open(config);
        Endpoint client = Endpoint.open(config)) {
      RxkadService encrypted = RxkadService.with(keys).floor(RxkadLevel.CRYPT);
      server.serve(
          1,
          ServiceOptions.DEFAULT.withSecurity(encrypted),
          call -> call.output().write(("hello " + call.caller().orElseThrow()).getBytes()));
      try (Connection connection =
              client.connect(server.localAddress(), 1, Rxkad.with(token, RxkadLevel.CRYPT));
          Call call = connection.newCall()) {
        call.send(ByteBuffer.allocate(0));
        System.out.println(new String(call.input().readAllBytes())); // prints: hello afs
      }
    }
  }
}
