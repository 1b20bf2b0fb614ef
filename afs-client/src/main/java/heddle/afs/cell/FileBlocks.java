package heddle.afs.cell;

import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/**
 * Blocks in a file of slots, one block each. A slot is written once, and used again only when
 * nobody can read its block any more and what no longer names it is on the disk. Thread-safe.
 *
 * <p>That nobody can read a block any more is for the garbage collector to find out: old contents
 * live in read-only volumes and under the hands of readers.
 */
final class FileBlocks implements BlockStore, AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int MAX_SLOT = Integer.MAX_VALUE - 1;
  private static final int HOLE = -1; // stands for a slot where there is none

  private final FileChannel file;
  private final ReentrantLock lock = new ReentrantLock();
  private final BitSet used = new BitSet(); // by lock, as all here
  private final List<Integer> unreachable = new ArrayList<>();
  private final Deque<Integer> free = new ArrayDeque<>();

  /** The slots by number while the volume is read: several records may name one. */
  private final Map<Integer, Slot> reading = new HashMap<>();

  private FileBlocks(FileChannel file) {
    this.file = file;
  }

  static FileBlocks open(Path path) throws IOException {
    return new FileBlocks(
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** A place in the file, in use as long as anybody has this. */
  private static final class Slot {
    private final int number;

    Slot(int number) {
      this.number = number;
    }
  }

  /** The first bytes of a slot. */
  private record Stored(FileBlocks owner, Slot slot, int length, int checksum) implements Block {
    @Override
    public ByteBuffer read(int from, int count) throws IOException {
      return owner.read(slot, from, count);
    }

    @Override
    public Block cut(int newLength) {
      return newLength >= length ? this : new Stored(owner, slot, newLength, 0);
    }
  }

  @Override
  public Block put(byte[] bytes, int length) throws IOException {
    Slot slot = slot(takeFree());
    ByteBuffer source = ByteBuffer.wrap(bytes, 0, length);
    long at = (long) slot.number * Block.BYTES;
    while (source.hasRemaining()) {
      file.write(source, at + source.position());
    }
    return new Stored(this, slot, length, checksum(bytes, length));
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }

  private int takeFree() throws IOException {
    lock.lock();
    try {
      Integer again = free.poll();
      int number = again == null ? used.nextClearBit(0) : again;
      if (number > MAX_SLOT) {
        throw new IOException("the file of blocks is full");
      }
      used.set(number);
      return number;
    } finally {
      lock.unlock();
    }
  }

  private Slot slot(int number) {
    Slot slot = new Slot(number);
    CLEANER.register(slot, () -> unreachable(number));
    return slot;
  }

  private void unreachable(int number) {
    lock.lock();
    try {
      unreachable.add(number);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the slots that nobody can read any more; they are {@link #free} after a barrier. */
  List<Integer> takeUnreachable() {
    lock.lock();
    try {
      List<Integer> taken = List.copyOf(unreachable);
      unreachable.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** What named these slots is gone from the disk: they may be used again. */
  void free(List<Integer> slots) {
    lock.lock();
    try {
      free.addAll(slots);
    } finally {
      lock.unlock();
    }
  }

  private ByteBuffer read(Slot slot, int from, int count) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(count);
    long at = (long) slot.number * Block.BYTES + from;
    while (target.hasRemaining()) {
      if (file.read(target, at + target.position()) < 0) {
        throw new IOException("the file of blocks ends in slot " + slot.number);
      }
    }
    return target.flip();
  }

  /** Appends where a block is. */
  void write(XdrWriter out, Block block) {
    if (block instanceof Stored stored) {
      out.int32(stored.slot.number).int32(stored.length).int32(stored.checksum);
    } else {
      out.int32(HOLE).int32(0).int32(0);
    }
  }

  /** Returns the block that is where {@link #write} said. */
  Block read(XdrReader in) throws IOException {
    int number = in.int32();
    int length = in.int32();
    int checksum = in.int32();
    if (number == HOLE) {
      return MemoryBlock.HOLE;
    }
    if (number < 0 || length < 0 || length > Block.BYTES) {
      throw new XdrException("a block of " + length + " bytes in slot " + number);
    }
    lock.lock();
    try {
      used.set(number);
      Slot slot = reading.computeIfAbsent(number, this::slot);
      return new Stored(this, slot, length, checksum);
    } finally {
      lock.unlock();
    }
  }

  /** All has been read: slots that nothing names any more are found from now on. */
  void endReading() {
    lock.lock();
    try {
      reading.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a block is in the file as it was put there. */
  boolean isWhole(Block block) {
    if (!(block instanceof Stored stored) || stored.checksum == 0) {
      return true;
    }
    try {
      byte[] bytes = read(stored.slot, 0, stored.length).array();
      return checksum(bytes, bytes.length) == stored.checksum;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns when all blocks are on the disk. */
  void force() throws IOException {
    file.force(false);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
