package heddle.rxrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services: charged calls, accept and reject, limits and BUSY. */
@Timeout(60)
class ServiceTest {
  private static final int SERVICE = 7;
  private static final EndpointConfig LOOPBACK =
      EndpointConfig.DEFAULT
          .withBindAddress(new InetSocketAddress("127.0.0.1", 0))
          .withBusyTimeout(Duration.ZERO);

  private Endpoint server;
  private Endpoint client;
  private ExecutorService executor;

  @BeforeEach
  void open() throws IOException {
    server = Endpoint.open(LOOPBACK);
    client = Endpoint.open(LOOPBACK);
    executor = Executors.newVirtualThreadPerTaskExecutor();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    executor.close();
  }

  private Future<byte[]> callWith(byte[] request) {
    Connection connection = client.connect(server.localAddress(), SERVICE, Security.none());
    return executor.submit(
        () -> {
          try (Call call = connection.newCall()) {
            call.send(ByteBuffer.wrap(request));
            return call.input().readAllBytes();
          }
        });
  }

  @Test
  void acceptedCallIsServedByTheUser() throws Exception {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT);
    Future<byte[]> reply = callWith(new byte[] {1, 2, 3});
    try (ServiceCall call = service.accept().orElseThrow()) {
      assertThat(call.peer()).isEqualTo(client.localAddress());
      assertThat(call.input().readAllBytes()).containsExactly(1, 2, 3);
      call.reply(ByteBuffer.wrap(new byte[] {4}));
    }
    assertThat(reply.get()).containsExactly(4);
  }

  @Test
  void callsThatAskForItAreServedByTheBetterService() throws Exception {
    int better = SERVICE + 1;
    server.serve(
        SERVICE,
        ServiceOptions.DEFAULT.upgradableTo(better),
        call -> call.output().write(new byte[] {1}));
    server.serve(better, call -> call.output().write(new byte[] {2}));
    try (Connection connection = client.connect(server.localAddress(), SERVICE, Security.none())) {
      for (int i = 0; i < 10; i++) {
        try (Call plain = connection.newCall();
            Call upgraded = connection.newCall(CallOptions.DEFAULT.withUpgrade());
            Call alone = connection.newCall(CallOptions.DEFAULT.withUpgrade().asExclusive())) {
          for (Call call : List.of(plain, upgraded, alone)) {
            call.send(ByteBuffer.allocate(4));
          }
          assertThat(plain.input().readAllBytes()).containsExactly(1);
          assertThat(upgraded.input().readAllBytes()).containsExactly(2);
          assertThat(alone.input().readAllBytes()).containsExactly(2);
          assertThat(plain.serviceId()).isEqualTo(SERVICE);
          assertThat(upgraded.serviceId()).isEqualTo(better);
          assertThat(alone.serviceId()).isEqualTo(better);
        }
      }
    }
  }

  @Test
  void rejectedCallGetsTheCode() throws Exception {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT);
    Future<byte[]> reply = callWith(new byte[4]);
    service.accept().orElseThrow().reject(1234);
    assertThatThrownBy(reply::get)
        .cause()
        .isInstanceOfSatisfying(
            RemoteAbortException.class, e -> assertThat(e.code()).isEqualTo(1234));
  }

  @Test
  void closedWithoutAReplyIsAborted() throws Exception {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT);
    Future<byte[]> reply = callWith(new byte[4]);
    service.accept().orElseThrow().close();
    assertThatThrownBy(reply::get).cause().isInstanceOf(RemoteAbortException.class);
  }

  @Test
  void closeOfTheServiceEndsAcceptAndRefusesCalls() throws Exception {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT);
    CountDownLatch started = new CountDownLatch(1);
    Future<Optional<ServiceCall>> accepted =
        executor.submit(
            () -> {
              started.countDown();
              return service.accept();
            });
    started.await();
    service.close();
    assertThat(accepted.get()).isEmpty();
    assertThatThrownBy(() -> callWith(new byte[4]).get())
        .cause()
        .isInstanceOf(RemoteAbortException.class);
  }

  @Test
  void userChargesCallsWithNamesAndAttachmentsAndClientsGetBusyWhenNoneIsLeft() throws Exception {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT.chargedByUser().withBacklog(4));
    assertThat(service.charge(41, "first")).isTrue();
    Future<byte[]> served = callWith(new byte[] {9});
    try (ServiceCall call = service.accept().orElseThrow()) {
      assertThat(call.userId()).isEqualTo(41);
      assertThat(call.attachment()).contains("first");
      assertThatThrownBy(() -> callWith(new byte[4]).get())
          .cause()
          .isInstanceOf(PeerBusyException.class);
      call.input().readAllBytes();
      call.endReply();
    }
    assertThat(served.get()).isEmpty();
  }

  @Test
  void patientClientIsServedWhenThereIsRoomAgain() throws Exception {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT.withMaxActive(1, 1));
    EndpointConfig patient = LOOPBACK.withBusyTimeout(Duration.ofMinutes(1));
    Future<byte[]> first = callWith(new byte[1]);
    ServiceCall held = service.accept().orElseThrow();
    try (Endpoint other = Endpoint.open(patient);
        Call call = other.connect(server.localAddress(), SERVICE, Security.none()).newCall()) {
      call.send(ByteBuffer.allocate(100));
      while (server.snapshot().statistics().sent().of("BUSY") == 0) {
        Thread.onSpinWait();
      }
      held.input().readAllBytes();
      held.reply(ByteBuffer.allocate(1));
      held.close();
      assertThat(first.get()).hasSize(1);
      try (ServiceCall incoming = service.accept().orElseThrow()) {
        assertThat(incoming.input().readAllBytes()).hasSize(100);
        incoming.endReply();
      }
      assertThat(call.input().readAllBytes()).isEmpty();
    }
  }

  @Test
  void backlogTakesNoMoreThanItsSize() {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT.chargedByUser().withBacklog(4));
    for (int i = 0; i < 4; i++) {
      assertThat(service.charge(i, null)).isTrue();
    }
    assertThat(service.charge(5, null)).isFalse();
    assertThatThrownBy(() -> ServiceOptions.DEFAULT.withBacklog(3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ServiceOptions.DEFAULT.withBacklog(32))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void replyBeforeTheWholeRequestIsRefusedAndHarmsNothing() throws Exception {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT);
    Connection connection = client.connect(server.localAddress(), SERVICE, Security.none());
    try (Call call = connection.newCall()) {
      call.write(ByteBuffer.allocate(100_000));
      try (ServiceCall incoming = service.accept().orElseThrow()) {
        assertThatThrownBy(() -> incoming.write(ByteBuffer.allocate(1)))
            .isInstanceOf(WrongPhaseException.class);
        call.endRequest();
        assertThat(incoming.input().readAllBytes()).hasSize(100_000);
        incoming.reply(ByteBuffer.allocate(3));
      }
      assertThat(call.input().readAllBytes()).hasSize(3);
    }
  }

  @Test
  void clientAtItsLimitGetsBusyWhileOthersAreServed() throws Exception {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT.withMaxActive(10, 2));
    List<Future<byte[]>> replies = List.of(callWith(new byte[4]), callWith(new byte[4]));
    List<ServiceCall> held = new ArrayList<>();
    held.add(service.accept().orElseThrow());
    held.add(service.accept().orElseThrow());
    assertThatThrownBy(() -> callWith(new byte[4]).get())
        .cause()
        .isInstanceOf(PeerBusyException.class);
    try (Endpoint other = Endpoint.open(LOOPBACK);
        Call call = other.connect(server.localAddress(), SERVICE, Security.none()).newCall()) {
      call.send(ByteBuffer.allocate(4));
      try (ServiceCall incoming = service.accept().orElseThrow()) {
        incoming.endReply();
      }
      assertThat(call.input().readAllBytes()).isEmpty();
    }
    held.forEach(call -> call.reject(1));
    for (Future<byte[]> reply : replies) {
      assertThatThrownBy(reply::get).cause().isInstanceOf(RemoteAbortException.class);
    }
  }

  @Test
  void activeCallsAreCountedDownWhenUserAndNetworkAreDone() throws Exception {
    Service service = server.listen(SERVICE, ServiceOptions.DEFAULT);
    Future<byte[]> reply = callWith(new byte[4]);
    ServiceCall call = service.accept().orElseThrow();
    assertThat(service.activeCalls()).isEqualTo(1);
    call.reject(1);
    assertThatThrownBy(reply::get).cause().isInstanceOf(RemoteAbortException.class);
    assertThat(service.activeCalls()).isZero();
  }
}
