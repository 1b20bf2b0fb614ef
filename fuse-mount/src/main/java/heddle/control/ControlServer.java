package heddle.control;

import heddle.control.UnixSocket.Peer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a mount at which its users ask for what is not a file operation: each in its own name,
 * for the kernel says who asks. Whatever a request holds, it costs a bounded amount of memory, and
 * a thread for a bounded time.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long may take what the client has to ask servers for. */
  static final Duration PATIENCE_WITH_SERVERS = Duration.ofMinutes(5);

  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);
  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_CONNECTIONS_OF_ONE = 4;

  private final UnixSocket listener;
  private final ControlPlace place;
  private final MountAnswers answers;
  private final Duration patience;
  private final ReentrantLock counting = new ReentrantLock();
  private final Condition closed = counting.newCondition();
  private final Map<Integer, Integer> connections = new HashMap<>(); // by user, by counting

  private ControlServer(
      UnixSocket listener, ControlPlace place, MountAnswers answers, Duration patience) {
    this.listener = listener;
    this.place = place;
    this.answers = answers;
    this.patience = patience;
  }

  /**
   * Begins to listen.
   *
   * @param place where, a new private directory
   * @param answers what the mount answers
   * @throws IOException if there is no socket to be had; {@code place} is closed then
   */
  public static ControlServer start(ControlPlace place, MountAnswers answers) throws IOException {
    return start(SocketCalls.load(), place, answers, PATIENCE);
  }

  /**
   * The same.
   *
   * @param patience how long all may take that is done with one connection
   */
  static ControlServer start(
      SocketCalls calls, ControlPlace place, MountAnswers answers, Duration patience)
      throws IOException {
    UnixSocket listener;
    try {
      listener = UnixSocket.listen(calls, place.socket());
      place.letUsersConnect();
    } catch (IOException | RuntimeException e) {
      place.close();
      throw e;
    }
    var server = new ControlServer(listener, place, answers, patience);
    Thread.ofPlatform().daemon().name("heddle-control").start(server::accept);
    return server;
  }

  /** Returns the name of the socket. */
  public Path socket() {
    return place.socket();
  }

  /** Takes connections until the end: nothing that goes wrong with one ends that. */
  private void accept() {
    while (!listener.isClosing()) {
      try {
        takeNext();
      } catch (ClosedChannelException e) {
        return;
      } catch (Throwable e) { // too many open files, perhaps, or no memory
        if (!listener.isClosing()) {
          report(e);
          pauseAfterFailure();
        }
      }
    }
  }

  private void takeNext() throws IOException {
    UnixSocket connection = listener.accept();
    boolean begun = false;
    try {
      begun = begin(connection);
    } finally {
      if (!begun) {
        connection.close(); // the peer sees that nobody talks to it
      }
    }
  }

  private static void report(Throwable failure) {
    try {
      if (failure instanceof IOException) {
        LOG.warn("control socket: {}", failure.getMessage());
      } else {
        LOG.error("control socket", failure);
      }
    } catch (Throwable e) {
      // nothing is left to say it with
    }
  }

  /** Waits for a moment, or for the end. */
  private void pauseAfterFailure() {
    counting.lock();
    try {
      long leftNanos = AFTER_FAILURE.toNanos();
      while (leftNanos > 0 && !listener.isClosing()) {
        leftNanos = closed.awaitNanos(leftNanos);
      }
    } catch (InterruptedException e) {
      LOG.debug("control socket: nobody interrupts this thread", e);
    } finally {
      counting.unlock();
    }
  }

  /** Serves a connection on a thread of its own; returns whether there is room for that. */
  private boolean begin(UnixSocket connection) {
    Peer peer;
    try {
      peer = connection.peer();
    } catch (IOException e) {
      LOG.debug("control socket: {}", e.getMessage());
      return false;
    }
    if (!count(peer.uid())) {
      LOG.warn("control socket: too many connections of uid {}", peer.uid());
      return false;
    }
    try {
      connection.limit(patience);
      Thread.ofPlatform()
          .daemon()
          .name("heddle-control-" + Integer.toUnsignedString(peer.uid()))
          .start(() -> serve(connection, peer));
      return true;
    } catch (RuntimeException | OutOfMemoryError e) { // no more threads, it says
      uncount(peer.uid());
      LOG.warn("control socket: {}", e.getMessage());
      return false;
    }
  }

  private boolean count(int uid) {
    counting.lock();
    try {
      int all = connections.values().stream().mapToInt(Integer::intValue).sum();
      int ofOne = connections.getOrDefault(uid, 0);
      if (all >= MAX_CONNECTIONS || ofOne >= MAX_CONNECTIONS_OF_ONE) {
        return false;
      }
      connections.put(uid, ofOne + 1);
      return true;
    } finally {
      counting.unlock();
    }
  }

  private void uncount(int uid) {
    counting.lock();
    try {
      connections.computeIfPresent(uid, (key, count) -> count == 1 ? null : count - 1);
    } finally {
      counting.unlock();
    }
  }

  private void serve(UnixSocket connection, Peer peer) {
    try (connection) {
      var line = new Line(connection);
      Reply reply;
      try (Message message = line.receive()) {
        Request request = Request.read(message);
        if (request instanceof Request.Fs) {
          connection.limit(PATIENCE_WITH_SERVERS);
        }
        reply = answers.answer(request, peer);
      } catch (ControlException e) {
        LOG.debug("control socket, uid {}: {}", peer.uid(), e.getMessage());
        reply = new Reply.Refused(String.valueOf(e.getMessage()));
      }
      Message message = Message.empty();
      reply.writeTo(message);
      line.send(message);
    } catch (SocketTimeoutException e) {
      LOG.debug("control socket: uid {} takes too long", peer.uid());
    } catch (IOException e) {
      LOG.debug("control socket, uid {}: {}", peer.uid(), e.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.error("control socket, uid {}", peer.uid(), e);
    } finally {
      uncount(peer.uid());
    }
  }

  /** Stops listening and takes the socket away. Connections under way end by themselves. */
  @Override
  public void close() {
    listener.close();
    counting.lock();
    try {
      closed.signalAll();
    } finally {
      counting.unlock();
    }
    place.close();
  }
}
