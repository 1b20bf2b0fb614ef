package heddle.afs.rpc;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** The data of a StoreData call: exactly as many bytes as the arguments say, with no padding. */
final class StoredData {
  private static final int PIECE_BYTES = 64 * 1024; // of what comes through from a channel

  private StoredData() {}

  /** Sends {@code length} bytes of {@code source}, piece by piece, and ends the request. */
  static void send(RpcCall call, ReadableByteChannel source, long length) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(length, PIECE_BYTES));
    long left = length;
    while (left > piece.capacity()) {
      call.write(fill(piece, piece.capacity(), source));
      left -= piece.capacity();
    }
    call.send(fill(piece, (int) left, source));
  }

  private static ByteBuffer fill(ByteBuffer piece, int byteCount, ReadableByteChannel source)
      throws IOException {
    piece.clear().limit(byteCount);
    while (piece.hasRemaining()) {
      if (source.read(piece) < 0) {
        throw new EOFException("the data to store ended " + piece.remaining() + " bytes early");
      }
    }
    return piece.flip();
  }
}
