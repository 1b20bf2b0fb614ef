package heddle.afs.nio;

import java.nio.file.PathMatcher;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Matchers of paths, {@code glob:} and {@code regex:}, as {@link
 * java.nio.file.FileSystem#getPathMatcher} describes them. A dot at the beginning is a character
 * like others, and case counts.
 */
final class PathPatterns {
  private static final String NOT_SLASH = "[^/]";
  private static final String META = ".^$+{[]|()\\*?&-~#"; // of regular expressions

  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int next; // index in glob
  private boolean inGroup;

  private PathPatterns(String glob) {
    this.glob = glob;
  }

  /**
   * Returns the matcher.
   *
   * @throws IllegalArgumentException if it is not of the form {@code syntax:pattern}
   * @throws UnsupportedOperationException if the syntax is another
   * @throws PatternSyntaxException if the pattern is wrong
   */
  static PathMatcher matcher(String syntaxAndPattern) {
    int colon = syntaxAndPattern.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("not of the form syntax:pattern: " + syntaxAndPattern);
    }
    String pattern = syntaxAndPattern.substring(colon + 1);
    Pattern regex =
        switch (syntaxAndPattern.substring(0, colon).toLowerCase(Locale.ROOT)) {
          case "glob" -> Pattern.compile(new PathPatterns(pattern).toRegex(), Pattern.DOTALL);
          case "regex" -> Pattern.compile(pattern);
          default -> throw new UnsupportedOperationException("not glob, nor regex: " + pattern);
        };
    return path -> regex.matcher(path.toString()).matches();
  }

  private String toRegex() {
    while (next < glob.length()) {
      char c = glob.charAt(next++);
      switch (c) {
        case '*' -> star();
        case '?' -> regex.append(NOT_SLASH);
        case '[' -> bracket();
        case '{' -> beginGroup();
        case '}' -> regex.append(endGroup() ? "))" : "}");
        case ',' -> regex.append(inGroup ? ")|(?:" : ",");
        case '\\' -> literal(escaped());
        default -> literal(c);
      }
    }
    if (inGroup) {
      throw wrong("a group without an end");
    }
    return regex.toString();
  }

  private void star() {
    if (next < glob.length() && glob.charAt(next) == '*') {
      next++;
      regex.append(".*");
    } else {
      regex.append(NOT_SLASH).append('*');
    }
  }

  private void beginGroup() {
    if (inGroup) {
      throw wrong("a group in a group");
    }
    inGroup = true;
    regex.append("(?:(?:");
  }

  private boolean endGroup() {
    boolean ended = inGroup;
    inGroup = false;
    return ended;
  }

  private char escaped() {
    if (next == glob.length()) {
      throw wrong("nothing to escape");
    }
    return glob.charAt(next++);
  }

  private void literal(char c) {
    if (META.indexOf(c) >= 0) {
      regex.append('\\');
    }
    regex.append(c);
  }

  /** Between brackets, only {@code -} and {@code !} mean something, and never a slash. */
  private void bracket() {
    regex.append("[[^/]&&[");
    if (peek('!')) {
      next++;
      regex.append('^');
    }
    int begin = regex.length();
    if (peek('-')) {
      next++;
      regex.append("\\-");
    }
    while (!peek(']')) {
      if (next == glob.length()) {
        throw wrong("a bracket without an end");
      }
      char c = glob.charAt(next++);
      if (c == '/') {
        throw wrong("a slash in brackets");
      }
      literal(c);
      if (peek('-') && next + 1 < glob.length() && glob.charAt(next + 1) != ']') {
        char last = glob.charAt(next + 1);
        if (last < c) {
          throw wrong("a range that ends before it begins");
        }
        regex.append('-');
        next += 2;
        literal(last);
      }
    }
    next++;
    if (regex.length() == begin) {
      throw wrong("nothing in brackets");
    }
    regex.append("]]");
  }

  private boolean peek(char c) {
    return next < glob.length() && glob.charAt(next) == c;
  }

  private PatternSyntaxException wrong(String what) {
    return new PatternSyntaxException(what, glob, next - 1);
  }
}
