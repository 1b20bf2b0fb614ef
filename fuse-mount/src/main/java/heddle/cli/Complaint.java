package heddle.cli;

import heddle.fuse.Printable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a command says of a failure: a line for people, or, where {@code --json} was given, JSON.
 */
final class Complaint {
  private static final String OPTION = "--json";

  private Complaint() {}

  /** Returns the line for a failure of the whole command. */
  static String of(CommandSpec command, String reason) {
    return of(command, Optional.empty(), reason);
  }

  /** Returns the line for a failure with one path of several. */
  static String of(CommandSpec command, String subject, String reason) {
    return of(command, Optional.of(subject), reason);
  }

  private static String of(CommandSpec command, Optional<String> subject, String reason) {
    String name = command.qualifiedName();
    if (!isJson(command)) {
      return Printable.of(name + ": " + subject.map(path -> path + ": ").orElse("") + reason);
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("command", name);
    subject.ifPresent(path -> fields.put("path", path));
    fields.put("error", reason);
    return Json.of(fields);
  }

  /** Returns what JSON says of a failure. */
  static Map<String, Object> fields(String command, String reason) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("command", command);
    fields.put("error", reason);
    return fields;
  }

  private static boolean isJson(CommandSpec command) {
    return command.findOption(OPTION) != null
        && command.findOption(OPTION).getValue() instanceof Boolean given
        && given;
  }

  /** Returns the line for something that happened to a mount. */
  static String event(String event, Map<String, Object> fields) {
    var all = new LinkedHashMap<String, Object>();
    all.put("event", event);
    all.putAll(new TreeMap<>(fields));
    return Json.of(all);
  }
}
