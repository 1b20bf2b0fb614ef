package heddle.rxrpc.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;

/** Batches of made-up datagrams. */
final class Datagrams {
  private Datagrams() {}

  /** Returns bytes that are different for each length and number. */
  static byte[] bytes(int length, int number) {
    byte[] bytes = new byte[length];
    new Random(length * 31L + number).nextBytes(bytes);
    return bytes;
  }

  /** Returns a batch of {@link #bytes} with these lengths and the numbers 0, 1, 2, ... */
  static SendBatch batch(InetSocketAddress to, int... lengths) {
    SendBatch batch = SendBatch.direct();
    for (int i = 0; i < lengths.length; i++) {
      add(batch, to, bytes(lengths[i], i));
    }
    return batch;
  }

  static void add(SendBatch batch, InetSocketAddress to, byte[] bytes) {
    add(batch, to, SendBatch.ANY_ADDRESS, bytes);
  }

  static void add(SendBatch batch, InetSocketAddress to, InetAddress from, byte[] bytes) {
    batch.to(to, from);
    batch.begin(bytes.length).put(bytes);
    batch.end();
  }
}
