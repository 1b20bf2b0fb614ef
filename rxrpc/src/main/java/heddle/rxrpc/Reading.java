package heddle.rxrpc;

import heddle.rxrpc.transport.CallEndedException;
import java.nio.ByteBuffer;

/** One of the ways in which bytes of a call are waited for. */
interface Reading {
  /** Returns the number of bytes, or -1 at the end of what the peer sends. */
  int into(ByteBuffer target) throws CallEndedException, InterruptedException;
}
