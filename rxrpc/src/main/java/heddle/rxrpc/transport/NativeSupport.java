package heddle.rxrpc.transport;

import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether this process can make Linux's socket calls itself: found out once, when first asked,
 * since it loads jnr-ffi.
 *
 * @param calls the calls, if they can be made
 * @param reason why they cannot, in words
 */
record NativeSupport(Optional<SystemCalls> calls, String reason) {
  private static final int TRIAL_MICROS = 100_000;

  private static final class Holder {
    static final NativeSupport INSTANCE = find();
  }

  static NativeSupport get() {
    return Holder.INSTANCE;
  }

  private static NativeSupport find() {
    String system = System.getProperty("os.name", "");
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    boolean known = processor.equals("amd64") || processor.equals("aarch64");
    if (!system.equals("Linux")
        || !known
        || !ByteOrder.nativeOrder().equals(ByteOrder.LITTLE_ENDIAN)) {
      return none(system + " on " + processor);
    }
    try {
      return test(JnrSystemCalls.load());
    } catch (NoClassDefFoundError e) {
      return none("jnr-ffi is not on the path");
    } catch (LinkageError | RuntimeException e) {
      return none("jnr-ffi does not work: " + e);
    }
  }

  /** Tests that a receive that waits can be ended; some systems that look like Linux cannot. */
  static NativeSupport test(SystemCalls calls) {
    int socket = calls.socket(Linux.AF_INET, Linux.SOCK_DGRAM);
    if (socket < 0) {
      return none("no socket: " + calls.strerror(-socket));
    }
    try {
      NativeMemory memory = NativeMemory.allocate(calls, Linux.MMSGHDR_BYTES);
      memory.bytes().putLong(0, 0).putLong(Long.BYTES, TRIAL_MICROS);
      calls.setsockopt(
          socket, Linux.SOL_SOCKET, Linux.SO_RCVTIMEO, memory.address(), 2 * Long.BYTES);
      memory.bytes().putLong(Long.BYTES, 0);
      calls.shutdown(socket, Linux.SHUT_RD);
      int ended = calls.recvmsg(socket, memory.address(), 0);
      return ended == 0
          ? new NativeSupport(Optional.of(calls), "")
          : none("a receive cannot be ended: " + calls.strerror(-ended));
    } finally {
      calls.close(socket);
    }
  }

  private static NativeSupport none(String reason) {
    return new NativeSupport(Optional.empty(), reason);
  }
}
