package heddle.bench.micro;

import heddle.rxrpc.protocol.CallMachine;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketType;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an incoming ACK costs a sender in the middle of a bulk transfer: decode it, take it, fill
 * the window again and encode the packets that it made room for.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AckProcessingBenchmark {
  private static final int ACK_BYTES = 80;
  private static final int FIRST_PACKET_OFFSET = 32;
  private static final int ACKED_SERIAL_OFFSET = 40;
  private static final int SERIAL_OFFSET = 16;
  private static final int WINDOW = 128; // packets under way
  private static final long STEP_NANOS = 1000;

  /** How many packets each ACK acknowledges. */
  @Param({"2", "16"})
  public int packets;

  private final ByteBuffer data = ByteBuffer.allocateDirect(Machines.DATA_BYTES * WINDOW);
  private final ByteBuffer ack = ByteBuffer.allocateDirect(ACK_BYTES);
  private final Machines.Bin bin = new Machines.Bin();
  private CallMachine machine = Machines.machine(Role.CLIENT, new Machines.QuickReader());
  private int acknowledged = 1; // sequence number of the first packet that is not
  private int serial = 1;
  private long nowNanos;

  /** Opens the window. */
  @Setup(Level.Iteration)
  public void begin() throws MalformedPacketException {
    machine = Machines.machine(Role.CLIENT, new Machines.QuickReader());
    acknowledged = 1;
    serial = 1;
    PacketCodec.encodeAck(
        ack.clear(),
        Machines.address(Role.SERVICE).header(PacketType.ACK, 0, 1, 0, 0),
        1,
        0,
        0,
        AckReason.DELAY,
        new byte[0],
        0,
        new AckTrailer(1444, 1444, 255, 1));
    ack.flip();
    machine.write(nowNanos, data.clear().limit(1)); // a full packet leaves when more follows it
    for (int i = 0; i < WINDOW; i++) {
      fill(1);
      takeAck(1);
    }
    fill(packets);
  }

  private void fill(int count) {
    machine.write(nowNanos, data.clear().limit(count * Machines.DATA_BYTES));
    machine.pollTransmit(nowNanos, bin);
  }

  private void takeAck(int count) throws MalformedPacketException {
    nowNanos += STEP_NANOS;
    acknowledged += count;
    ack.putInt(SERIAL_OFFSET, ++serial);
    ack.putInt(FIRST_PACKET_OFFSET, acknowledged);
    ack.putInt(ACKED_SERIAL_OFFSET, acknowledged - 1);
    machine.handlePacket(nowNanos, PacketCodec.decode(ack.rewind()));
  }

  /** One ACK, and the packets that follow it. */
  @Benchmark
  public int ackAndRefill() throws MalformedPacketException {
    takeAck(packets);
    fill(packets);
    return bin.datagrams;
  }
}
