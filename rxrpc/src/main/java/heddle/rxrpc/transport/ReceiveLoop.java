package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.transport.AnswerBudgets.Rate;
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
import heddle.rxrpc.wire.PacketType;
import heddle.rxrpc.wire.ResponsePacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with received datagrams, by one thread at a time: decodes each, finds its call, lets
 * the call's machine take it, and sends what the machines then want sent, together, at the end of
 * the batch.
 *
 * <p>It never runs a user's code and never waits. No datagram makes it fail.
 */
final class ReceiveLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ReceiveLoop.class);
  private static final int ANSWER_BYTES = 600;
  private static final int FAULTS_TOLD = 10;

  // What strangers can provoke. A peer that speaks the rules wants few of these.
  private static final Rate REFUSALS_PER_HOST = new Rate(100, 100);
  private static final Rate REFUSALS = new Rate(1_000, 1_000);
  private static final Rate LATE_ANSWERS_PER_HOST = new Rate(1_000, 1_000);
  private static final Rate LATE_ANSWERS = new Rate(10_000, 10_000);

  private final LocalEndpoint endpoint;
  private final EndpointObserver observer;
  private final EndpointCounters counters;
  private final NanoClock clock;
  private final AnswerBudgets refusals;
  private final AnswerBudgets lateAnswers;
  private final SendBatch toSend;
  private final List<CallDriver> ended = new ArrayList<>();
  private final List<CallDriver> sending = new ArrayList<>(); // whose turn to send we have
  private final List<Incoming> incoming = new ArrayList<>();

  /** A call that is to be announced when no lock is held. */
  private record Incoming(HostedService service, CallDriver call) {}

  private @Nullable CallDriver current; // whose core lock is held
  private long nowNanos;
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
    this.toSend = endpoint.newBatch();
    long now = clock.nanoTime();
    this.refusals = new AnswerBudgets(REFUSALS_PER_HOST, REFUSALS, secret, now);
    this.lateAnswers = new AnswerBudgets(LATE_ANSWERS_PER_HOST, LATE_ANSWERS, secret, now);
  }

  /** Takes a batch to its end: every packet handled, every answer sent, every user woken. */
  void process(ReceiveBatch batch) {
    nowNanos = clock.nanoTime();
    observer.received(batch, nowNanos);
    try {
      for (int i = 0; i < batch.count(); i++) {
        takeDatagram(batch, i);
      }
    } finally {
      leaveCall();
      sendAll();
      ended.forEach(CallDriver::finish);
      ended.clear();
      for (Incoming call : incoming) {
        call.service.announce(call.call);
      }
      incoming.clear();
      observer.processed(batch, nowNanos);
    }
  }

  /** Between two looks of the receive thread: sees to what users have left undone. */
  void attend() {
    endpoint.attend();
  }

  private void sendAll() {
    boolean done = false;
    try {
      endpoint.send(toSend);
      done = true;
    } finally {
      for (int i = sending.size() - 1; i >= 0; i--) {
        CallDriver call = sending.remove(i);
        if (done) {
          call.steps.sent(endpoint);
        } else {
          call.steps.notSent();
        }
      }
    }
  }

  private void takeDatagram(ReceiveBatch batch, int index) {
    try {
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
    leaveCall(); // an answer may look at any call, and one lock at a time is enough
    makeRoom();
    toSend.to(source, asked);
    endpoint.responder().answer(packet, toSend, nowNanos);
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
      leaveCall(); // other calls may go now
      connection.servedBy(header.serviceId());
    }
    CallDriver call = connection.current(header.channel());
    if (call != null && call.callNumber() == header.callNumber()) {
      hand(call, packet);
    } else {
      answerLate(connection, packet);
    }
  }

  /** A packet of no call: who calls is asked, or all calls of the connection are aborted. */
  private void concernsConnection(ConnectionDriver connection, Packet packet) {
    if (packet instanceof ChallengePacket challenge) {
      leaveCall(); // the answer tells of each channel's call
      respond(connection, challenge);
    } else if (packet instanceof AbortPacket abort) {
      leaveCall();
      connection.giveUp(new Completion.RemotelyAborted(abort.code()));
    }
  }

  private void respond(ConnectionDriver connection, ChallengePacket challenge) {
    InetSocketAddress peer = connection.peer().address();
    if (!mayAnswer(lateAnswers, peer)) {
      return; // it will be asked again
    }
    try {
      byte[] body = connection.respond(challenge.body());
      if (body != null) {
        makeRoom(PacketHeader.LENGTH + body.length);
        connection.encode(toSend, PacketType.RESPONSE, body); // fragmented if the ticket is long
      }
    } catch (SecurityViolationException e) {
      LOG.debug("the challenge from {} is not answered: {}", peer, e.getMessage());
      abort(connection, e.abortCode());
      connection.giveUp(Completion.LocallyAborted.by(e));
    }
  }

  private void abort(ConnectionDriver connection, int code) {
    makeRoom();
    connection.encodeAbort(toSend, code);
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
      leaveCall(); // the handshake's lock is never taken within a call's
      if (!handshake.heard(packet)) {
        counters.count(Receiver.UNANSWERED);
        return;
      }
    }
    Completion refused = connection.refused();
    if (packet instanceof ResponsePacket response) {
      leaveCall(); // the calls that wait go on
      handshake.respond(response.body());
    } else if (packet.header().callNumber() == 0) {
      concernsConnection(connection, packet);
    } else if (refused == null) {
      toServiceCall(connection, packet);
    } else if (refused instanceof Completion.LocallyAborted(int code, var reason)
        && wantsAnswer(packet)
        && handshake.mayTell(nowNanos)
        && mayAnswer(refusals, connection.peer().address())) {
      abort(connection, code);
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
      hand(call, packet);
      return;
    }
    int newest = call != null ? call.callNumber() : connection.last(header.channel()).callNumber();
    if (opensCall(packet) && header.callNumber() - newest > 0) {
      openCall(connection, call, packet);
    } else {
      answerLate(connection, packet);
    }
  }

  private @Nullable ConnectionDriver connect(PacketHeader header, InetSocketAddress source) {
    HostedService service = endpoint.service(header.serviceId());
    int serviceId =
        service != null && header.asksForUpgrade() ? service.upgraded() : header.serviceId();
    ServiceSecurity demanded = demanded(serviceId, header);
    if (service == null || demanded == null) {
      refuse(header, source);
      return null;
    }
    if (header.seq() != 1 && service.upgraded() != service.serviceId()) {
      return null; // what is asked for is said in the first packet, which will come again
    }
    leaveCall(); // calls of another connection may end, to make room
    ConnectionDriver connection =
        endpoint.newServiceConnection(header, serviceId, source, demanded);
    if (connection != null) {
      observer.connectionCameIn(connection, nowNanos, toSend);
    }
    return connection;
  }

  private @Nullable ServiceSecurity demanded(int serviceId, PacketHeader header) {
    HostedService service = endpoint.service(serviceId);
    return service == null ? null : service.security(header.securityIndex());
  }

  private void openCall(ConnectionDriver connection, @Nullable CallDriver before, Packet packet) {
    PacketHeader header = packet.header();
    HostedService service = endpoint.service(connection.serviceId());
    if (service == null) {
      refuse(header, connection.peer().address());
      return;
    }
    HandshakeDriver handshake = connection.handshake();
    if (handshake != null && handshake.isReplay(header.channel(), header.callNumber())) {
      counters.count(Receiver.LATE);
      return;
    }
    if (before != null) {
      leaveCall();
      before.supersede(); // the client's next call says that it is done with this one
      before.finish();
    }
    CallDriver call = service.take(connection.peer());
    if (call == null) {
      busy(connection, header);
      return;
    }
    connection.uses().acquire(); // the call's own; it gives it back when it ends
    boolean granted = call.granted(connection, header.channel(), header.callNumber(), Upgrade.NONE);
    assert granted : "nobody knew the call that could have ended it";
    observer.callCameIn(call, nowNanos, toSend);
    hand(call, packet);
    if (handshake == null || call.isSecured() || !keep(handshake, service, call)) {
      incoming.add(new Incoming(service, call));
    }
  }

  /** Keeps a call until its caller is known; returns false if that is so already. */
  private boolean keep(HandshakeDriver handshake, HostedService service, CallDriver call) {
    leaveCall(); // the handshake's lock is never taken within a call's
    makeRoom();
    if (handshake.keep(service, call, nowNanos, toSend)) {
      return true;
    }
    call.secure(handshake.security()); // it is known since the call was granted
    return false;
  }

  private void hand(CallDriver call, Packet packet) {
    if (current != call) {
      leaveCall();
      current = call;
      call.steps.beginPackets();
    }
    call.peer().heard(arrived);
    call.steps.handlePacket(nowNanos, packet);
  }

  private void leaveCall() {
    CallDriver call = current;
    if (call != null) {
      current = null;
      switch (call.steps.endPackets(nowNanos, toSend, endpoint)) {
        case RECEIVER -> {
          if (!sending.contains(call)) {
            sending.add(call);
          }
        }
        case STEP -> {} // that thread sends the rest and ends the call, if it is over
        case NOBODY -> {
          if (call.hasEnded()) {
            ended.add(call);
          }
        }
      }
    }
  }

  private void answerLate(ConnectionDriver connection, Packet packet) {
    counters.count(Receiver.LATE);
    LastCalls lastCalls = connection.lastCalls();
    if (lastCalls.wantsAnswer(packet) && mayAnswer(lateAnswers, connection.peer().address())) {
      makeRoom();
      lastCalls.answerLate(packet, toSend);
    }
  }

  private boolean mayAnswer(AnswerBudgets budgets, InetSocketAddress peer) {
    boolean may = budgets.spend(nowNanos, peer.getAddress());
    if (!may) {
      counters.count(Receiver.UNANSWERED);
    }
    return may;
  }

  /** Tells a client that nobody serves what it asked for. */
  private void refuse(PacketHeader header, InetSocketAddress source) {
    if (!mayAnswer(refusals, source)) {
      return;
    }
    makeRoom();
    toSend.to(source, asked);
    PacketCodec.encodeAbort(
        toSend.begin(ANSWER_BYTES), reply(header, PacketType.ABORT), RxCode.INVALID_OPERATION);
    toSend.end();
  }

  private void busy(ConnectionDriver connection, PacketHeader header) {
    if (!mayAnswer(refusals, connection.peer().address())) {
      return; // the client will ask again
    }
    makeRoom();
    connection.address(toSend);
    reply(header, PacketType.BUSY).encode(toSend.begin(ANSWER_BYTES));
    toSend.end();
  }

  private static PacketHeader reply(PacketHeader to, PacketType type) {
    return new PacketHeader(
        to.epoch(),
        to.cid(),
        to.callNumber(),
        0,
        1,
        type,
        0,
        0,
        to.securityIndex(),
        0,
        to.serviceId());
  }

  private void makeRoom() {
    makeRoom(ANSWER_BYTES);
  }

  private void makeRoom(int bytes) {
    if (!toSend.hasRoom(bytes)) {
      leaveCall(); // tracers are told of what is sent, and that under no lock
      endpoint.send(toSend);
    }
  }
}
