package heddle.afs.callback;

/**
 * What is noted before a request is sent that makes a fid, and whose reply may hold a promise about
 * it. Immutable; thread-safe.
 *
 * <p>A break of a fid that nobody here knows yet ends nothing. So those breaks are counted, and if
 * there was one between request and reply, it may have been of the new fid.
 */
public final class NewFidTicket {
  private final ServerPromises server;
  private final Generation strays;
  private final Ticket.Numbers numbers;
  private final int straysNumber;
  private final long requestedNanos;

  NewFidTicket(ServerPromises server, Generation volume, Generation strays, long requestedNanos) {
    this.server = server;
    this.strays = strays;
    this.requestedNanos = requestedNanos;
    numbers = new Ticket.Numbers(server.generation().number(), 0, volume.number());
    straysNumber = strays.number();
  }

  /** Returns the ticket for the new fid, which is ended if the promise may have been. */
  public Ticket of(Watched made) {
    if (strays.number() != straysNumber) {
      made.file().end();
    }
    return new Ticket(server, made, numbers, requestedNanos);
  }
}
