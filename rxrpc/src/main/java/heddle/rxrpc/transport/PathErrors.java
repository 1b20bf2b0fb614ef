package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.PacketHeader;
import java.net.Inet6Address;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the network says of our datagrams to whom it concerns: to the one call whose packet
 * it quotes, or, where the peer's port was found closed by a probe of our own, to all calls of that
 * peer.
 *
 * <p>Anybody can send an ICMP message. So a call believes one only if it quotes a packet that the
 * call has sent, and nothing has come from the peer since; one that quotes too little to be
 * compared only makes us look for ourselves.
 *
 * <p>Protocol source: RFC 5927, 4 (checks of what is quoted); Linux net/rxrpc peer_event.c (which
 * errors end calls, behaviour).
 */
final class PathErrors implements NetworkErrors {
  private static final Logger LOG = LoggerFactory.getLogger(PathErrors.class);

  private static final int UDP_BYTES = 8;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

  private final LocalEndpoint endpoint;

  PathErrors(LocalEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public void onError(NetworkError error) {
    LOG.debug("{}", error);
    switch (error.kind()) {
      case PORT_UNREACHABLE, HOST_UNREACHABLE, NETWORK_UNREACHABLE, PROHIBITED ->
          unreachable(error);
      case TOO_BIG -> tooBig(error);
      case OTHER -> {}
    }
  }

  private void tooBig(NetworkError error) {
    boolean six = error.destination().getAddress() instanceof Inet6Address;
    int headerBytes = UDP_BYTES + (six ? IPV6_BYTES : IPV4_BYTES);
    int fits = Math.max(0, error.pathMtu() - headerBytes);
    toCall(error, (call, quoted) -> call.tooBig(quoted, fits));
  }

  private void unreachable(NetworkError error) {
    if (error.origin() == NetworkError.Origin.PROBE) {
      toCallsOf(error);
    } else if (error.quoted().length < PacketHeader.LENGTH) {
      Peer peer = endpoint.knownPeer(error.destination());
      if (peer != null) {
        endpoint.probe(peer);
      }
    } else {
      toCall(error, (call, quoted) -> call.undelivered(quoted, text(error)));
    }
  }

  private void toCallsOf(NetworkError error) {
    for (CallDriver call : endpoint.calls().all()) {
      if (call.connection() != null && call.peer().address().equals(error.destination())) {
        call.unreachable(text(error));
      }
    }
  }

  /** Tells the call, if there is one, that has sent the packet which is quoted. */
  private void toCall(NetworkError error, BiConsumer<CallDriver, PacketHeader> news) {
    PacketHeader quoted;
    try {
      quoted = PacketHeader.decode(error.quotation());
    } catch (MalformedPacketException e) {
      return; // too little is quoted
    }
    ConnectionDriver connection = acquire(quoted, error);
    if (connection == null) {
      return;
    }
    try {
      CallDriver call = connection.current(quoted.channel());
      if (call != null && call.callNumber() == quoted.callNumber()) {
        news.accept(call, quoted);
      }
    } finally {
      if (connection.role() == Role.SERVICE) {
        connection.uses().release();
      }
    }
  }

  /** Returns the connection that has sent a packet; that of a service is held once more. */
  private @Nullable ConnectionDriver acquire(PacketHeader quoted, NetworkError error) {
    if (!quoted.clientInitiated()) {
      return endpoint.acquireServiceConnection(quoted, error.destination());
    }
    ConnectionDriver ours = endpoint.clientConnection(quoted);
    return ours != null && ours.peer().address().equals(error.destination()) ? ours : null;
  }

  private static String text(NetworkError error) {
    String kind = error.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return error.reporter().isAnyLocalAddress()
        ? kind
        : kind + ", says " + error.reporter().getHostAddress();
  }
}
