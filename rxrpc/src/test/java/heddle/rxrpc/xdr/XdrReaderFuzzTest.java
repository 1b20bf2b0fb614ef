package heddle.rxrpc.xdr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import heddle.rxrpc.testkit.AllocationMeter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Arbitrary bytes, read as arbitrary types, are values or an {@link XdrException}, and cost memory
 * only in proportion to what arrived. Replays a few requests and earlier findings; {@code
 * JAZZER_FUZZ=1} looks for new ones.
 */
class XdrReaderFuzzTest {
  private static final int MAX_FIELDS = 32;
  private static final int STEP = 9000; // bytes that a field may cost before any of it arrives

  static Stream<Arguments> seeds() {
    return Stream.of(
        seed(
            "01234567",
            new XdrWriter().int32(-1).int32(1).int64(2).int32(9).opaque(new byte[5], 9)),
        seed("55555", new XdrWriter().string("", 1).string("a", 1).string("abcd", 9).int32(-1)),
        seed("4", new XdrWriter().int32(Integer.MAX_VALUE).int32(1)),
        seed("44", new XdrWriter(20_000).opaque(new byte[8192], 8192).opaque(new byte[8193], 9000)),
        seed("3333", new XdrWriter().int32(0).int32(15).int32(Integer.MIN_VALUE)),
        seed("", new XdrWriter()));
  }

  @BeforeAll
  static void useEverythingOnce() {
    for (Arguments seed : seeds().toList()) {
      var unused = AllocationMeter.bytesOf(() -> readAll((byte[]) seed.get()[0]));
    }
  }

  /** The input is the number of fields, a byte for the type and limit of each, and the XDR data. */
  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void anyBytesAreValuesOrRefused(byte[] input) {
    long allocated = AllocationMeter.bytesOf(() -> readAll(input));

    // an opaque grows by doubling, and a string is made of one
    assertThat(allocated).isLessThan(8L * input.length + (MAX_FIELDS + 1) * (long) STEP);
  }

  private static Arguments seed(String types, XdrWriter data) {
    ByteBuffer input = ByteBuffer.allocate(1 + types.length() + data.length());
    input.put((byte) types.length());
    types.chars().forEach(type -> input.put((byte) (0xf8 | (type - '0'))));
    return Arguments.of((Object) input.put(data.toByteBuffer()).array());
  }

  private static void readAll(byte[] input) throws XdrException {
    var in = new ByteArrayInputStream(input);
    byte[] types = readTypes(in);
    var reader = new XdrReader(in);
    try {
      for (byte type : types) {
        // a limit from 0 over 1 to 2^31 - 1
        read(reader, type & 7, ((1 << ((type & 0xff) >>> 3)) - 1) & Integer.MAX_VALUE);
      }
    } catch (XdrException e) {
      throw e;
    } catch (IOException e) {
      throw new AssertionError("not an XdrException", e);
    }
  }

  private static byte[] readTypes(ByteArrayInputStream in) {
    int count = Math.min(Math.max(in.read(), 0), MAX_FIELDS);
    var types = new byte[Math.min(count, in.available())];
    in.readNBytes(types, 0, types.length);
    return types;
  }

  private static void read(XdrReader reader, int type, int limit) throws IOException {
    switch (type) {
      case 0 -> check(reader.uint32(), 0xffff_ffffL);
      case 1 -> reader.int32();
      case 2 -> reader.int64();
      case 3 -> check(reader.arrayLength(limit), limit);
      case 4 -> check(reader.opaque(limit).length, limit);
      case 5 -> check(reader.string(limit).length(), limit);
      case 6 -> check(reader.fixedOpaque(limit & 0xffff).length, limit & 0xffff);
      default -> check(reader.opaque(limit >>> 8).length, limit >>> 8);
    }
  }

  private static void check(long value, long limit) {
    if (value < 0 || value > limit) {
      throw new AssertionError(value + " read where " + limit + " may be");
    }
  }
}
