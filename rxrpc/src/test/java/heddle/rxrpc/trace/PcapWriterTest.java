package heddle.rxrpc.trace;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.PcapReader;
import heddle.rxrpc.wire.PacketVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PcapWriterTest {
  private static final Instant TIME = Instant.parse("2026-11-21T06:07:08.123456789Z");
  private static final InetSocketAddress CLIENT = address("10.254.0.10", 7001);
  private static final InetSocketAddress SERVER = address("10.254.0.1", 7000);
  private static final InetSocketAddress CLIENT6 = address("fd00::10", 7001);
  private static final InetSocketAddress SERVER6 = address("fd00::1", 7000);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Checked with tshark 4.0.17, which verifies both checksums and decodes Rx. */
  @Test
  void ipv4DatagramHasTheseBytes() throws Exception {
    try (var pcap = new PcapWriter(out, 1000)) {
      pcap.write(TIME, CLIENT, SERVER, PacketVector.named("version-client").buffer());
    }
    assertThat(HexFormat.of().formatHex(out.toByteArray()))
        .isEqualTo(
            "a1b23c4d0002000400000000000000000000ffff00000065" // file: raw IP, nanoseconds
                + "6b01350c075bcd150000003900000039" // time, lengths
                + "4500003900004000401124ae0afe000a0afe0001" // IPv4
                + "1b591b580025a19b" // UDP
                + "000003e7000000000000006500000000000000000d0500000000000000");
  }

  @Test
  void whatIsWrittenIsRead(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("all.pcap");
    List<PacketVector> vectors = PacketVector.all();
    try (var pcap = PcapWriter.create(file, Long.MAX_VALUE)) {
      for (PacketVector vector : vectors) {
        pcap.write(TIME, CLIENT, SERVER, vector.buffer());
        pcap.write(TIME.plusNanos(1), SERVER6, CLIENT6, vector.buffer());
      }
    }
    List<PcapReader.Datagram> datagrams = PcapReader.read(file);

    assertThat(datagrams).hasSize(2 * vectors.size());
    for (int i = 0; i < vectors.size(); i++) {
      PcapReader.Datagram first = datagrams.get(2 * i);
      assertThat(first.time()).isEqualTo(TIME);
      assertThat(first.from()).isEqualTo(CLIENT);
      assertThat(first.to()).isEqualTo(SERVER);
      assertThat(first.bytes()).isEqualTo(vectors.get(i).bytes());
      PcapReader.Datagram second = datagrams.get(2 * i + 1);
      assertThat(second.time()).isEqualTo(TIME.plusNanos(1));
      assertThat(second.from()).isEqualTo(SERVER6);
      assertThat(second.to()).isEqualTo(CLIENT6);
      assertThat(second.bytes()).isEqualTo(vectors.get(i).bytes());
    }
  }

  @Test
  void datagramsAreReadFromTheMiddleOfADirectBufferAndLeaveItAsItIs() throws Exception {
    ByteBuffer batch = ByteBuffer.allocateDirect(20).put(7, new byte[] {'R', 'x'});
    batch.position(7).limit(9);
    try (var pcap = new PcapWriter(out, 1000)) {
      pcap.write(TIME, CLIENT, SERVER, batch);
    }
    assertThat(batch.position()).isEqualTo(7);
    assertThat(batch.limit()).isEqualTo(9);
    assertThat(onlyDatagram().bytes()).asString().isEqualTo("Rx");
  }

  /** An endpoint bound to the IPv6 wildcard talks to IPv4 peers too. */
  @Test
  void wildcardAppearsInThePeersFamily() throws Exception {
    try (var pcap = new PcapWriter(out, 1000)) {
      pcap.write(TIME, address("::", 7001), SERVER, ByteBuffer.allocate(5));
    }
    assertThat(onlyDatagram().from()).isEqualTo(address("0.0.0.0", 7001));
    assertThat(onlyDatagram().to()).isEqualTo(SERVER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.254.0.1", "fd00::1"})
  void datagramsTooLongForIpAreCut(String peer) throws Exception {
    try (var pcap = new PcapWriter(out, 1 << 20)) {
      InetSocketAddress server = address(peer, 7000);
      pcap.write(TIME, server, server, ByteBuffer.allocate(70_000));
    }
    int ipHeader = peer.contains(":") ? 40 : 20;
    assertThat(onlyDatagram().bytes()).hasSize(65535 - ipHeader - 8);
  }

  @Test
  void nothingIsWrittenBeyondTheLimit() throws Exception {
    int limit = 24 + 2 * (16 + 20 + 8 + 100) - 1;
    try (var pcap = new PcapWriter(out, limit)) {
      pcap.write(TIME, CLIENT, SERVER, ByteBuffer.allocate(100));
      pcap.write(TIME, CLIENT, SERVER, ByteBuffer.allocate(100)); // one byte too long
      pcap.write(TIME, CLIENT, SERVER, ByteBuffer.allocate(99));
      pcap.write(TIME, CLIENT, SERVER, ByteBuffer.allocate(0));
    }
    assertThat(out.size()).isEqualTo(limit);
    assertThat(PcapReader.read(out.toByteArray())).hasSize(2);
  }

  private PcapReader.Datagram onlyDatagram() throws IOException {
    List<PcapReader.Datagram> datagrams = PcapReader.read(out.toByteArray());
    assertThat(datagrams).hasSize(1);
    return datagrams.get(0);
  }

  private static InetSocketAddress address(String ip, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
