package heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.transport.DatagramPort;
import heddle.rxrpc.transport.ReceiveBatch;
import heddle.rxrpc.transport.SendBatch;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DelayLineTest {
  private static final InetSocketAddress DESTINATION = new InetSocketAddress("127.0.0.1", 7009);
  private static final long AN_HOUR_NANOS = 3_600_000_000_000L;

  private final SentPort port = new SentPort();
  private DelayLine line = line(0, 0);

  /** Remembers the number that each datagram begins with. */
  private static final class SentPort implements DatagramPort {
    final BlockingQueue<Integer> numbers = new LinkedBlockingQueue<>();

    @Override
    public boolean receive(ReceiveBatch batch) {
      return false;
    }

    @Override
    public void send(SendBatch batch) {
      for (int i = 0; i < batch.count(); i++) {
        assertThat(batch.destination(i)).isEqualTo(DESTINATION);
        numbers.add(batch.datagram(i).getInt());
      }
    }

    @Override
    public InetSocketAddress localAddress() {
      return DESTINATION;
    }

    @Override
    public void close() {}
  }

  private DelayLine line(long delayNanos, double loss) {
    return new DelayLine(
        port, DESTINATION, new UdpProxy.Path(delayNanos, loss), new SplittableRandom(7));
  }

  private void offer(int count, int bytes) {
    ByteBuffer datagram = ByteBuffer.allocate(bytes);
    for (int i = 0; i < count; i++) {
      line.offer(datagram.clear().putInt(0, i), System.nanoTime());
    }
    line.wake();
  }

  private void start() {
    Thread.ofPlatform().daemon().start(line::run);
  }

  private List<Integer> sent(int count) throws InterruptedException {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(port.numbers.take());
    }
    return all;
  }

  private static List<Integer> countingTo(int count) {
    return java.util.stream.IntStream.range(0, count).boxed().toList();
  }

  @AfterEach
  void close() {
    line.close();
  }

  @Test
  void datagramsLeaveInOrderAndWhole() throws InterruptedException {
    start();
    offer(1000, 1444);

    assertThat(sent(1000)).isEqualTo(countingTo(1000));
  }

  @Test
  void memoryIsUsedAgain() throws InterruptedException {
    start();
    for (int round = 0; round < 30; round++) { // 30 times 5 MB of 64
      offer(1000, 5000);
      assertThat(sent(1000)).isEqualTo(countingTo(1000));
    }
    assertThat(line.overflowed()).isZero();
  }

  @Test
  void theSameSeedLosesTheSameDatagrams() throws InterruptedException {
    line = line(0, 0.3);
    offer(1000, 4);
    long lost = line.lost();
    start();
    List<Integer> first = sent(1000 - (int) lost);
    line.close();
    line = line(0, 0.3);
    offer(1000, 4);
    start();

    assertThat(lost).isBetween(200L, 400L);
    assertThat(sent(1000 - (int) lost)).isEqualTo(first);
  }

  @Test
  void whatDoesNotFitIsDroppedAndCounted() {
    line = line(AN_HOUR_NANOS, 0);
    offer(70_000, 4);

    assertThat(line.overflowed()).isEqualTo(70_000 - 65_536);
    assertThat(line.lost()).isZero();
  }

  @Test
  void longDatagramsFillTheMemory() {
    line = line(AN_HOUR_NANOS, 0);
    offer(1200, 60_000);

    assertThat(line.overflowed()).isEqualTo(1200 - (64 << 20) / 60_000);
  }
}
