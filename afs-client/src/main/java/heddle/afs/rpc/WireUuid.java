package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.util.UUID;

/**
 * The XDR form of a UUID: one word for each of its eleven fields. The last eight are {@code char}
 * in C and go out sign-extended; only their low byte counts when they come in.
 *
 * <p>Protocol source: OpenAFS src/rx/xdr_afsuuid.c.
 */
public final class WireUuid {
  private static final int BYTE_FIELDS = 8; // clock sequence and node

  private WireUuid() {}

  /** Reads the XDR form. */
  public static UUID readFrom(XdrReader in) throws IOException {
    long high = in.uint32() << 32 | (in.uint32() & 0xffff) << 16 | (in.uint32() & 0xffff);
    long low = 0;
    for (int i = 0; i < BYTE_FIELDS; i++) {
      low = low << 8 | (in.uint32() & 0xff);
    }
    return new UUID(high, low);
  }

  /** Appends the XDR form. */
  public static void writeTo(XdrWriter out, UUID uuid) {
    long high = uuid.getMostSignificantBits();
    out.int32((int) (high >>> 32)).int32((int) (high >>> 16) & 0xffff).int32((int) high & 0xffff);
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.int32((byte) (uuid.getLeastSignificantBits() >>> shift));
    }
  }

  /** Returns the IPv4 address that an entry without UUID has in the first field. */
  static int addressIn(UUID uuid) {
    return (int) (uuid.getMostSignificantBits() >>> 32);
  }
}
