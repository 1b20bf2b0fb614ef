import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.trace.PcapTracer;
import heddle.rxrpc.trace.PcapWriter;
import heddle.rxrpc.trace.Tracer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sees what an endpoint does: a line for each call, a capture, and what there is at one moment. */
public final class Observability {
  public static void main(String[] args) throws IOException {
    Path file = Files.createTempFile("rx", ".pcap");
    try (PcapWriter capture = PcapWriter.create(file, 10_000_000)) {
      Tracer tracer = Tracer.of(Tracer.ofCalls(System.out::println), new PcapTracer(capture));
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      EndpointConfig config = EndpointConfig.DEFAULT.withBindAddress(address).withTracer(tracer);
      try (Endpoint endpoint = Endpoint.open(config)) {
        endpoint.serve(1, call -> call.output().write(call.input().readAllBytes()));
        try (Connection self = endpoint.connect(endpoint.localAddress(), 1, Security.none());
            Call call = self.newCall()) {
          call.send(ByteBuffer.wrap(new byte[] {0, 0, 0, 42}));
          call.input().readAllBytes();
        }
        System.out.println(endpoint.snapshot().peers().size() + " peer"); // prints: 1 peer
      }
    }
    System.out.println("capture: " + file);
  }
}
