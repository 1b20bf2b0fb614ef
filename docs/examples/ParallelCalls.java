import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A thousand calls, each in straight code on a virtual thread of its own. */
public final class ParallelCalls {
  public static void main(String[] args) throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    AtomicInteger done = new AtomicInteger();
    try (Endpoint endpoint = Endpoint.open(EndpointConfig.DEFAULT.withBindAddress(loopback))) {
      endpoint.serve(1, call -> call.output().write(call.input().readAllBytes()));
      try (Connection self = endpoint.connect(endpoint.localAddress(), 1, Security.none());
          ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 1000; i++) { // sixteen on the wire at a time; the others wait in line
          threads.submit(
              () -> {
                try (Call call = self.newCall()) {
                  call.send(ByteBuffer.allocate(100));
                  return call.input().readAllBytes().length == 100 ? done.incrementAndGet() : 0;
                }
              });
        }
      }
    }
    System.out.println(done + " calls"); // prints: 1000 calls
  }
}
