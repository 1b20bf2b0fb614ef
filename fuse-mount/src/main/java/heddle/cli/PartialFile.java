package heddle.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A local file that is being written under another name, so that there is never half a file under
 * its own: not after a failure, and not after Ctrl-C.
 */
final class PartialFile implements AutoCloseable {
  private final Path target;
  private final Path partial;
  private final FileChannel channel;
  private final Thread cleaner = new Thread(this::delete, "heddle-cleaner");
  private boolean done;

  private PartialFile(Path target, Path partial, FileChannel channel) {
    this.target = target;
    this.partial = partial;
    this.channel = channel;
  }

  /**
   * Begins a file.
   *
   * @param mode its nine permission bits, from which the user's umask is taken
   */
  static PartialFile create(Path target, int mode) throws IOException {
    Path partial =
        target.resolveSibling(
            ".heddle-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
                + ".part");
    FileChannel channel =
        FileChannel.open(
            partial,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            PosixFilePermissions.asFileAttribute(permissions(mode)));
    var file = new PartialFile(target, partial, channel);
    Runtime.getRuntime().addShutdownHook(file.cleaner);
    return file;
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    var permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] fromTheTop = PosixFilePermission.values(); // owner read first
    for (int i = 0; i < fromTheTop.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(fromTheTop[i]);
      }
    }
    return permissions;
  }

  FileChannel channel() {
    return channel;
  }

  /** Gives the complete file its name, in place of what had it. */
  void complete() throws IOException {
    channel.close();
    Files.move(
        partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    done = true;
  }

  private void delete() {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      // nobody is left to be told
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!done) {
      delete();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException e) {
      // the JVM is ending: the hook runs
    }
  }
}
