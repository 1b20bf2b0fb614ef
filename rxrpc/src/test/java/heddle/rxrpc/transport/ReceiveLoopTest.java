package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.PEER;
import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.transport.PacketScript.Arrival;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.Jumbogram;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What one datagram may not do to the others, nor the receive thread to users. */
class ReceiveLoopTest {
  private static final int SERVICE = 7;

  /** A generator that fails when it is told to. */
  private static final class FaultyRandom extends Random {
    private static final long serialVersionUID = 1L;
    final AtomicBoolean fails = new AtomicBoolean();

    @Override
    protected int next(int bits) {
      if (fails.compareAndSet(true, false)) {
        throw new IllegalStateException("a fault, as the test wants it");
      }
      return super.next(bits);
    }
  }

  @Test
  void faultWithOneDatagramDoesNotCostTheRestOfTheBatch() {
    FaultyRandom random = new FaultyRandom();
    try (PacketScript script = new PacketScript(PacketScript.settings(4), random)) {
      HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
      random.fails.set(true);
      script.receive(
          List.of(
              new Arrival(PEER, script.request(SERVICE, 4, 1, 1, PacketFlags.LAST_PACKET)),
              new Arrival(
                  new InetSocketAddress("10.0.0.3", 1),
                  script.request(SERVICE, 4, 1, 1, PacketFlags.LAST_PACKET))));
      assertThat(service.tryAccept()).isNotNull();
    }
  }

  @Test
  void jumbogramIsTakenThoughNobodyAskedForIt() throws CallEndedException {
    try (PacketScript script = new PacketScript()) {
      HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
      int full = Jumbogram.SUBPACKET_DATA;
      script.receiveJumbogram(
          script.request(SERVICE, 4, 1, 1, 0, full),
          script.request(SERVICE, 4, 1, 2, 0, full),
          script.request(SERVICE, 4, 1, 3, PacketFlags.LAST_PACKET, 17));
      CallDriver call = service.tryAccept();
      ByteBuffer request = ByteBuffer.allocate(10_000);
      while (call.tryRead(request) > 0) {}
      assertThat(request.position()).isEqualTo(2 * full + 17);
      assertThat(script.sent())
          .allSatisfy(
              packet ->
                  assertThat(((AckPacket) packet).trailer().jumboMax())
                      .as("what is asked for")
                      .isEqualTo(1));
    }
  }

  @Test
  void tracerIsToldOfPacketsWhenNoCallIsLocked() throws CallEndedException {
    try (PacketScript script = new PacketScript()) {
      Bundle bundle = script.bundle(1);
      CallDriver ended = script.call(bundle);
      send(ended, 4);
      PacketHeader request = script.sent(PacketType.DATA).get(0);
      script.receive(script.data(request, 1, PacketFlags.LAST_PACKET));
      CallDriver running = script.call(bundle, LocalEndpoint.Sharing.EXCLUSIVE);
      send(running, 4);
      PacketHeader other = script.sent(PacketType.DATA).get(0);
      AtomicBoolean locked = new AtomicBoolean();
      script.endpoint.trace(
          event -> {
            if (event instanceof TraceEvent.PacketSeen && !locked.get()) {
              locked.set(!succeeds(CompletableFuture.supplyAsync(running::phase)));
            }
          });

      List<Arrival> arrivals = new ArrayList<>();
      arrivals.add(new Arrival(PEER, script.data(other, 1, 0)));
      for (int i = 0; i < 2 * SendBatch.MAX_DATAGRAMS; i++) {
        arrivals.add(new Arrival(PEER, script.data(request, 1, PacketFlags.LAST_PACKET)));
      }
      script.receive(arrivals);
      assertThat(script.sent(PacketType.ACK)).hasSizeGreaterThan(SendBatch.MAX_DATAGRAMS);
      assertThat(locked).isFalse();
    }
  }

  /** Returns whether another thread gets at the call's phase. */
  private static boolean succeeds(CompletableFuture<String> phase) {
    try {
      return !phase.get(10, TimeUnit.SECONDS).isEmpty();
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      return false;
    }
  }
}
