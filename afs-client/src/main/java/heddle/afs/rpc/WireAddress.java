package heddle.afs.rpc;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** IPv4 addresses as AFS sends them: one word, first byte first. */
public final class WireAddress {
  private WireAddress() {}

  /** Returns the address in a word. */
  public static Inet4Address fromWire(int word) {
    byte[] bytes = ByteBuffer.allocate(4).putInt(word).array();
    try {
      return (Inet4Address) InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // four bytes are always an address
    }
  }

  /** Returns the word of an address. */
  public static int toWire(Inet4Address address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }
}
