package heddle.afs.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WireUuidTest {
  private static final UUID SERVER = UUID.fromString("000fecd6-198a-1b01-9979-0100fe0aaa77");

  @Test
  void bytesAreSignExtended() {
    XdrWriter out = new XdrWriter();
    WireUuid.writeTo(out, SERVER);
    assertThat(HexFormat.of().formatHex(out.toByteArray()))
        .isEqualTo(
            "000fecd60000198a00001b01ffffff990000007900000001"
                + "00000000fffffffe0000000affffffaa00000077");
  }

  @Test
  void bytesThatAreNotSignExtendedAreReadAlike() throws IOException {
    String words =
        "000fecd60000198a00001b01000000990000007900000001"
            + "00000000000000fe0000000a000000aa00000077";
    assertThat(read(HexFormat.of().parseHex(words))).isEqualTo(SERVER);
  }

  @Test
  void readsWhatItWrites() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      UUID uuid = new UUID(random.nextLong(), random.nextLong());
      XdrWriter out = new XdrWriter();
      WireUuid.writeTo(out, uuid);
      assertThat(out.length()).isEqualTo(44);
      assertThat(read(out.toByteArray())).isEqualTo(uuid);
    }
  }

  private static UUID read(byte[] bytes) throws IOException {
    return WireUuid.readFrom(new XdrReader(new ByteArrayInputStream(bytes)));
  }
}
