package heddle.rxrpc.security.rxkad;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * fcrypt over many blocks in PCBC mode (propagating cipher block chaining): each block is mixed
 * with the block before it, plain and encrypted, so a change anywhere garbles all that follows.
 *
 * <p>What passes from one block to the next is a {@code long}, the <em>chain</em>: it begins as the
 * initialization vector and is returned, so that a packet can be encrypted piece by piece. Source
 * and target may be the same range.
 *
 * <p>Protocol source: OpenAFS src/rxkad/fcrypt.c (behaviour).
 */
final class Pcbc {
  private static final int BLOCK_BYTES = Fcrypt.BLOCK_BYTES;
  private static final VarHandle ARRAY =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle BUFFER =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Pcbc() {}

  /** Returns the block at {@code at}. */
  static long block(byte[] bytes, int at) {
    return (long) ARRAY.get(bytes, at);
  }

  /** Sets the block at {@code at}. */
  static void block(byte[] bytes, int at, long block) {
    ARRAY.set(bytes, at, block);
  }

  /** Returns the block that begins with these bytes and ends with zeros. */
  static long paddedBlock(ByteBuffer bytes, int at, int count) {
    long block = 0;
    for (int i = 0; i < count; i++) {
      block |= (bytes.get(at + i) & 0xffL) << (56 - 8 * i);
    }
    return block;
  }

  /** Encrypts {@code blocks} blocks of an array in place; returns the chain. */
  static long encrypt(Fcrypt key, long chain, byte[] data, int at, int blocks) {
    long xor = chain;
    for (int i = at, end = at + blocks * BLOCK_BYTES; i < end; i += BLOCK_BYTES) {
      long plain = (long) ARRAY.get(data, i);
      long cipher = key.encrypt(plain ^ xor);
      ARRAY.set(data, i, cipher);
      xor = plain ^ cipher;
    }
    return xor;
  }

  /**
   * Encrypts {@code blocks} blocks from the position of {@code source}, which moves behind them,
   * into an array; returns the chain.
   */
  static long encrypt(
      Fcrypt key, long chain, ByteBuffer source, byte[] target, int at, int blocks) {
    int from = source.position();
    long xor = chain;
    for (int i = 0; i < blocks * BLOCK_BYTES; i += BLOCK_BYTES) {
      long plain = (long) BUFFER.get(source, from + i);
      long cipher = key.encrypt(plain ^ xor);
      ARRAY.set(target, at + i, cipher);
      xor = plain ^ cipher;
    }
    source.position(from + blocks * BLOCK_BYTES);
    return xor;
  }

  /**
   * Decrypts {@code blocks} blocks of an array in place; returns the chain.
   *
   * <p>Unlike encryption this need not wait for the block before, so two blocks are decrypted at a
   * time: the look-ups of one fill the time that the processor waits for those of the other.
   */
  static long decrypt(Fcrypt key, long chain, byte[] data, int at, int blocks) {
    int[] k = key.roundKeys();
    long xor = chain;
    int i = at;
    for (int end = at + (blocks & ~1) * BLOCK_BYTES; i < end; i += 2 * BLOCK_BYTES) {
      long cipher = (long) ARRAY.get(data, i);
      long nextCipher = (long) ARRAY.get(data, i + BLOCK_BYTES);
      int left = (int) (cipher >>> 32);
      int right = (int) cipher;
      int nextLeft = (int) (nextCipher >>> 32);
      int nextRight = (int) nextCipher;
      for (int round = k.length - 2; round >= 0; round -= 2) {
        right ^= Fcrypt.mix(left ^ k[round + 1]);
        nextRight ^= Fcrypt.mix(nextLeft ^ k[round + 1]);
        left ^= Fcrypt.mix(right ^ k[round]);
        nextLeft ^= Fcrypt.mix(nextRight ^ k[round]);
      }
      long plain = Fcrypt.join(left, right) ^ xor;
      long nextPlain = Fcrypt.join(nextLeft, nextRight) ^ plain ^ cipher;
      ARRAY.set(data, i, plain);
      ARRAY.set(data, i + BLOCK_BYTES, nextPlain);
      xor = nextPlain ^ nextCipher;
    }
    if ((blocks & 1) != 0) {
      long cipher = (long) ARRAY.get(data, i);
      long plain = key.decrypt(cipher) ^ xor;
      ARRAY.set(data, i, plain);
      xor = plain ^ cipher;
    }
    return xor;
  }
}
