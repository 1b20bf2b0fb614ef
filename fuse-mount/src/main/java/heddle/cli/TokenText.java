package heddle.cli;

import heddle.fuse.PathBytes;
import heddle.fuse.Printable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A token in words and JSON. Names come from servers and from mounts of other users: words have
 * them escaped, JSON as they are.
 *
 * @param mount which mount has it
 * @param cell what it is for
 * @param client whose it is
 */
record TokenText(Path mount, String cell, String client) {
  private static final DateTimeFormatter TO_THE_MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

  String loggedIn(Instant expiry, Instant now) {
    String what = Printable.of("token of " + client + " for " + cell);
    return PathBytes.shown(mount) + ": " + what + ", " + lasting(expiry, now);
  }

  String line(Instant expiry, Instant now) {
    return String.format(
        "  %-20s %-30s %s", Printable.of(cell), Printable.of(client), lasting(expiry, now));
  }

  /** Returns until when, and how long that is from now. */
  static String lasting(Instant expiry, Instant now) {
    if (!expiry.isAfter(now)) {
      return "EXPIRED at "
          + TO_THE_MINUTE.format(expiry)
          + " (renew it: heddle login; or drop it: heddle logout)";
    }
    Duration left = Duration.between(now, expiry);
    return String.format(
        "until %s (%d:%02d h)", TO_THE_MINUTE.format(expiry), left.toHours(), left.toMinutesPart());
  }

  Map<String, Object> json(Instant expiry, Instant now) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("mount", mount.toString());
    fields.put("cell", cell);
    fields.put("client", client);
    fields.put("expires", expiry.toString());
    fields.put("expired", !expiry.isAfter(now));
    return fields;
  }
}
