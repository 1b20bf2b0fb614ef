package heddle.afs.cell;

import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.CallbackClient;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.RemoteAbortException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client, known by the address that it calls from: whether it can be called back, and whether it
 * must be told that promises were lost. Thread-safe.
 *
 * <p>Protocol source: OpenAFS src/viced/host.c, callback.c; src/ptserver/ptprocs.c, getHostCPS
 * (behaviour). Deviation: a client that never answered is served, without promises.
 */
final class ClientHost {
  private static final Logger LOG = LoggerFactory.getLogger(ClientHost.class);
  private static final long RETRY_NANOS = 15_000_000_000L;

  /** How long a client may take to answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final CallOptions OPTIONS =
      CallOptions.within(PATIENCE).withNormalTimeout(PATIENCE.dividedBy(2));

  private final InetSocketAddress address;
  private final List<String> names;
  private final UUID server;
  private final Supplier<Connection> connections;
  private final ReentrantLock greeting = new ReentrantLock();
  private volatile State state = State.NEW;
  private final AtomicInteger greetings = new AtomicInteger(); // how often it was asked
  private volatile boolean translatesErrors;
  private volatile long silentSinceNanos;

  /** What is known of a client. */
  private enum State {
    /** Nothing yet. */
    NEW,
    /** It answers. */
    ANSWERING,
    /** It did not answer, and lost no promise. */
    SILENT,
    /** It has lost promises, and does not know. */
    OUT_OF_DATE
  }

  /**
   * Is new.
   *
   * @param connections lead to it; one is held for as long as a call lasts, so that clients leave
   *     nothing behind when they are forgotten
   */
  ClientHost(InetSocketAddress address, UUID server, Supplier<Connection> connections) {
    this.address = address;
    this.names = names(address.getAddress().getAddress());
    this.server = server;
    this.connections = connections;
  }

  /**
   * Returns the names of an address, that of the host first, then those of the networks it is in.
   */
  private static List<String> names(byte[] address) {
    List<String> names = new ArrayList<>();
    for (int zeros = 0; zeros < address.length; zeros++) {
      StringJoiner name = new StringJoiner(".");
      for (int i = 0; i < address.length; i++) {
        name.add(i < address.length - zeros ? Integer.toString(address[i] & 0xff) : "0");
      }
      names.add(name.toString());
    }
    return names;
  }

  /** Returns the names of users that stand for the host: its address, and with zeros for any. */
  List<String> names() {
    return names;
  }

  /** Calls that are made to the client. */
  @FunctionalInterface
  private interface Calls {
    void make(CallbackClient client) throws IOException;
  }

  private void call(Calls calls) throws IOException {
    try (Connection connection = connections.get()) {
      calls.make(new CallbackClient(connection, OPTIONS));
    }
  }

  /** Returns whether it is told errors of the unified table. */
  boolean translatesErrors() {
    return translatesErrors;
  }

  /** Returns whether it can be promised anything. */
  boolean canBeCalled() {
    return state == State.ANSWERING;
  }

  /**
   * Sees to it that the client is known and knows all that it must, before it is served. One call
   * asks; the others of the client wait for what it hears, and not one after the other for answers
   * of their own.
   *
   * @throws Refusal if it has lost promises and cannot be told
   */
  void greet() throws Refusal {
    State before = state;
    if (before == State.ANSWERING) {
      return;
    }
    int greetingsBefore = greetings.get();
    if (before != State.SILENT) {
      greeting.lock();
    } else if (triedJustNow() || !greeting.tryLock()) {
      return; // there is nothing that it would have to be told first
    }
    try {
      if (state != State.ANSWERING && greetings.get() == greetingsBefore) {
        askAndTell();
      }
    } finally {
      greeting.unlock();
    }
    if (state == State.OUT_OF_DATE) {
      throw Refusal.of(AfsErrorCode.VBUSY);
    }
  }

  private boolean triedJustNow() {
    return System.nanoTime() - silentSinceNanos < RETRY_NANOS;
  }

  private void askAndTell() {
    State before = state;
    try {
      call(
          client -> {
            translatesErrors = capabilities(client).contains(Capabilities.ERROR_TRANSLATION);
            client.initCallBackState3(server);
          });
      state = State.ANSWERING;
    } catch (IOException e) {
      LOG.info("client {} does not answer: {}", address, e.getMessage());
      silentSinceNanos = System.nanoTime();
      state = before == State.OUT_OF_DATE ? State.OUT_OF_DATE : State.SILENT;
    } finally {
      greetings.incrementAndGet();
    }
  }

  private static Capabilities capabilities(CallbackClient client) throws IOException {
    try {
      return client.tellMeAboutYourself().capabilities();
    } catch (RemoteAbortException e) {
      if (e.code() == AbortCodes.RXGEN_OPCODE) {
        return new Capabilities(0); // of the time before there were any
      }
      throw e;
    }
  }

  /**
   * Breaks promises, which the table has dropped already; returns when the client has heard of it,
   * or is known not to.
   *
   * @param forget drops all others, if it has not
   * @return whether it has
   */
  boolean breakPromises(List<WireFid> fids, Runnable forget) {
    try {
      call(client -> client.callBack(fids));
      return true;
    } catch (IOException e) {
      LOG.info("client {} could not be called back: {}", address, e.getMessage());
      lose(forget);
      return false;
    }
  }

  /**
   * It loses promises: it is told when it calls again. They are dropped before, for as soon as it
   * has been told it may get new ones.
   */
  void lose(Runnable forget) {
    forget.run();
    state = State.OUT_OF_DATE;
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
