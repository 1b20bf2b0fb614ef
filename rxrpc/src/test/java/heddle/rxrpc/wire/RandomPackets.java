package heddle.rxrpc.wire;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Draws packets that are well formed and otherwise anything. */
final class RandomPackets {
  private static final PacketType[] TYPES = PacketType.values();
  private static final AckReason[] REASONS = AckReason.values();

  private final RandomGenerator random;

  RandomPackets(RandomGenerator random) {
    this.random = random;
  }

  Packet next() {
    PacketType type = TYPES[random.nextInt(TYPES.length)];
    PacketHeader header = header(type);
    return switch (type) {
      case DATA -> data(header);
      case ACK -> ack(header);
      case BUSY -> new BusyPacket(header);
      case ABORT -> new AbortPacket(header, random.nextInt());
      case ACKALL -> new AckAllPacket(header);
      case CHALLENGE -> new ChallengePacket(header, bytes(random.nextInt(100)));
      case RESPONSE -> new ResponsePacket(header, bytes(random.nextInt(1444)));
      case DEBUG -> new DebugPacket(header, bytes(random.nextInt(1444)));
      case VERSION -> new VersionPacket(header, bytes(random.nextInt(66)));
      case UNKNOWN -> new IgnoredPacket(header, 9 + random.nextInt(4), 0);
    };
  }

  PacketHeader header(PacketType type) {
    return new PacketHeader(
        random.nextInt(),
        random.nextInt(),
        random.nextInt(),
        random.nextInt(),
        random.nextInt(),
        type,
        random.nextInt(256),
        random.nextInt(256),
        random.nextInt(256),
        random.nextInt(65536),
        random.nextInt(65536));
  }

  byte[] bytes(int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private DataPacket data(PacketHeader header) {
    int offset = random.nextInt(50);
    int length = random.nextInt(1445);
    return new DataPacket(
        header, ByteBuffer.wrap(bytes(offset + length + random.nextInt(50))), offset, length);
  }

  private AckPacket ack(PacketHeader header) {
    int offset = random.nextInt(50);
    int count = random.nextInt(256);
    return new AckPacket(
        header,
        random.nextInt(65536),
        random.nextInt(65536),
        random.nextInt(),
        random.nextInt(),
        random.nextInt(),
        REASONS[random.nextInt(REASONS.length)],
        ByteBuffer.wrap(bytes(offset + count)),
        offset,
        count,
        trailer());
  }

  private AckTrailer trailer() {
    int words = random.nextInt(4);
    return words == 0
        ? AckTrailer.NONE
        : new AckTrailer(number(), number(), words > 1 ? number() : 0, words > 2 ? number() : 0);
  }

  private int number() {
    return random.nextInt(1, Integer.MAX_VALUE);
  }
}
