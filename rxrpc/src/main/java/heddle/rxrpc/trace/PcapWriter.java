package heddle.rxrpc.trace;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes datagrams as a capture that Wireshark, tshark and tcpdump read. The IP and UDP headers are
 * made up from the addresses: what the network did to the datagram (fragments, TTL) is not in it.
 * Wireshark knows the AFS ports (7000 to 7009); for others say {@code -d udp.port==PORT,rx}.
 *
 * <p>Thread-safe. Records are buffered; {@link #flush} and {@link #close} bring them to the file. A
 * writer with a limit writes no further record that would pass it, so a forgotten capture cannot
 * fill the disk.
 *
 * <p>Protocol source: draft-ietf-opsawg-pcap (LINKTYPE_RAW, nanoseconds); RFC 791, 8200, 768.
 */
public final class PcapWriter implements Closeable {
  private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
  private static final int LINKTYPE_RAW = 101;
  private static final int SNAPSHOT_LENGTH = 65535; // bytes of one record at most
  private static final int FILE_HEADER_LENGTH = 24;
  private static final int RECORD_HEADER_LENGTH = 16;
  private static final int IPV4_HEADER_LENGTH = 20;
  private static final int IPV6_HEADER_LENGTH = 40;
  private static final int UDP_HEADER_LENGTH = 8;
  private static final int UDP = 17;
  private static final int HOPS = 64;
  private static final int IPV4_DONT_FRAGMENT = 0x4000;
  private static final byte[] IPV4_WILDCARD = new byte[4];

  private final ReentrantLock lock = new ReentrantLock();
  private final OutputStream out;
  private final long limitBytes;
  private final ByteBuffer frame =
      ByteBuffer.allocate(RECORD_HEADER_LENGTH + SNAPSHOT_LENGTH); // guarded by lock
  private long writtenBytes; // guarded by lock

  /**
   * Starts a capture.
   *
   * @param out where it goes; closed with this writer
   * @param limitBytes greatest length of the capture, in bytes
   */
  public PcapWriter(OutputStream out, long limitBytes) throws IOException {
    this.out = out;
    this.limitBytes = limitBytes;
    frame
        .putInt(MAGIC_NANOSECONDS)
        .putShort((short) 2) // version 2.4
        .putShort((short) 4)
        .putLong(0)
        .putInt(SNAPSHOT_LENGTH)
        .putInt(LINKTYPE_RAW);
    out.write(frame.array(), 0, FILE_HEADER_LENGTH);
    writtenBytes = FILE_HEADER_LENGTH;
  }

  /** Starts a capture in a new file, or in place of an old one. */
  public static PcapWriter create(Path file, long limitBytes) throws IOException {
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    try {
      return new PcapWriter(out, limitBytes);
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }

  /**
   * Writes a datagram, unless the capture would pass its limit. A datagram too long for IP is cut.
   *
   * @param from who sent it; a wildcard address appears as such
   * @param to whom it went to
   * @param datagram the bytes between position and limit, which stay as they are
   */
  public void write(Instant time, InetSocketAddress from, InetSocketAddress to, ByteBuffer datagram)
      throws IOException {
    lock.lock();
    try {
      frame.clear().position(RECORD_HEADER_LENGTH);
      if (isIpv4(from) || isIpv4(to)) {
        putIpv4(from, to, datagram);
      } else {
        putIpv6(from, to, datagram);
      }
      int length = frame.position();
      if (length > limitBytes - writtenBytes) {
        return;
      }
      frame
          .putInt(0, (int) time.getEpochSecond())
          .putInt(4, time.getNano())
          .putInt(8, length - RECORD_HEADER_LENGTH)
          .putInt(12, length - RECORD_HEADER_LENGTH);
      out.write(frame.array(), 0, length);
      writtenBytes += length;
    } finally {
      lock.unlock();
    }
  }

  /** Brings what was written so far to the file. */
  public void flush() throws IOException {
    lock.lock();
    try {
      out.flush();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      out.close();
    } finally {
      lock.unlock();
    }
  }

  private void putIpv4(InetSocketAddress from, InetSocketAddress to, ByteBuffer datagram) {
    int room = SNAPSHOT_LENGTH - IPV4_HEADER_LENGTH - UDP_HEADER_LENGTH;
    int length = Math.min(datagram.remaining(), room);
    int start = frame.position();
    frame
        .putShort((short) 0x4500) // version 4, header of 5 words
        .putShort((short) (IPV4_HEADER_LENGTH + UDP_HEADER_LENGTH + length))
        .putShort((short) 0)
        .putShort((short) IPV4_DONT_FRAGMENT)
        .put((byte) HOPS)
        .put((byte) UDP)
        .putShort((short) 0)
        .put(ipv4Bytes(from))
        .put(ipv4Bytes(to));
    int checksum = ~fold(sum(start, IPV4_HEADER_LENGTH));
    frame.putShort(start + 10, (short) checksum);
    putUdp(from, to, datagram, length, sum(start + 12, 8));
  }

  private void putIpv6(InetSocketAddress from, InetSocketAddress to, ByteBuffer datagram) {
    int room = SNAPSHOT_LENGTH - IPV6_HEADER_LENGTH - UDP_HEADER_LENGTH;
    int length = Math.min(datagram.remaining(), room);
    int start = frame.position();
    frame
        .putInt(6 << 28)
        .putShort((short) (UDP_HEADER_LENGTH + length))
        .put((byte) UDP)
        .put((byte) HOPS)
        .put(from.getAddress().getAddress())
        .put(to.getAddress().getAddress());
    putUdp(from, to, datagram, length, sum(start + 8, 32));
  }

  private void putUdp(
      InetSocketAddress from,
      InetSocketAddress to,
      ByteBuffer datagram,
      int length,
      long addressesSum) {
    int start = frame.position();
    int udpLength = UDP_HEADER_LENGTH + length;
    frame
        .putShort((short) from.getPort())
        .putShort((short) to.getPort())
        .putShort((short) udpLength)
        .putShort((short) 0)
        .put(start + UDP_HEADER_LENGTH, datagram, datagram.position(), length)
        .position(start + udpLength);
    int checksum = ~fold(addressesSum + UDP + udpLength + sum(start, udpLength)) & 0xffff;
    // all zeros would say that there is no checksum
    frame.putShort(start + 6, (short) (checksum == 0 ? 0xffff : checksum));
  }

  /** Returns the sum of the 16-bit words of a range of the frame. */
  private long sum(int start, int length) {
    long sum = 0;
    int end = start + length;
    for (int i = start; i + 1 < end; i += 2) {
      sum += Short.toUnsignedInt(frame.getShort(i));
    }
    return length % 2 == 0 ? sum : sum + (Byte.toUnsignedInt(frame.get(end - 1)) << 8);
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }

  private static boolean isIpv4(InetSocketAddress address) {
    return address.getAddress() instanceof Inet4Address;
  }

  private static byte[] ipv4Bytes(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    return ip instanceof Inet4Address ? ip.getAddress() : IPV4_WILDCARD;
  }
}
