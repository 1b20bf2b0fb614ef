package heddle.afs.callback;

import heddle.afs.ChangeListener;
import heddle.afs.Fid;
import heddle.afs.location.FileServer;
import heddle.afs.rpc.CallbackHandler;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.ClientInterfaces;
import heddle.afs.rpc.WireFid;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the client does when file servers call it: ends promises and tells listeners. Never fetches
 * anything and never waits, so that the server gets its answer at once. Thread-safe.
 */
public final class CallbackBreaker implements CallbackHandler {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackBreaker.class);

  private final CallbackTable table;
  private final Function<InetSocketAddress, Optional<UUID>> servers;
  private final Supplier<ClientInterfaces> interfaces;
  private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
  private final LongAdder breaks = new LongAdder();
  private final LongAdder initializations = new LongAdder();

  /**
   * Breaks promises in {@code table}.
   *
   * @param servers tells which server has an address
   * @param interfaces tells who and where this client is
   */
  public CallbackBreaker(
      CallbackTable table,
      Function<InetSocketAddress, Optional<UUID>> servers,
      Supplier<ClientInterfaces> interfaces) {
    this.table = table;
    this.servers = servers;
    this.interfaces = interfaces;
  }

  /** Adds a listener to be told of every ended promise. */
  public void addListener(ChangeListener listener) {
    listeners.add(listener);
  }

  /** Tells a listener no more. */
  public void removeListener(ChangeListener listener) {
    listeners.remove(listener);
  }

  /** Has a file asked for anew, as if its server had broken the promise. */
  public void distrust(Fid fid) {
    table.end(fid);
    tell(listener -> listener.changed(fid));
  }

  /** Has all files of a volume asked for anew. */
  public void distrustVolume(String cell, int volume) {
    table.endVolume(cell, volume);
    tell(ChangeListener::manyChanged);
  }

  /** Has everything asked for anew that a server answers for. */
  public void distrustServer(FileServer server) {
    LOG.debug("{} is not believed: it may not reach us", server);
    table.endServer(server.uuid());
    tell(ChangeListener::manyChanged);
  }

  /** Has everything asked for anew. */
  public void distrustAll() {
    table.endAll();
    tell(ChangeListener::manyChanged);
  }

  /** Returns how many fids were broken so far. */
  public long breaksReceived() {
    return breaks.sum();
  }

  /** Returns how often a server said it had forgotten its promises. */
  public long statesInitialized() {
    return initializations.sum();
  }

  @Override
  public void callBack(
      InetSocketAddress server, List<WireFid> fids, List<CallbackPromise> callbacks) {
    LOG.debug("{} breaks {}", server, fids);
    breaks.add(fids.size());
    fids.forEach(table::end);
    for (WireFid fid : fids) {
      if (fid.vnode() == 0) {
        tell(ChangeListener::manyChanged);
      } else {
        table.cells().forEach(cell -> tell(listener -> listener.changed(fid.in(cell))));
      }
    }
  }

  @Override
  public void initCallBackState(InetSocketAddress server) {
    LOG.debug("{} has forgotten its promises", server);
    initializations.increment();
    servers.apply(server).ifPresentOrElse(table::endServer, table::endAll);
    tell(ChangeListener::manyChanged);
  }

  @Override
  public void initCallBackState(InetSocketAddress server, UUID serverUuid) {
    LOG.debug("{}, server {}, has forgotten its promises", server, serverUuid);
    initializations.increment();
    table.endServer(serverUuid);
    servers.apply(server).ifPresent(table::endServer);
    tell(ChangeListener::manyChanged);
  }

  /** A listener that fails harms neither the others nor the server's call. */
  private void tell(Consumer<ChangeListener> event) {
    for (ChangeListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        LOG.error("a change listener failed", e);
      }
    }
  }

  @Override
  public void probe(InetSocketAddress server) {
    LOG.debug("{} asks whether we are there", server);
  }

  @Override
  public ClientInterfaces interfaces() {
    return interfaces.get();
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(Capabilities.ERROR_TRANSLATION);
  }
}
