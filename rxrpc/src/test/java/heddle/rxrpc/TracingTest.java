package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.trace.CallIdentity;
import heddle.rxrpc.trace.EndpointSnapshot;
import heddle.rxrpc.trace.Outcome;
import heddle.rxrpc.trace.PacketLog.Direction;
import heddle.rxrpc.trace.Side;
import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.trace.TraceEvent.CallAttached;
import heddle.rxrpc.trace.TraceEvent.CallCompleted;
import heddle.rxrpc.trace.TraceEvent.CallStarted;
import heddle.rxrpc.trace.TraceEvent.ConnectionOpened;
import heddle.rxrpc.trace.TraceEvent.PacketSeen;
import heddle.rxrpc.trace.Tracer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What tracers of real endpoints are told, and what their faults do. */
class TracingTest {
  private static final int ECHO = 147;
  private static final byte[] REQUEST = {0, 0, 0, (byte) 132, 1, 2, 3, 4, 5};

  private final List<Endpoint> endpoints = new ArrayList<>();

  /** Keeps events; also says whether it is in place. */
  private static final class Recorder implements Tracer {
    final Queue<TraceEvent> events = new ConcurrentLinkedQueue<>();
    final Queue<String> life = new ConcurrentLinkedQueue<>();

    @Override
    public void trace(TraceEvent event) {
      events.add(event);
    }

    @Override
    public void begun(Supplier<EndpointSnapshot> endpoint) {
      life.add("begun at " + endpoint.get().localAddress().getPort());
    }

    @Override
    public void ended(Supplier<EndpointSnapshot> endpoint) {
      life.add("ended at " + endpoint.get().localAddress().getPort());
    }

    <T extends TraceEvent> List<T> of(Class<T> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends TraceEvent> T only(Class<T> type) {
      Eventually.until(() -> !of(type).isEmpty(), () -> events);
      assertThat(of(type)).hasSize(1);
      return of(type).get(0);
    }
  }

  private Endpoint open(Tracer tracer) throws IOException {
    Endpoint endpoint = Endpoint.open(LOOPBACK.withTracer(tracer));
    endpoints.add(endpoint);
    return endpoint;
  }

  private Endpoint server(Tracer tracer) throws IOException {
    Endpoint server = open(tracer);
    server.serve(ECHO, call -> call.output().write(call.input().readAllBytes()));
    return server;
  }

  @AfterEach
  void close() {
    endpoints.forEach(Endpoint::close);
  }

  private static byte[] echo(Endpoint client, Endpoint server, byte[] request) throws IOException {
    try (Connection connection = client.connect(server.localAddress(), ECHO, Security.none());
        Call call = connection.newCall()) {
      call.send(ByteBuffer.wrap(request));
      return call.input().readAllBytes();
    }
  }

