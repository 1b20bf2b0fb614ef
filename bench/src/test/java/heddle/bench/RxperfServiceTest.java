package heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service against our client, and against requests that no client of good will makes. */
class RxperfServiceTest {
  private static final int SMALL_CHUNK = 1000;
  private static final Duration AN_HOUR = Duration.ofHours(1);

  private final RxperfService rxperf = new RxperfService();
  private Endpoint server;
  private Endpoint client;
  private Connection connection;

  @BeforeEach
  void connect() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    EndpointConfig config = EndpointConfig.DEFAULT.withBindAddress(new InetSocketAddress(here, 0));
    server = Endpoint.open(config);
    server.serve(Workload.SERVICE_ID, rxperf);
    client = Endpoint.open(config);
    connection = client.connect(server.localAddress(), Workload.SERVICE_ID, Security.none());
  }

  @AfterEach
  void close() {
    connection.close();
    client.close();
    server.close();
  }

  private LoadReport run(Workload workload, int threads, int times) throws IOException {
    return run(workload, Workload.Chunks.DEFAULT, threads, times);
  }

  private LoadReport run(Workload workload, Workload.Chunks chunks, int threads, int times)
      throws IOException {
    return run(
        new RxperfClient.Plan(
            workload,
            chunks,
            threads,
            times,
            AN_HOUR,
            Duration.ZERO,
            Thread.ofVirtual().factory()));
  }

  private LoadReport run(RxperfClient.Plan plan) throws IOException {
    return new RxperfClient(client, connection, plan).run();
  }

  @Test
  void nullCalls() throws IOException {
    LoadReport report = run(Workload.rpc(0, 0), 4, 5);

    assertThat(report.made().latencies().count()).isEqualTo(20);
    assertThat(report.made().warmUp()).isZero();
    assertServed(new RxperfService.Served(20, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1412, 1416, 100_000})
  void bytesMoveBothWays(int bytes) throws IOException {
    run(Workload.send(bytes), 1, 1);
    run(Workload.receive(bytes), 1, 1);
    run(Workload.rpc(bytes, 2 * bytes), 1, 1);

    assertServed(new RxperfService.Served(3, 2L * bytes, 3L * bytes));
  }

  @Test
  void chunksNeedNotDivideTheBytes() throws IOException {
    run(Workload.rpc(12_345, 54_321), new Workload.Chunks(SMALL_CHUNK, 7), 2, 2);

    assertServed(new RxperfService.Served(4, 49_380, 217_284));
  }

  @Test
  void fileCallFollowsItsList() throws IOException {
    run(TransferList.of(List.of(1024, 5, 0, 4096, 1)).workload(), 1, 2);
    run(TransferList.of(List.of()).workload(), 1, 1);
    run(TransferList.of(List.of(0, 9)).workload(), 1, 1);

    assertServed(new RxperfService.Served(4, 2 * 4 * 1029, 2 * 4 * 4097 + 36));
  }

  @Test
  void unknownVersionOperationAndChunkAreAborted() {
    assertAborted(2, 3, 100, 100, 0, 0);
    assertAborted(3, 2, 100, 100, 0, 0);
    assertAborted(3, 3, 0, 100, 0, 0);
    assertAborted(3, 3, 100, 0, 0, 0);
    assertAborted(3, 3, -1, 100, 0, 0);
    assertAborted(3, 3, Workload.MAX_CHUNK + 1, 100, 0, 0);
  }

  @Test
  void negativeSizesAndListsAreAborted() {
    assertAborted(3, 3, 100, 100, -1, 0);
    assertAborted(3, 3, 100, 100, 0, -1);
    assertAborted(3, 0, 100, 100, -1);
    assertAborted(3, 1, 100, 100, -1);
    assertAborted(3, 4, 100, 100, -1);
    assertAborted(3, 4, 100, 100, Integer.MAX_VALUE);
    assertAborted(3, 4, 100, 100, 2, 0, 0);
  }

  @Test
  void requestThatIsShorterOrLongerThanItSaysIsAborted() {
    assertAborted(3);
    assertAborted(3, 0, 100, 100, 5, 0);
    assertAborted(3, 0, 100, 100, 3, 0);
    assertAborted(3, 3, 100, 100, 0, 0, 0);
  }

  private void assertAborted(int... words) {
    ByteBuffer request = ByteBuffer.allocate(words.length * Integer.BYTES);
    for (int word : words) {
      request.putInt(word);
    }
    assertThatThrownBy(() -> call(request.flip()))
        .isInstanceOfSatisfying(
            RemoteAbortException.class,
            abort -> assertThat(abort.code()).isEqualTo(Workload.BAD_REQUEST));
  }

  private void call(ByteBuffer request) throws IOException {
    try (Call call = connection.newCall()) {
      call.send(request);
      ByteBuffer reply = ByteBuffer.allocate(SMALL_CHUNK);
      while (call.read(reply) >= 0) {
        reply.clear();
      }
    }
  }

  @Test
  void clientSaysThatTheServerAborted() {
    Workload wrong = new Workload(Operation.RPC, List.of(-1, 0), 0, 0);

    assertThatThrownBy(() -> run(wrong, 2, 3)).isInstanceOf(RemoteAbortException.class);
  }

  @Test
  void clientThatFailsWhileItWarmsUpEnds() {
    Workload wrong = new Workload(Operation.RPC, List.of(-1, 0), 0, 0);
    RxperfClient.Plan plan =
        new RxperfClient.Plan(
            wrong, Workload.Chunks.DEFAULT, 8, 1, AN_HOUR, AN_HOUR, Thread.ofVirtual().factory());

    assertThatThrownBy(() -> run(plan)).isInstanceOf(RemoteAbortException.class);
  }

  @Test
  void clientSaysThatTheReplyIsNotRxperfs() throws IOException {
    Workload wantsLess = new Workload(Operation.RECV, List.of(10), 0, 0);
    Workload wantsMore = new Workload(Operation.RECV, List.of(10), 0, 20);

    assertThatThrownBy(() -> run(wantsLess, 1, 1))
        .isInstanceOf(RxperfClient.BadReplyException.class)
        .hasMessageContaining("0x0");
    assertThatThrownBy(() -> run(wantsMore, 1, 1))
        .isInstanceOf(RxperfClient.BadReplyException.class)
        .hasMessageContaining("shorter");
  }

  /** The service counts a call when its reply is out; the client may have it by then. */
  private void assertServed(RxperfService.Served expected) {
    Eventually.until(() -> rxperf.served().equals(expected), rxperf::served);
  }
}
