package heddle.rxrpc;

import heddle.rxrpc.security.Security;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process of its own with many connections and many calls. Says where it serves, and does what
 * its standard input says: {@code measure} prints connections and bytes of heap, {@code calls N}
 * makes N calls at once to itself and prints how many went well; the end of the input ends it.
 */
final class CrowdedEndpoint implements AutoCloseable {
  static final int ECHO = 1;
  private static final int TOGETHER = 2; // answers when all calls are there
  private static final int CONNECTIONS = 2_500; // with four channels each

  private final Endpoint endpoint;
  private CountDownLatch allThere = new CountDownLatch(0);

  private CrowdedEndpoint() throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    EndpointConfig config =
        EndpointConfig.DEFAULT.withBindAddress(loopback).withConnectionsPerBundle(CONNECTIONS);
    endpoint = Endpoint.open(config);
    endpoint.serve(ECHO, call -> call.output().write(call.input().readAllBytes()));
    ServiceOptions many = ServiceOptions.DEFAULT.withMaxActive(20_000, 20_000);
    endpoint.serve(TOGETHER, many, this::answerTogether);
  }

  private void answerTogether(ServiceCall call) throws IOException {
    call.input().readAllBytes();
    allThere.countDown();
    try {
      allThere.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    call.reply(ByteBuffer.allocate(8));
  }

  private String measure() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return endpoint.snapshot().connections().size()
        + " "
        + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private String calls(int count) {
    allThere = new CountDownLatch(count);
    AtomicInteger good = new AtomicInteger();
    try (Connection self = endpoint.connect(endpoint.localAddress(), TOGETHER, Security.none());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        threads.execute(() -> call(self, good));
      }
    }
    return Integer.toString(good.get());
  }

  private static void call(Connection connection, AtomicInteger good) {
    try (Call call = connection.newCall()) {
      call.send(ByteBuffer.allocate(8));
      if (call.input().readAllBytes().length == 8) {
        good.incrementAndGet();
      }
    } catch (IOException e) {
      System.err.println(e);
    }
  }

  @Override
  public void close() {
    endpoint.close();
  }

  public static void main(String[] args) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (CrowdedEndpoint crowded = new CrowdedEndpoint()) {
      System.out.println(crowded.endpoint.localAddress().getPort());
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        String[] words = order.split(" ", -1);
        System.out.println(
            words[0].equals("measure")
                ? crowded.measure()
                : crowded.calls(Integer.parseInt(words[1])));
      }
    }
  }
}
