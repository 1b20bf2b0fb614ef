package heddle.rxrpc.protocol;

import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.AckAllPacket;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.BusyPacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.Serial;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One call against a peer that does what a test says, in virtual time. After each step everything
 * that the call wants sent is taken from it; {@link #sent} returns it as lines such as {@code DATA
 * 2 LAST ASK} or {@code ACK OUT_OF_SEQUENCE first=1 acked=101 -*}.
 *
 * <p>The call's serials count from {@value #FIRST_SERIAL}, those of the peer from {@value
 * #FIRST_PEER_SERIAL}, unless the test says otherwise.
 */
final class PacketScript {
  static final int FIRST_SERIAL = 1;
  static final int FIRST_PEER_SERIAL = 101;
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000 * MILLI;
  static final CallTimeouts TIMEOUTS = new CallTimeouts(0, 60 * SECOND, 20 * SECOND);

  final CallMachine machine;
  final Peer peer;
  final TestDelivery delivery;
  private final Role role;
  private final Limits limits;
  private final Sink sink = new Sink();
  private final List<String> sent = new ArrayList<>();
  private long nowNanos = 1_000 * SECOND;
  private int lastSerial = FIRST_SERIAL - 1;
  private int peerSerial = FIRST_PEER_SERIAL;
  private int bytesSent;
  private int pingOut;
  private int lengthOfPing;
  private boolean warm = true;

  PacketScript(Role role, Limits limits, CallTimeouts timeouts) {
    this.role = role;
    this.limits = limits;
    this.delivery = new TestDelivery(limits.receiveWindow());
    this.peer = new Peer(new InetSocketAddress("10.0.0.2", 7000), limits);
    this.machine = new CallMachine(role, limits, timeouts, delivery);
    peer.path().carried(nowNanos, limits.packetBytes());
    machine.begin(nowNanos);
  }

  /** Returns a client's call with a channel. */
  static PacketScript client() {
    return client(Limits.DEFAULT);
  }

  static PacketScript client(Limits limits) {
    return new PacketScript(Role.CLIENT, limits, TIMEOUTS).attach();
  }

  /** Returns a service's call, to which a client at a proven address has sent nothing yet. */
  static PacketScript service() {
    PacketScript script = new PacketScript(Role.SERVICE, Limits.DEFAULT, TIMEOUTS).attach();
    script.peer.prove(script.nowNanos);
    return script;
  }

  /** Returns a service's call that has its whole request, of one packet, and owes nothing. */
  static PacketScript servingService() {
    PacketScript script = service().lastData(1).after(200);
    script.sent();
    return script;
  }

  /** Returns a client's call that has sent its whole request, of one packet. */
  static PacketScript waitingClient() {
    PacketScript script = client().writeBytes(1).end();
    script.sent();
    return script;
  }

  PacketScript attach() {
    CallAddress address = new CallAddress(role, 0x80000001, 8, 1, 1, 0);
    machine.attach(nowNanos, address, this::nextSerials, peer);
    return drain();
  }

  private int nextSerials(int count) {
    int first = Serial.next(lastSerial);
    lastSerial = first + count - 1;
    return first;
  }

  /** Lets the serials of the call go on after {@code serial}. */
  PacketScript serialsAfter(int serial) {
    lastSerial = serial;
    return this;
  }

  /** Lets the serials of the peer begin anew. */
  PacketScript peerSerialsFrom(int serial) {
    peerSerial = serial;
    return this;
  }

  // ---- the user

  /** Writes so many full packets; the first one of a client's call is smaller than the others. */
  PacketScript write(int packets) {
    boolean first = machine.send.queuedTop() == Packetizer.FIRST_SEQ;
    return writeBytes(first ? dataBytesOfFirst(packets) : packets * dataBytes());
  }

  /** Returns the bytes of so many full packets from the first on. */
  int dataBytesOfFirst(int packets) {
    int less = role == Role.CLIENT ? Math.max(0, limits.packetBytes() - PathMtu.BASE) : 0;
    return packets * dataBytes() - less;
  }

