package heddle.rxrpc;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.security.Security;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much one endpoint carries, in a JVM of its own with 1 GiB of heap. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ScaleTest {
  private static final int IDLE_CONNECTIONS = 100_000;
  private static final int CALLS_AT_ONCE = 10_000;
  private static final int CALLERS = 64;

  private Process process;
  private BufferedReader answers;
  private PrintWriter orders;
  private InetSocketAddress crowded;

  @BeforeEach
  void start() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                CrowdedEndpoint.class.getName())
            .redirectError(Redirect.INHERIT)
            .start();
    answers = process.inputReader();
    orders = new PrintWriter(process.outputWriter(), true);
    int port = Integer.parseInt(answers.readLine());
    crowded = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @AfterEach
  void stop() throws InterruptedException {
    orders.close();
    process.waitFor();
  }

  private String order(String words) throws IOException {
    orders.println(words);
    return answers.readLine();
  }

  private long[] measure() throws IOException {
    String[] words = order("measure").split(" ", -1);
    return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
  }

  /** Makes so many calls, each on a wire connection of its own. */
  private void connect(int connections) throws Exception {
    EndpointConfig config =
        EndpointConfig.DEFAULT.withBindAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    AtomicInteger left = new AtomicInteger(connections);
    try (Endpoint client = Endpoint.open(config);
        Connection connection = client.connect(crowded, CrowdedEndpoint.ECHO, Security.none());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        callers.add(
            threads.submit(
                () -> {
                  while (left.getAndDecrement() > 0) {
                    try (Call call = connection.newCall(CallOptions.DEFAULT.asExclusive())) {
                      call.send(ByteBuffer.allocate(4));
                      assertThat(call.input().readAllBytes()).hasSize(4);
                    }
                  }
                  return null;
                }));
      }
      for (Future<Void> caller : callers) {
        caller.get();
      }
    }
  }

  @Test
  void idleConnectionsCostLittleAndManyCallsAtOnceGoWellBesideThem() throws Exception {
    connect(1_000); // what is made once is made
    long[] before = measure();
    connect(IDLE_CONNECTIONS);
    long[] after = measure();

    assertThat(after[0] - before[0]).isEqualTo(IDLE_CONNECTIONS);
    long bytesEach = (after[1] - before[1]) / IDLE_CONNECTIONS;
    System.out.println(bytesEach + " bytes of heap for each idle connection");
    assertThat(bytesEach).isLessThan(1024);

    assertThat(order("calls " + CALLS_AT_ONCE)).isEqualTo(Integer.toString(CALLS_AT_ONCE));
  }
}
