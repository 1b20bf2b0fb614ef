package heddle.fuse;

import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file that the kernel has open. Thread-safe.
 *
 * <p>When a read into the page cache fails, the kernel asks once more for the page that somebody
 * waits for, before it tells them. With a server that does not answer that would double the wait,
 * so this second request gets the failure of the first.
 */
final class OpenFile {
  private static final long ASKED_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long UNKNOWN = -1; // no version of a file

  private record Failure(AfsException cause, long offset, int length, long atNanos) {
    boolean isAnswerTo(long otherOffset, long nowNanos) {
      return otherOffset >= offset
          && otherOffset < offset + length
          && nowNanos - atNanos < ASKED_AGAIN_NANOS;
    }
  }

  private final MountPath path;
  private final AfsFile file;
  private final LongSupplier nanoClock;
  private volatile boolean bypassing;
  private final AtomicLong pages = new AtomicLong(UNKNOWN); // version that the kernel's are of
  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();

  /**
   * @param path where it was opened, for people
   */
  OpenFile(MountPath path, AfsFile file, LongSupplier nanoClock) {
    this.path = path;
    this.file = file;
    this.nanoClock = nanoClock;
  }

  MountPath path() {
    return path;
  }

  /** The kernel's page cache is not used for it. */
  void bypassesPages() {
    bypassing = true;
  }

  boolean isBypassingPages() {
    return bypassing;
  }

  /** The kernel has no pages and attributes from before that version of what others wrote. */
  void pagesAreOf(long foreignVersion) {
    pages.set(foreignVersion);
  }

  /** Returns whether the kernel may have pages and attributes of another version. */
  boolean mayHavePagesBut(long foreignVersion) {
    return pages.get() != foreignVersion;
  }

  AfsFile file() {
    return file;
  }

  /** Reads as {@link AfsFile#read} does. */
  int read(ByteBuffer target, long offset) throws AfsException {
    int length = target.remaining();
    Failure last = failure.get();
    if (last != null
        && failure.compareAndSet(last, null)
        && last.isAnswerTo(offset, nanoClock.getAsLong())) {
      throw last.cause;
    }
    try {
      return file.read(target, offset);
    } catch (AfsException.ServersUnreachable | AfsException.VolumeUnavailable e) {
      failure.set(new Failure(e, offset, length, nanoClock.getAsLong()));
      throw e;
    }
  }
}
