package heddle.afs.cache;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The data of one file that were written here and are not on the server yet. Not thread-safe.
 *
 * <p>They lie in two layers over the server's file: what is on its way to the server ({@link
 * #take}), and above it what was written or truncated since. When the store has succeeded the lower
 * layer is part of the server's file; when it has failed the two become one again. So whatever
 * happens meanwhile, reads see every write in the order in which they were made, and so does the
 * server.
 *
 * <p>The server's file may change below: nothing here depends on what it contains.
 */
public final class WriteBuffer {
  /** What it takes to know of one range of written bytes, and of its mark. */
  static final int RANGE_BYTES = 200;

  /** What a write of some length may need, at most, is so many bytes more than it has. */
  public static final int SLACK_BYTES = 2 * WriteBlock.BYTES + RANGE_BYTES;

  private final WriteLayer upper = new WriteLayer();
  private final ByteRanges marked = new ByteRanges(); // of those that were written above
  private boolean lengthMarked;
  private @Nullable WriteLayer underWay;
  private long heldBytes;
  private int countedRanges; // that heldBytes includes

  /** Creates an empty buffer. */
  public WriteBuffer() {}

  /** Returns how much memory the data take, in bytes. */
  public long heldBytes() {
    return heldBytes;
  }

  private void count(WriteLayer layer) {
    int ranges = upper.ranges().count(); // what is under way is one range, or none
    heldBytes += layer.memoryGrowth() + (long) RANGE_BYTES * (ranges - countedRanges);
    countedRanges = ranges;
  }

  /** Returns whether a store is under way. */
  public boolean isStoring() {
    return underWay != null;
  }

  /** Returns whether something was changed that is not under way. */
  public boolean hasChanges() {
    return !upper.isEmpty();
  }

  /** Returns whether reads see anything but the server's file. */
  public boolean isClean() {
    return upper.isEmpty() && underWay == null;
  }

  /** Returns the length of the file if the server's has {@code base} bytes. */
  public long length(long base) {
    return upper.lengthOver(below(base));
  }

  private long below(long base) {
    return underWay == null ? base : underWay.lengthOver(base);
  }

  /**
   * Takes all bytes of {@code source}, to be at {@code offset} on. Returns how many bytes around
   * them wait to be stored in one piece.
   */
  public long write(ByteBuffer source, long offset) {
    long end = offset + source.remaining();
    upper.write(source, offset);
    count(upper);
    long[] together = {0};
    upper.ranges().around(offset, end).ifPresent(range -> together[0] = range.length());
    return together[0];
  }

  /** Cuts the file off at {@code length}, or extends it with zeros. */
  public void truncate(long length) {
    upper.truncate(length);
    marked.remove(length, Long.MAX_VALUE);
    count(upper);
  }

  /** Marks what was changed and is not under way, to be told from what is changed later. */
  public void mark() {
    unmark();
    upper.ranges().forEach(range -> marked.add(range.start(), range.end()));
    lengthMarked = upper.setsLength();
  }

  private void unmark() {
    marked.remove(0, Long.MAX_VALUE);
    lengthMarked = false;
  }

  /** Returns whether something marked is left to be taken. */
  public boolean hasMarked() {
    return !marked.isEmpty() || (lengthMarked && upper.setsLength());
  }

  /**
   * Shows what the file contains: copies written bytes, and zeros, to {@code target}, and calls
   * {@code base} for each range that has to come from the server's file.
   *
   * @param target whose index {@code 0} stands for the first byte of {@code range}
   * @param baseLength length of the server's file
   */
  public void read(ByteRange range, ByteBuffer target, long baseLength, Consumer<ByteRange> base) {
    long origin = range.start();
    Consumer<ByteRange> lowest =
        part -> {
          if (part.start() < baseLength) {
            base.accept(new ByteRange(part.start(), Math.min(part.end(), baseLength)));
          }
          if (part.end() > baseLength) {
            WriteLayer.fillZeros(
                new ByteRange(Math.max(part.start(), baseLength), part.end()), target, origin);
          }
        };
    WriteLayer lower = underWay;
    upper.read(
        range,
        target,
        origin,
        lower == null ? lowest : part -> lower.read(part, target, origin, lowest));
  }

