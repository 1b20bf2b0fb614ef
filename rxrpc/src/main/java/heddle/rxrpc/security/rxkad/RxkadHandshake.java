package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.ServiceHandshake;
import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.rxkad.RxkadConnection.Place;
import java.time.InstantSource;

/**
 * The service's side of the handshake of one connection.
 *
 * <p>Protocol source: OpenAFS src/rxkad/rxkad_server.c (behaviour): the checks are made in its
 * order, so that a bad response gets the same abort code.
 */
final class RxkadHandshake implements ServiceHandshake {
  private final RxkadService service;
  private final RxkadChallenge challenge;
  private final Place place;

  RxkadHandshake(RxkadService service, RxkadChallenge challenge, Place place) {
    this.service = service;
    this.challenge = challenge;
    this.place = place;
  }

  @Override
  public byte[] challenge() {
    return challenge.encode();
  }

  @Override
  public Accepted verify(byte[] body) throws RxkadException {
    RxkadResponse response = RxkadResponse.parse(body);
    InstantSource clock = service.clock();
    ServiceTicket ticket =
        service.tickets().read(response.ticketType(), response.ticket(), clock.millis() / 1000);
    try {
      RxkadResponse.Sealed sealed = response.open(ticket.key(), place);
      RxkadLevel level = level(sealed);
      var connection = new RxkadConnection(ticket.key(), level, place, clock, ticket.endSeconds());
      return new Accepted(ticket.client(), sealed.callNumbers(), connection);
    } catch (RxkadException e) {
      ticket.close();
      throw e;
    }
  }

  private RxkadLevel level(RxkadResponse.Sealed sealed) throws RxkadException {
    if (sealed.incrementedNonce() != challenge.nonce() + 1) {
      throw new RxkadException(Violation.RESPONSE_OUT_OF_SEQUENCE);
    }
    RxkadLevel level =
        RxkadLevel.fromWire(sealed.level())
            .orElseThrow(
                () ->
                    new RxkadException(
                        Violation.RESPONSE_LEVEL_UNKNOWN,
                        "the client wants level " + sealed.level()));
    if (!level.isAtLeast(challenge.floor())) {
      throw new RxkadException(
          Violation.LEVEL_TOO_LOW, "the client wants " + level + ", below " + challenge.floor());
    }
    return level;
  }

  @Override
  public String toString() {
    return service + ", handshake";
  }
}
