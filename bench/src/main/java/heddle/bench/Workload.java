package heddle.bench;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One rxperf call as its client sees it: words that say what is wanted, then bytes to the server,
 * then bytes from it.
 *
 * <p>Protocol source: OpenAFS src/tools/rxperf/rxperf.c.
 *
 * @param arguments words behind the two chunk sizes
 * @param bytesUp bytes from client to server, the words not counted
 * @param bytesDown bytes from server to client, the closing word not counted
 */
record Workload(Operation operation, List<Integer> arguments, long bytesUp, long bytesDown) {
  /** Version of the protocol. */
  static final int VERSION = 3;

  /** The word that closes a reply, of all operations but FILE. */
  static final int COOKIE = 0x4711;

  /** Service ID of rxperf. */
  static final int SERVICE_ID = 147;

  /** UDP port of its servers. */
  static final int PORT = 7009;

  /** Greatest chunk, in bytes; also the default. */
  static final int MAX_CHUNK = 512 * 1024;

  /** What servers here abort a request with that they do not understand. */
  static final int BAD_REQUEST = -1;

  private static final int FIXED_WORDS = 4;

  /** How many bytes each side moves in one operation. */
  record Chunks(int read, int write) {
    static final Chunks DEFAULT = new Chunks(MAX_CHUNK, MAX_CHUNK);
  }

  static Workload send(int bytes) {
    return new Workload(Operation.SEND, List.of(bytes), bytes, 0);
  }

  static Workload receive(int bytes) {
    return new Workload(Operation.RECV, List.of(bytes), 0, bytes);
  }

  static Workload rpc(int bytesUp, int bytesDown) {
    return new Workload(Operation.RPC, List.of(bytesUp, bytesDown), bytesUp, bytesDown);
  }

  /** Returns the bytes of one call in both directions. */
  long bytes() {
    return bytesUp + bytesDown;
  }

  boolean hasCookie() {
    return operation != Operation.FILE;
  }

  /** Returns the words of the request, ready to be read. */
  ByteBuffer words(Chunks chunks) {
    ByteBuffer words = ByteBuffer.allocate((FIXED_WORDS + arguments.size()) * Integer.BYTES);
    words.putInt(VERSION).putInt(operation.wireValue()).putInt(chunks.read).putInt(chunks.write);
    arguments.forEach(words::putInt);
    return words.flip();
  }
}
