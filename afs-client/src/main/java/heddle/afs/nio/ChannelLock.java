package heddle.afs.nio;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;

/** A lock that a channel has, or asks for. */
final class ChannelLock extends FileLock {
  private final AfsFileChannel channel;
  private volatile boolean held;

  ChannelLock(AfsFileChannel channel, ChannelLocks.Wanted wanted) {
    super(channel, wanted.position(), wanted.toEnd(), wanted.shared());
    this.channel = channel;
  }

  void taken() {
    held = true;
  }

  /** Whether it was lost to another client shows when something is written. */
  @Override
  public boolean isValid() {
    return held && channel.isOpen();
  }

  @Override
  public void release() throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    if (held) {
      held = false;
      channel.locks().unlock(this);
    }
  }
}
