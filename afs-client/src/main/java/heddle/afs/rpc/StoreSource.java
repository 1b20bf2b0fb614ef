package heddle.afs.rpc;

import java.nio.channels.ReadableByteChannel;

/** The data of a store, which somebody may end while it is under way. */
public interface StoreSource extends ReadableByteChannel {
  /**
   * The call has begun, and none of the data was sent.
   *
   * @param abort ends the call from any thread, at once; does nothing when it has ended
   */
  void begun(Runnable abort);
}
