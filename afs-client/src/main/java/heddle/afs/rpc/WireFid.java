package heddle.afs.rpc;

import heddle.afs.Fid;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;

/**
 * A {@link Fid} as servers know it: without the cell, which is that of the server.
 *
 * <p>Protocol source: OpenAFS src/fsint/common.xg, AFSFid.
 */
public record WireFid(int volume, int vnode, int uniquifier) {
  /** Returns {@code fid} without its cell. */
  public static WireFid of(Fid fid) {
    return new WireFid(fid.volume(), fid.vnode(), fid.uniquifier());
  }

  /** Returns this fid with its cell. */
  public Fid in(String cell) {
    return new Fid(cell, volume, vnode, uniquifier);
  }

  /** Reads the XDR form. */
  public static WireFid readFrom(XdrReader in) throws IOException {
    return new WireFid(in.int32(), in.int32(), in.int32());
  }

  /** Appends the XDR form. */
  public void writeTo(XdrWriter out) {
    out.int32(volume).int32(vnode).int32(uniquifier);
  }

  @Override
  public String toString() {
    return Integer.toUnsignedString(volume)
        + "."
        + Integer.toUnsignedString(vnode)
        + "."
        + Integer.toUnsignedString(uniquifier);
  }
}
