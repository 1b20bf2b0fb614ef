package heddle.rxrpc.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.SimulatedClock;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.Serial;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A request and its reply between two machines whose sequence numbers and serials wrap on the way,
 * or go from positive to negative, while packets are lost and overtake each other.
 */
class CounterWrapTest {
  private static final int PACKET_BYTES = 128;
  private static final long MILLI = 1_000_000L;
  private static final CallTimeouts TIMEOUTS = new CallTimeouts(0, 60_000 * MILLI, 20_000 * MILLI);

  private final SimulatedClock clock = new SimulatedClock(Long.MAX_VALUE - 100 * MILLI);
  private final SplittableRandom random = new SplittableRandom(20261121);
  private final ArrayDeque<Flight> network = new ArrayDeque<>(); // first come, first there
  private double loss;

  private record Flight(long arrivalNanos, End to, ByteBuffer datagram) {}

  /** One end of the call, its user included. */
  private final class End implements Delivery, DatagramSink {
    private final CallMachine machine;
    private final ByteBuffer toSend;
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final ByteBuffer buffer = ByteBuffer.allocate(2_000);
    private final List<PacketHeader> sent = new ArrayList<>();
    private int lastSerial;
    private End peer;

    End(Role role, int firstSeq, int firstSerial, byte[] data) {
      Limits usual = Limits.DEFAULT;
      Limits limits =
          new Limits(
              64,
              64,
              usual.initialWindow(),
              PACKET_BYTES,
              1,
              false,
              usual.ackDelayNanos(),
              usual.peerAckDelayNanos(),
              usual.minResendNanos(),
              usual.maxResendNanos());
      Peer host = new Peer(new InetSocketAddress("10.0.0.2", 7000), limits);
      lastSerial = firstSerial - 1;
      toSend = ByteBuffer.wrap(data);
      machine = new CallMachine(role, limits, TIMEOUTS, this, firstSeq);
      machine.begin(clock.nanoTime());
      CallAddress address = new CallAddress(role, 0x80000001, 8, 1, 1, 0);
      machine.attach(clock.nanoTime(), address, this::nextSerials, host);
      host.prove(clock.nanoTime());
    }

    private int nextSerials(int count) {
      assertThat(count).isEqualTo(1);
      lastSerial = Serial.next(lastSerial);
      return lastSerial;
    }

    void step() {
      long now = clock.nanoTime();
      machine.handleTimeout(now);
      boolean mayWrite = machine.phase() != CallState.Phase.RECEIVING_REQUEST;
      if (mayWrite && toSend.hasRemaining()) {
        machine.write(now, toSend);
      }
      if (mayWrite && !toSend.hasRemaining()) {
        machine.end(now);
      }
      while (machine.pollTransmit(now, this)) {}
    }

    @Override
    public int freePackets() {
      return 64;
    }

    @Override
    public void deliver(int checksum, ByteBuffer source, int offset, int length) {
      for (int i = 0; i < length; i++) {
        got.write(source.get(offset + i));
      }
    }

    @Override
    public boolean hasRoom(int bytes) {
      return true;
    }

    @Override
    public ByteBuffer begin(int maxBytes) {
      return buffer.clear().limit(maxBytes);
    }

    @Override
    public void end(Fragmentation fragmentation) {
      buffer.flip();
      ByteBuffer copy = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
      sent.add(decode(copy).header());
      boolean mayBeLost = !machine.isComplete(); // nobody here answers for a call after its end
      if (!mayBeLost || random.nextDouble() >= loss) {
        Flight flight = new Flight(clock.nanoTime() + MILLI, peer, copy);
        if (random.nextDouble() < loss && !network.isEmpty()) {
          Flight overtaken = network.removeLast();
          network.add(new Flight(overtaken.arrivalNanos, flight.to, flight.datagram));
          network.add(new Flight(flight.arrivalNanos, overtaken.to, overtaken.datagram));
        } else {
          network.add(flight);
        }
      }
    }

    void receive(ByteBuffer datagram) {
      machine.handlePacket(clock.nanoTime(), decode(datagram));
    }

    private Packet decode(ByteBuffer datagram) {
      try {
        return PacketCodec.decode(datagram);
      } catch (MalformedPacketException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static byte[] bytes(int packets, long seed) {
    byte[] bytes = new byte[packets * (PACKET_BYTES - PacketHeader.LENGTH) - 17];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private void run(End client, End service) {
    client.peer = service;
    service.peer = client;
    for (int steps = 0; steps < 100_000; steps++) {
      client.step();
      service.step();
      if (client.machine.isComplete() && service.machine.isComplete()) {
        return;
      }
      advance(client, service);
    }
    throw new AssertionError("never ends: " + client.machine + " and " + service.machine);
  }

  private void advance(End client, End service) {
    long now = clock.nanoTime();
    long next = sooner(client.machine.nextDeadlineNanos(), service.machine.nextDeadlineNanos());
    Flight first = network.peek();
    if (first != null) {
      next = sooner(first.arrivalNanos, next);
    }
    clock.advanceTo(next - now > 0 ? next : now);
    while (first != null && first.arrivalNanos - clock.nanoTime() <= 0) {
      network.remove();
      first.to.receive(first.datagram);
      first = network.peek();
    }
  }

  private long sooner(long a, long b) {
    if (a == Timers.NEVER || b == Timers.NEVER) {
      return a == Timers.NEVER ? b : a;
    }
    return a - b < 0 ? a : b;
  }

  @ParameterizedTest(name = "first sequence number {0}, first serial {1}, {2} lost")
  @CsvSource({
    "1, 1, 0",
    "-100, 1, 0",
    "-100, -100, 0",
    "1, -100, 0.1",
    "-100, 1, 0.1",
    "-1, -1, 0.1",
    "-100, -150, 0.1",
    "2147483600, 2147483600, 0.1",
    "-250, -2, 0.3"
  })
  void transferIsWhole(int firstSeq, int firstSerial, double lost) {
    loss = lost;
    End client = new End(Role.CLIENT, firstSeq, firstSerial, bytes(300, 1));
    End service = new End(Role.SERVICE, firstSeq, firstSerial, bytes(300, 2));
    run(client, service);
    assertThat(client.machine.state())
        .isEqualTo(new CallState.Complete(Completion.Plain.SUCCEEDED));
    assertThat(service.machine.state())
        .isEqualTo(new CallState.Complete(Completion.Plain.SUCCEEDED));
    assertThat(service.got.toByteArray()).isEqualTo(bytes(300, 1));
    assertThat(client.got.toByteArray()).isEqualTo(bytes(300, 2));
    for (End end : List.of(client, service)) {
      checkNumbers(end, firstSeq, firstSerial, lost);
    }
  }

  private static void checkNumbers(End end, int firstSeq, int firstSerial, double lost) {
    List<Integer> serials = end.sent.stream().map(PacketHeader::serial).toList();
    assertThat(serials).as("each once").doesNotHaveDuplicates().doesNotContain(0);
    assertThat(serials).startsWith(firstSerial);
    List<Integer> seqs =
        end.sent.stream()
            .filter(header -> header.type() == PacketType.DATA)
            .map(PacketHeader::seq)
            .toList();
    assertThat(seqs).allSatisfy(seq -> assertThat(seq - firstSeq).isBetween(0, 299));
    if (lost == 0) {
      assertThat(seqs).as("nothing sent again").doesNotHaveDuplicates();
    }
  }
}
