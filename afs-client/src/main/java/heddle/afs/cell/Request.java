package heddle.afs.cell;

import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Optional;

/** The request of one call: arguments, and raw data after or before them where there is some. */
final class Request {
  private final ServiceCall call;
  private final XdrReader in;

  Request(ServiceCall call) {
    this.call = call;
    this.in = new XdrReader(call.input());
  }

  /** Returns the arguments that have not been read yet. */
  XdrReader in() {
    return in;
  }

  /**
   * The arguments are read: nothing may follow.
   *
   * @throws XdrException if something does
   */
  void end() throws IOException {
    if (call.input().read() >= 0) {
      throw new XdrException("request goes on after its last argument");
    }
  }

  /** Reads raw data that follows the arguments; -1 at the end. */
  int read(ByteBuffer target) throws IOException {
    return call.read(target);
  }

  /** Sends raw data that comes before the results. */
  void write(ByteBuffer data) throws IOException {
    call.write(data);
  }

  /** Returns from where the call came. */
  InetSocketAddress peer() {
    return call.peer();
  }

  /** Returns who proved to be the caller. */
  Optional<Principal> caller() {
    return call.caller();
  }
}
