package heddle.afs.cell;

import heddle.rxrpc.xdr.XdrException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Data on its way into a file: received whole, cut along the blocks of the file, before anything of
 * the file is changed.
 */
final class StoredBytes {
  private final List<Piece> pieces = new ArrayList<>();
  private final long end;

  private StoredBytes(long end) {
    this.end = end;
  }

  /** Gives bytes: at least one, or -1 at the end. */
  @FunctionalInterface
  interface Source {
    int read(ByteBuffer target) throws IOException;
  }

  /** What goes into one block. */
  sealed interface Piece {
    int index();

    /** Returns the block as it is with this. */
    Block over(Block before, BlockStore store) throws IOException;
  }

  /** All of a block. */
  private record Whole(int index, Block block) implements Piece {
    @Override
    public Block over(Block before, BlockStore store) {
      return block;
    }
  }

  /** Part of a block. */
  @SuppressWarnings("ArrayRecordComponent") // one owner: nobody changes or compares it
  private record Part(int index, int from, byte[] bytes) implements Piece {
    @Override
    public Block over(Block before, BlockStore store) throws IOException {
      int end = from + bytes.length;
      if (from == 0 && before.length() <= end) {
        return store.put(bytes, bytes.length);
      }
      byte[] merged = new byte[Math.max(before.length(), end)];
      ByteBuffer old = before.read(0, before.length());
      old.get(merged, 0, before.length());
      System.arraycopy(bytes, 0, merged, from, bytes.length);
      return store.put(merged, merged.length);
    }
  }

  /**
   * Receives exactly {@code count} bytes for {@code offset}.
   *
   * @throws XdrException if the source ends before that
   */
  static StoredBytes receive(Source source, long offset, long count, BlockStore store)
      throws IOException {
    StoredBytes received = new StoredBytes(offset + count);
    long at = offset;
    while (at < received.end) {
      int index = Math.toIntExact(at / Block.BYTES);
      int from = (int) (at % Block.BYTES);
      byte[] bytes = new byte[(int) Math.min(Block.BYTES - from, received.end - at)];
      fill(source, ByteBuffer.wrap(bytes));
      received.pieces.add(
          bytes.length == Block.BYTES
              ? new Whole(index, store.put(bytes, bytes.length))
              : new Part(index, from, bytes));
      at += bytes.length;
    }
    return received;
  }

  private static void fill(Source source, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (source.read(target) < 0) {
        throw new XdrException("the data ended " + target.remaining() + " bytes early");
      }
    }
  }

  /** Returns where the data ends in the file. */
  long end() {
    return end;
  }

  List<Piece> pieces() {
    return pieces;
  }
}
