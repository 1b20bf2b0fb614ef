package heddle.cli;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.DirectoryEntry;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.fuse.PathBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Copies files, links and trees out of AFS. What fails below a directory is told of and left out.
 * Local names are given as bytes.
 */
final class Copier {
  /**
   * How to copy.
   *
   * @param recursive whether directories are copied
   * @param preserve whether times are kept
   */
  record Rules(boolean recursive, boolean preserve) {}

  private final AfsSource source;
  private final Rules rules;
  private final CopyProgress progress;
  private final BiConsumer<String, IOException> complaints;
  private final ArrayDeque<Fid> above = new ArrayDeque<>(); // directories that we are in

  Copier(
      AfsSource source,
      Rules rules,
      CopyProgress progress,
      BiConsumer<String, IOException> complaints) {
    this.source = source;
    this.rules = rules;
    this.progress = progress;
    this.complaints = complaints;
  }

  /** Copies {@code path}, called {@code shownAs} in complaints, to {@code target}. */
  void copy(AfsPath path, String shownAs, byte[] target) throws IOException {
    FileStatus status = source.stat(path, rules.recursive ? FinalLink.KEEP : FinalLink.FOLLOW);
    switch (status.type()) {
      case FILE -> file(path, status, PathBytes.toPath(target));
      case SYMLINK -> link(path, PathBytes.toPath(target));
      case DIRECTORY, MOUNT_POINT -> {
        if (!rules.recursive) {
          throw new IOException("is a directory; -r copies it, with what is below");
        }
        directory(path, shownAs, status, target);
      }
    }
  }

  private void file(AfsPath path, FileStatus status, Path target) throws IOException {
    progress.expect(status.length());
    try (AfsFile file = source.open(path, FinalLink.FOLLOW);
        var chunks = new ChunkReader(file);
        PartialFile partial = PartialFile.create(target, status.mode())) {
      for (ByteBuffer chunk = chunks.next(); chunk.hasRemaining(); chunk = chunks.next()) {
        int length = chunk.remaining();
        while (chunk.hasRemaining()) {
          partial.channel().write(chunk);
        }
        progress.copied(length);
      }
      partial.complete();
    }
    keepTime(status, target);
  }

  private void link(AfsPath path, Path target) throws IOException {
    byte[] pointsTo = source.readLink(path);
    Files.deleteIfExists(target);
    Files.createSymbolicLink(target, PathBytes.toLinkTarget(pointsTo));
  }

  private void directory(AfsPath path, String shownAs, FileStatus status, byte[] target)
      throws IOException {
    if (above.contains(status.fid())) {
      throw new AfsException.TooManyLinks(path + " is mounted within itself");
    }
    Path local = PathBytes.toPath(target);
    if (!Files.isDirectory(local, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(local);
    }
    above.push(status.fid());
    try (AfsDirectory directory = source.openDirectory(path)) {
      entries(path, shownAs, directory.entries(), target);
    } finally {
      above.pop();
    }
    keepTime(status, local);
  }

  private void entries(AfsPath path, String shownAs, List<DirectoryEntry> entries, byte[] target) {
    for (DirectoryEntry entry : entries) {
      String name = shownAs + "/" + RawArguments.fromBytes(entry.name());
      try {
        checkName(entry.name());
        copy(path.resolve(entry.name()), name, join(target, entry.name()));
      } catch (IOException e) {
        complaints.accept(name, e);
      }
    }
  }

  /** A server could give a name that leads out of the target. */
  private static void checkName(byte[] name) throws IOException {
    String text = RawArguments.fromBytes(name);
    if (text.isEmpty() || text.equals(".") || text.equals("..") || text.contains("/")) {
      throw new AfsException.ProtocolViolation("the server gave a name that no file can have");
    }
  }

  private void keepTime(FileStatus status, Path target) throws IOException {
    if (rules.preserve) {
      Files.setLastModifiedTime(target, FileTime.from(status.modified()));
    }
  }

  static byte[] join(byte[] directory, byte[] name) {
    byte[] path = new byte[directory.length + 1 + name.length];
    System.arraycopy(directory, 0, path, 0, directory.length);
    path[directory.length] = '/';
    System.arraycopy(name, 0, path, directory.length + 1, name.length);
    return path;
  }
}
