package heddle.afs.callback;

import java.util.Optional;

/**
 * A change that this client is making to one fid. A server breaks the promises of all clients but
 * the one that makes the change; that one is told by the reply. Immutable; thread-safe.
 *
 * <p>So when the reply is there, the promise that stood when the request was sent goes on, for what
 * the reply says; unless it was broken meanwhile. But whatever else is on its way about the fid may
 * be from before the change, and no break will say so: it is not believed any more.
 *
 * <p>Protocol source: OpenAFS src/viced/callback.c, BreakCallBack ("xhost").
 */
public final class OwnChange {
  private final Watched watched;
  private final Optional<Grant> before;

  private OwnChange(Watched watched, Optional<Grant> before) {
    this.watched = watched;
    this.before = before;
  }

  /**
   * Notes what is to be noted before the request is sent.
   *
   * @param standing the promise that stands, if one does
   */
  public static OwnChange begin(Watched watched, Optional<Grant> standing) {
    return new OwnChange(watched, standing);
  }

  /** The change was made; returns the promise that what the reply says is believed under. */
  public Optional<Grant> made() {
    if (before.isEmpty()) {
      watched.file().end();
    }
    return before.flatMap(Grant::replace);
  }

  /**
   * The change may have been made, or was without a word of what came of it: nothing is believed
   * any more.
   */
  public void unknown() {
    watched.file().end();
  }
}
