package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.time.Duration;

/**
 * A file server's promise to call back before the file changes, or, in a CallBack or
 * GiveUpCallBacks call, the end of one.
 *
 * <p>Protocol source: OpenAFS src/fsint/common.xg, AFSCallBack; src/viced/afsfileprocs.c (the
 * expiration is relative to the server's "now").
 *
 * @param version 1, or 0 where there is no promise
 * @param lifetime how long the promise stands; count it from before the call was made
 * @param type {@link #EXCLUSIVE}, {@link #SHARED}, {@link #DROPPED}, or 0 where there is no promise
 */
public record CallbackPromise(int version, Duration lifetime, int type) {
  public static final int EXCLUSIVE = 1;
  public static final int SHARED = 2;
  public static final int DROPPED = 3;

  /** No promise at all. */
  public static final CallbackPromise NONE = new CallbackPromise(0, Duration.ZERO, 0);

  /** A promise given up or broken. */
  public static final CallbackPromise GIVEN_UP = new CallbackPromise(1, Duration.ZERO, DROPPED);

  /** Returns whether the server really promises something. */
  public boolean isGiven() {
    return (type == EXCLUSIVE || type == SHARED) && !lifetime.isZero();
  }

  /** Reads the XDR form. */
  public static CallbackPromise readFrom(XdrReader in) throws IOException {
    return new CallbackPromise(in.int32(), Duration.ofSeconds(in.uint32()), in.int32());
  }

  /** Appends the XDR form. */
  public void writeTo(XdrWriter out) {
    out.int32(version).int32((int) lifetime.toSeconds()).int32(type);
  }
}
