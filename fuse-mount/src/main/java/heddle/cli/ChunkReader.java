package heddle.cli;

import heddle.afs.AfsFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Reads a file from front to back, with the next pieces on their way while one is used. For one
 * thread.
 */
final class ChunkReader implements AutoCloseable {
  private static final int CHUNK = 1 << 20; // bytes
  private static final int AHEAD = 4; // pieces

  private final AfsFile file;
  private final long expectedLength;
  private final int chunk;
  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private ByteBuffer used = ByteBuffer.allocate(0);
  private long nextOffset;
  private boolean ended;

  ChunkReader(AfsFile file) throws IOException {
    this.file = file;
    this.expectedLength = file.status().length();
    this.chunk = (int) Math.min(CHUNK, expectedLength + 1); // one more, to see the end
  }

  private record Piece(ByteBuffer buffer, FutureTask<Integer> reading, Thread reader) {}

  /** Returns the next piece; it is good until the next call, and empty at the end of the file. */
  ByteBuffer next() throws IOException {
    if (ended) {
      return ByteBuffer.allocate(0);
    }
    while (pieces.isEmpty() || (pieces.size() < AHEAD && nextOffset < expectedLength)) {
      begin(used.capacity() == chunk ? used.clear() : ByteBuffer.allocateDirect(chunk));
      used = ByteBuffer.allocate(0);
    }
    Piece piece = pieces.remove();
    int length = await(piece);
    ended = length < chunk;
    used = piece.buffer.flip();
    return used;
  }

  private void begin(ByteBuffer buffer) {
    long offset = nextOffset;
    nextOffset += chunk;
    var reading = new FutureTask<>(() -> file.read(buffer, offset));
    pieces.add(new Piece(buffer, reading, Thread.startVirtualThread(reading)));
  }

  private static int await(Piece piece) throws IOException {
    try {
      return piece.reading.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /** Leaves pieces that nobody will use to themselves; the file must stay open until they end. */
  @Override
  public void close() {
    for (Piece piece : pieces) {
      piece.reader.interrupt();
    }
  }
}
