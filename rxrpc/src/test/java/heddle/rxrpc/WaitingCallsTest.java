package heddle.rxrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The deadlock of the old AF_RXRPC: every channel is taken by a call whose owner waits for a
 * further call, and hundreds of others wait as well. Whoever waits holds nothing, so the calls that
 * have a channel send, receive and are aborted as if nobody waited.
 */
@Timeout(60)
class WaitingCallsTest {
  private static final int SERVICE = 7;
  private static final int CHANNELS = 16;
  private static final int OTHERS = 300;
  private static final int MUCH = 1_000_000; // many windows full

  private Endpoint server;
  private Endpoint client;
  private Service service;
  private Connection connection;
  private ExecutorService executor;
  private final List<Call> owners = new ArrayList<>();
  private final List<ServiceCall> served = new ArrayList<>();
  private final List<Call> waiting = new ArrayList<>();
  private final List<Future<Integer>> waiters = new ArrayList<>();

  @BeforeEach
  void takeAllChannels() throws IOException {
    EndpointConfig config =
        EndpointConfig.DEFAULT
            .withBindAddress(new InetSocketAddress("127.0.0.1", 0))
            .withWaitingCalls(CHANNELS + OTHERS);
    server = Endpoint.open(config);
    client = Endpoint.open(config);
    executor = Executors.newVirtualThreadPerTaskExecutor();
    service = server.listen(SERVICE, ServiceOptions.DEFAULT);
    connection = client.connect(server.localAddress(), SERVICE, Security.none());
    for (int i = 0; i < CHANNELS; i++) {
      Call owner = connection.newCall();
      owner.write(ByteBuffer.allocate(2_000)); // a packet goes, and so the service hears of it
      owners.add(owner);
      served.add(service.accept().orElseThrow());
    }
    for (int i = 0; i < CHANNELS + OTHERS; i++) { // each owner's next call, and many others
      waitWithAnotherCall();
    }
    Eventually.until(
        () -> client.snapshot().bundles().get(0).waitingCalls() == CHANNELS + OTHERS,
        client::snapshot);
  }

  private void waitWithAnotherCall() {
    Call call = connection.newCall();
    waiting.add(call);
    waiters.add(
        executor.submit(
            () -> {
              call.send(ByteBuffer.allocate(4));
              return call.read(ByteBuffer.allocate(1));
            }));
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    executor.close();
  }

  @Test
  void callGoesOnSendingAndReceiving() throws Exception {
    Future<Integer> request = executor.submit(() -> served.get(0).input().readAllBytes().length);
    owners.get(0).write(ByteBuffer.allocate(MUCH));
    owners.get(0).endRequest();
    assertThat(request.get()).isEqualTo(2_000 + MUCH);
    Future<Void> reply =
        executor.submit(
            () -> {
              served.get(0).reply(ByteBuffer.allocate(MUCH));
              return null;
            });
    assertThat(owners.get(0).input().readAllBytes()).hasSize(MUCH);
    reply.get();
  }

  @Test
  void abortOfAnOwnerGivesItsChannelToOneThatWaits() throws Exception {
    owners.get(3).abort(1);
    try (ServiceCall next = service.accept().orElseThrow()) {
      next.input().readAllBytes();
      next.reply(ByteBuffer.allocate(1));
    }
    Eventually.until(
        () -> waiters.stream().anyMatch(Future::isDone), () -> "no waiter has got its reply");
  }

  @Test
  void everyWaiterCanBeAborted() {
    waiting.forEach(call -> call.abort(3));
    for (Future<Integer> waiter : waiters) {
      assertThatThrownBy(waiter::get)
          .cause()
          .isInstanceOfSatisfying(
              LocalAbortException.class, e -> assertThat(e.mayHaveExecuted()).isFalse());
    }
    assertThat(client.snapshot().bundles().get(0).waitingCalls()).isZero();
  }

  @Test
  void oneMoreThanMayWaitFailsAtOnce() throws IOException {
    try (Call tooMany = connection.newCall()) {
      assertThatThrownBy(() -> tooMany.send(ByteBuffer.allocate(4)))
          .isInstanceOfSatisfying(
              TooManyCallsException.class, e -> assertThat(e.mayHaveExecuted()).isFalse());
    }
  }
}
