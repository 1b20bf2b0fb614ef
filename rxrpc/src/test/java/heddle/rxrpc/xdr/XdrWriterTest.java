package heddle.rxrpc.xdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XdrWriterTest {

  @Test
  void numbersHaveTheirHighBytesFirst() {
    assertHex(new XdrWriter().int32(0x01020304).int32(-2), "01020304" + "fffffffe");
    assertHex(new XdrWriter().int64(0x0102030405060708L), "0102030405060708");
    assertHex(new XdrWriter().int64(-2), "fffffffffffffffe");
    assertHex(new XdrWriter().int64(0xffff_ffffL), "00000000ffffffff");
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "01, 01000000",
    "0102, 01020000",
    "010203, 01020300",
    "01020304, 01020304",
    "ffffffffff, ffffffffff000000",
  })
  void opaquesAreFilledUpWithZeros(String value, String padded) {
    byte[] bytes = HexFormat.of().parseHex(value);
    assertHex(new XdrWriter().fixedOpaque(bytes), padded);
    assertHex(new XdrWriter().opaque(bytes, 5), "%08x".formatted(bytes.length) + padded);
  }

  @Test
  void limitsAreInBytes() {
    assertHex(new XdrWriter().string("€", 3), "00000003" + "e282ac00");
    var writer = new XdrWriter().int32(1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.string("€", 2))
        .withMessage("opaque of 3 bytes where the interface allows 2");
    assertThat(writer.length()).isEqualTo(4); // nothing of it was written
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 128})
  void itGrowsFromAnySize(int expectedBytes) {
    var writer = new XdrWriter(expectedBytes);
    for (int i = 0; i < 100; i++) {
      writer.int32(i);
    }
    assertThat(writer.length()).isEqualTo(400);
    assertThat(writer.toByteBuffer().remaining()).isEqualTo(400);
    for (int i = 0; i < 100; i++) {
      assertThat(writer.toByteBuffer().getInt(4 * i)).isEqualTo(i);
    }
  }

  /** A value to write, and what must be read then. */
  private record Value(Consumer<XdrWriter> write, Check check) {}

  private interface Check {
    void read(XdrReader reader) throws IOException;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsWrittenIsRead(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      List<Value> values = new ArrayList<>();
      var writer = new XdrWriter(0);
      for (int i = random.nextInt(20); i >= 0; i--) {
        Value value = draw(random);
        value.write().accept(writer);
        values.add(value);
        assertThat(writer.length() % 4).isZero();
      }
      var in = new ByteArrayInputStream(writer.toByteArray());
      var reader = new XdrReader(in);
      for (Value value : values) {
        value.check().read(reader);
      }
      assertThat(in.available()).isZero();
    }
  }

  private static Value draw(SplittableRandom random) {
    int word = random.nextInt();
    long twoWords = random.nextLong();
    var bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return switch (random.nextInt(4)) {
      case 0 -> new Value(w -> w.int32(word), r -> assertThat(r.int32()).isEqualTo(word));
      case 1 -> new Value(w -> w.int64(twoWords), r -> assertThat(r.int64()).isEqualTo(twoWords));
      case 2 ->
          new Value(
              w -> w.fixedOpaque(bytes),
              r -> assertThat(r.fixedOpaque(bytes.length)).isEqualTo(bytes));
      default ->
          new Value(w -> w.opaque(bytes, 39), r -> assertThat(r.opaque(39)).isEqualTo(bytes));
    };
  }

  private static void assertHex(XdrWriter writer, String hex) {
    assertThat(HexFormat.of().formatHex(writer.toByteArray())).isEqualTo(hex);
  }
}
