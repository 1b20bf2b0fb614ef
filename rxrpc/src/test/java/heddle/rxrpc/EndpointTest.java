package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.trace.EndpointStatistics;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls between two endpoints over loopback, with real threads. */
@Timeout(60)
class EndpointTest {
  private static final int ECHO = 147;
  private static final int STUCK = 148;
  private static final int FAILING = 149;
  private static final int GENERATE = 150;

  private Endpoint server;
  private Endpoint client;
  private final CountDownLatch releaseStuck = new CountDownLatch(1);
  private final CountDownLatch stuckEntered = new CountDownLatch(1);

  @BeforeEach
  void open() throws IOException {
    server = Endpoint.open(LOOPBACK);
    client = Endpoint.open(LOOPBACK);
    server.serve(
        ECHO,
        call -> {
          byte[] request = call.input().readAllBytes();
          call.output().write(request);
        });
    server.serve(
        STUCK,
        call -> {
          stuckEntered.countDown();
          try {
            releaseStuck.await();
          } catch (InterruptedException e) {
            throw new InterruptedIOException();
          }
        });
    server.serve(
        GENERATE,
        call -> {
          int size = ByteBuffer.wrap(call.input().readAllBytes()).getInt();
          call.output().write(bytes(size));
        });
    server.serve(
        FAILING,
        call -> {
          int code = ByteBuffer.wrap(call.input().readAllBytes()).getInt();
          if (code == 0) {
            throw new IllegalStateException("handler with a fault");
          }
          throw new ServiceCall.Abort(code);
        });
  }

  @AfterEach
  void close() {
    releaseStuck.countDown();
    client.close();
    server.close();
  }

  private Connection connect(int service) {
    return client.connect(server.localAddress(), service, Security.none());
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] echo(Connection connection, byte[] request) throws IOException {
    try (Call call = connection.newCall(CallOptions.within(Duration.ofSeconds(30)))) {
      call.send(ByteBuffer.wrap(request));
      return call.input().readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 1411, 1412, 1413, 1415, 1416, 1417, 2831, 2832, 2833, 65_536, 3_000_000})
  void replyIsWhatTheHandlerWrote(int size) throws IOException {
    assertThat(echo(connect(ECHO), bytes(size))).isEqualTo(bytes(size));
  }

  @Test
  void largeReplyToASmallRequestOfAClientNeverSeenComesWhole() throws IOException {
    try (Call call = connect(GENERATE).newCall()) {
      call.send(ByteBuffer.allocate(4).putInt(0, 1_000_000));
      assertThat(call.input().readAllBytes()).isEqualTo(bytes(1_000_000));
    }
  }

  @Test
  void datagramsAreLargeWhereThePathIsWideUnlessThatIsSwitchedOff() throws IOException {
    assertThat(bytesOfADatagram(LOOPBACK)).isGreaterThan(4_000);
    assertThat(bytesOfADatagram(LOOPBACK.withJumboPackets(1))).isLessThanOrEqualTo(1416);
  }

  private double bytesOfADatagram(EndpointConfig config) throws IOException {
    try (Endpoint one = Endpoint.open(config);
        Endpoint other = Endpoint.open(config)) {
      one.serve(ECHO, call -> call.output().write(call.input().readAllBytes()));
      try (Connection connection = other.connect(one.localAddress(), ECHO, Security.none());
          Call call = connection.newCall()) {
        byte[] sent = new byte[3_000_000];
        new Random(1).nextBytes(sent);
        call.send(ByteBuffer.wrap(sent));
        assertThat(call.input().readAllBytes()).isEqualTo(sent);
        EndpointStatistics statistics = other.snapshot().statistics();
        return (double) sent.length / statistics.sent().of("DATA");
      }
    }
  }

  @Test
  void streamsAndBufferOperationsMix() throws IOException {
    try (Call call = connect(ECHO).newCall()) {
      call.output().write(bytes(10));
      call.write(ByteBuffer.wrap(bytes(2000)));
      call.output().write(7);
      call.output().close();
      assertThat(call.input().readNBytes(10)).isEqualTo(bytes(10));
      ByteBuffer rest = ByteBuffer.allocate(4000);
      while (call.read(rest) >= 0) {
        assertThat(rest.position()).isPositive();
      }
      byte[] expected = new byte[2001];
      System.arraycopy(bytes(2000), 0, expected, 0, 2000);
      expected[2000] = 7;
      assertThat(rest.flip()).isEqualTo(ByteBuffer.wrap(expected));
    }
  }

