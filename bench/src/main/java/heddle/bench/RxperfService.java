package heddle.bench;

import heddle.rxrpc.CallHandler;
import heddle.rxrpc.ServiceCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Serves rxperf calls. What it does not understand it aborts with {@link Workload#BAD_REQUEST}, as
 * OpenAFS's server does; also a chunk of zero bytes, over which that one never finishes.
 *
 * <p>Protocol source: OpenAFS src/tools/rxperf/rxperf.c.
 */
final class RxperfService implements CallHandler {
  private static final int FIXED_BYTES = 4 * Integer.BYTES;
  private static final int SMALL_BYTES = 1024; // a reply that is written in one piece

  private final LongAdder calls = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();

  /** What was served so far. */
  record Served(long calls, long bytesIn, long bytesOut) {}

  Served served() {
    return new Served(calls.sum(), bytesIn.sum(), bytesOut.sum());
  }

  @Override
  public void handle(ServiceCall call) throws IOException {
    ByteBuffer words = read(call, FIXED_BYTES);
    int version = words.getInt();
    int operation = words.getInt();
    int readChunk = words.getInt();
    int writeChunk = words.getInt();
    if (version != Workload.VERSION || !isChunk(readChunk) || !isChunk(writeChunk)) {
      throw badRequest();
    }
    new Exchange(call, readChunk, writeChunk).run(workload(call, operation));
    calls.increment();
  }

  private static Workload workload(ServiceCall call, int operation) throws IOException {
    if (operation == Operation.RPC.wireValue()) {
      ByteBuffer sizes = read(call, 2 * Integer.BYTES);
      return Workload.rpc(sizes.getInt(), sizes.getInt());
    }
    if (operation == Operation.SEND.wireValue()) {
      return Workload.send(read(call, Integer.BYTES).getInt());
    }
    if (operation == Operation.RECV.wireValue()) {
      return Workload.receive(read(call, Integer.BYTES).getInt());
    }
    if (operation == Operation.FILE.wireValue()) {
      return readList(call).workload();
    }
    throw badRequest();
  }

  private static boolean isChunk(int bytes) {
    return bytes > 0 && bytes <= Workload.MAX_CHUNK;
  }

  private static ServiceCall.Abort badRequest() {
    return new ServiceCall.Abort(Workload.BAD_REQUEST);
  }

  private static TransferList readList(ServiceCall call) throws IOException {
    int count = read(call, Integer.BYTES).getInt();
    if (count < 0 || count > TransferList.MAX_ENTRIES) {
      throw badRequest();
    }
    ByteBuffer list = read(call, count * Integer.BYTES);
    List<Integer> words = new ArrayList<>(count);
    while (list.hasRemaining()) {
      words.add(list.getInt());
    }
    try {
      return TransferList.of(words);
    } catch (IllegalArgumentException e) {
      throw badRequest();
    }
  }

  /** Reads so many bytes of the request; the buffer is ready to be read. */
  private static ByteBuffer read(ServiceCall call, int bytes) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(bytes);
    call.readFully(target);
    if (target.hasRemaining()) {
      throw badRequest();
    }
    return target.flip();
  }

  /** The bytes of one call, both ways. */
  private final class Exchange {
    private final ServiceCall call;
    private final int readChunk;
    private final int writeChunk;

    Exchange(ServiceCall call, int readChunk, int writeChunk) {
      this.call = call;
      this.readChunk = readChunk;
      this.writeChunk = writeChunk;
    }

    void run(Workload workload) throws IOException {
      if (workload.bytesUp() < 0 || workload.bytesDown() < 0) {
        throw badRequest();
      }
      drain(workload.bytesUp());
      long left = workload.bytesDown();
      for (; left > SMALL_BYTES; left -= Math.min(left, writeChunk)) {
        call.write(Zeros.of((int) Math.min(left, writeChunk)));
      }
      ByteBuffer end = ByteBuffer.allocate((int) left + Integer.BYTES).position((int) left);
      if (workload.hasCookie()) {
        end.putInt(Workload.COOKIE);
      }
      call.reply(end.flip());
      bytesOut.add(workload.bytesDown());
    }

    /** Reads to the end of the request, which must come after {@code bytes}. */
    private void drain(long bytes) throws IOException {
      ByteBuffer target = ByteBuffer.allocate(Math.clamp(bytes, 1, readChunk));
      long total = 0;
      for (int count = 0; count >= 0; count = call.readFully(target)) {
        total += count;
        target.clear();
      }
      if (total != bytes) {
        throw badRequest();
      }
      bytesIn.add(total);
    }
  }
}
