package heddle.afs.cell;

import heddle.afs.rpc.VolSync;
import heddle.rxrpc.xdr.XdrWriter;
import java.time.Instant;

/** Results that several calls have. */
final class Replies {
  private static final VolSync NO_SYNC = new VolSync(Instant.EPOCH, Instant.EPOCH);

  private Replies() {}

  /** Returns the results of a call that has none. */
  static XdrWriter none() {
    return new XdrWriter(0);
  }

  /** Appends that nothing is known of the volume. */
  static void noSync(XdrWriter out) {
    NO_SYNC.writeTo(out);
  }
}