  PacketScript writeBytes(int bytes) {
    drain(); // or the path may be cold
    machine.write(nowNanos, ByteBuffer.allocate(bytes));
    return drain();
  }

  PacketScript end() {
    machine.end(nowNanos);
    return drain();
  }

  /** Reads so many packets. */
  PacketScript read(int packets) {
    delivery.read(packets);
    return this;
  }

  PacketScript windowOpened() {
    machine.windowOpened(nowNanos);
    return drain();
  }

  PacketScript abort(int code) {
    machine.abort(code, AbortReason.USER);
    return drain();
  }

  int dataBytes() {
    return limits.packetBytes() - PacketHeader.LENGTH;
  }

  // ---- the peer

  PacketScript data(int seq) {
    return data(seq, 0);
  }

  PacketScript lastData(int seq) {
    return data(seq, PacketFlags.LAST_PACKET);
  }

  PacketScript data(int seq, int flags) {
    return arrives(
        new DataPacket(header(PacketType.DATA, seq, flags), ByteBuffer.allocate(8), 0, 8));
  }

  /** Begins an ACK that says {@code first} is the first packet not there for good. */
  Ack ack(int first) {
    return new Ack(first);
  }

  PacketScript peerAborts(int code) {
    return arrives(new AbortPacket(header(PacketType.ABORT, 0, 0), code));
  }

  PacketScript busy() {
    return arrives(new BusyPacket(header(PacketType.BUSY, 0, 0)));
  }

  PacketScript ackAll() {
    return arrives(new AckAllPacket(header(PacketType.ACKALL, 0, 0)));
  }

  private PacketHeader header(PacketType type, int seq, int flags) {
    int all = role == Role.SERVICE ? flags | PacketFlags.CLIENT_INITIATED : flags;
    int serial = peerSerial;
    peerSerial = Serial.next(peerSerial);
    return new PacketHeader(0x80000001, 8, 1, seq, serial, type, all, 0, 0, 0, 1);
  }

  private PacketScript arrives(Packet packet) {
    machine.handlePacket(nowNanos, packet);
    return drain();
  }

  /** An ACK of the peer on its way. */
  final class Ack {
    private final int first;
    private String soft = "";
    private AckReason reason = AckReason.REQUESTED;
    private int quoted;
    private int flags;
    private AckTrailer trailer = new AckTrailer(1444, 1444, 255, 1);

    Ack(int first) {
      this.first = first;
    }

    /** Sets the table: {@code *} for what has arrived, {@code -} for what has not. */
    Ack soft(String table) {
      soft = table;
      return this;
    }

    Ack reason(AckReason why) {
      reason = why;
      return this;
    }

    /** Sets the serial that prompted it. */
    Ack quoting(int serial) {
      quoted = serial;
      return this;
    }

    Ack asking() {
      flags = PacketFlags.REQUEST_ACK;
      return this;
    }

    Ack window(int packets) {
      trailer = new AckTrailer(1444, 1444, packets, 1);
      return this;
    }

    Ack trailer(AckTrailer all) {
      trailer = all;
      return this;
    }

    PacketScript arrives() {
      ByteBuffer table = ByteBuffer.allocate(255);
      for (int i = 0; i < soft.length(); i++) {
        table.put(i, (byte) (soft.charAt(i) == '*' ? 1 : 0));
      }
      return PacketScript.this.arrives(
          new AckPacket(
              header(PacketType.ACK, 0, flags),
              0,
              0,
              first,
              first - 1,
              quoted,
              reason,
              table,
              0,
              soft.length(),
              trailer));
    }
  }

  // ---- time

  /** Lets time pass; timers fire at their moments. */
  PacketScript after(double millis) {
    long target = nowNanos + (long) (millis * MILLI);
    long next = machine.nextDeadlineNanos();
    int fired = 0;
    while (next != Timers.NEVER && next - target <= 0) {
      nowNanos = next - nowNanos > 0 ? next : nowNanos;
      machine.handleTimeout(nowNanos);
      drain();
      next = machine.nextDeadlineNanos();
      if (++fired > 100_000) {
        throw new AssertionError("timers fire for ever: " + machine.timers);
      }
    }
    nowNanos = target;
    return this;
  }

