package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.ToIntFunction;

/**
 * What a client tells file servers of itself: its UUID and network interfaces.
 *
 * <p>Protocol source: OpenAFS src/fsint/common.xg, interfaceAddr.
 *
 * @param interfaces at most {@value #MAX_INTERFACES}
 */
public record ClientInterfaces(UUID uuid, List<Interface> interfaces) {
  /** Greatest number of interfaces on the wire. */
  public static final int MAX_INTERFACES = 32;

  /**
   * One interface.
   *
   * @param prefixLength bits of the network mask
   * @param mtuBytes greatest IP packet
   */
  public record Interface(Inet4Address address, int prefixLength, int mtuBytes) {
    /** Checks the prefix length. */
    public Interface {
      if (prefixLength < 0 || prefixLength > Integer.SIZE) {
        throw new IllegalArgumentException("prefix of " + prefixLength + " bits");
      }
    }

    private int mask() {
      return prefixLength == 0 ? 0 : -1 << (Integer.SIZE - prefixLength);
    }
  }

  /** Checks the number of interfaces. */
  public ClientInterfaces {
    interfaces = List.copyOf(interfaces);
    if (interfaces.size() > MAX_INTERFACES) {
      throw new IllegalArgumentException(interfaces.size() + " interfaces");
    }
  }

  /** Reads the XDR form. */
  public static ClientInterfaces readFrom(XdrReader in) throws IOException {
    int count = in.int32();
    if (count < 0 || count > MAX_INTERFACES) {
      throw new XdrException(count + " interfaces");
    }
    UUID uuid = WireUuid.readFrom(in);
    int[] addresses = readArray(in);
    int[] masks = readArray(in);
    int[] mtus = readArray(in);
    List<Interface> interfaces = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      interfaces.add(
          new Interface(WireAddress.fromWire(addresses[i]), Integer.bitCount(masks[i]), mtus[i]));
    }
    return new ClientInterfaces(uuid, interfaces);
  }

  private static int[] readArray(XdrReader in) throws IOException {
    int[] words = new int[MAX_INTERFACES];
    for (int i = 0; i < MAX_INTERFACES; i++) {
      words[i] = in.int32();
    }
    return words;
  }

  /** Appends the XDR form. */
  public void writeTo(XdrWriter out) {
    out.int32(interfaces.size());
    WireUuid.writeTo(out, uuid);
    writeArray(out, each -> WireAddress.toWire(each.address()));
    writeArray(out, Interface::mask);
    writeArray(out, Interface::mtuBytes);
  }

  private void writeArray(XdrWriter out, ToIntFunction<Interface> word) {
    for (int i = 0; i < MAX_INTERFACES; i++) {
      out.int32(i < interfaces.size() ? word.applyAsInt(interfaces.get(i)) : 0);
    }
  }
}
