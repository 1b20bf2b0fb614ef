package heddle.cli;

import heddle.afs.auth.TokenSource;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Makes tokens with the key of a cell's servers: who may read it may be anybody in the cell.
 *
 * @param user name of the cell
 */
record CellKey(Path file, String user) implements TokenSource {
  private static final Duration LIFETIME = Duration.ofDays(1);

  /**
   * Returns a source of tokens.
   *
   * @throws IOException if there is no key
   */
  static TokenSource read(Path file, String user) throws IOException {
    ServiceKeys.ofKeyFileExt(file).close(); // now is the time to say what is wrong with it
    return new CellKey(file, user);
  }

  @Override
  public RxkadToken token(String cell, List<String> databaseHosts) throws IOException {
    try (ServiceKeys keys = ServiceKeys.ofKeyFileExt(file)) {
      return RxkadToken.printed(keys, user, Instant.now().plus(LIFETIME));
    } catch (RxkadException e) {
      throw new IOException("no token can be made with " + file + ": " + e.getMessage(), e);
    }
  }
}
