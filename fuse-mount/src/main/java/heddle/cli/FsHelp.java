package heddle.cli;

import java.util.List;
import java.util.stream.Collectors;

/** The help of {@code heddle fs}, made from the table of its commands. */
final class FsHelp {
  private static final int SWITCH_WIDTH = 14;

  private FsHelp() {}

  /** Returns a line for each command. */
  static List<String> overview() {
    return FsTable.all().stream()
        .map(syntax -> String.format("  %-24s %s", names(syntax), syntax.summary()))
        .toList();
  }

  private static String names(FsSyntax syntax) {
    return syntax.aliases().isEmpty()
        ? syntax.name()
        : syntax.name() + " (" + syntax.aliases().getLast() + ")";
  }

  /** Returns all that is to be known of one command. */
  static String of(FsSyntax syntax) {
    var text = new StringBuilder();
    text.append("heddle fs ").append(syntax.name()).append(": ").append(syntax.summary());
    text.append('\n');
    if (!syntax.aliases().isEmpty()) {
      text.append("aliases: ").append(String.join(" ", syntax.aliases())).append('\n');
    }
    text.append("Usage: heddle fs ").append(syntax.name());
    text.append(
        syntax.parameters().stream().map(FsHelp::usage).collect(Collectors.joining(" ", " ", "")));
    text.append(" [--json]\n");
    for (FsParameter parameter : syntax.parameters()) {
      text.append(
          String.format(
              "  %-" + SWITCH_WIDTH + "s %s\n", parameter.name(), parameter.description()));
    }
    for (String note : syntax.notes()) {
      text.append(note.startsWith("heddle ") ? "Example: " : "").append(note).append('\n');
    }
    return text.toString();
  }

  private static String usage(FsParameter parameter) {
    String form =
        switch (parameter.kind()) {
          case SINGLE -> parameter.name() + " <value>";
          case LIST -> parameter.name() + " <value>+";
          case FLAG -> parameter.name();
        };
    return parameter.required() ? form : "[" + form + "]";
  }
}
