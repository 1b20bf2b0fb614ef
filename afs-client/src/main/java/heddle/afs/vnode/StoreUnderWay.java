package heddle.afs.vnode;

import heddle.afs.rpc.StoreSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The data on their way to a server in one call. The call is ended when there is doubt whether they
 * may be written at all: a server that was restarted says so before it begins to write.
 * Thread-safe.
 */
final class StoreUnderWay implements StoreSource {
  private final ReadableByteChannel data;
  private final BooleanSupplier doubt;
  private volatile @Nullable Runnable end; // of the call, once it has begun
  private volatile boolean aborted;

  /**
   * Sends {@code data}.
   *
   * @param doubt whether they may not be written, as far as is known
   */
  StoreUnderWay(ReadableByteChannel data, BooleanSupplier doubt) {
    this.data = data;
    this.doubt = doubt;
  }

  @Override
  public void begun(Runnable abort) {
    end = abort;
    if (aborted || doubt.getAsBoolean()) { // it came up before this could be told
      abort();
    }
  }

  /** Ends the call; never waits. */
  void abort() {
    aborted = true;
    Runnable now = end;
    if (now != null) {
      now.run();
    }
  }

  /** Returns whether the call was ended here. */
  boolean wasAborted() {
    return aborted;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return data.read(target);
  }

  @Override
  public boolean isOpen() {
    return data.isOpen();
  }

  @Override
  public void close() throws IOException {
    data.close();
  }
}
