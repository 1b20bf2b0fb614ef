package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.rxkad.RxkadConnection.Place;
import java.time.InstantSource;

/**
 * The client's side of one connection. Packets are sealed from the first one on: a client knows its
 * key before it is asked for it.
 */
final class RxkadClient implements ClientSecurity {
  private final Rxkad rxkad;
  private final Place place;
  private final SessionKey key;
  private final RxkadConnection connection;

  RxkadClient(Rxkad rxkad, Place place) throws RxkadException {
    this.rxkad = rxkad;
    this.place = place;
    this.key = rxkad.token().copyKey();
    this.connection =
        new RxkadConnection(
            key, rxkad.level(), place, InstantSource.system(), RxkadConnection.NEVER_SECONDS);
  }

  @Override
  public byte[] respond(byte[] challenge, int[] callNumbers) throws RxkadException {
    RxkadChallenge asked = RxkadChallenge.decode(challenge);
    RxkadLevel level = rxkad.level();
    if (!level.isAtLeast(asked.floor())) {
      throw new RxkadException(
          Violation.FLOOR_TOO_HIGH, "the server wants " + asked.floor() + ", this is " + level);
    }
    var content = new RxkadResponse.Sealed(callNumbers, asked.nonce() + 1, level.wireValue());
    RxkadToken token = rxkad.token();
    byte[] response = RxkadResponse.make(place, key, content, token.ticketType(), token.ticket());
    connection.checkNotClosed();
    return response;
  }

  @Override
  public CallSecurity call(int channel, int callNumber) {
    return connection.call(channel, callNumber);
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public String toString() {
    return rxkad.toString();
  }
}
