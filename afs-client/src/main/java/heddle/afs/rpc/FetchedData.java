package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The reply of FetchData: a length, so many bytes of the file with no padding, then the results.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, FetchData_RXStyle (behaviour).
 */
final class FetchedData {
  private static final int PIECE_BYTES = 64 * 1024; // of what goes through to a channel

  private FetchedData() {}

  /** Takes exactly so many bytes from the reply. */
  interface Receiver {
    void receive(RpcCall call, long byteCount) throws IOException;
  }

  /** Reads the word or words that give the length. */
  interface LengthReader {
    long readFrom(XdrReader in) throws IOException;
  }

  static FetchDataReply readReply(
      RpcCall call, LengthReader lengthReader, long asked, Receiver receiver) throws IOException {
    long byteCount = lengthReader.readFrom(new XdrReader(call.input()));
    if (byteCount < 0 || byteCount > asked) {
      throw new XdrException(byteCount + " bytes of data where " + asked + " were asked for");
    }
    receiver.receive(call, byteCount);
    return RpcClient.readToEnd(call, in -> readResults(in, byteCount));
  }

  private static FetchDataReply readResults(XdrReader in, long byteCount) throws IOException {
    return new FetchDataReply(
        byteCount, FetchStatus.readFrom(in), CallbackPromise.readFrom(in), VolSync.readFrom(in));
  }

  /** Returns a receiver that fills {@code target}, which has room for all that was asked for. */
  static Receiver into(ByteBuffer target) {
    return (call, byteCount) -> {
      int limit = target.limit();
      target.limit(target.position() + (int) byteCount);
      try {
        fill(call, target);
      } finally {
        target.limit(limit);
      }
    };
  }

  /** Returns a receiver that writes to {@code sink}, piece by piece. */
  static Receiver into(WritableByteChannel sink) {
    return (call, byteCount) -> {
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(byteCount, PIECE_BYTES));
      for (long left = byteCount; left > 0; left -= piece.limit()) {
        piece.clear().limit((int) Math.min(left, piece.capacity()));
        fill(call, piece);
        piece.flip();
        while (piece.hasRemaining()) {
          sink.write(piece);
        }
      }
    };
  }

  private static void fill(RpcCall call, ByteBuffer target) throws IOException {
    call.readFully(target);
    if (target.hasRemaining()) {
      throw new XdrException("reply ended " + target.remaining() + " bytes before its data did");
    }
  }
}
