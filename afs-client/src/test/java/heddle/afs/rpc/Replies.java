package heddle.afs.rpc;

import heddle.afs.AccessRights;
import heddle.afs.FileType;
import heddle.rxrpc.xdr.XdrWriter;
import java.time.Duration;
import java.time.Instant;

/** Parts of replies as a file server might send them, no two fields alike. */
final class Replies {
  static final FetchStatus STATUS =
      new FetchStatus(
          FileType.SYMLINK,
          2,
          0x1_2345_6789L,
          0x2_0000_0003L,
          4,
          5,
          new AccessRights(AccessRights.READ | AccessRights.INSERT),
          new AccessRights(AccessRights.LOOKUP),
          04755,
          6,
          7,
          Instant.ofEpochSecond(0xffff_ffffL),
          Instant.ofEpochSecond(9),
          10,
          -1);

  static final CallbackPromise CALLBACK =
      new CallbackPromise(1, Duration.ofSeconds(0xffff_fff0L), CallbackPromise.SHARED);

  static final VolSync VOL_SYNC = new VolSync(Instant.ofEpochSecond(11), Instant.ofEpochSecond(12));

  private Replies() {}

  /** Returns the reply of FetchStatus. */
  static byte[] fetchStatus() {
    XdrWriter out = new XdrWriter();
    STATUS.writeTo(out);
    CALLBACK.writeTo(out);
    VOL_SYNC.writeTo(out);
    return out.toByteArray();
  }

  /** Returns the reply of FetchData64 that has {@code data} and says that it has so many bytes. */
  static byte[] fetchData(long declared, byte[] data) {
    byte[] length = new XdrWriter().int64(declared).toByteArray();
    byte[] results = fetchStatus();
    byte[] reply = new byte[length.length + data.length + results.length];
    System.arraycopy(length, 0, reply, 0, length.length);
    System.arraycopy(data, 0, reply, length.length, data.length);
    System.arraycopy(results, 0, reply, length.length + data.length, results.length);
    return reply;
  }
}