  /** Lets time pass in which this side does not run: its timers fire behind that. */
  PacketScript stopped(double millis) {
    nowNanos += (long) (millis * MILLI);
    return after(0);
  }

  long nowNanos() {
    return nowNanos;
  }

  // ---- what the call sends

  /** Returns what was sent since the last time this was asked. */
  List<String> sent() {
    List<String> lines = List.copyOf(sent);
    sent.clear();
    return lines;
  }

  /** Returns the sequence numbers of the DATA packets sent since the last time. */
  List<Integer> sentData() {
    return sent().stream()
        .filter(line -> line.startsWith("DATA"))
        .map(line -> Integer.parseInt(line.split(" ")[1]))
        .toList();
  }

  /** Returns the serial of a ping of the call that nobody has answered, or 0. */
  int pingOut() {
    return pingOut;
  }

  /** Returns the bytes of the last ping of the call. */
  int lengthOfPing() {
    return lengthOfPing;
  }

  void forgetPing() {
    pingOut = 0;
  }

  int bytesSent() {
    return bytesSent;
  }

  Completion completion() {
    return machine.state() instanceof CallState.Complete(Completion how) ? how : throwRunning();
  }

  private Completion throwRunning() {
    throw new AssertionError("the call has not ended: " + machine);
  }

  /** From now on nothing large is known to have got through lately, unless it did. */
  PacketScript coldPath() {
    warm = false;
    return this;
  }

  private PacketScript drain() {
    if (warm) {
      peer.path().carried(nowNanos, limits.packetBytes());
    }
    int rounds = 0;
    while (machine.pollTransmit(nowNanos, sink)) {
      if (++rounds > 10) {
        throw new AssertionError("never has enough of sending: " + machine);
      }
    }
    return this;
  }

  private final class Sink implements DatagramSink {
    private final ByteBuffer buffer = ByteBuffer.allocate(2048);

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
      try {
        bytesSent += buffer.flip().remaining();
        Packet packet = PacketCodec.decode(buffer);
        if (packet instanceof AckPacket ack && ack.reason() == AckReason.PING) {
          pingOut = ack.header().serial();
          lengthOfPing = buffer.limit();
        }
        sent.add(line(packet));
      } catch (MalformedPacketException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static String line(Packet packet) {
    String ask = packet.header().has(PacketFlags.REQUEST_ACK) ? " ASK" : "";
    return switch (packet) {
      case DataPacket data ->
          "DATA "
              + data.header().seq()
              + (data.header().has(PacketFlags.LAST_PACKET) ? " LAST" : "")
              + ask;
      case AckPacket ack ->
          "ACK "
              + ack.reason()
              + " first="
              + ack.firstPacket()
              + " acked="
              + ack.ackedSerial()
              + table(ack)
              + ask;
      case AbortPacket abort -> "ABORT " + abort.code();
      default -> packet.header().type().toString();
    };
  }

  private static String table(AckPacket ack) {
    var text = new StringBuilder();
    for (int i = 0; i < ack.ackCount(); i++) {
      text.append(ack.isSoftAcked(i) ? '*' : '-');
    }
    return text.isEmpty() ? "" : " " + text;
  }

  /** Takes packets until its room is used up; the test reads them. */
  static final class TestDelivery implements Delivery {
    private final int capacity;
    private int unread;
    private int delivered;

    TestDelivery(int capacity) {
      this.capacity = capacity;
    }

    @Override
    public int freePackets() {
      return capacity - unread;
    }

    @Override
    public void deliver(int checksum, ByteBuffer source, int offset, int length) {
      if (unread == capacity) {
        throw new AssertionError("delivered without room");
      }
      unread++;
      delivered++;
    }

    void read(int packets) {
      unread -= packets;
    }

    int delivered() {
      return delivered;
    }

    int unread() {
      return unread;
    }
  }
}