  @Test
  void hundredsOfCallsAtOnceShareTheChannels() throws Exception {
    Connection connection = connect(ECHO);
    List<Future<byte[]>> replies = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 400; i++) {
        byte[] request = bytes(i * 17);
        replies.add(executor.submit(() -> echo(connection, request)));
      }
      for (int i = 0; i < replies.size(); i++) {
        assertThat(replies.get(i).get()).isEqualTo(bytes(i * 17));
      }
    }
  }

  @Test
  void abortOfTheHandlerReachesTheCallerWithItsCode() {
    assertThatThrownBy(() -> echo(connect(FAILING), new byte[] {0, 0, 1, 2}))
        .isInstanceOfSatisfying(
            RemoteAbortException.class,
            e -> {
              assertThat(e.code()).isEqualTo(0x102);
              assertThat(e.mayHaveExecuted()).isTrue();
              assertThat(e.peer()).isEqualTo(server.localAddress());
              assertThat(e.serviceId()).isEqualTo(FAILING);
            });
  }

  @Test
  void faultOfTheHandlerAbortsTheCallAndHarmsNothing() throws IOException {
    assertThatThrownBy(() -> echo(connect(FAILING), new byte[4]))
        .isInstanceOfSatisfying(
            RemoteAbortException.class,
            e -> assertThat(e.code()).isEqualTo(AbortCodes.RX_USER_ABORT));
    assertThat(echo(connect(ECHO), bytes(5))).isEqualTo(bytes(5));
  }

  @Test
  void unknownServiceIsRefused() {
    assertThatThrownBy(() -> echo(connect(4711), bytes(1)))
        .isInstanceOfSatisfying(
            RemoteAbortException.class,
            e -> assertThat(e.code()).isEqualTo(AbortCodes.RX_INVALID_OPERATION));
  }

  @Test
  void hardTimeoutEndsACallThatTheServerNeverAnswers() {
    Connection stuck = connect(STUCK);
    assertThatThrownBy(
            () -> {
              try (Call call = stuck.newCall(CallOptions.within(Duration.ofMillis(50)))) {
                call.send(ByteBuffer.allocate(4));
                call.read(ByteBuffer.allocate(1));
              }
            })
        .isInstanceOfSatisfying(
            CallTimeoutException.class, e -> assertThat(e.which()).startsWith("hard"));
  }

  @Test
  void abortFromAnotherThreadWakesTheReader() throws Exception {
    Call call = connect(STUCK).newCall();
    Future<Integer> reader =
        inBackground(
            () -> {
              call.send(ByteBuffer.allocate(4));
              return call.read(ByteBuffer.allocate(1));
            });
    stuckEntered.await();
    call.abort(99);
    assertThatThrownBy(reader::get)
        .cause()
        .isInstanceOfSatisfying(LocalAbortException.class, e -> assertThat(e.code()).isEqualTo(99));
    call.close();
  }

  @Test
  void callThatWaitsForAChannelCanBeAborted() throws Exception {
    Connection stuck = connect(STUCK);
    List<Call> holders = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Call holder = stuck.newCall();
      holder.send(ByteBuffer.allocate(4));
      holders.add(holder);
    }
    Call waiting = stuck.newCall();
    CountDownLatch started = new CountDownLatch(1);
    Future<Integer> writer =
        inBackground(
            () -> {
              started.countDown();
              waiting.send(ByteBuffer.allocate(4));
              return 0;
            });
    started.await();
    waiting.abort(5);
    assertThatThrownBy(writer::get)
        .cause()
        .isInstanceOfSatisfying(
            LocalAbortException.class, e -> assertThat(e.mayHaveExecuted()).isFalse());
    holders.forEach(Call::close);
    waiting.close();
  }

  private static boolean mayHaveExecuted(InterruptedIOException e) {
    return e.getCause() instanceof LocalAbortException abort && abort.mayHaveExecuted();
  }

  @Test
  void interruptAbortsTheCallAndKeepsTheFlag() throws Exception {
    Call call = connect(STUCK).newCall();
    CountDownLatch done = new CountDownLatch(1);
    List<Object> seen = new ArrayList<>();
    Thread reader =
        Thread.startVirtualThread(
            () -> {
              try {
                call.send(ByteBuffer.allocate(4));
                call.read(ByteBuffer.allocate(1));
              } catch (IOException e) {
                seen.add(e);
                seen.add(Thread.currentThread().isInterrupted());
              }
              done.countDown();
            });
    stuckEntered.await();
    reader.interrupt();
    done.await();
    assertThat(seen.get(0))
        .isInstanceOfSatisfying(
            InterruptedIOException.class, e -> assertThat(mayHaveExecuted(e)).isTrue());
    assertThat(seen.get(1)).isEqualTo(true);
    assertThatThrownBy(() -> call.read(ByteBuffer.allocate(1)))
        .isInstanceOf(LocalAbortException.class);
    call.close();
  }

  @Test
  void interruptOfAThreadThatIsAboutToWaitAbortsTheCallToo() {
    Call call = connect(ECHO).newCall();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> call.send(ByteBuffer.allocate(4)))
        .isInstanceOfSatisfying(
            InterruptedIOException.class, e -> assertThat(mayHaveExecuted(e)).isFalse());
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> call.read(ByteBuffer.allocate(1)))
        .isInstanceOf(LocalAbortException.class);
    call.close();
  }

  @Test
  void closingTheEndpointWakesEveryWaiter() throws Exception {
    Call call = connect(STUCK).newCall();
    Future<Integer> reader =
        inBackground(
            () -> {
              call.send(ByteBuffer.allocate(4));
              return call.read(ByteBuffer.allocate(1));
            });
    stuckEntered.await();
    client.close();
    assertThatThrownBy(reader::get).cause().isInstanceOf(EndpointClosedException.class);
    assertThatThrownBy(() -> call.read(ByteBuffer.allocate(1)))
        .isInstanceOf(EndpointClosedException.class);
  }

  @Test
  void requestOfAnotherLengthThanDeclaredIsRefused() {
    try (Call call = connect(ECHO).newCall(CallOptions.DEFAULT.withRequestLength(10))) {
      assertThatThrownBy(() -> call.send(ByteBuffer.allocate(9)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> call.read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void serverSurvivesAClientThatGoesAway() throws Exception {
    Call call = connect(STUCK).newCall();
    call.send(ByteBuffer.allocate(4));
    stuckEntered.await();
    call.close();
    assertThat(echo(connect(ECHO), bytes(100))).isEqualTo(bytes(100));
  }

  private static <T> Future<T> inBackground(Callable<T> task) {
    return Executors.newVirtualThreadPerTaskExecutor().submit(task);
  }
}
