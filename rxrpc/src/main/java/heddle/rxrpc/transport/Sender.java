package heddle.rxrpc.transport;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.IntFunction;

/**
 * How datagrams leave an endpoint: whoever has some to send borrows a batch, fills it, sends it at
 * once or posts it to leave in a moment together with those of others, and gives it back.
 * Thread-safe; no lock of a call or connection is held meanwhile.
 */
final class Sender {
  private final LocalEndpoint endpoint;
  private final DatagramPort port;
  private final IntFunction<ByteBuffer> memory;
  private final EndpointObserver observer;
  private final Outbox outbox;
  private final ConcurrentLinkedDeque<SendBatch> idle = new ConcurrentLinkedDeque<>();

  /**
   * Creates it without any batch.
   *
   * @param memory gives a batch as many bytes as it asks for
   */
  Sender(
      LocalEndpoint endpoint,
      DatagramPort port,
      EndpointObserver observer,
      IntFunction<ByteBuffer> memory) {
    this.endpoint = endpoint;
    this.port = port;
    this.observer = observer;
    this.memory = memory;
    this.outbox = new Outbox(endpoint, this, port, port.polls() && Receiver.helpIsOn());
  }

  /** Returns an empty batch; the caller gives it back. */
  SendBatch borrowBatch() {
    SendBatch batch = idle.pollFirst();
    return batch != null ? batch : newBatch();
  }

  /** Returns an empty batch for good. */
  SendBatch newBatch() {
    SendBatch batch = new SendBatch(memory.apply(SendBatch.BYTES));
    observer.counters().register(batch.counters());
    return batch;
  }

  void returnBatch(SendBatch batch) {
    idle.addFirst(batch);
    if (endpoint.isClosed()) {
      idle.clear(); // it may have come behind close
    }
  }

  /** Sends what is in {@code batch} and empties it. */
  void send(SendBatch batch) {
    observer.beforeSend(batch);
    if (!batch.isEmpty()) {
      outbox.flush(); // it was there before
      port.send(batch);
      batch.clear();
    }
  }

  /** Sends what is in {@code batch}, at once or in a moment together with that of others. */
  void post(SendBatch batch) {
    if (endpoint.isClosed() || !outbox.othersFollow() || batch.isEmpty()) {
      send(batch);
      return;
    }
    observer.beforeSend(batch);
    if (!outbox.post(batch)) {
      outbox.flush();
      port.send(batch);
    }
    batch.clear();
  }

  /** Returns where users leave what others will send along. */
  Outbox outbox() {
    return outbox;
  }

  /** The endpoint is closed: forgets the batches. */
  void clear() {
    idle.clear();
  }

  /** Returns how many batches wait for somebody who sends. */
  int idleBatches() {
    return idle.size();
  }
}
