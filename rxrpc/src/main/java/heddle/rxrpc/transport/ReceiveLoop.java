package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.transport.EndpointCounters.Receiver;
import heddle.rxrpc.wire.AbortPacket;
import heddle.rxrpc.wire.AckPacket;
import heddle.rxrpc.wire.AckReason;
import heddle.rxrpc.wire.ChallengePacket;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Jumbogram;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.ResponsePacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with received datagrams, by one thread at a time: decodes each and finds who takes
 * it, mostly a call. What the calls then want sent leaves together, at the end of the batch: see
 * {@link CallsInBatch}.
 *
 * <p>It never runs a user's code and never waits. No datagram makes it fail.
 */
final class ReceiveLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ReceiveLoop.class);
  private static final int FAULTS_TOLD = 10;

  private final LocalEndpoint endpoint;
  private final EndpointObserver observer;
  private final EndpointCounters counters;
  private final NanoClock clock;
  private final CallsInBatch calls;
  private final Answers answers;
  private final Lender lender;
  private int faults;
  private InetAddress asked = SendBatch.ANY_ADDRESS; // our address that the datagram came to
  private int arrived; // bytes of the datagram

  /**
   * Creates a loop that has received nothing.
   *
   * @param secret what others cannot guess
   */
  ReceiveLoop(LocalEndpoint endpoint, NanoClock clock, int secret) {
    this.endpoint = endpoint;
    this.observer = endpoint.observer();
    this.counters = observer.counters();
    this.clock = clock;
    this.calls = new CallsInBatch(endpoint);
    this.lender = endpoint.lender();
    this.answers = new Answers(calls, counters, secret, clock.nanoTime());
  }

  /** Takes a batch to its end: every packet handled, every answer sent, every user woken. */
  void process(ReceiveBatch batch) {
    long nowNanos = clock.nanoTime();
    calls.begin(nowNanos);
    observer.received(batch, nowNanos);
    try {
      for (int i = 0; i < batch.count(); i++) {
        takeDatagram(batch, i);
      }
    } finally {
      lender.handling(null);
      calls.end();
      observer.processed(batch, nowNanos);
    }
  }

  /** Between two looks of the receive thread: sees to what users have left undone. */
  void attend() {
    endpoint.attend();
  }

  private void takeDatagram(ReceiveBatch batch, int index) {
    try {
      lender.handling(batch.slab(index));
      Packet packet = PacketCodec.decode(batch.datagram(index));
      InetSocketAddress source = batch.source(index);
      counters.received(packet, batch.length(index));
      asked = batch.local(index);
      arrived = batch.length(index);
      if (packet instanceof DataPacket data && data.header().has(PacketFlags.JUMBO)) {
        for (DataPacket part : Jumbogram.split(data)) {
          route(part, source);
        }
      } else {
        route(packet, source);
      }
    } catch (MalformedPacketException e) {
      counters.malformed(batch.source(index));
      LOG.debug("dropped a datagram from {}: {}", batch.source(index), e.getMessage());
    } catch (RuntimeException e) {
      reportFault(batch.source(index), e); // the others of the batch are none the worse for it
    }
  }

  /** Each fault is a bug, but one that a peer may provoke at will must not fill the log. */
  private void reportFault(InetSocketAddress source, RuntimeException fault) {
    if (faults++ < FAULTS_TOLD) {
      LOG.error("a datagram from {} could not be handled; going on", source, fault);
    } else {
      LOG.debug("a datagram from {} could not be handled", source, fault);
    }
  }

  private void route(Packet packet, InetSocketAddress source) {
    PacketHeader header = packet.header();
    switch (header.type()) {
      case VERSION, DEBUG -> diagnose(packet, source);
      default -> {
        if (header.clientInitiated()) {
          toService(packet, source);
        } else {
          toClient(packet, source);
        }
      }
    }
  }

  private void diagnose(Packet packet, InetSocketAddress source) {
    calls.leave(); // an answer may look at any call, and one lock at a time is enough
    SendBatch batch = answers.room();
    batch.to(source, asked);
    endpoint.responder().answer(packet, batch, calls.nowNanos());
  }

  private void toClient(Packet packet, InetSocketAddress source) {
    PacketHeader header = packet.header();
    ConnectionDriver connection = endpoint.clientConnection(header);
    if (connection == null || !fromPeer(connection, source) || isForeign(packet, connection)) {
      counters.count(Receiver.STRAY);
      return;
    }
    connection.received(header.serial());
    if (header.callNumber() == 0) {
      concernsConnection(connection, packet);
      return;
    }
    if (connection.asksForUpgrade() && saysWhoServes(packet)) {
      calls.leave(); // other calls may go now
      connection.servedBy(header.serviceId());
    }
    CallDriver call = connection.current(header.channel());
    if (call != null && call.callNumber() == header.callNumber()) {
      calls.hand(call, packet, arrived);
    } else {
      answers.late(connection, packet);
    }
  }

  /** A packet of no call: who calls is asked, or all calls of the connection are aborted. */
  private void concernsConnection(ConnectionDriver connection, Packet packet) {
    if (packet instanceof ChallengePacket challenge) {
      calls.leave(); // the answer tells of each channel's call
      answers.respond(connection, challenge);
    } else if (packet instanceof AbortPacket abort) {
      calls.leave();
      connection.giveUp(new Completion.RemotelyAborted(abort.code()));
    }
  }

  /** A refusal comes from the service that was named, whoever would have served the call. */
  private static boolean saysWhoServes(Packet packet) {
    return packet instanceof DataPacket || packet instanceof AckPacket;
  }

  /** Anyone can forge a datagram, but not make it come back by way of the peer's address. */
  private static boolean fromPeer(ConnectionDriver connection, InetSocketAddress source) {
    return connection.peer().address().equals(source);
  }

  /** Data of another security class than the connection's comes from no peer of it. */
  private static boolean isForeign(Packet packet, ConnectionDriver connection) {
    return packet instanceof DataPacket
        && packet.header().securityIndex() != connection.securityIndex();
  }

  private void toService(Packet packet, InetSocketAddress source) {
    PacketHeader header = packet.header();
    ConnectionDriver connection = endpoint.acquireServiceConnection(header, source);
    if (connection == null && opensCall(packet)) {
      connection = connect(header, source);
    }
    if (connection == null) {
      counters.count(Receiver.STRAY);
      return;
    }
    try {
      if (isForeign(packet, connection)) {
        counters.count(Receiver.STRAY);
        return;
      }
      connection.received(header.serial());
      connection.askedAt(asked);
      HandshakeDriver handshake = connection.handshake();
      if (handshake != null) {
        lender.handling(null); // what is sealed is opened in a place of its own
        toSecured(connection, handshake, packet);
      } else if (header.callNumber() != 0) {
        toServiceCall(connection, packet);
      } else {
        concernsConnection(connection, packet);
      }
    } finally {
      connection.uses().release();
    }
  }

  private void toSecured(ConnectionDriver connection, HandshakeDriver handshake, Packet packet) {
    if (!handshake.isAccepted()) {
      calls.leave(); // the handshake's lock is never taken within a call's
      if (!handshake.heard(packet)) {
        counters.count(Receiver.UNANSWERED);
        return;
      }
    }
    Completion refused = connection.refused();
    if (packet instanceof ResponsePacket response) {
      calls.leave(); // the calls that wait go on
      handshake.respond(response.body());
    } else if (packet.header().callNumber() == 0) {
      concernsConnection(connection, packet);
    } else if (refused == null) {
      toServiceCall(connection, packet);
    } else if (refused instanceof Completion.LocallyAborted(int code, var reason)
        && wantsAnswer(packet)
        && handshake.mayTell(calls.nowNanos())) {
      answers.refuseAgain(connection, code);
    }
  }

  /**
   * Whoever has missed that it was refused may wait in silence, its request acknowledged: then it
   * asks by a ping.
   */
  private static boolean wantsAnswer(Packet packet) {
    return opensCall(packet) || (packet instanceof AckPacket ack && ack.reason() == AckReason.PING);
  }

  private static boolean opensCall(Packet packet) {
    return packet instanceof DataPacket && packet.header().callNumber() != 0;
  }

  private void toServiceCall(ConnectionDriver connection, Packet packet) {
    PacketHeader header = packet.header();
    CallDriver call = connection.current(header.channel());
    if (call != null && call.callNumber() == header.callNumber()) {
      calls.hand(call, packet, arrived);
      return;
    }
    int newest = call != null ? call.callNumber() : connection.last(header.channel()).callNumber();
    if (opensCall(packet) && header.callNumber() - newest > 0) {
      openCall(connection, call, packet);
    } else {
      answers.late(connection, packet);
    }
  }

  private @Nullable ConnectionDriver connect(PacketHeader header, InetSocketAddress source) {
    HostedService service = endpoint.services().find(header.serviceId());
    int serviceId =
        service != null && header.asksForUpgrade() ? service.upgraded() : header.serviceId();
    ServiceSecurity demanded = demanded(serviceId, header);
    if (service == null || demanded == null) {
      answers.refuse(header, source, asked);
      return null;
    }
    if (header.seq() != 1 && service.upgraded() != service.serviceId()) {
      return null; // what is asked for is said in the first packet, which will come again
    }
    calls.leave(); // calls of another connection may end, to make room
    ConnectionDriver connection =
        endpoint.newServiceConnection(header, serviceId, source, demanded);
    if (connection != null) {
      observer.connectionCameIn(connection, calls.nowNanos(), calls.toSend());
    }
    return connection;
  }

  private @Nullable ServiceSecurity demanded(int serviceId, PacketHeader header) {
    HostedService service = endpoint.services().find(serviceId);
    return service == null ? null : service.security(header.securityIndex());
  }

  private void openCall(ConnectionDriver connection, @Nullable CallDriver before, Packet packet) {
    PacketHeader header = packet.header();
    HostedService service = endpoint.services().find(connection.serviceId());
    if (service == null) {
      answers.refuse(header, connection.peer().address(), asked);
      return;
    }
    HandshakeDriver handshake = connection.handshake();
    if (handshake != null && handshake.isReplay(header.channel(), header.callNumber())) {
      counters.count(Receiver.LATE);
      return;
    }
    if (before != null) {
      calls.leave();
      before.supersede(); // the client's next call says that it is done with this one
      before.finish();
    }
    CallDriver call = service.take(connection.peer());
    if (call == null) {
      answers.busy(connection, header);
      return;
    }
    connection.uses().acquire(); // the call's own; it gives it back when it ends
    boolean granted = call.granted(connection, header.channel(), header.callNumber(), Upgrade.NONE);
    assert granted : "nobody knew the call that could have ended it";
    observer.callCameIn(call, calls.nowNanos(), calls.toSend());
    calls.hand(call, packet, arrived);
    if (handshake == null || call.isSecured() || !keep(handshake, service, call)) {
      calls.announceLater(service, call);
    }
  }

  /** Keeps a call until its caller is known; returns false if that is so already. */
  private boolean keep(HandshakeDriver handshake, HostedService service, CallDriver call) {
    calls.leave(); // the handshake's lock is never taken within a call's
    if (handshake.keep(service, call, calls.nowNanos(), answers.room())) {
      return true;
    }
    call.secure(handshake.security()); // it is known since the call was granted
    return false;
  }
}
