package heddle.cli;

import heddle.cli.FsParameter.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * One command of {@code heddle fs}: how it is called, what it takes, what it does. Names, aliases
 * and order of the parameters are those of OpenAFS's {@code fs}.
 *
 * @param name its name
 * @param summary what it does, in a line
 * @param aliases other names
 * @param parameters what it takes, in the order of places
 * @param notes further lines of help: examples first
 * @param action what it does
 */
record FsSyntax(
    String name,
    String summary,
    List<String> aliases,
    List<FsParameter> parameters,
    List<String> notes,
    Action action) {
  /** What a command does. */
  @FunctionalInterface
  interface Action {
    void run(FsRun run) throws IOException;
  }

  /** Copies what was given. */
  FsSyntax {
    aliases = List.copyOf(aliases);
    parameters = List.copyOf(parameters);
    notes = List.copyOf(notes);
  }

  /** Begins the description of a command. */
  static Builder of(String name, String summary) {
    return new Builder(name, summary);
  }

  boolean isCalled(String given) {
    return name.equals(given) || aliases.contains(given);
  }

  /** Returns the names that begin with {@code given}. */
  boolean canBeCalled(String given) {
    Predicate<String> begins = each -> each.startsWith(given);
    return begins.test(name) || aliases.stream().anyMatch(begins);
  }

  /** Describes a command, part by part. */
  static final class Builder {
    private final String name;
    private final String summary;
    private final List<String> aliases = new ArrayList<>();
    private final List<FsParameter> parameters = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Builder(String name, String summary) {
      this.name = name;
      this.summary = summary;
    }

    Builder alias(String alias) {
      aliases.add(alias);
      return this;
    }

    /** Adds the parameter that most commands have. */
    Builder paths() {
      return list("-path", "files or directories; default: the working directory");
    }

    Builder list(String parameter, String description) {
      parameters.add(new FsParameter(parameter, Kind.LIST, false, description));
      return this;
    }

    Builder requiredList(String parameter, String description) {
      parameters.add(new FsParameter(parameter, Kind.LIST, true, description));
      return this;
    }

    Builder single(String parameter, String description) {
      parameters.add(new FsParameter(parameter, Kind.SINGLE, false, description));
      return this;
    }

    Builder requiredSingle(String parameter, String description) {
      parameters.add(new FsParameter(parameter, Kind.SINGLE, true, description));
      return this;
    }

    Builder flag(String parameter, String description) {
      parameters.add(new FsParameter(parameter, Kind.FLAG, false, description));
      return this;
    }

    Builder note(String line) {
      notes.add(line);
      return this;
    }

    FsSyntax does(Action action) {
      return new FsSyntax(name, summary, aliases, parameters, notes, action);
    }
  }
}
