package heddle.control;

import java.io.IOException;

/** Who does what {@code heddle fs} asks: a mount, or a client in this process. */
@FunctionalInterface
public interface FsAgent {
  /**
   * Asks; blocks until it is done.
   *
   * @throws FsException if it was not done, and why
   * @throws IOException if nobody could be asked
   */
  FsAnswer ask(FsRequest request) throws IOException;

  /** Asks what is answered by that kind of answer only. */
  default <A extends FsAnswer> A ask(FsRequest request, Class<A> kind) throws IOException {
    FsAnswer answer = ask(request);
    if (!kind.isInstance(answer)) {
      throw new ControlException("the mount answers what it was not asked");
    }
    return kind.cast(answer);
  }
}
