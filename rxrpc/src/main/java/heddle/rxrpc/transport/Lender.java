package heddle.rxrpc.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Lets packets stay in the memory that they were received into, until their readers have come to
 * them, where that memory can be spared. For who receives; anybody else gets nothing lent, since
 * what others hand on never lies in that memory.
 */
final class Lender {
  private @Nullable ReceiveSlab current;

  /** What is handled now lies in {@code slab}; null: in memory that is needed at once. */
  void handling(@Nullable ReceiveSlab slab) {
    current = slab;
  }

  /** Returns the slab if a packet that lies in {@code source} may stay there: it is lent then. */
  @SuppressWarnings("ReferenceEquality") // it is about the memory
  @Nullable ReceiveSlab lend(ByteBuffer source) {
    ReceiveSlab slab = current;
    if (slab == null || slab.bytes() != source || !slab.isLending()) {
      return null;
    }
    slab.lend();
    return slab;
  }
}