  @Test
  void callIsToldFromItsBeginningToItsEndOnBothSides() throws IOException {
    Recorder atClient = new Recorder();
    Recorder atServer = new Recorder();
    Endpoint server = server(atServer);
    Endpoint client = open(atClient);
    assertThat(echo(client, server, REQUEST)).isEqualTo(REQUEST);

    CallIdentity begun = atClient.only(CallStarted.class).call();
    CallIdentity attached = atClient.only(CallAttached.class).call();
    CallCompleted completed = atClient.only(CallCompleted.class);
    assertThat(begun.peer()).isEqualTo(server.localAddress());
    assertThat(begun.side()).isEqualTo(Side.CLIENT);
    assertThat(begun.callNumber()).isZero();
    assertThat(attached.id()).isEqualTo(begun.id());
    assertThat(attached.callNumber()).isEqualTo(1);
    assertThat(completed.call()).isEqualTo(attached);
    assertThat(completed.opcode()).isEqualTo(OptionalInt.of(132));
    assertThat(completed.ending().outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(completed.bytesSent()).isEqualTo(REQUEST.length);
    assertThat(completed.bytesReceived()).isEqualTo(REQUEST.length);
    assertThat(completed.durationNanos()).isPositive();

    CallIdentity served = atServer.only(CallStarted.class).call();
    CallCompleted ended = atServer.only(CallCompleted.class);
    assertThat(served.side()).isEqualTo(Side.SERVICE);
    assertThat(served.peer()).isEqualTo(client.localAddress());
    assertThat(served.cid()).isEqualTo(attached.cid());
    assertThat(served.callNumber()).isEqualTo(1);
    assertThat(ended.call()).isEqualTo(served);
    assertThat(ended.opcode()).isEqualTo(OptionalInt.of(132));
    assertThat(ended.bytesReceived()).isEqualTo(REQUEST.length);
    assertThat(ended.bytesSent()).isEqualTo(REQUEST.length);

    assertThat(atClient.only(ConnectionOpened.class).side()).isEqualTo(Side.CLIENT);
    assertThat(atServer.only(ConnectionOpened.class).peer()).isEqualTo(client.localAddress());
  }

  @Test
  void everyDatagramIsTold() throws IOException {
    Recorder recorder = new Recorder();
    Endpoint server = server(Tracer.NONE);
    Endpoint client = open(recorder);
    echo(client, server, new byte[100_000]);
    Eventually.until(
        () ->
            recorder.of(PacketSeen.class).size()
                == client.snapshot().statistics().sent().count()
                    + client.snapshot().statistics().received().count(),
        client::snapshot);
    assertThat(recorder.of(PacketSeen.class))
        .allSatisfy(
            packet -> {
              assertThat(packet.local()).isEqualTo(client.localAddress());
              assertThat(packet.peer()).isEqualTo(server.localAddress());
            })
        .anyMatch(packet -> packet.direction() == Direction.SENT)
        .anyMatch(packet -> packet.direction() == Direction.RECEIVED);
  }

  @Test
  void bulkTransferTellsAcksRoundTripsAndBatches() throws IOException {
    Recorder recorder = new Recorder();
    Endpoint server = server(Tracer.NONE);
    Endpoint client = open(recorder);
    echo(client, server, new byte[1_000_000]);
    assertThat(recorder.of(TraceEvent.AckDecided.class)).isNotEmpty();
    assertThat(recorder.of(TraceEvent.RttSampled.class))
        .isNotEmpty()
        .allSatisfy(sample -> assertThat(sample.sampleNanos()).isPositive());
    assertThat(recorder.of(TraceEvent.WindowChanged.class)).isNotEmpty();
    assertThat(recorder.of(TraceEvent.BatchProcessed.class))
        .isNotEmpty()
        .allSatisfy(batch -> assertThat(batch.datagrams()).isPositive());
  }

  @Test
  void abortedCallSaysWhoAndWhy() throws IOException {
    Recorder recorder = new Recorder();
    Endpoint server = server(Tracer.NONE);
    Endpoint client = open(recorder);
    try (Call call = client.connect(server.localAddress(), ECHO, Security.none()).newCall()) {
      call.write(ByteBuffer.wrap(REQUEST, 0, 3));
      call.abort(77);
    }
    CallCompleted completed = recorder.only(CallCompleted.class);
    assertThat(completed.ending().outcome()).isEqualTo(Outcome.LOCAL_ABORT);
    assertThat(completed.ending().abortCode()).isEqualTo(OptionalInt.of(77));
    assertThat(completed.opcode()).isEmpty();
  }

  @Test
  void tracerThatFailsHarmsNothing() throws IOException {
    Tracer failing =
        event -> {
          throw new AssertionError("tracer with a fault");
        };
    Endpoint server = server(failing);
    Endpoint client = open(failing);
    for (int i = 0; i < 3; i++) {
      assertThat(echo(client, server, REQUEST)).isEqualTo(REQUEST);
    }
  }

  @Test
  void tracerMayTakeSnapshots() throws IOException {
    List<Endpoint> watched = new ArrayList<>();
    Queue<EndpointSnapshot> taken = new ConcurrentLinkedQueue<>();
    Tracer curious =
        event -> {
          for (Endpoint endpoint : watched) {
            taken.add(endpoint.snapshot());
          }
        };
    Endpoint server = server(curious);
    Endpoint client = open(curious);
    watched.add(server);
    watched.add(client);
    assertThat(echo(client, server, new byte[30_000])).hasSize(30_000);
    assertThat(taken).isNotEmpty();
  }

  @Test
  void tracerCanBePutInPlaceAndTakenAwayAtAnyTime() throws IOException {
    Recorder recorder = new Recorder();
    Endpoint server = server(Tracer.NONE);
    Endpoint client = open(Tracer.NONE);
    echo(client, server, REQUEST);
    client.trace(recorder);
    echo(client, server, REQUEST);
    client.trace(Tracer.NONE);
    echo(client, server, REQUEST);
    int port = client.localAddress().getPort();
    assertThat(recorder.of(CallStarted.class)).hasSize(1);
    assertThat(recorder.life).containsExactly("begun at " + port, "ended at " + port);
  }

  @Test
  void endOfTheEndpointEndsItsTracer() throws IOException {
    Recorder recorder = new Recorder();
    Endpoint client = open(recorder);
    client.close();
    assertThat(recorder.life).hasSize(2);
  }

  @Test
  void oneLinePerCallIsEasyToHave() throws IOException {
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    Endpoint server = server(Tracer.NONE);
    Endpoint client = open(Tracer.ofCalls(call -> lines.add(call.toString())));
    echo(client, server, REQUEST);
    Eventually.until(() -> !lines.isEmpty(), client::snapshot);
    assertThat(lines)
        .singleElement()
        .asString()
        .matches(
            "C1 -> 127\\.0\\.0\\.1:\\d+ service 147 [0-9a-f]{8}#1 opcode 132: ok, 9 bytes sent,"
                + " 9 received, [0-9.]+ ms");
  }
}
