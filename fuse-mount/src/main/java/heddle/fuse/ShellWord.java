package heddle.fuse;

import java.nio.file.Path;

/** Paths in commands that a user is told to type. */
public final class ShellWord {
  private ShellWord() {}

  /** Returns the path as one word of a shell: quoted if need be. */
  public static String of(Path path) {
    return quoted(Printable.of(PathBytes.given(path)));
  }

  /** Returns {@code text} as one word of a shell. */
  static String quoted(String text) {
    return text.matches("[\\w./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
