package heddle.afs.vnode;

import heddle.afs.auth.Caller;
import heddle.afs.location.Request;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.util.Optional;

/**
 * Who has something open. It stays who it was: a renewed token is used, but when the caller has
 * become somebody else in that cell, or nobody, the holder goes on as anybody.
 *
 * @param caller who opened it
 * @param principal whom the servers of the cell took the caller for then; empty for anybody
 */
record Holder(Caller caller, String cell, Optional<String> principal) {
  /** Returns who has just opened something with that request. */
  static Holder of(Caller caller, Request opening, Vnode vnode) {
    String cell = vnode.fid().cell();
    return new Holder(caller, cell, principal(opening.caller(), cell));
  }

  private static Optional<String> principal(Caller caller, String cell) {
    return caller.token(cell).map(RxkadToken::client);
  }

  /** Returns on whose behalf an operation is done now. */
  Caller now() {
    Caller now = caller.now();
    return principal(now, cell).equals(principal) ? now : Caller.anonymous();
  }

  @Override
  public String toString() {
    return caller.toString();
  }
}
