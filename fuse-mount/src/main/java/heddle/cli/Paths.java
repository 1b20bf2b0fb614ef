package heddle.cli;

import heddle.afs.AfsPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Paths in AFS as users give them. */
final class Paths {
  private static final byte[] AFS = "afs".getBytes(StandardCharsets.US_ASCII);

  private Paths() {}

  /**
   * Reads {@code /afs/CELL/dir/file} or {@code /CELL/dir/file}; where a volume is the root, {@code
   * /dir/file}.
   *
   * @param argument bytes as characters of the same number
   * @param dynamicRoot whether the root has the cells
   */
  static AfsPath parse(String argument, boolean dynamicRoot) {
    AfsPath path = AfsPath.of(RawArguments.toBytes(argument));
    if (!dynamicRoot || !beginsWithAfs(path)) {
      return path;
    }
    AfsPath rest = AfsPath.root();
    for (int i = 1; i < path.nameCount(); i++) {
      rest = rest.resolve(path.name(i));
    }
    return rest;
  }

  /** Returns whether it is {@code /afs} or below. */
  static boolean beginsWithAfs(String argument) {
    return beginsWithAfs(AfsPath.of(RawArguments.toBytes(argument)));
  }

  private static boolean beginsWithAfs(AfsPath path) {
    return path.nameCount() > 0 && Arrays.equals(path.name(0), AFS);
  }
}
