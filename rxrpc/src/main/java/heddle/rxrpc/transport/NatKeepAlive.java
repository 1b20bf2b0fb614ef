package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the way open through which servers reach us: to each peer to which we have a client
 * connection, and have sent nothing for the interval, goes a VERSION packet that wants no answer.
 * Without it a NAT forgets us, and a file server's callbacks are lost.
 *
 * <p>Runs as long as there are client connections.
 *
 * <p>Protocol source: Linux net/rxrpc output.c, peer_event.c (behaviour, and the interval).
 */
final class NatKeepAlive extends Timeout {
  private static final byte[] EMPTY_TEXT = {0};
  private static final int BYTES = PacketHeader.LENGTH + EMPTY_TEXT.length;

  private final LocalEndpoint endpoint;
  private final long intervalNanos;
  private final AtomicBoolean running = new AtomicBoolean();

  /**
   * Creates it at rest.
   *
   * @param intervalNanos 0: never send anything
   */
  NatKeepAlive(LocalEndpoint endpoint, long intervalNanos) {
    this.endpoint = endpoint;
    this.intervalNanos = intervalNanos;
  }

  /** There is a client connection. */
  void begin() {
    if (intervalNanos > 0 && !running.get() && running.compareAndSet(false, true)) {
      schedule(endpoint.nanoTime() + intervalNanos);
    }
  }

  private void schedule(long deadlineNanos) {
    endpoint.timers().schedule(this, deadlineNanos);
  }

  @Override
  void onTimeout(long nowNanos) {
    running.set(false);
    Set<Peer> peers = endpoint.peersOfClientConnections();
    if (peers.isEmpty()) {
      return; // the next connection begins it again
    }
    long nextNanos = intervalNanos;
    SendBatch batch = endpoint.sender().borrowBatch();
    for (Peer peer : peers) {
      long silentNanos = peer.silentNanos(nowNanos);
      if (silentNanos >= intervalNanos) {
        keepAlive(peer, batch, nowNanos);
      } else {
        nextNanos = Math.min(nextNanos, intervalNanos - silentNanos);
      }
    }
    endpoint.sender().send(batch);
    endpoint.sender().returnBatch(batch);
    if (running.compareAndSet(false, true)) {
      schedule(nowNanos + nextNanos);
    }
  }

  private void keepAlive(Peer peer, SendBatch batch, long nowNanos) {
    if (!batch.hasRoom(BYTES)) {
      endpoint.sender().send(batch);
    }
    batch.to(peer.address());
    PacketHeader header =
        new PacketHeader(
            endpoint.epoch(), 0, 0, 0, 0, PacketType.VERSION, PacketFlags.LAST_PACKET, 0, 0, 0, 0);
    PacketCodec.encodeBody(batch.begin(BYTES), header, EMPTY_TEXT);
    batch.end();
    peer.sentAt(nowNanos);
  }
}
