package heddle.bench.micro;

import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to read and write one packet header, and to decode a whole DATA packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HeaderCodecBenchmark {
  private static final int DATA_BYTES = 1416;

  private final PacketHeader header =
      new PacketHeader(
          0x87654321,
          0x1234_5678 & ~3,
          7,
          99,
          1234,
          PacketType.DATA,
          PacketFlags.CLIENT_INITIATED | PacketFlags.REQUEST_ACK,
          0,
          0,
          0,
          147);
  private final ByteBuffer datagram = ByteBuffer.allocateDirect(PacketHeader.LENGTH + DATA_BYTES);
  private final ByteBuffer out = ByteBuffer.allocateDirect(PacketHeader.LENGTH);

  /** Fills the datagram. */
  public HeaderCodecBenchmark() {
    header.encode(datagram);
    datagram.clear();
  }

  /** Reads a header. */
  @Benchmark
  public PacketHeader decodeHeader() throws MalformedPacketException {
    return PacketHeader.decode(datagram.position(0));
  }

  /** Writes a header. */
  @Benchmark
  public ByteBuffer encodeHeader() {
    header.encode(out.clear());
    return out;
  }

  /** Decodes a full DATA packet; its data are not touched. */
  @Benchmark
  public Packet decodeDataPacket() throws MalformedPacketException {
    return PacketCodec.decode(datagram.clear());
  }
}
