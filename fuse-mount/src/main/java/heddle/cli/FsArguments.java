package heddle.cli;

import heddle.cli.FsParameter.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The arguments of a command of {@code heddle fs}, understood as OpenAFS's command line parser
 * does: values take their places until the first switch that takes one; from then on each belongs
 * to the switch before it. The last list takes all that follows. Switches may be cut short as long
 * as they are told from each other; a hyphen before a digit is a number's. Immutable.
 *
 * <p>Protocol source: OpenAFS src/cmd/cmd.c, cmd_Parse (behaviour).
 */
final class FsArguments {
  private final Map<String, List<String>> values;
  private final Set<String> flags;

  private FsArguments(Map<String, List<String>> values, Set<String> flags) {
    this.values = values;
    this.flags = flags;
  }

  /**
   * Understands {@code words}.
   *
   * @throws FsUsageException if that cannot be done
   */
  static FsArguments parse(FsSyntax syntax, List<String> words) throws FsUsageException {
    var reader = new Reader(syntax);
    for (String word : words) {
      reader.read(word);
    }
    return reader.finish();
  }

  /** Returns the values of a parameter; none if it was not given. */
  List<String> values(String parameter) {
    return values.getOrDefault(parameter, List.of());
  }

  /** Returns the value of a parameter that takes one. */
  Optional<String> value(String parameter) {
    return values(parameter).stream().findFirst();
  }

  /** Returns the value of a parameter that must be given. */
  String required(String parameter) {
    return values(parameter).getFirst();
  }

  boolean has(String flag) {
    return flags.contains(flag);
  }

  /** Reads word after word. */
  private static final class Reader {
    private final FsSyntax syntax;
    private final List<FsParameter> parameters;
    private final Map<String, List<String>> values = new HashMap<>();
    private final Set<String> flags = new HashSet<>();
    private boolean byPlace = true;
    private int place;

    Reader(FsSyntax syntax) {
      this.syntax = syntax;
      this.parameters = syntax.parameters();
    }

    void read(String word) throws FsUsageException {
      if (word.length() > 1 && word.startsWith("-") && !Character.isDigit(word.charAt(1))) {
        readSwitch(word);
      } else {
        readValue(word);
      }
    }

    private void readSwitch(String word) throws FsUsageException {
      int equals = word.lastIndexOf('=');
      FsParameter parameter = find(equals < 0 ? word : word.substring(0, equals));
      if (parameter.kind() == Kind.FLAG) {
        if (equals >= 0) {
          throw wrong("switch '" + parameter.name() + "' takes no value");
        }
        flags.add(parameter.name());
        return;
      }
      byPlace = false;
      place = parameters.indexOf(parameter);
      values.computeIfAbsent(parameter.name(), key -> new ArrayList<>());
      if (equals >= 0) {
        add(parameter, word.substring(equals + 1));
      }
    }

    private FsParameter find(String given) throws FsUsageException {
      List<FsParameter> exact = named(name -> name.equals(given));
      List<FsParameter> found = exact.isEmpty() ? named(name -> name.startsWith(given)) : exact;
      if (found.size() != 1) {
        throw wrong(
            (found.isEmpty() ? "unrecognized" : "ambiguous")
                + " switch '"
                + Heddle.shown(given)
                + "'");
      }
      return found.getFirst();
    }

    private List<FsParameter> named(Predicate<String> wanted) {
      return parameters.stream().filter(each -> wanted.test(each.name())).toList();
    }

    private void readValue(String word) throws FsUsageException {
      while (place < parameters.size() && parameters.get(place).kind() == Kind.FLAG) {
        place++;
      }
      if (place >= parameters.size()) {
        throw wrong("too many arguments, from '" + Heddle.shown(word) + "' on");
      }
      add(parameters.get(place), word);
      if (byPlace && !takesTheRest()) {
        advance();
      }
    }

    /** A list does, unless another one must be given too. */
    private boolean takesTheRest() {
      return parameters.get(place).kind() == Kind.LIST
          && parameters.subList(place + 1, parameters.size()).stream()
              .noneMatch(later -> later.kind() == Kind.LIST && later.required());
    }

    private void advance() {
      for (int next = place + 1; next < parameters.size(); next++) {
        if (parameters.get(next).kind() != Kind.FLAG) {
          place = next;
          return;
        }
      }
    }

    private void add(FsParameter parameter, String value) throws FsUsageException {
      List<String> present = values.computeIfAbsent(parameter.name(), key -> new ArrayList<>());
      if (parameter.kind() == Kind.SINGLE && !present.isEmpty()) {
        throw wrong("too many values after switch " + parameter.name());
      }
      present.add(value);
    }

    FsArguments finish() throws FsUsageException {
      for (FsParameter parameter : parameters) {
        List<String> given = values.get(parameter.name());
        if (given != null && given.isEmpty()) {
          throw wrong("switch '" + parameter.name() + "' needs a value");
        }
        if (parameter.required() && given == null) {
          throw wrong("missing parameter '" + parameter.name() + "'");
        }
      }
      return new FsArguments(values, flags);
    }

    private FsUsageException wrong(String what) {
      return new FsUsageException(what + "; see: heddle fs help " + syntax.name());
    }
  }
}
