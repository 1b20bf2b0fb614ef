package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.trace.CallSnapshot.Waiting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operations that say at once that they would have to wait. */
@Timeout(60)
class ZeroTimeoutTest extends ClientAndServer {
  private static final int CHANNELS = 4;
  private static final int MUCH = 4_000_000; // more than is sent and taken before anybody reads

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  ZeroTimeoutTest() {
    super(LOOPBACK.withConnectionsPerBundle(1));
  }

  @Override
  @AfterEach
  void close() {
    super.close();
    executor.close();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count);
  }

  /** Waits for the next call of the client without blocking in the service. */
  private ServiceCall tryUntilAccepted() {
    List<ServiceCall> accepted = new ArrayList<>();
    Eventually.until(
        () -> {
          Optional<ServiceCall> call = service.tryAccept();
          call.ifPresent(accepted::add);
          return call.isPresent();
        },
        server::snapshot);
    return accepted.getFirst();
  }

  @Test
  void wholeCallGoesThroughWithoutWaiting() throws Exception {
    assertThat(service.tryAccept()).isEmpty();
    try (Call call = connection.newCall()) {
      assertThat(call.trySend(bytes(3))).isTrue();
      assertThat(call.tryRead(bytes(8))).as("nobody has accepted it").isZero();
      ByteBuffer request = bytes(8);
      try (ServiceCall served = tryUntilAccepted()) {
        Eventually.until(() -> readSome(served, request) < 0, server::snapshot);
        assertThat(request.position()).isEqualTo(3);
        assertThat(served.tryWrite(bytes(2))).isTrue();
        assertThat(served.tryReply(bytes(3))).isTrue();
      }
      ByteBuffer reply = bytes(8);
      Eventually.until(() -> readSome(call, reply) < 0, client::snapshot);
      assertThat(reply.position()).isEqualTo(5);
    }
  }

  private static int readSome(Call call, ByteBuffer target) {
    try {
      return call.tryRead(target);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int readSome(ServiceCall call, ByteBuffer target) {
    try {
      return call.tryRead(target);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nothingIsTakenWithoutAChannelAndAllOnceThereIsOne() throws IOException {
    List<Call> others = new ArrayList<>();
    for (int i = 0; i < CHANNELS; i++) {
      others.add(connection.newCall());
      assertThat(others.get(i).trySend(bytes(4))).isTrue();
    }
    try (Call call = connection.newCall()) {
      ByteBuffer request = bytes(4);
      assertThat(call.trySend(request)).isFalse();
      assertThat(call.tryRead(bytes(1))).as("it cannot even end the request").isZero();
      assertThat(request.remaining()).isEqualTo(4);
      others.getFirst().abort(1);
      Eventually.until(() -> sendSome(call, request), client::snapshot);
    }
    others.forEach(Call::close);
  }

  @Test
  void asMuchIsTakenAsThereIsRoomForAndTheRestWhenTheServiceHasRead() throws Exception {
    try (Call call = connection.newCall()) {
      ByteBuffer request = bytes(MUCH);
      assertThat(call.trySend(request)).isFalse();
      assertThat(request.position()).isBetween(1, MUCH - 1);
      Future<Integer> read =
          executor.submit(() -> service.accept().orElseThrow().input().readAllBytes().length);
      Eventually.until(() -> sendSome(call, request), client::snapshot);
      assertThat(read.get()).isEqualTo(MUCH);
    }
  }

  private static boolean sendSome(Call call, ByteBuffer request) {
    try {
      return call.trySend(request);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void replyIsTakenAsFarAsThereIsRoomFor() throws Exception {
    try (Call call = connection.newCall()) {
      call.send(bytes(4));
      ByteBuffer reply = bytes(MUCH);
      try (ServiceCall served = service.accept().orElseThrow()) {
        assertThat(served.tryReply(reply)).isFalse();
        assertThat(reply.position()).isBetween(1, MUCH - 1);
        Future<Integer> read = executor.submit(() -> call.input().readAllBytes().length);
        served.reply(reply);
        assertThat(read.get()).isEqualTo(MUCH);
      }
    }
  }

  @Test
  void replyBeforeTheWholeRequestIsRefusedAllTheSame() throws Exception {
    try (Call call = connection.newCall()) {
      call.write(bytes(3_000));
      try (ServiceCall served = service.accept().orElseThrow()) {
        assertThatThrownBy(() -> served.tryWrite(bytes(1))).isInstanceOf(WrongPhaseException.class);
      }
    }
  }

  @Test
  void callThatAnotherUserWaitsInIsBusy() throws Exception {
    try (Call call = connection.newCall()) {
      call.write(bytes(2_000));
      try (ServiceCall served = service.accept().orElseThrow()) {
        final Future<Integer> reader = executor.submit(() -> call.read(bytes(4)));
        Eventually.until(
            () -> client.snapshot().calls().getFirst().waiting() == Waiting.FOR_DATA,
            client::snapshot);
        assertThat(call.tryRead(bytes(4))).isZero();
        served.input().readAllBytes();
        final Future<Integer> other = executor.submit(() -> served.read(bytes(4)));
        assertThat(other.get()).as("the end of the request").isEqualTo(-1);
        served.reply(bytes(4));
        assertThat(reader.get()).isEqualTo(4);
      }
    }
  }

  @Test
  void serviceCallThatAnotherUserWaitsInIsBusy() throws Exception {
    try (Call call = connection.newCall()) {
      call.send(bytes(4));
      try (ServiceCall served = service.accept().orElseThrow()) {
        served.input().readAllBytes();
        Future<Void> writer =
            executor.submit(
                () -> {
                  served.write(bytes(MUCH));
                  return null;
                });
        Eventually.until(
            () -> server.snapshot().calls().getFirst().waiting() == Waiting.FOR_ROOM,
            server::snapshot);
        ByteBuffer more = bytes(1);
        assertThat(served.tryWrite(more)).isFalse();
        assertThat(more.remaining()).isEqualTo(1);
        assertThat(served.tryRead(bytes(1))).as("though it would be the end").isZero();
        call.abort(1);
        assertThatThrownBy(writer::get).cause().isInstanceOf(RemoteAbortException.class);
      }
    }
  }

  @Test
  void bytesThatTheStreamHasGatheredGoFirst() throws Exception {
    try (Call call = connection.newCall()) {
      call.output().write(new byte[] {1, 2});
      assertThat(call.tryWrite(ByteBuffer.wrap(new byte[] {3}))).isTrue();
      call.output().write(4);
      assertThat(call.trySend(ByteBuffer.wrap(new byte[] {5}))).isTrue();
      try (ServiceCall served = service.accept().orElseThrow()) {
        assertThat(served.input().readAllBytes()).containsExactly(1, 2, 3, 4, 5);
        served.output().write(6);
        assertThat(served.tryReply(ByteBuffer.wrap(new byte[] {7}))).isTrue();
      }
      assertThat(call.input().readAllBytes()).containsExactly(6, 7);
    }
  }

  @Test
  void bytesCountOnceAgainstTheDeclaredLengthHoweverOftenTheyAreOffered() throws IOException {
    List<Call> others = new ArrayList<>();
    for (int i = 0; i < CHANNELS; i++) {
      others.add(connection.newCall());
      others.get(i).send(bytes(4));
    }
    try (Call call = connection.newCall(CallOptions.DEFAULT.withRequestLength(10))) {
      ByteBuffer request = bytes(10);
      assertThat(call.trySend(request)).isFalse();
      assertThat(call.trySend(request)).isFalse();
      others.getFirst().abort(1);
      Eventually.until(() -> sendSome(call, request), client::snapshot);
    }
    try (Call call = connection.newCall(CallOptions.DEFAULT.withRequestLength(10))) {
      assertThatThrownBy(() -> call.trySend(bytes(9))).isInstanceOf(IllegalStateException.class);
    }
    others.forEach(Call::close);
  }

  @Test
  void endedRequestTakesNoMore() throws IOException {
    try (Call call = connection.newCall()) {
      assertThat(call.trySend(bytes(1))).isTrue();
      assertThatThrownBy(() -> call.tryWrite(bytes(1))).isInstanceOf(IllegalStateException.class);
      call.abort(5);
      assertThatThrownBy(() -> call.tryRead(bytes(1))).isInstanceOf(LocalAbortException.class);
    }
  }
}