  /**
   * Takes the next piece of what is marked, and what lies behind it in one; empty if there is none.
   * No other may be under way. Call {@link #stored} or {@link #failed} when it is known what became
   * of it.
   *
   * @param maxBytes greatest size of the piece, a multiple of the chunk size
   * @param base length of the server's file
   */
  public Optional<StorePiece> takeMarked(long maxBytes, long base) {
    if (!hasMarked()) {
      return Optional.empty();
    }
    return take(marked.first().map(range -> cut(withFollowing(range), maxBytes)), base);
  }

  private ByteRange withFollowing(ByteRange range) {
    long end = upper.ranges().around(range.start(), range.end()).orElse(range).end();
    return new ByteRange(range.start(), end);
  }

  /**
   * The same for all that waits, and for writers that go on: the longest piece, if there is one of
   * {@code minBytes} or more, up to the end of a chunk.
   */
  public Optional<StorePiece> takeLong(long minBytes, long maxBytes, long base) {
    Optional<ByteRange> longest = upper.ranges().longest();
    if (longest.isEmpty() || longest.get().length() < minBytes) {
      return Optional.empty();
    }
    ByteRange range = longest.get();
    long end = range.end() - range.end() % Chunk.BYTES;
    ByteRange whole = end > range.start() ? new ByteRange(range.start(), end) : range;
    return take(Optional.of(cut(whole, maxBytes)), base);
  }

  private static ByteRange cut(ByteRange range, long maxBytes) {
    if (range.length() <= maxBytes) {
      return range;
    }
    long end = range.start() + maxBytes;
    return new ByteRange(range.start(), end - end % Chunk.BYTES);
  }

  private Optional<StorePiece> take(Optional<ByteRange> range, long base) {
    if (underWay != null) {
      throw new IllegalStateException("a store is under way");
    }
    if (range.isEmpty()) {
      lengthMarked = false;
      if (upper.truncatedTo() >= base && upper.grownTo() <= base) {
        upper.forgetLength(); // the server's has it
        return Optional.empty();
      }
    }
    range.ifPresent(taken -> marked.remove(taken.start(), taken.end()));
    underWay = upper.takeOut(range);
    return Optional.of(StorePiece.of(underWay, base));
  }

  /** The piece that was taken is part of the server's file now. */
  public void stored() {
    WriteLayer done = taken();
    done.clear();
    count(done);
    underWay = null;
  }

  /** The piece that was taken may not have got to the server, or not all of it: it stays here. */
  public void failed() {
    upper.absorb(taken());
    count(upper);
    underWay = null;
  }

  private WriteLayer taken() {
    if (underWay == null) {
      throw new IllegalStateException("no store is under way");
    }
    return underWay;
  }

  /** Forgets everything; no store may be under way. */
  public void drop() {
    upper.clear();
    unmark();
    count(upper);
  }

  /**
   * All changes of the server's file in one, whether they are on their way to the server or not:
   * first it is cut off, then the ranges are written, then it is at least so long.
   *
   * @param truncatedTo greatest number if it is not cut off
   */
  public record Changes(long truncatedTo, long grownTo, List<ByteRange> ranges) {

    /** Returns how many bytes are written. */
    public long bytes() {
      return ranges.stream().mapToLong(ByteRange::length).sum();
    }
  }

  /** Returns what {@link #read} shows that the server's file may not have. */
  public Changes changes() {
    List<ByteRange> ranges = new ArrayList<>();
    ByteRanges all = new ByteRanges();
    upper.ranges().forEach(range -> all.add(range.start(), range.end()));
    long truncatedTo = upper.truncatedTo();
    long grownTo = upper.grownTo();
    WriteLayer lower = underWay;
    if (lower != null) {
      lower.ranges().forEachWithin(0, truncatedTo, range -> all.add(range.start(), range.end()));
      grownTo = Math.max(grownTo, Math.min(lower.grownTo(), truncatedTo));
      truncatedTo = Math.min(truncatedTo, lower.truncatedTo());
    }
    all.forEach(ranges::add);
    return new Changes(truncatedTo, grownTo, ranges);
  }

  @Override
  public String toString() {
    return upper + (underWay == null ? "" : "; under way: " + underWay);
  }
}
