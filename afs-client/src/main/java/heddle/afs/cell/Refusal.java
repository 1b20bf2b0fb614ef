package heddle.afs.cell;

import heddle.afs.rpc.AfsErrorCode;
import java.io.IOException;

/** What a service answers a call that it will not do: an abort code. */
final class Refusal extends IOException {
  private static final long serialVersionUID = 1L;

  private final int plainCode;
  private final int unifiedCode;

  private Refusal(String name, int plainCode, int unifiedCode) {
    super(name, null);
    this.plainCode = plainCode;
    this.unifiedCode = unifiedCode;
  }

  /** An error of an operating system. */
  static Refusal of(Errno errno) {
    return new Refusal(errno.name(), errno.number(), AfsErrorCode.unified(errno.number()));
  }

  /** An error of AFS itself, which has the same code for every client. */
  static Refusal of(int code) {
    return new Refusal(AfsErrorCode.name(code), code, code);
  }

  /** Returns the code for a client that knows the unified table. */
  int unifiedCode() {
    return unifiedCode;
  }

  /** Returns the code for a client that does not. */
  int plainCode() {
    return plainCode;
  }
}
