package heddle.bench.micro;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * Bytes of user's data that one core seals and opens in a microsecond (MB/s), in packets of the
 * usual size. At level crypt this is fcrypt in PCBC mode and next to nothing else.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RxkadBenchmark {
  private static final int USER_BYTES = 1408; // of a packet of 1444 bytes at level crypt
  private static final int PAYLOAD_BYTES = 1416;

  /** How well packets are protected. */
  @Param({"CRYPT", "AUTH"})
  public RxkadLevel level = RxkadLevel.CRYPT;

  private final ByteBuffer source = ByteBuffer.allocateDirect(USER_BYTES);
  private final byte[] packet = new byte[PAYLOAD_BYTES];
  private final byte[] sealed = new byte[PAYLOAD_BYTES];
  private CallSecurity call = security(level);
  private int sealedBytes;

  private static CallSecurity security(RxkadLevel level) {
    try {
      byte[] key = {1, 35, 69, 103, (byte) 137, (byte) 171, (byte) 205, (byte) 239};
      RxkadToken token = RxkadToken.of("nobody", 256, new byte[100], key, Instant.MAX);
      return Rxkad.with(token, level).connect(1, 4).orElseThrow().call(0, 1);
    } catch (SecurityViolationException e) {
      throw new AssertionError(e);
    }
  }

  /** Seals the packet that is opened. */
  @Setup
  public void seal() throws SecurityViolationException {
    call = security(level);
    sealedBytes = call.seal(1, source.clear(), USER_BYTES, sealed);
  }

  /** Encrypts from the user's buffer into a packet. */
  @Benchmark
  @OperationsPerInvocation(USER_BYTES)
  public int sealFromBuffer() throws SecurityViolationException {
    return call.seal(1, source.clear(), USER_BYTES, packet);
  }

  /** Encrypts a packet that was filled bit by bit. */
  @Benchmark
  @OperationsPerInvocation(USER_BYTES)
  public int sealInPlace() throws SecurityViolationException {
    return call.seal(1, packet, USER_BYTES);
  }

  /** Checks and decrypts a packet; copies it first, as the ring of a call does. */
  @Benchmark
  @OperationsPerInvocation(USER_BYTES)
  public int open() throws SecurityViolationException {
    System.arraycopy(sealed, 0, packet, 0, sealedBytes);
    return call.open(1, call.checksum(1), packet, sealedBytes);
  }
}
