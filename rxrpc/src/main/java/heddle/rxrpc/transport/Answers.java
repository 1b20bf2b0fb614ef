package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.transport.AnswerBudgets.Rate;
import heddle.rxrpc.transport.EndpointCounters.Receiver;
import heddle.rxrpc.wire.ChallengePacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What packets are answered that no call takes: refusals, answers for calls that are over, and
 * those to challenges. Whoever asks may be a stranger, or forged, so that all answers have limits,
 * for each host and for all.
 *
 * <p>Not thread-safe: it belongs to who receives.
 */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final int ANSWER_BYTES = 600;

  // What strangers can provoke. A peer that speaks the rules wants few of these.
  private static final Rate REFUSALS_PER_HOST = new Rate(100, 100);
  private static final Rate REFUSALS = new Rate(1_000, 1_000);
  private static final Rate LATE_ANSWERS_PER_HOST = new Rate(1_000, 1_000);
  private static final Rate LATE_ANSWERS = new Rate(10_000, 10_000);

  private final CallsInBatch calls;
  private final EndpointCounters counters;
  private final AnswerBudgets refusals;
  private final AnswerBudgets lateAnswers;

  /**
   * Creates full budgets.
   *
   * @param secret what others cannot guess
   */
  Answers(CallsInBatch calls, EndpointCounters counters, int secret, long nowNanos) {
    this.calls = calls;
    this.counters = counters;
    this.refusals = new AnswerBudgets(REFUSALS_PER_HOST, REFUSALS, secret, nowNanos);
    this.lateAnswers = new AnswerBudgets(LATE_ANSWERS_PER_HOST, LATE_ANSWERS, secret, nowNanos);
  }

  /** Returns what is sent at the end of the batch, with room for an answer. */
  SendBatch room() {
    return calls.roomFor(ANSWER_BYTES);
  }

  /**
   * Tells a client that nobody serves what it asked for.
   *
   * @param asked our address that the packet came to
   */
  void refuse(PacketHeader header, InetSocketAddress source, InetAddress asked) {
    if (!may(refusals, source)) {
      return;
    }
    SendBatch batch = room();
    batch.to(source, asked);
    PacketCodec.encodeAbort(
        batch.begin(ANSWER_BYTES), reply(header, PacketType.ABORT), RxCode.INVALID_OPERATION);
    batch.end();
  }

  /** Tells a client that was refused so once more. */
  void refuseAgain(ConnectionDriver connection, int code) {
    if (may(refusals, connection.peer().address())) {
      connection.encodeAbort(room(), code);
    }
  }

  /** Tells a client that its call cannot be taken now. */
  void busy(ConnectionDriver connection, PacketHeader header) {
    if (!may(refusals, connection.peer().address())) {
      return; // the client will ask again
    }
    SendBatch batch = room();
    connection.address(batch);
    reply(header, PacketType.BUSY).encode(batch.begin(ANSWER_BYTES));
    batch.end();
  }

  /** Answers for a call that has left its channel, if the packet wants that. */
  void late(ConnectionDriver connection, Packet packet) {
    counters.count(Receiver.LATE);
    LastCalls lastCalls = connection.lastCalls();
    if (lastCalls.wantsAnswer(packet) && may(lateAnswers, connection.peer().address())) {
      lastCalls.answerLate(packet, room());
    }
  }

  /** Says who calls, or gives the connection up if that cannot be said. */
  void respond(ConnectionDriver connection, ChallengePacket challenge) {
    InetSocketAddress peer = connection.peer().address();
    if (!may(lateAnswers, peer)) {
      return; // it will be asked again
    }
    try {
      byte[] body = connection.respond(challenge.body());
      if (body != null) {
        SendBatch batch = calls.roomFor(PacketHeader.LENGTH + body.length);
        connection.encode(batch, PacketType.RESPONSE, body); // fragmented if the ticket is long
      }
    } catch (SecurityViolationException e) {
      LOG.debug("the challenge from {} is not answered: {}", peer, e.getMessage());
      connection.encodeAbort(room(), e.abortCode());
      connection.giveUp(Completion.LocallyAborted.by(e));
    }
  }

  private boolean may(AnswerBudgets budgets, InetSocketAddress peer) {
    boolean may = budgets.spend(calls.nowNanos(), peer.getAddress());
    if (!may) {
      counters.count(Receiver.UNANSWERED);
    }
    return may;
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
}
