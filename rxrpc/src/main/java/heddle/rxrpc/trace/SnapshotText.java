package heddle.rxrpc.trace;

import heddle.rxrpc.trace.EndpointStatistics.Datagrams;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A snapshot as tables, with the columns and abbreviations of Linux's {@code /proc/net/rxrpc}.
 * Identifiers are hexadecimal, as in captures; counts are decimal.
 */
final class SnapshotText {
  private final StringBuilder text = new StringBuilder();

  private SnapshotText() {}

  static String of(EndpointSnapshot endpoint) {
    SnapshotText text = new SnapshotText();
    text.line(
        "local %s epoch %s",
        EventText.address(endpoint.localAddress()), EventText.hex(endpoint.epoch()));
    text.calls(endpoint);
    text.connections(endpoint);
    text.bundles(endpoint);
    text.peers(endpoint);
    text.services(endpoint);
    text.statistics(endpoint.statistics());
    return text.text.toString();
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library for it alone
  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  private void calls(EndpointSnapshot endpoint) {
    String format = "%-9s %-21s %5s %-8s %8s %-3s %-19s %11s %7s %4s %7s %4s %8s %4s %9s %10s %s";
    line("");
    line(
        format,
        "Call",
        "Remote",
        "SvID",
        "ConnID",
        "CallID",
        "End",
        "State",
        "Abort",
        "TxSeq",
        "TW",
        "RxSeq",
        "RW",
        "RxSerial",
        "CW",
        "Timeout",
        "Opcode",
        "Waiting");
    for (CallSnapshot call : endpoint.calls()) {
      CallIdentity identity = call.call();
      line(
          format,
          "C" + identity.id(),
          EventText.address(identity.peer()),
          identity.serviceId(),
          EventText.hex(identity.cid()),
          EventText.unsigned(identity.callNumber()),
          end(identity.side()),
          call.ending()
              .map(ending -> ending.outcome().text())
              .orElseGet(() -> EventText.words(call.phase())),
          call.ending().isPresent() ? call.ending().get().abortCode().orElse(0) : 0,
          EventText.unsigned(call.sending().firstUnacknowledged()),
          call.sending().nextNew() - call.sending().firstUnacknowledged(),
          EventText.unsigned(call.receiving().firstMissing()),
          call.receiving().window(),
          EventText.unsigned(call.receiving().lastSerial()),
          call.sending().congestionWindow(),
          call.timeout().map(SnapshotText::millis).orElse("-"),
          call.opcode().isPresent() ? EventText.unsigned(call.opcode().getAsInt()) : "-",
          EventText.words(call.waiting()));
    }
  }

  private void connections(EndpointSnapshot endpoint) {
    String format = "%-21s %5s %-8s %-3s %3s %-4s %10s %10s %9s %s";
    line("");
    line(
        format, "Remote", "SvID", "ConnID", "End", "Use", "Key", "Serial", "ISerial", "Idle",
        "CallIDs");
    for (ConnectionSnapshot connection : endpoint.connections()) {
      line(
          format,
          EventText.address(connection.peer()),
          connection.serviceId(),
          EventText.hex(connection.connectionId()),
          end(connection.side()),
          connection.uses(),
          connection.securityIndex(),
          EventText.unsigned(connection.lastSerialSent()),
          EventText.unsigned(connection.highestSerialReceived()),
          millis(connection.idle()),
          connection.channels().stream()
              .map(channel -> EventText.unsigned(channel.callNumber()))
              .collect(Collectors.joining(" ")));
    }
  }

  private void bundles(EndpointSnapshot endpoint) {
    String format = "%-21s %5s %3s %7s %-8s %s";
    line("");
    line(format, "Remote", "SvID", "Use", "Waiting", "Security", "ConnIDs");
    for (BundleSnapshot bundle : endpoint.bundles()) {
      line(
          format,
          EventText.address(bundle.peer()),
          bundle.serviceId(),
          bundle.uses(),
          bundle.waitingCalls(),
          bundle.security(),
          bundle.connectionIds().stream().map(EventText::hex).collect(Collectors.joining(" ")));
    }
  }

  private void peers(EndpointSnapshot endpoint) {
    String format = "%-21s %4s %5s %10s %10s %10s %10s %8s %14s %14s";
    line("");
    line(
        format,
        "Remote",
        "SST",
        "Bytes",
        "LastUse",
        "RTT",
        "RTO",
        "Sent",
        "Resent",
        "BytesSent",
        "BytesReceived");
    for (PeerSnapshot peer : endpoint.peers()) {
      line(
          format,
          EventText.address(peer.address()),
          peer.slowStartThreshold(),
          peer.packetBytes(),
          peer.sinceLastSent().map(SnapshotText::millis).orElse("-"),
          millis(peer.smoothedRtt()),
          millis(peer.resendTimeout()),
          peer.dataSent(),
          peer.dataResent(),
          peer.bytesSent(),
          peer.bytesReceived());
    }
  }

  private void services(EndpointSnapshot endpoint) {
    String format = "%5s %7s %6s %7s %4s";
    line("");
    line(format, "SvID", "Charged", "Active", "Waiting", "Idle");
    for (ServiceSnapshot service : endpoint.services()) {
      line(
          format,
          service.serviceId(),
          service.charged(),
          service.active(),
          service.waiting(),
          service.idleThreads());
    }
  }

  private void statistics(EndpointStatistics all) {
    EndpointStatistics.Data data = all.data();
    EndpointStatistics.Faults faults = all.faults();
    line("");
    datagrams("Tx", all.sent());
    datagrams("Rx", all.received());
    line("Data-Tx  : nr=%d retrans=%d bytes=%d", data.sent(), data.resent(), data.bytesSent());
    line(
        "Data-Rx  : nr=%d dup=%d bytes=%d",
        data.received(), data.duplicates(), data.bytesReceived());
    line("Calls-Clt: nr=%d%s", all.calls().clientStarted(), named(all.calls().clientEnded()));
    line("Calls-Svc: nr=%d%s", all.calls().serviceStarted(), named(all.calls().serviceEnded()));
    line(
        "Conns    : clt=%d reaped=%d svc=%d reaped=%d",
        all.connections().clientMade(),
        all.connections().clientReaped(),
        all.connections().serviceMade(),
        all.connections().serviceReaped());
    line(
        "RTT      : nr=%d min=%s max=%s",
        all.roundTrips().samples(), millis(all.roundTrips().min()), millis(all.roundTrips().max()));
    line(
        "Faults   : malformed=%d stray=%d late=%d unsent=%d refused=%d unanswered=%d",
        faults.malformed(),
        faults.stray(),
        faults.late(),
        faults.unsent(),
        faults.questionsRefused(),
        faults.unanswered());
    line("IO-thread: batches=%d", all.batches());
  }

  private void datagrams(String direction, Datagrams datagrams) {
    line(
        "%-9s: nr=%d bytes=%d%s",
        direction, datagrams.count(), datagrams.bytes(), named(datagrams.byType()));
    line("Ack-%-5s:%s", direction, named(datagrams.acksByReason()));
  }

  /** Returns what is not 0, each with its name. */
  private static String named(Map<?, Long> counters) {
    return counters.entrySet().stream()
        .filter(counter -> counter.getValue() != 0)
        .map(
            counter ->
                " "
                    + counter.getKey().toString().toLowerCase(Locale.ROOT)
                    + "="
                    + counter.getValue())
        .collect(Collectors.joining());
  }

  private static String end(Side side) {
    return side == Side.CLIENT ? "Clt" : "Svc";
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1fms", duration.toNanos() / 1e6);
  }
}
