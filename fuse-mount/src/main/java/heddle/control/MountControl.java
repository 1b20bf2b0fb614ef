package heddle.control;

import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a user can ask of a mount. Each method blocks for some seconds at most, and throws {@link
 * ControlException} if the mount refuses, another {@link IOException} if it cannot be reached.
 */
public interface MountControl {
  /** Asks what mount it is. */
  MountFacts describe() throws IOException;

  /** Gives the mount a token, which stays the caller's as well. */
  void set(String cell, RxkadToken token) throws IOException;

  /** Has the mount drop the token for a cell, or all. Returns the cells that there was one for. */
  List<String> drop(Optional<String> cell) throws IOException;

  /** Asks what tokens the mount has of this user. */
  List<TokenFacts> tokens() throws IOException;

  /** Returns who does what {@code heddle fs} asks of the mount, as this user. */
  FsAgent fs();
}
