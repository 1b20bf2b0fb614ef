package heddle.rxrpc.security.rxkad;

import static heddle.rxrpc.security.rxkad.RxkadAssertions.assertError;
import static heddle.rxrpc.security.rxkad.TestCell.hex;
import static heddle.rxrpc.security.rxkad.TestCell.key;
import static heddle.rxrpc.security.rxkad.TestCell.keyFileExt;
import static heddle.rxrpc.security.rxkad.TestCell.keyFileExtRecord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.krb5.Enctype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of servers are read from the files that OpenAFS and Kerberos keep them in. */
class ServiceKeysTest {
  private static final byte[] AES256 = key(Enctype.AES256_CTS_HMAC_SHA1_96);
  private static final byte[] AES128 = key(Enctype.AES128_CTS_HMAC_SHA1_96);

  @TempDir private Path directory;

  private Path file(String digits) throws IOException {
    return Files.write(directory.resolve("file"), hex(digits));
  }

  @Test
  void bothFilesOfTheTestCellHoldTheSameKeys() throws Exception {
    ServiceKeys keytab = ServiceKeys.ofKeytab(RecordedConnectionsTest.resource("rxkad.keytab"));
    ServiceKeys keyFileExt =
        ServiceKeys.ofKeyFileExt(RecordedConnectionsTest.resource("KeyFileExt"));

    for (int enctype : new int[] {17, 18}) {
      assertThat(keytab.find(enctype, 2).getFirst().bytes())
          .isEqualTo(keyFileExt.find(enctype, 2).getFirst().bytes());
    }
    assertThat(keytab.refused()).isEmpty();
    assertThat(keyFileExt.refused()).isEmpty();
  }

  @Test
  void keysThatRxkadCannotUseAreLeftOutAndItIsSaidWhy() throws Exception {
    Path file =
        keyFileExt(
            directory,
            5,
            keyFileExtRecord(1, 3, 0, new byte[8]),
            keyFileExtRecord(2, 4, 20, new byte[32]),
            keyFileExtRecord(4, 5, 18, new byte[32]), // for rxgk
            keyFileExtRecord(2, 6, 3, new byte[8]),
            keyFileExtRecord(2, 7, 18, AES256));

    ServiceKeys keys = ServiceKeys.ofKeyFileExt(file);

    assertThat(keys).hasToString("service keys [kvno 7 aes256-cts-hmac-sha1-96 (18)]");
    assertThat(keys.refused())
        .containsExactly(
            "kvno 3 des-cbc-crc (1): single DES was broken long ago",
            "kvno 4 aes256-cts-hmac-sha384-192 (20): service keys of AFS are of types 18, 17, 23"
                + " or 16, the ones that OpenAFS can use",
            "kvno 5: a key of type 4, which is not for rxkad",
            "kvno 6 des-cbc-md5 (3): single DES was broken long ago");
  }

  @Test
  void aFileOfNothingButSuchKeysIsRefusedAndSaysWhy() throws Exception {
    Path file = keyFileExt(directory, 1, keyFileExtRecord(1, 3, 0, new byte[8]));

    assertThatThrownBy(() -> ServiceKeys.ofKeyFileExt(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no key that can be used")
        .hasMessageContaining("single DES");
  }

  @Test
  void recordsOfLaterVersionsHaveMoreFields() throws Exception {
    byte[] later = hex("00000018 00000002 00000007 00000012 01020304 05060708 00000020");
    Path file = keyFileExt(directory, 1, later, AES256);

    assertThat(ServiceKeys.ofKeyFileExt(file).find(18, 7)).hasSize(1);
  }

  @Test
  void filesThatAreDamagedAreRefused() throws Exception {
    Path good = keyFileExt(directory, 1, keyFileExtRecord(2, 7, 18, AES256));
    byte[] bytes = Files.readAllBytes(good);
    for (int i = 0; i < bytes.length; i++) {
      Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, i));
      assertThatThrownBy(() -> ServiceKeys.ofKeyFileExt(cut)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> ServiceKeys.ofKeytab(cut)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(
            () -> ServiceKeys.ofKeyFileExt(file("00000001 0000000f 00000002 00000007 00")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ServiceKeys.ofKeyFileExt(file("7fffffff")))
        .isInstanceOf(IOException.class);
    Path wrongLength = keyFileExt(directory, 1, keyFileExtRecord(2, 7, 18, new byte[31]));
    assertThatThrownBy(() -> ServiceKeys.ofKeyFileExt(wrongLength))
        .hasMessageContaining("with 31 bytes");
  }

  @Test
  void aFileTooLargeIsNotReadAtAll() throws Exception {
    Path file = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);

    assertThatThrownBy(() -> ServiceKeys.ofKeytab(file)).hasMessageContaining("too large");
  }

  @Test
  void ticketsArePrintedWithTheNewestKeyOfTheBestType() throws Exception {
    Path file =
        keyFileExt(
            directory,
            4,
            keyFileExtRecord(2, 9, 17, AES128),
            keyFileExtRecord(2, 3, 18, AES256),
            keyFileExtRecord(2, 4, 18, AES256),
            keyFileExtRecord(2, 11, 23, key(Enctype.ARCFOUR_HMAC)));

    assertThat(ServiceKeys.ofKeyFileExt(file).forPrinting())
        .hasToString("kvno 4 aes256-cts-hmac-sha1-96 (18)");
  }

  @Test
  void twoKeysOfOneVersionAreBothTried() throws Exception {
    byte[] other = new byte[32];
    Path file =
        keyFileExt(
            directory,
            2,
            keyFileExtRecord(2, TestCell.KVNO, 18, other),
            keyFileExtRecord(2, TestCell.KVNO, 18, AES256));
    var reader =
        new TicketReader(ServiceKeys.ofKeyFileExt(file), DottedNames.REFUSED, SingleDes.REFUSED);

    ServiceTicket ticket =
        reader.read(
            ServiceTicket.KERBEROS_5_ENCRYPTED_PART,
            TestCell.ticketOfAlice(),
            TestCell.NOW_SECONDS);

    assertThat(ticket.client().name()).isEqualTo("alice");
  }

  @Test
  void keysOfSingleDesAreReadOnlyWhenAsked() throws Exception {
    Path file = file("00000001 00000003 0123456789abcdef");

    assertThatThrownBy(() -> ServiceKeys.ofKeyFile(file, SingleDes.REFUSED))
        .hasMessageContaining("refused");
    ServiceKeys keys = ServiceKeys.ofKeyFile(file, SingleDes.ACCEPTED);
    assertThat(keys.desKey(3)).isEqualTo(hex("0123456789abcdef"));
    assertError(() -> keys.desKey(4), RxkadError.UNKNOWN_KEY);
    assertError(keys::forPrinting, RxkadError.UNKNOWN_KEY);
  }

  @Test
  void closingOverwritesTheKeys() throws Exception {
    ServiceKeys keys = TestCell.keys(directory);
    byte[] key = keys.find(18, TestCell.KVNO).getFirst().bytes();
    assertThat(key).containsOnly(18);

    keys.close();

    assertThat(key).containsOnly(0);
  }
}
