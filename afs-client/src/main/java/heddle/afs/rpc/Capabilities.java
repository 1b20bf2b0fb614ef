package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;

/**
 * What a file server or client can do beyond the oldest protocol.
 *
 * <p>Protocol source: OpenAFS src/fsint/common.xg, Capabilities.
 *
 * @param bits the first word; the others have no meaning yet and are dropped
 */
public record Capabilities(int bits) {
  /** Error codes are translated to the UAE table instead of being the host's own errno. */
  public static final int ERROR_TRANSLATION = 0x1;

  /** FetchData64 and StoreData64 are there. */
  public static final int FILES_64_BIT = 0x2;

  /** The write right is enough for a write lock. */
  public static final int WRITE_LOCK_ACL = 0x4;

  /** Access is decided by the access control list alone. */
  public static final int SANE_ACLS = 0x8;

  /** Greatest number of words on the wire. */
  private static final int MAX_WORDS = 196;

  /** Reads the XDR form. */
  public static Capabilities readFrom(XdrReader in) throws IOException {
    int bits = 0;
    int count = in.arrayLength(MAX_WORDS);
    for (int i = 0; i < count; i++) {
      int word = in.int32();
      bits = i == 0 ? word : bits;
    }
    return new Capabilities(bits);
  }

  /** Appends the XDR form. */
  public void writeTo(XdrWriter out) {
    out.int32(1).int32(bits);
  }

  /** Returns whether every bit of {@code wanted} is there. */
  public boolean contains(int wanted) {
    return (bits & wanted) == wanted;
  }
}
