package heddle.bench.micro;

import heddle.rxrpc.protocol.CallMachine;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketHeader;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an incoming DATA packet of a bulk transfer costs the receive thread, threads and sockets
 * aside: decode it, put it in order, copy it out, and encode the ACKs. With {@code -prof gc} it
 * says how many bytes are allocated for each packet.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DataReceiveBenchmark {
  private static final int RUN = 32;
  private static final int SEQ_OFFSET = 12;
  private static final int SERIAL_OFFSET = 16;
  private static final long STEP_NANOS = 20_000;

  /** How many packets are taken before answers are asked for, as a receive batch does. */
  @Param({"2", "32"})
  public int batch;

  private final ByteBuffer datagram =
      ByteBuffer.allocateDirect(PacketHeader.LENGTH + Machines.DATA_BYTES);
  private final Machines.Bin bin = new Machines.Bin();
  private CallMachine machine = Machines.machine(Role.SERVICE, new Machines.QuickReader());
  private int seq;
  private long nowNanos;

  /** Begins a call anew. */
  @Setup(Level.Iteration)
  public void begin() {
    machine = Machines.machine(Role.SERVICE, new Machines.QuickReader());
    seq = 0;
    Machines.data(datagram.clear(), Role.CLIENT, 1, 0);
  }

  /** A run of packets in order; the figures are for one of them. */
  @Benchmark
  @OperationsPerInvocation(RUN)
  public int receiveData() throws MalformedPacketException {
    for (int i = 0; i < RUN; i++) {
      seq++;
      datagram.putInt(SEQ_OFFSET, seq).putInt(SERIAL_OFFSET, seq);
      machine.handlePacket(nowNanos, PacketCodec.decode(datagram.clear()));
      if (seq % batch == 0) {
        nowNanos += STEP_NANOS;
        machine.pollTransmit(nowNanos, bin);
      }
    }
    return bin.datagrams;
  }
}
