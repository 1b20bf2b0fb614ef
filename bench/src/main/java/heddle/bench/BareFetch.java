package heddle.bench;

import heddle.afs.Fid;
import heddle.afs.rpc.CallbackHandler;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.CallbackService;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.ClientInterfaces;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** FetchData64 over and over, without cache or client: what any client can get from the server. */
final class BareFetch implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Endpoint endpoint;
  private final FileService files;

  /** Opens an endpoint that answers the server's questions, too. */
  BareFetch(InetSocketAddress server, Security security) throws IOException {
    endpoint = Endpoint.open();
    endpoint.serve(CallbackService.SERVICE_ID, new CallbackService(new NoCache()));
    files =
        new FileService(
            endpoint.connect(server, FileService.SERVICE_ID, security),
            CallOptions.within(Duration.ofMinutes(2)));
  }

  /** Fetches a file of so many bytes by so many calls at a time. */
  void fetch(Fid fid, long length, int calls) throws IOException, InterruptedException {
    var next = new AtomicLong();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          IntStream.range(0, calls)
              .<Future<?>>mapToObj(i -> threads.submit(() -> fetchChunks(fid, length, next)))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("fetching failed: " + e.getCause(), e);
    }
  }

  private void fetchChunks(Fid fid, long length, AtomicLong next) {
    var target = ByteBuffer.allocate(CHUNK_BYTES);
    try {
      while (true) {
        long offset = next.getAndAdd(CHUNK_BYTES);
        if (offset >= length) {
          return;
        }
        target.clear().limit((int) Math.min(CHUNK_BYTES, length - offset));
        files.fetchData64(WireFid.of(fid), offset, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
