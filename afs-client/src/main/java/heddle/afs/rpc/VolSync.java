package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.time.Instant;

/**
 * What a file server says of the volume with every reply: enough to notice that a read-only volume
 * was released anew. The four words that follow are spare.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, AFSVolSync; src/viced/afsfileprocs.c,
 * SetVolumeSync; Linux fs/afs/fsclient.c (behaviour).
 *
 * @param creation when this instance of the volume was made; seconds, the epoch if not told
 * @param update when the volume was last changed; seconds, the epoch if not told (OpenAFS never
 *     tells)
 */
public record VolSync(Instant creation, Instant update) {
  private static final int SPARE_WORDS = 4;

  /** Reads the XDR form. */
  public static VolSync readFrom(XdrReader in) throws IOException {
    VolSync sync =
        new VolSync(Instant.ofEpochSecond(in.uint32()), Instant.ofEpochSecond(in.uint32()));
    for (int i = 0; i < SPARE_WORDS; i++) {
      in.int32();
    }
    return sync;
  }

  /** Appends the XDR form. */
  public void writeTo(XdrWriter out) {
    out.int32((int) creation.getEpochSecond()).int32((int) update.getEpochSecond());
    for (int i = 0; i < SPARE_WORDS; i++) {
      out.int32(0);
    }
  }
}
