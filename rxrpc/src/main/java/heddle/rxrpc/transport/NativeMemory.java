package heddle.rxrpc.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that is shared with the kernel.
 *
 * @param bytes the memory, in the order of this machine
 * @param address where it begins
 */
record NativeMemory(ByteBuffer bytes, long address) {
  static NativeMemory allocate(SystemCalls calls, int size) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    return new NativeMemory(bytes, calls.address(bytes));
  }

  /**
   * Makes the {@code msghdr} at {@code header} refer to its other parts; their lengths are set for
   * each message.
   *
   * @param name where the socket address is
   * @param iovec where the one iovec is
   * @param control where the control messages are
   */
  void layOut(int header, int name, int iovec, int control) {
    bytes
        .putLong(header + Linux.MSG_NAME, address + name)
        .putLong(header + Linux.MSG_IOV, address + iovec)
        .putLong(header + Linux.MSG_IOVLEN, 1)
        .putLong(header + Linux.MSG_CONTROL, address + control);
  }

  /** Sets the data of an iovec. */
  void point(int iovec, long to, long length) {
    bytes.putLong(iovec, to).putLong(iovec + Linux.IOV_LEN, length);
  }
}
