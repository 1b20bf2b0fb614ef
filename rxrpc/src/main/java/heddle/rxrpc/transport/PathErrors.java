package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.PacketHeader;
import java.util.Locale;
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
      case TOO_BIG, OTHER -> {}
    }
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
      toCall(error);
    }
  }

  private void toCallsOf(NetworkError error) {
    for (CallDriver call : endpoint.calls().all()) {
      if (call.connection() != null && call.peer().address().equals(error.destination())) {
        call.unreachable(text(error));
      }
    }
  }

  private void toCall(NetworkError error) {
    PacketHeader quoted;
    try {
      quoted = PacketHeader.decode(error.quotation());
    } catch (MalformedPacketException e) {
      return; // it was long enough
    }
    ConnectionDriver connection = acquire(quoted, error);
    if (connection == null) {
      return;
    }
    try {
      CallDriver call = connection.current(quoted.channel());
      if (call != null && call.callNumber() == quoted.callNumber()) {
        call.undelivered(quoted, text(error));
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
