package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.trace.Diagnosis;
import heddle.rxrpc.transport.EndpointCounters.Receiver;
import heddle.rxrpc.wire.DebugPacket;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.VersionPacket;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers VERSION and DEBUG packets, on the receive thread.
 *
 * <p><b>Reflection.</b> Whoever asks may have forged its address, and an answer is up to nine times
 * as long as the question. So all answers together have a budget: what a victim could get by it is
 * a quarter of a megabyte a second, and what is beyond is not answered. Only what says that a
 * client sent it is answered, and no answer says that, so that two endpoints never answer each
 * other's answers.
 *
 * <p><b>Listing.</b> A question names a row of a table by its index. The rows are noted when the
 * first is asked for; that costs as much of the budget as the table is long.
 *
 * <p>Protocol source: OpenAFS doc/txt/rx-debug.txt; src/rx/rx_packet.c (behaviour).
 */
final class DebugResponder {
  /** Length of the longest answer. */
  static final int MAX_ANSWER_BYTES = PacketHeader.LENGTH + DebugAnswers.MAX_BYTES;

  private static final int BURST = 2000; // answers at once
  private static final int PER_SECOND = 1000;
  private static final int ROWS_PER_UNIT = 100; // noted for the price of an answer
  private static final int VERSION_BYTES = 65;
  private static final int QUESTION_BYTES = 2 * Integer.BYTES;

  private static final int BASIC = 1;
  private static final int ACTIVE_CONNECTION = 2;
  private static final int ANY_CONNECTION = 3;
  private static final int STATISTICS = 4;
  private static final int PEER = 5;

  private final LocalEndpoint endpoint;
  private final Diagnosis allowed;
  private final byte[] version;
  private final AnswerBudget budget;
  private final Listing<ConnectionDriver> connections;
  private final Listing<ConnectionDriver> activeConnections;
  private final Listing<Peer> peers;

  /** Rows of a table as they were when the first was asked for, unless memory got short. */
  private static final class Listing<T> {
    private final Supplier<List<T>> table;
    private WeakReference<List<T>> noted = new WeakReference<>(null);

    Listing(Supplier<List<T>> table) {
      this.table = table;
    }

    /** Returns a row, or null if there are not as many. */
    @Nullable T row(int index) {
      List<T> rows = noted.get();
      if (rows == null || index == 0) {
        rows = table.get();
        noted = new WeakReference<>(rows);
      }
      return index >= 0 && index < rows.size() ? rows.get(index) : null;
    }
  }

  /**
   * Creates a responder.
   *
   * @param version what we are, in at most 64 characters
   */
  DebugResponder(LocalEndpoint endpoint, Diagnosis allowed, String version) {
    this.endpoint = endpoint;
    this.allowed = allowed;
    this.version = Arrays.copyOf(version.getBytes(StandardCharsets.US_ASCII), VERSION_BYTES);
    this.version[VERSION_BYTES - 1] = 0;
    this.budget = new AnswerBudget(BURST, PER_SECOND, endpoint.nanoTime());
    this.connections = new Listing<>(() -> endpoint.connections().toList());
    this.activeConnections =
        new Listing<>(() -> endpoint.connections().filter(ConnectionDriver::isBusy).toList());
    this.peers = new Listing<>(() -> endpoint.peers().toList());
  }

  /** Answers {@code packet}, if it wants an answer and may have one. */
  void answer(Packet packet, SendBatch batch, long nowNanos) {
    if (!packet.header().clientInitiated()) {
      return; // an answer, or a sign of life
    }
    switch (packet) {
      case VersionPacket question -> answerVersion(question, batch, nowNanos);
      case DebugPacket question -> answerDebug(question, batch, nowNanos);
      default -> {
        // nothing else comes here
      }
    }
  }

  private void answerVersion(VersionPacket question, SendBatch batch, long nowNanos) {
    boolean isAnswer = question.body().length > 0 && question.body()[0] != 0; // Linux says CLIENT
    if (allowed == Diagnosis.NONE || isAnswer || !mayAnswer(nowNanos, 1)) {
      return;
    }
    ByteBuffer out = batch.begin(MAX_ANSWER_BYTES);
    question.header().withFlags(PacketFlags.LAST_PACKET).encode(out);
    out.put(version);
    batch.end();
  }

  private void answerDebug(DebugPacket question, SendBatch batch, long nowNanos) {
    if (allowed != Diagnosis.ALL || question.body().length < QUESTION_BYTES) {
      return;
    }
    ByteBuffer body = ByteBuffer.wrap(question.body());
    int type = body.getInt();
    int index = body.getInt();
    boolean lists = index == 0 && type != BASIC && type != STATISTICS;
    int rows = lists ? Math.min(endpoint.connectionCount() / ROWS_PER_UNIT, BURST / 2) : 0;
    if (!mayAnswer(nowNanos, 1 + rows)) {
      return;
    }
    PacketHeader header = question.header();
    ByteBuffer out = batch.begin(MAX_ANSWER_BYTES);
    header.withFlags(header.flags() & ~PacketFlags.CLIENT_INITIATED).encode(out);
    write(out, type, index, nowNanos);
    batch.end();
  }

  private boolean mayAnswer(long nowNanos, int cost) {
    boolean may = budget.spend(nowNanos, cost);
    if (!may) {
      endpoint.observer().counters().count(Receiver.QUESTIONS_REFUSED);
    }
    return may;
  }

  private void write(ByteBuffer out, int type, int index, long nowNanos) {
    switch (type) {
      case BASIC -> DebugAnswers.basic(out, endpoint.statistics(), endpoint.services().snapshots());
      case ACTIVE_CONNECTION -> writeConnection(out, activeConnections.row(index), nowNanos);
      case ANY_CONNECTION -> writeConnection(out, connections.row(index), nowNanos);
      case STATISTICS -> writeStatistics(out);
      case PEER -> {
        Peer peer = peers.row(index);
        if (peer == null) {
          DebugAnswers.noPeer(out);
        } else {
          DebugAnswers.peer(out, endpoint.snapshot(peer, nowNanos));
        }
      }
      default -> DebugAnswers.unknown(out);
    }
  }

  private static void writeConnection(
      ByteBuffer out, @Nullable ConnectionDriver connection, long nowNanos) {
    if (connection == null) {
      DebugAnswers.noConnection(out);
    } else {
      DebugAnswers.connection(out, connection.snapshot(nowNanos));
    }
  }

  private void writeStatistics(ByteBuffer out) {
    int charged =
        endpoint.services().snapshots().stream().mapToInt(service -> service.charged()).sum();
    DebugAnswers.statistics(
        out,
        endpoint.statistics(),
        endpoint.serviceConnectionCount(),
        endpoint.connectionCount() - endpoint.serviceConnectionCount(),
        (int) endpoint.peers().count(),
        endpoint.callCount() + charged,
        charged);
  }
}
