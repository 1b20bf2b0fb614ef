package heddle.bench;

import heddle.afs.Fid;
import heddle.afs.rpc.CallbackHandler;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.CallbackService;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.ClientInterfaces;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** FetchData64 or StoreData64 over and over, without cache or client: what the server can do. */
final class BareLoop implements AutoCloseable {
  private static final int FETCHED_BYTES = 1 << 20; // by one call, as the library has it
  private static final int STORED_BYTES = 4 << 20;

  private final Endpoint endpoint;
  private final FileService files;

  /** Opens an endpoint that answers the server's questions, too. */
  BareLoop(InetSocketAddress server, Security security) throws IOException {
    endpoint = Endpoint.open();
    endpoint.serve(CallbackService.SERVICE_ID, new CallbackService(new NoCache()));
    files =
        new FileService(
            endpoint.connect(server, FileService.SERVICE_ID, security),
            CallOptions.within(Duration.ofMinutes(2)));
  }

  /** Fetches a file of so many bytes by so many calls at a time. */
  void fetch(Fid fid, long length, int calls) throws IOException, InterruptedException {
    inPieces(calls, length, FETCHED_BYTES, () -> fetchPiece(fid));
  }

  private Piece fetchPiece(Fid fid) {
    var target = ByteBuffer.allocate(FETCHED_BYTES);
    return (offset, count) ->
        files.fetchData64(WireFid.of(fid), offset, target.clear().limit(count));
  }

  /** Stores so many bytes by so many calls at a time, and has the server write them to its disk. */
  void store(Fid fid, long length, int calls) throws IOException, InterruptedException {
    inPieces(calls, length, STORED_BYTES, () -> storePiece(fid, length));
    files.storeStatus(WireFid.of(fid), StoreStatus.NOTHING.withSync());
  }

  private Piece storePiece(Fid fid, long length) {
    var source = ByteBuffer.allocate(STORED_BYTES);
    return (offset, count) ->
        files.storeData64(
            WireFid.of(fid), StoreStatus.NOTHING, offset, length, source.clear().limit(count));
  }

  /** One call. */
  private interface Piece {
    void move(long offset, int count) throws IOException;
  }

  private static void inPieces(int calls, long length, int pieceBytes, Supplier<Piece> mover)
      throws IOException, InterruptedException {
    var next = new AtomicLong();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<@Nullable Void>> all = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        Piece piece = mover.get();
        all.add(
            threads.submit(
                () -> {
                  long offset = next.getAndAdd(pieceBytes);
                  while (offset < length) {
                    piece.move(offset, (int) Math.min(pieceBytes, length - offset));
                    offset = next.getAndAdd(pieceBytes);
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a call failed: " + e.getCause(), e);
    }
  }

  @Override
  public void close() throws IOException {
    files.giveUpAllCallBacks();
    endpoint.close();
  }

  /** A client that believes no promise. */
  private static final class NoCache implements CallbackHandler {
    private final UUID uuid = UUID.randomUUID();

    @Override
    public void callBack(
        InetSocketAddress server, List<WireFid> fids, List<CallbackPromise> callbacks) {}

    @Override
    public void initCallBackState(InetSocketAddress server) {}

    @Override
    public void initCallBackState(InetSocketAddress server, UUID serverUuid) {}

    @Override
    public void probe(InetSocketAddress server) {}

    @Override
    public ClientInterfaces interfaces() {
      return new ClientInterfaces(uuid, List.of());
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(Capabilities.ERROR_TRANSLATION);
    }
  }
}
