package heddle.cli;

import heddle.afs.ServerFacts;
import heddle.afs.ServerFacts.Address;
import heddle.afs.ServerFacts.Kind;
import heddle.control.MountStatus;
import heddle.control.MountStatus.Cache;
import heddle.control.TokenFacts;
import heddle.fuse.PathBytes;
import heddle.fuse.Printable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a mount does, in words and JSON. Names come from servers and other users: words have them
 * escaped, JSON as they are.
 */
final class MountStatusText {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MILLIS_PER_SECOND = 1000;
  private static final int PER_CENT = 100;
  private static final double BYTES_PER_MIB = 1 << 20;

  private final StatusCommand.Answers answers;
  private final Instant now;

  MountStatusText(StatusCommand.Answers answers, Instant now) {
    this.answers = answers;
    this.now = now;
  }

  private Path point() {
    return answers.mount().point();
  }

  /** Returns lines of text, each with its end. */
  String lines() {
    var text = new StringBuilder();
    String cell = answers.facts().ownCell();
    text.append(PathBytes.shown(point()))
        .append(cell.isEmpty() ? "" : ", cell " + Printable.of(cell))
        .append(", mounted by uid ")
        .append(Integer.toUnsignedString(answers.mount().owner()))
        .append('\n');
    if (answers.tokens().isEmpty()) {
      text.append("  tokens: none of you; get one: heddle login\n");
    } else {
      text.append("  tokens of you:\n");
    }
    for (TokenFacts token : answers.tokens()) {
      text.append("  ")
          .append(new TokenText(point(), token.cell(), token.client()).line(token.expiry(), now))
          .append('\n');
    }
    servers(text);
    calls(text);
    cache(text);
    return text.toString();
  }

  private void servers(StringBuilder text) {
    List<ServerFacts> servers = answers.status().servers();
    text.append(servers.isEmpty() ? "  servers: none was needed yet\n" : "  servers:\n");
    for (ServerFacts server : servers) {
      for (Address address : server.addresses()) {
        text.append(
            String.format(
                Locale.ROOT,
                "    %-8s %-15s %-4s %12s  rank %-5d  %s\n",
                server.kind() == Kind.FILES ? "file" : "location",
                address.address().getHostAddress(),
                server.state().name().toLowerCase(Locale.ROOT),
                address
                    .answerNanos()
                    .map(nanos -> String.format(Locale.ROOT, "%.2f ms", nanos / NANOS_PER_MILLI))
                    .orElse("-"),
                address.rank(),
                Printable.of(server.cell())));
      }
    }
  }

  private void calls(StringBuilder text) {
    List<MountStatus.Call> calls = answers.status().calls();
    text.append(
        calls.isEmpty()
            ? "  calls under way: none\n"
            : "  calls under way: " + calls.size() + "\n");
    for (MountStatus.Call call : calls) {
      text.append(
          String.format(
              Locale.ROOT,
              "    %s %s to %s, for %.1f s, waits for %s\n",
              call.operation(),
              Printable.of(call.argument()),
              call.server(),
              call.ageMillis() / MILLIS_PER_SECOND,
              call.waiting()));
    }
  }

  private void cache(StringBuilder text) {
    Cache cache = answers.status().cache();
    text.append(
        "  cache: statuses "
            + rate(cache.statusHits(), cache.statusMisses())
            + ", data "
            + rate(cache.chunkHits(), cache.chunkMisses())
            + "; broken promises "
            + cache.breaks()
            + "\n  on disk: "
            + disk(cache)
            + "\n  written and not stored: "
            + cache.dirtyBytes()
            + " bytes\n");
  }

  private static String disk(Cache cache) {
    return cache.diskMaxBytes() == 0
        ? "nothing"
        : String.format(
            Locale.ROOT,
            "%.1f of %.1f MiB; data found there %d times",
            cache.diskBytes() / BYTES_PER_MIB,
            cache.diskMaxBytes() / BYTES_PER_MIB,
            cache.diskHits());
  }

  private static String rate(long hits, long misses) {
    long all = hits + misses;
    return hits
        + " of "
        + all
        + " at hand"
        + (all == 0 ? "" : " (" + PER_CENT * hits / all + " %)");
  }

  /** Returns a JSON object. */
  Map<String, Object> json() {
    MountStatus status = answers.status();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("mount", point().toString());
    fields.put("cell", answers.facts().ownCell());
    fields.put("owner", Integer.toUnsignedLong(answers.mount().owner()));
    fields.put(
        "tokens",
        answers.tokens().stream()
            .map(
                token ->
                    new TokenText(point(), token.cell(), token.client()).json(token.expiry(), now))
            .toList());
    fields.put("servers", status.servers().stream().map(FsServerCommands::json).toList());
    fields.put("calls", status.calls().stream().map(MountStatusText::json).toList());
    fields.put("cache", json(status.cache()));
    var operations = new LinkedHashMap<String, Object>();
    status.operations().forEach(each -> operations.put(each.operation(), each.calls()));
    fields.put("callsMade", operations);
    return fields;
  }

  private static Map<String, Object> json(MountStatus.Call call) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("operation", call.operation());
    fields.put("argument", call.argument());
    fields.put("server", call.server());
    fields.put("ageMillis", call.ageMillis());
    fields.put("waitsFor", call.waiting());
    return fields;
  }

  private static Map<String, Object> json(Cache cache) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("statusHits", cache.statusHits());
    fields.put("statusMisses", cache.statusMisses());
    fields.put("chunkHits", cache.chunkHits());
    fields.put("chunkMisses", cache.chunkMisses());
    fields.put("brokenPromises", cache.breaks());
    fields.put("dirtyBytes", cache.dirtyBytes());
    fields.put("diskHits", cache.diskHits());
    fields.put("diskBytes", cache.diskBytes());
    fields.put("diskMaxBytes", cache.diskMaxBytes());
    return fields;
  }
}
