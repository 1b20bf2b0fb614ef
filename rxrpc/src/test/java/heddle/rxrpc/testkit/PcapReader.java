package heddle.rxrpc.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the UDP datagrams of a capture: classic pcap (not pcapng) of Ethernet, Linux "any" or raw
 * IP, with micro- or nanoseconds. IPv4 fragments are put together when they come in order, as
 * jumbograms of OpenAFS do. Everything else is skipped.
 */
public final class PcapReader {
  private static final int UDP = 17;

  private final ByteBuffer in;
  private final int linkType;
  private final long nanosPerUnit;
  private final Map<String, ByteArrayOutputStream> fragments = new HashMap<>();
  private final List<Datagram> datagrams = new ArrayList<>();

  /**
   * A datagram of a capture.
   *
   * @param time when it was captured
   * @param from who sent it
   * @param to whom it went to
   * @param bytes what the UDP datagram holds
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Datagram(Instant time, InetSocketAddress from, InetSocketAddress to, byte[] bytes) {

    /** Returns the datagram, to be read. */
    public ByteBuffer buffer() {
      return ByteBuffer.wrap(bytes);
    }
  }

  private PcapReader(byte[] capture) throws IOException {
    in = ByteBuffer.wrap(capture);
    int magic = in.getInt();
    if (magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1) {
      in.order(ByteOrder.LITTLE_ENDIAN);
      magic = Integer.reverseBytes(magic);
    }
    nanosPerUnit =
        switch (magic) {
          case 0xa1b2c3d4 -> 1000;
          case 0xa1b23c4d -> 1;
          default -> throw new IOException("no pcap file: " + Integer.toHexString(magic));
        };
    in.position(20);
    linkType = in.getInt();
  }

  /** Returns the UDP datagrams of a capture, in its order. */
  public static List<Datagram> read(Path file) throws IOException {
    return read(Files.readAllBytes(file));
  }

  /** Returns the UDP datagrams of a capture, in its order. */
  public static List<Datagram> read(byte[] capture) throws IOException {
    var reader = new PcapReader(capture);
    while (reader.in.hasRemaining()) {
      reader.readRecord();
    }
    return reader.datagrams;
  }

  private void readRecord() throws IOException {
    var time =
        Instant.ofEpochSecond(Integer.toUnsignedLong(in.getInt()), in.getInt() * nanosPerUnit);
    int captured = in.getInt();
    int original = in.getInt();
    ByteBuffer frame = in.slice(in.position(), captured);
    in.position(in.position() + captured);
    if (captured < original) {
      throw new IOException("record of " + original + " bytes cut to " + captured);
    }
    int linkHeader =
        switch (linkType) {
          case 1 -> 14; // Ethernet
          case 101 -> 0; // raw IP
          case 113 -> 16; // Linux "any"
          default -> throw new IOException("link type " + linkType);
        };
    ByteBuffer packet = frame.position(linkHeader).slice();
    switch (packet.hasRemaining() ? packet.get(0) >> 4 : 0) {
      case 4 -> readIpv4(time, packet);
      case 6 -> readIpv6(time, packet);
      default -> {} // ARP and the like
    }
  }

  private void readIpv4(Instant time, ByteBuffer packet) throws IOException {
    int headerLength = (packet.get(0) & 15) * 4;
    int length = Short.toUnsignedInt(packet.getShort(2));
    if (packet.get(9) != UDP || length > packet.limit()) {
      return;
    }
    InetAddress from = address(packet, 12, 4);
    InetAddress to = address(packet, 16, 4);
    byte[] payload = bytes(packet, headerLength, length - headerLength);
    int fragment = packet.getShort(6) & 0xffff;
    if ((fragment & 0x3fff) != 0) {
      String key = from + " " + to + " " + packet.getShort(4);
      ByteArrayOutputStream whole =
          fragments.computeIfAbsent(key, k -> new ByteArrayOutputStream());
      if (whole.size() == (fragment & 0x1fff) * 8) {
        whole.write(payload);
      }
      if ((fragment & 0x2000) != 0) {
        return;
      }
      fragments.remove(key);
      payload = whole.toByteArray();
    }
    readUdp(time, from, to, ByteBuffer.wrap(payload));
  }

  private void readIpv6(Instant time, ByteBuffer packet) throws IOException {
    if (packet.get(6) == UDP) {
      readUdp(
          time,
          address(packet, 8, 16),
          address(packet, 24, 16),
          packet.slice(40, Short.toUnsignedInt(packet.getShort(4))));
    }
  }

  private void readUdp(Instant time, InetAddress from, InetAddress to, ByteBuffer udp) {
    if (udp.remaining() < 8 || Short.toUnsignedInt(udp.getShort(4)) != udp.remaining()) {
      return;
    }
    datagrams.add(
        new Datagram(
            time,
            new InetSocketAddress(from, Short.toUnsignedInt(udp.getShort(0))),
            new InetSocketAddress(to, Short.toUnsignedInt(udp.getShort(2))),
            bytes(udp, 8, udp.remaining() - 8)));
  }

  private static InetAddress address(ByteBuffer packet, int at, int length)
      throws UnknownHostException {
    return InetAddress.getByAddress(bytes(packet, at, length));
  }

  private static byte[] bytes(ByteBuffer from, int at, int length) {
    var bytes = new byte[length];
    from.get(at, bytes);
    return bytes;
  }
}
