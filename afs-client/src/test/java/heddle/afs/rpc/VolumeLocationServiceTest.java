package heddle.afs.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The stubs against what OpenAFS clients and servers really say. */
class VolumeLocationServiceTest {
  private static final UUID FS1 = UUID.fromString("000fecd6-198a-1b01-9979-0100fe0aaa77");
  private static final UUID FS2 = UUID.fromString("00151558-198a-1b01-b138-0200fe0aaa77");

  private static Inet4Address address(String text) throws IOException {
    return (Inet4Address) InetAddress.getByName(text);
  }

  @Test
  void getEntryByNameU() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(1);
    MemoryCall call = new MemoryCall(golden.reply());

    VldbEntry entry = call.locations().getEntryByNameU("root.cell");

    assertThat(call.request()).isEqualTo(golden.request());
    ServerId fs1 = new ServerId.ByUuid(FS1, 1);
    assertThat(entry)
        .isEqualTo(
            new VldbEntry(
                "root.cell",
                536870913,
                536870921,
                0,
                0,
                VldbEntry.RW_EXISTS | VldbEntry.RO_EXISTS,
                List.of(
                    new VldbSite(fs1, 0, 0x14),
                    new VldbSite(fs1, 0, 0x12),
                    new VldbSite(new ServerId.ByUuid(FS2, 1), 0, 0x12))));
    assertThat(entry.volumeId(VolumeType.READ_WRITE)).hasValue(536870913);
    assertThat(entry.volumeId(VolumeType.READ_ONLY)).hasValue(536870921);
    assertThat(entry.volumeId(VolumeType.BACKUP)).isEqualTo(OptionalInt.empty());
    assertThat(entry.sites())
        .extracting(site -> site.holds(VolumeType.READ_ONLY))
        .containsExactly(false, true, true);
    assertThat(entry.sites())
        .extracting(site -> site.holds(VolumeType.READ_WRITE))
        .containsExactly(true, false, false);
  }

  @Test
  void getEntryByIdIsALookUpOfTheNumber() throws IOException {
    MemoryCall call = new MemoryCall(GoldenCall.atFrame(61).reply());

    VldbEntry entry = call.locations().getEntryByIdU(-2);

    assertThat(call.request())
        .isEqualTo(new XdrWriter().int32(527).string("4294967294", 65).toByteArray());
    assertThat(entry.name()).isEqualTo("repl");
  }

  @Test
  void serverWithoutUuidIsAnAddress() throws IOException {
    byte[] reply = GoldenCall.atFrame(1).reply().clone();
    int server = 66 * 4;
    System.arraycopy(new byte[] {10, (byte) 254, 0, 7}, 0, reply, server, 4);
    int firstFlags = (66 + 13 * 11 + 13 + 13) * 4;
    reply[firstFlags + 3] = VldbSite.READ_WRITE;
    MemoryCall call = new MemoryCall(reply);

    VldbEntry entry = call.locations().getEntryByNameU("root.cell");

    assertThat(entry.sites().get(0).server())
        .isEqualTo(new ServerId.ByAddress(address("10.254.0.7")));
    assertThat(entry.sites().get(1).server()).isEqualTo(new ServerId.ByUuid(FS1, 1));
  }

  @Test
  void getEntryByNameN() throws IOException {
    MemoryCall call = new MemoryCall(entryByAddress());

    VldbEntry entry = call.locations().getEntryByNameN("vol.readonly");

    assertThat(call.request())
        .isEqualTo(new XdrWriter().int32(519).string("vol.readonly", 65).toByteArray());
    assertThat(entry)
        .isEqualTo(
            new VldbEntry(
                "vol",
                101,
                102,
                103,
                104,
                VldbEntry.RW_EXISTS | VldbEntry.BACKUP_EXISTS,
                List.of(
                    new VldbSite(
                        new ServerId.ByAddress(address("192.0.2.1")), 3, VldbSite.READ_WRITE))));
    assertThat(entry.volumeId(VolumeType.READ_ONLY)).isEmpty();
    assertThat(entry.volumeId(VolumeType.BACKUP)).hasValue(103);
    assertThat(entry.sites().get(0).holds(VolumeType.BACKUP)).isTrue();
  }

  @Test
  void getEntryByIdN() throws IOException {
    MemoryCall call = new MemoryCall(entryByAddress());

    VldbEntry entry = call.locations().getEntryByIdN(102);

    assertThat(call.request()).isEqualTo(HexFormat.of().parseHex("0000020600000066ffffffff"));
    assertThat(entry.name()).isEqualTo("vol");
  }

  private static byte[] entryByAddress() {
    XdrWriter out = new XdrWriter();
    for (char c : "vol".toCharArray()) {
      out.int32(c);
    }
    out.fixedOpaque(new byte[(65 - 3) * 4]);
    out.int32(1);
    out.int32(0xc0000201).fixedOpaque(new byte[12 * 4]);
    out.int32(3).fixedOpaque(new byte[12 * 4]);
    out.int32(VldbSite.READ_WRITE).fixedOpaque(new byte[12 * 4]);
    out.int32(101).int32(102).int32(103).int32(104);
    out.int32(VldbEntry.RW_EXISTS | VldbEntry.BACKUP_EXISTS);
    return out.fixedOpaque(new byte[9 * 4]).toByteArray();
  }

  @Test
  void getAddrsU() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(4);
    MemoryCall call = new MemoryCall(golden.reply());

    ServerAddresses addresses = call.locations().getAddrsU(FS1);

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(addresses).isEqualTo(new ServerAddresses(FS1, 1, List.of(address("10.254.0.1"))));
  }

  @Test
  void probe() throws IOException {
    MemoryCall call = new MemoryCall(new byte[0]);

    call.locations().probe();

    assertThat(call.request()).isEqualTo(HexFormat.of().parseHex("00000202"));
  }
}
