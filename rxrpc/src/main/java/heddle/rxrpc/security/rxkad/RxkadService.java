package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.ServiceHandshake;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.security.rxkad.RxkadConnection.Place;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * The security class rxkad for a service: the keys to read tickets with, and what is demanded of
 * clients. Thread-safe; closing the keys ends it.
 *
 * <p>Protocol source: OpenAFS src/rxkad/rxkad_server.c (behaviour).
 */
public final class RxkadService implements ServiceSecurity {
  private final ServiceKeys keys;
  private final RxkadLevel floor;
  private final DottedNames dotted;
  private final SingleDes singleDes;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  private RxkadService(
      ServiceKeys keys,
      RxkadLevel floor,
      DottedNames dotted,
      SingleDes singleDes,
      InstantSource clock) {
    this.keys = keys;
    this.floor = floor;
    this.dotted = dotted;
    this.singleDes = singleDes;
    this.clock = clock;
  }

  /**
   * Returns a service that takes every ticket for these keys, at any level, but those of a KDC with
   * a session key of single DES.
   */
  public static RxkadService with(ServiceKeys keys) {
    return new RxkadService(
        keys, RxkadLevel.CLEAR, DottedNames.REFUSED, SingleDes.REFUSED, InstantSource.system());
  }

  /** Returns the same, but for clients at this level or above only. */
  public RxkadService floor(RxkadLevel newFloor) {
    return new RxkadService(keys, newFloor, dotted, singleDes, clock);
  }

  /** Returns the same, but with names that have dots, or without. */
  public RxkadService dottedNames(DottedNames newDotted) {
    return new RxkadService(keys, floor, newDotted, singleDes, clock);
  }

  /**
   * Returns the same, but with session keys of single DES in the tickets of a KDC, or without. What
   * servers print for themselves ({@code -localauth}) may have such a key in any case: no KDC chose
   * it, and nobody else sees it.
   */
  public RxkadService singleDes(SingleDes newSingleDes) {
    return new RxkadService(keys, floor, dotted, newSingleDes, clock);
  }

  /** Returns the same with another clock, which says what tickets are good now. */
  public RxkadService clock(InstantSource newClock) {
    return new RxkadService(keys, floor, dotted, singleDes, newClock);
  }

  @Override
  public int index() {
    return RxkadConnection.SECURITY_INDEX;
  }

  @Override
  public ServiceHandshake accept(int epoch, int connectionId) {
    var challenge = new RxkadChallenge(random.nextInt(), floor);
    return new RxkadHandshake(this, challenge, new Place(epoch, connectionId));
  }

  TicketReader tickets() {
    return new TicketReader(keys, dotted, singleDes);
  }

  InstantSource clock() {
    return clock;
  }

  @Override
  public String toString() {
    return "rxkad, at least " + floor;
  }
}
