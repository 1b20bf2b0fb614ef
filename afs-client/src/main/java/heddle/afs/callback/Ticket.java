package heddle.afs.callback;

import heddle.afs.rpc.CallbackPromise;
import java.util.Optional;
import java.util.UUID;

/**
 * What is noted before a request is sent whose reply may hold a promise. Immutable; thread-safe.
 */
public final class Ticket {
  private final ServerPromises server;
  private final Watched watched;
  private final Numbers numbers;
  private final long requestedNanos;

  Ticket(ServerPromises server, Watched watched, long requestedNanos) {
    this(
        server,
        watched,
        new Numbers(
            server.generation().number(), watched.file().number(), watched.volume().number()),
        requestedNanos);
  }

  /** The three numbers as they were before the request was sent. */
  record Numbers(int server, int file, int volume) {}

  Ticket(ServerPromises server, Watched watched, Numbers numbers, long requestedNanos) {
    this.server = server;
    this.watched = watched;
    this.numbers = numbers;
    this.requestedNanos = requestedNanos;
  }

  /**
   * Ends all promises about the fid and all tickets for it, this one too, and returns the one that
   * takes its place; empty if something else had ended it already.
   */
  Optional<Ticket> replace() {
    Generation file = watched.file();
    if (!file.endIf(numbers.file())) {
      file.end();
      return Optional.empty();
    }
    Numbers next = new Numbers(numbers.server(), numbers.file() + 1, numbers.volume());
    return Optional.of(new Ticket(server, watched, next, requestedNanos));
  }

  /** Returns whether nothing has ended promises about the fid since the request was sent. */
  public boolean isUnbroken() {
    return numbers.file() == watched.file().number()
        && numbers.volume() == watched.volume().number()
        && numbers.server() == server.generation().number();
  }

  /** Returns the server that the request went to. */
  UUID server() {
    return server.uuid();
  }

  /** Returns when the request was about to be sent. */
  public long requestedNanos() {
    return requestedNanos;
  }

  /** Returns what the server's promise is worth; empty if it gave none that may be believed. */
  public Optional<Grant> grant(CallbackPromise promise) {
    if (!promise.isGiven() || watched.isGivingUp()) {
      return Optional.empty();
    }
    server.notePromise();
    return Optional.of(new Grant(this, requestedNanos + promise.lifetime().toNanos()));
  }
}
