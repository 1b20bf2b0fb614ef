package heddle.afs.nio;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsPath;
import heddle.afs.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Paths without symbolic links, as {@link heddle.afs.AfsClient} follows them: {@code ..} leads back
 * the way the path came, and an absolute link means something below {@code /afs}.
 */
final class RealPaths {
  private static final int MAX_LINKS = 40;
  private static final byte[] AFS = "/afs".getBytes(StandardCharsets.US_ASCII);

  private final CellPath path;
  private final AfsFileSystem fileSystem;
  private final Deque<byte[]> ahead = new ArrayDeque<>();
  private final List<byte[]> behind = new ArrayList<>();
  private int linksLeft = MAX_LINKS;

  private RealPaths(CellPath path) {
    this.path = path;
    this.fileSystem = path.getFileSystem();
    push(path.inClient());
  }

  /**
   * Returns the path of an existing file with no link, {@code .} or {@code ..} in it.
   *
   * @param finalLink whether a link at the end is one
   * @throws FileSystemException if a link leads out of the file system
   */
  static CellPath of(CellPath path, FinalLink finalLink) throws IOException {
    RealPaths walk = new RealPaths(path);
    walk.walk(finalLink, true);
    return walk.result();
  }

  /**
   * Returns the path of what a symbolic link leads to in the end, which need not exist.
   *
   * @throws FileSystemException if a link leads out of the file system
   */
  static CellPath ofTarget(CellPath link) throws IOException {
    RealPaths walk = new RealPaths(link);
    walk.walk(FinalLink.FOLLOW, false);
    return walk.result();
  }

  private void walk(FinalLink finalLink, boolean lastMustExist) throws IOException {
    while (!ahead.isEmpty()) {
      byte[] name = ahead.removeFirst();
      if (Arrays.equals(name, PathName.DOT_DOT.bytes())) {
        if (!behind.isEmpty()) {
          behind.removeLast();
        }
      } else if (!Arrays.equals(name, PathName.DOT.bytes())) {
        behind.add(name);
        boolean last = ahead.isEmpty();
        if (!last || lastMustExist || exists()) {
          followLink(last ? finalLink : FinalLink.FOLLOW);
        }
      }
    }
    if (behind.isEmpty() && lastMustExist) {
      type(); // the root is asked for like any other
    }
  }

  private boolean exists() throws IOException {
    return fileSystem.statIfExists(path, here(), FinalLink.KEEP).isPresent();
  }

  private FileType type() throws IOException {
    return fileSystem.stat(path, here(), FinalLink.KEEP).type();
  }

  private void followLink(FinalLink finalLink) throws IOException {
    if (type() != FileType.SYMLINK || finalLink == FinalLink.KEEP) {
      return;
    }
    if (linksLeft-- == 0) {
      throw new FileSystemLoopException(path.toString());
    }
    byte[] target =
        Failures.call(path, () -> fileSystem.client().readLink(fileSystem.caller(), here()));
    behind.removeLast();
    byte[] below = target;
    if (target.length > 0 && target[0] == '/') {
      below = belowAfs(target);
      behind.clear();
    }
    try {
      push(AfsPath.of(below));
    } catch (IllegalArgumentException e) { // a NUL, which no name has
      throw new NoSuchFileException(path.toString(), PathName.ofBytes(target).toString(), null);
    }
  }

  /** Returns what follows {@code /afs} in the target of a link. */
  private byte[] belowAfs(byte[] target) throws FileSystemException {
    boolean inAfs =
        target.length > AFS.length
            && target[AFS.length] == '/'
            && Arrays.equals(target, 0, AFS.length, AFS, 0, AFS.length);
    if (!inAfs || !fileSystem.hasDynamicRoot()) {
      throw leadsOut(PathName.ofBytes(target).toString());
    }
    return Arrays.copyOfRange(target, AFS.length, target.length);
  }

  private void push(AfsPath names) {
    for (int i = names.nameCount() - 1; i >= 0; i--) {
      ahead.addFirst(names.name(i));
    }
  }

  private AfsPath here() {
    AfsPath here = AfsPath.root();
    for (byte[] name : behind) {
      here = here.resolve(name);
    }
    return here;
  }

  private CellPath result() throws FileSystemException {
    AfsPath here = here();
    return fileSystem.fromClient(here).orElseThrow(() -> leadsOut("/afs" + here));
  }

  private FileSystemException leadsOut(String where) {
    return new FileSystemException(
        path.toString(), null, "a symbolic link leads out of this file system, to " + where);
  }
}
