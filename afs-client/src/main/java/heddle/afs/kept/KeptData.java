package heddle.afs.kept;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A file of kept data that was found whole when it was opened.
 *
 * @param file where it lies
 * @param writes what is in it
 * @param bytes number of bytes that were written
 */
public record KeptData(Path file, KeptWrites writes, long bytes) {
  /** Takes written bytes, in their order. */
  @FunctionalInterface
  public interface PieceAction {
    /** Takes those from {@code offset} on. */
    void take(ByteBuffer bytes, long offset) throws IOException;
  }

  /**
   * Looks at all of a file.
   *
   * @throws IOException if it cannot be read, or is not as it was written
   */
  public static KeptData open(Path file) throws IOException {
    try (FileChannel in = channel(file)) {
      KeptWrites writes = KeptFile.readDescription(in);
      long[] bytes = {0};
      KeptFile.readPieces(in, (piece, offset) -> bytes[0] += piece.remaining());
      return new KeptData(file, writes, bytes[0]);
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  /** Shows the written bytes to {@code action}. */
  public void forEachPiece(PieceAction action) throws IOException {
    try (FileChannel in = channel(file)) {
      KeptFile.readDescription(in);
      KeptFile.readPieces(in, action);
    }
  }

  /** Removes the file: the data are elsewhere now. */
  public void remove() throws IOException {
    Files.deleteIfExists(file);
  }
}
