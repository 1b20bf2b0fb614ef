package heddle.fuse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where symbolic links are said to lead. Those of a cell often lead to {@code /afs/...}, which is
 * somewhere else, or nowhere, for a mount that is elsewhere.
 */
final class LinkTargets {
  /** What is stored, as it is. */
  static final LinkTargets AS_STORED = new LinkTargets(null);

  private static final byte[] AFS = "/afs".getBytes(StandardCharsets.US_ASCII);

  private final byte @Nullable [] root;

  private LinkTargets(byte @Nullable [] root) {
    this.root = root;
  }

  /** Those to {@code /afs} lead to {@code root} in its place. */
  static LinkTargets into(byte[] root) {
    return new LinkTargets(root.clone());
  }

  /** Returns what is shown of a target. */
  byte[] shown(byte[] stored) {
    byte[] there = root;
    if (there == null || !isInAfs(stored)) {
      return stored;
    }
    byte[] shown = Arrays.copyOf(there, there.length + stored.length - AFS.length);
    System.arraycopy(stored, AFS.length, shown, there.length, stored.length - AFS.length);
    return shown;
  }

  private static boolean isInAfs(byte[] target) {
    return target.length >= AFS.length
        && Arrays.equals(target, 0, AFS.length, AFS, 0, AFS.length)
        && (target.length == AFS.length || target[AFS.length] == '/');
  }
}
