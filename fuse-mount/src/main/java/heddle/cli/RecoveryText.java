package heddle.cli;

import heddle.afs.kept.KeptData;
import heddle.afs.kept.KeptWrites;
import heddle.fuse.Printable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How kept data are described: to scripts as they are, to people with nothing that a terminal
 * obeys.
 */
final class RecoveryText {
  private RecoveryText() {}

  static Map<String, Object> fields(String name, String path, KeptData data) {
    KeptWrites writes = data.writes();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("kept", name);
    fields.put("path", path);
    fields.put("fid", writes.fid().toString());
    fields.put("rootVolume", writes.root());
    fields.put("bytes", data.bytes());
    fields.put("whole", writes.isWhole());
    fields.put("dataVersion", writes.dataVersion());
    fields.put("modified", writes.modified().toString());
    fields.put("keptAt", writes.kept().toString());
    fields.put("writer", writes.writer());
    fields.put("principal", writes.principal());
    fields.put("reason", writes.reason());
    return fields;
  }

  static String line(String name, String path, KeptData data) {
    KeptWrites writes = data.writes();
    return "%s  %s  %d bytes%s, written by %s at %s: %s"
        .formatted(
            name,
            path,
            data.bytes(),
            writes.isWhole() ? "" : " of it",
            Printable.of(writes.principal().isEmpty() ? writes.writer() : writes.principal()),
            writes.modified(),
            Printable.of(writes.reason()));
  }
}
