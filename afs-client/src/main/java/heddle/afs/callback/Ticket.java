package heddle.afs.callback;

import heddle.afs.rpc.CallbackPromise;
import java.util.Optional;

/**
 * What is noted before a request is sent whose reply may hold a promise. Immutable; thread-safe.
 */
public final class Ticket {
  private final ServerPromises server;
  private final Generation file;
  private final Generation volume;
  private final int serverNumber;
  private final int fileNumber;
  private final int volumeNumber;
  private final long requestedNanos;

  Ticket(ServerPromises server, Watched watched, long requestedNanos) {
    this.server = server;
    this.file = watched.file();
    this.volume = watched.volume();
    this.requestedNanos = requestedNanos;
    serverNumber = server.generation().number();
    fileNumber = file.number();
    volumeNumber = volume.number();
  }

  /** Returns whether nothing has ended promises about the fid since the request was sent. */
  public boolean isUnbroken() {
    return fileNumber == file.number()
        && volumeNumber == volume.number()
        && serverNumber == server.generation().number();
  }

  /** Returns when the request was about to be sent. */
  public long requestedNanos() {
    return requestedNanos;
  }

  /** Returns what the server's promise is worth; empty if it gave none. */
  public Optional<Grant> grant(CallbackPromise promise) {
    if (!promise.isGiven()) {
      return Optional.empty();
    }
    server.notePromise();
    return Optional.of(new Grant(this, requestedNanos + promise.lifetime().toNanos()));
  }
}
