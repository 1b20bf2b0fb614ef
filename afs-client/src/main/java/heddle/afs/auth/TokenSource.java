package heddle.afs.auth;

import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.util.List;

/** Makes tokens of somebody. */
@FunctionalInterface
public interface TokenSource {
  /**
   * Asks for a token, which is the caller's to close. Blocks while others are asked for it.
   *
   * @param cell name of the cell
   * @param databaseHosts names of the hosts of its databases, as far as they are known
   * @throws IOException if there is none to be had; the message says what can be done
   */
  RxkadToken token(String cell, List<String> databaseHosts) throws IOException;
}
