package heddle.afs.cell;

import static java.nio.charset.StandardCharsets.US_ASCII;

import heddle.afs.cache.DirectoryContents;
import heddle.afs.rpc.AfsErrorCode;
import java.util.Arrays;

/**
 * Names in directories.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, FileNameOK (behaviour); src/dir/dir.c.
 */
final class Names {
  private static final byte[] DOT = {'.'};
  private static final byte[] DOT_DOT = {'.', '.'};
  private static final byte[] SYSTEM_NAME = "@sys".getBytes(US_ASCII);

  private Names() {}

  /** Fails unless something may be given that name. */
  static void requireUsable(byte[] name) throws Refusal {
    int suffix = name.length - SYSTEM_NAME.length;
    boolean ofSystem =
        suffix >= 0 && Arrays.equals(name, suffix, name.length, SYSTEM_NAME, 0, SYSTEM_NAME.length);
    if (name.length == 0 || ofSystem) {
      throw Refusal.of(Errno.EINVAL);
    }
    for (byte each : name) {
      if (each == '/' || each == 0) {
        throw Refusal.of(Errno.EINVAL);
      }
    }
  }

  /** Fails if the name is one that every directory has. */
  static void requireNoDots(byte[] name) throws Refusal {
    if (name.length == 0 || Arrays.equals(name, DOT) || Arrays.equals(name, DOT_DOT)) {
      throw Refusal.of(Errno.EINVAL);
    }
  }

  /** Returns what a name in a directory stands for. */
  static Vnode target(Volume volume, Vnode directory, byte[] name) throws Refusal {
    DirectoryContents.Entry entry =
        directory.names().lookUp(name).orElseThrow(() -> Refusal.of(Errno.ENOENT));
    return volume
        .vnode(entry.vnode())
        .filter(vnode -> vnode.uniquifier() == entry.uniquifier())
        .orElseThrow(() -> Refusal.of(AfsErrorCode.VNOVNODE));
  }

  /** Fails unless a directory has no names but those that every one has. */
  static void requireEmpty(Vnode directory) throws Refusal {
    if (directory.names().size() > 2) {
      throw Refusal.of(Errno.EEXIST);
    }
  }

  /** Returns the directory with another parent. */
  static Vnode withParent(Vnode directory, Vnode parent) throws Refusal {
    DirectoryContents names =
        directory
            .names()
            .without(DOT_DOT)
            .orElse(directory.names())
            .with(DOT_DOT, parent.number(), parent.uniquifier())
            .orElseThrow(() -> Refusal.of(Errno.EFBIG));
    return directory.with(names);
  }
}
