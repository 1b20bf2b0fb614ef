package heddle.cli;

import java.util.List;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with the words of a command line, for who typed them. */
final class Mistake {
  private Mistake() {}

  static String of(ParameterException failure) {
    return switch (failure) {
      case UnmatchedArgumentException e -> tooMuch(e);
      case MissingParameterException e -> tooLittle(e);
      default -> value(failure);
    };
  }

  private static String tooMuch(UnmatchedArgumentException failure) {
    String first = failure.getUnmatched().getFirst();
    if (failure.isUnknownOption()) {
      return "there is no option '" + first + "'";
    }
    boolean wantsCommand = !failure.getCommandLine().getSubcommands().isEmpty();
    return wantsCommand ? "there is no command '" + first + "'" : "'" + first + "' is too much";
  }

  private static String tooLittle(MissingParameterException failure) {
    List<ArgSpec> missing = failure.getMissing();
    if (missing.isEmpty()) {
      return message(failure);
    }
    ArgSpec first = missing.getFirst();
    int least = first.arity().min();
    return named(first) + " is missing" + (least > 1 ? ": at least " + least + " are needed" : "");
  }

  /** Those of ours say what is wrong; those without a value are about something else. */
  private static String value(ParameterException failure) {
    return failure.getArgSpec() instanceof OptionSpec option && failure.getValue() != null
        ? "%s takes %s, not '%s'"
            .formatted(option.longestName(), option.paramLabel(), failure.getValue())
        : message(failure);
  }

  private static String named(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? option.longestName() + " " + option.paramLabel()
        : argument.paramLabel();
  }

  private static String message(ParameterException failure) {
    String message = failure.getMessage();
    return message == null ? "not understood" : message.replaceFirst("^Error: ", "");
  }
}
