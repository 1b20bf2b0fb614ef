package heddle.rxrpc.security.krb5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The DER of tickets reads as RFC 4120 says. */
class TicketPartTest {
  private static final byte[] KEY = {1, 2, 3, 4, 5, 6, 7, 8};

  private static TicketPart part() {
    return new TicketPart(
        0x40e0_0000, 18, KEY.clone(), "TEST.EXAMPLE", List.of("alice", "admin"), 1_000, 2_000_000);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    TicketPart read = TicketPart.decode(part().encode());

    assertThat(read).usingRecursiveComparison().isEqualTo(part());
    assertThat(read.isInvalid()).isFalse();
  }

  /** By hand, with all that is optional and a long form of each length. */
  @Test
  void everythingOptionalIsAccepted() throws Exception {
    byte[] encoded =
        hex(
            "63820000 30820000"
                + " a00703050001800000" // flags: invalid
                + " a113 3011 a003020112 a10a0408 0102030405060708"
                + " a206 1b0454455354"
                + " a312 3010 a003020101 a109 3007 1b05 616c696365"
                + " a40b 3009 a003020101 a1020400"
                + " a511 180f 31393730303130313030303130305a"
                + " a611 180f 31393730303130313030303230305a"
                + " a711 180f 31393730303130313030303330305a"
                + " a811 180f 31393730303130313030303430305a"
                + " a902 3000"
                + " aa02 3000");
    encoded = sized(encoded);

    TicketPart read = TicketPart.decode(encoded);

    assertThat(read.isInvalid()).isTrue();
    assertThat(read.realm()).isEqualTo("TEST");
    assertThat(read.name()).containsExactly("alice");
    assertThat(read.startSeconds()).isEqualTo(120);
    assertThat(read.endSeconds()).isEqualTo(180);
    assertThat(read.keyType()).isEqualTo(18);
    assertThat(read.key()).isEqualTo(KEY);
  }

  /** Sets the two outer lengths, which have two bytes each. */
  private static byte[] sized(byte[] encoded) {
    encoded[2] = (byte) ((encoded.length - 4) >> 8);
    encoded[3] = (byte) (encoded.length - 4);
    encoded[6] = (byte) ((encoded.length - 8) >> 8);
    encoded[7] = (byte) (encoded.length - 8);
    return encoded;
  }

  @Test
  void paddingBehindItIsIgnored() throws Exception {
    byte[] encoded = part().encode();

    TicketPart read = TicketPart.decode(Arrays.copyOf(encoded, encoded.length + 7));

    assertThat(read.name()).containsExactly("alice", "admin");
  }

  @Test
  void aTicketCutAnywhereIsRefused() {
    byte[] encoded = part().encode();
    for (int i = 0; i < encoded.length; i++) {
      byte[] cut = Arrays.copyOf(encoded, i);
      assertThatThrownBy(() -> TicketPart.decode(cut))
          .isInstanceOf(MalformedKerberosException.class);
    }
  }

  /** Whoever knows the service's key can write what he likes. */
  @Test
  void anyByteChangedLeavesATicketOrIsRefused() {
    byte[] encoded = part().encode();
    for (int i = 0; i < 256 * encoded.length; i++) {
      byte[] changed = encoded.clone();
      changed[i / 256] = (byte) i;
      try {
        assertThat(TicketPart.decode(changed).name()).hasSizeBetween(0, 16);
      } catch (MalformedKerberosException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  @Test
  void aNameOfTooManyComponentsIsRefused() {
    byte[] encoded = new TicketPart(0, 18, KEY, "R", Collections.nCopies(17, "a"), 0, 1).encode();

    assertThatThrownBy(() -> TicketPart.decode(encoded)).hasMessageContaining("components");
  }

  @Test
  void aNameWithANulIsRefused() {
    byte[] encoded = new TicketPart(0, 18, KEY, "R", List.of("admin\0x"), 0, 1).encode();

    assertThatThrownBy(() -> TicketPart.decode(encoded)).hasMessageContaining("NUL");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        -1,
        127,
        128,
        255,
        256,
        -128,
        -129,
        32767,
        32768,
        1 << 24,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE
      })
  void integersReadAsTheyWereWritten(int value) throws Exception {
    byte[] encoded = DerWriter.field(3, DerWriter.int32(value));

    assertThat(new DerReader(encoded).int32(DerReader.CONTEXT | 3)).isEqualTo(value);
  }

  @Test
  void integersTakeNoMoreBytesThanTheyNeed() {
    assertThat(DerWriter.int32(0)).isEqualTo(hex("020100"));
    assertThat(DerWriter.int32(127)).isEqualTo(hex("02017f"));
    assertThat(DerWriter.int32(128)).isEqualTo(hex("02020080"));
    assertThat(DerWriter.int32(-128)).isEqualTo(hex("020180"));
    assertThat(DerWriter.int32(Integer.MIN_VALUE)).isEqualTo(hex("020480000000"));
  }

  /** A version of a key is unsigned: 4 bytes of it take 5. */
  @Test
  void unsignedIntegersAreRead() throws Exception {
    assertThat(new DerReader(hex("a107 0205 00fedcba98")).int32(0xa1)).isEqualTo(0xfedcba98);
    assertThatThrownBy(() -> new DerReader(hex("a107 0205 01fedcba98")).int32(0xa1))
        .isInstanceOf(MalformedKerberosException.class);
    assertThatThrownBy(() -> new DerReader(hex("a102 0200")).int32(0xa1))
        .isInstanceOf(MalformedKerberosException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "19700101000060",
        "1970010100000Z",
        "19701301000000Z",
        "19700101000000+",
        "1970010100000xZ"
      })
  void timesThatAreNoneAreRefused(String text) {
    byte[] encoded =
        DerWriter.field(
            5, DerWriter.value(0x18, text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));

    assertThatThrownBy(() -> new DerReader(encoded).seconds(0xa5))
        .isInstanceOf(MalformedKerberosException.class);
  }

  @Test
  void timesReachBeyond2038() throws Exception {
    byte[] encoded = DerWriter.field(5, DerWriter.seconds(0xffff_ffffL));

    assertThat(new DerReader(encoded).seconds(0xa5)).isEqualTo(0xffff_ffffL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"30 80 0000", "30 8500000000 01 00", "30 84ffffffff 00", "30 02 00", "30"})
  void lengthsThatCannotBeAreRefused(String encoded) {
    assertThatThrownBy(() -> new DerReader(hex(encoded)).enter(DerReader.SEQUENCE))
        .isInstanceOf(MalformedKerberosException.class);
  }

  @Test
  void encryptedPartsReadAsTheyWereWritten() throws Exception {
    var data = new EncryptedData(18, 7, new byte[300]);

    assertThat(EncryptedData.decode(data.encode())).usingRecursiveComparison().isEqualTo(data);
  }

  @Test
  void closingOverwritesTheKey() {
    TicketPart part = part();
    part.close();

    assertThat(part.key()).containsOnly(0);
    assertThat(part().toString()).isEqualTo("ticket of alice/admin@TEST.EXAMPLE");
  }
}
