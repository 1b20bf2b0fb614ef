package heddle.rxrpc.xdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.rxrpc.testkit.AllocationMeter;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XdrReaderTest {

  @ParameterizedTest
  @CsvSource({
    "00000000, 0, 0",
    "00000001, 1, 1",
    "0000007f, 127, 127",
    "00000080, 128, 128",
    "7fffffff, 2147483647, 2147483647",
    "80000000, -2147483648, 2147483648",
    "ffffff80, -128, 4294967168",
    "ffffffff, -1, 4294967295",
  })
  void wordsAreSignedOrUnsigned(String hex, int signed, long unsigned) throws Exception {
    assertThat(reader(hex).int32()).isEqualTo(signed);
    assertThat(reader(hex).uint32()).isEqualTo(unsigned);
  }

  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "0000000000000001, 1",
    "00000000ffffffff, 4294967295",
    "0000000080000000, 2147483648",
    "00000001ffffffff, 8589934591",
    "ffffffff00000000, -4294967296",
    "ffffffffffffffff, -1",
    "7fffffffffffffff, 9223372036854775807",
    "8000000000000000, -9223372036854775808",
  })
  void doubleWordsHaveTheirHighWordFirst(String hex, long value) throws Exception {
    assertThat(reader(hex).int64()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "0, ''",
    "1, 61000000",
    "2, 61620000",
    "3, 61626300",
    "4, 61626364",
    "5, 6162636465000000"
  })
  void opaquesEndOnAWord(int length, String hex) throws Exception {
    XdrReader reader = reader("%08x".formatted(length) + hex + "0000002a");
    assertThat(reader.opaque(10)).asString().isEqualTo("abcde".substring(0, length));
    assertThat(reader.int32()).isEqualTo(42);

    XdrReader fixed = reader(hex + "0000002a");
    assertThat(fixed.fixedOpaque(length)).asString().isEqualTo("abcde".substring(0, length));
    assertThat(fixed.int32()).isEqualTo(42);
  }

  /** RFC 4506 wants zeros; a sender that leaves something else there does no harm. */
  @Test
  void paddingMayBeAnything() throws Exception {
    XdrReader reader = reader("00000001" + "61ffffff" + "0000002a");
    assertThat(reader.string(1)).isEqualTo("a");
    assertThat(reader.int32()).isEqualTo(42);
  }

  @Test
  void stringsAreUtf8() throws Exception {
    assertThat(reader("00000003" + "e282ac00").string(3)).isEqualTo("€");
    assertThat(reader("00000002" + "c3280000").string(3)).isEqualTo("\ufffd(");
  }

  @ParameterizedTest
  @CsvSource({"00000004, 4", "00000005, 5", "7fffffff, 2147483647", "ffffffff, 4294967295"})
  void lengthsAboveTheLimitAreRefused(String hex, String length) {
    assertRefused(
        () -> reader(hex).arrayLength(3), "array of " + length + " elements where 3 may be");
    assertRefused(
        () -> reader(hex + "61616161").opaque(3),
        "array of " + length + " elements where 3 may be");
    assertRefused(
        () -> reader(hex + "61616161").string(3),
        "array of " + length + " elements where 3 may be");
  }

  @Test
  void lengthsUpToTheLimitAreTaken() throws Exception {
    assertThat(reader("00000000").arrayLength(0)).isZero();
    assertThat(reader("00000003").arrayLength(3)).isEqualTo(3);
    assertThat(reader("7fffffff").arrayLength(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void wordsThatEndEarlyAreRefused(int length) {
    assertRefused(() -> zeros(length).int32(), "XDR data ended inside a value");
    assertRefused(() -> zeros(length).uint32(), "XDR data ended inside a value");
    assertRefused(() -> zeros(4 + length).int64(), "XDR data ended inside a value");
    assertRefused(() -> zeros(length).arrayLength(5), "XDR data ended inside a value");
  }

  @ParameterizedTest
  @CsvSource({
    "'', an opaque of 5 bytes",
    "61626364, an opaque of 5 bytes",
    "6162636465, a value",
    "61626364650000, a value"
  })
  void opaquesThatEndEarlyAreRefused(String hex, String what) {
    assertRefused(() -> reader(hex).fixedOpaque(5), "XDR data ended inside " + what);
  }

  /** The limit of some interfaces is as good as none; memory follows what has arrived. */
  @ParameterizedTest
  @ValueSource(ints = {0, 10, 8192, 8193, 100_000})
  void aHugeLengthAllocatesNoMoreThanWhatArrives(int arriving) {
    var bytes = new byte[4 + arriving];
    ByteBuffer.wrap(bytes).putInt(Integer.MAX_VALUE);
    ThrowingCallable read =
        () -> new XdrReader(new ByteArrayInputStream(bytes)).opaque(Integer.MAX_VALUE);
    assertRefused(read, "XDR data ended inside an opaque of 2147483647 bytes");

    long allocated =
        AllocationMeter.bytesOf(
            () -> new XdrReader(new ByteArrayInputStream(bytes)).opaque(Integer.MAX_VALUE));

    assertThat(allocated).isLessThan(4L * arriving + 20_000);
  }

  @Test
  void aLongOpaqueArrivesWhole() throws Exception {
    var bytes = new byte[100_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    InputStream in = new ByteArrayInputStream(new XdrWriter().opaque(bytes, 100_000).toByteArray());
    assertThat(new XdrReader(in).opaque(100_000)).isEqualTo(bytes);
  }

  /** As a call's stream does at every packet's end. */
  @Test
  void aStreamMayGiveOneByteAtATime() throws Exception {
    byte[] bytes = new XdrWriter().int64(-2).string("abcdefghij", 10).int32(7).toByteArray();
    var reader = new XdrReader(new OneByteAtATime(new ByteArrayInputStream(bytes)));
    assertThat(reader.int64()).isEqualTo(-2);
    assertThat(reader.string(10)).isEqualTo("abcdefghij");
    assertThat(reader.int32()).isEqualTo(7);
  }

  @Test
  void failuresOfTheStreamPassThrough() {
    var in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("call aborted");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("call aborted");
          }
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new XdrReader(in).int32())
        .isNotInstanceOf(XdrException.class)
        .withMessage("call aborted");
  }

  private static void assertRefused(ThrowingCallable read, String message) {
    assertThatExceptionOfType(XdrException.class).isThrownBy(read).withMessage(message);
  }

  private static XdrReader reader(String hex) {
    return new XdrReader(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
  }

  private static XdrReader zeros(int length) {
    return new XdrReader(new ByteArrayInputStream(new byte[length]));
  }

  private static final class OneByteAtATime extends FilterInputStream {
    OneByteAtATime(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return super.read(target, offset, Math.min(length, 1));
    }
  }
}
