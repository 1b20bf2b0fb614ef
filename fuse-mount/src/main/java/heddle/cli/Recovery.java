package heddle.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.StatusUpdate;
import heddle.afs.UnstoredWrites;
import heddle.afs.auth.Caller;
import heddle.afs.kept.KeptData;
import heddle.afs.kept.KeptWrites;
import heddle.fuse.AfsTree;
import heddle.fuse.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Stores kept data.
 *
 * <p>They go into the file that they belong to only if that has the version of the data that they
 * were written over. If not, somebody else has changed it, or a part of them had come to the server
 * when the mount ended: then a copy is made beside it, and they go there.
 *
 * @param root name of the volume that is the tree's root; empty if the cells are
 */
record Recovery(AfsTree tree, Caller caller, String root) {
  private static final int COPY_BYTES = 1 << 20;

  /** Stores what is kept, and removes it then; returns what became of it. */
  String store(KeptData data) throws IOException {
    KeptWrites writes = data.writes();
    if (!writes.root().equals(root)) {
      throw new IOException(
          writes.root().isEmpty()
              ? "it was written through a mount without --root-volume"
              : "it was written through a mount with --root-volume " + writes.root());
    }
    if (writes.path().isEmpty()) {
      throw new IOException("nobody knows its path any more; use --to DIR");
    }
    AfsPath path = AfsPath.of(writes.path().getBytes(ISO_8859_1));
    Optional<FileStatus> now = status(path);
    boolean same =
        now.isPresent()
            && now.get().fid().equals(writes.fid())
            && now.get().type() == FileType.FILE;
    String outcome;
    if (same && now.get().dataVersion() == writes.dataVersion()) {
      storeInPlace(path, data);
      outcome = "stored";
    } else if (same && isThere(path, data)) {
      outcome = "was stored already";
    } else {
      AfsPath copy = storeBeside(path, data, same);
      outcome = (now.isEmpty() ? "is gone" : "has changed meanwhile") + "; stored as " + copy;
    }
    data.remove();
    return outcome;
  }

  private Optional<FileStatus> status(AfsPath path) throws AfsException {
    try {
      return Optional.of(tree.stat(caller, path, FinalLink.KEEP));
    } catch (AfsException.NoSuchFile e) {
      return Optional.empty();
    }
  }

  private void storeInPlace(AfsPath path, KeptData data) throws IOException {
    try (AfsFile file = tree.openForWriting(caller, path, FinalLink.KEEP)) {
      FileStatus now = file.status();
      if (!now.fid().equals(data.writes().fid())
          || now.dataVersion() != data.writes().dataVersion()) {
        throw new IOException("it is being changed at this moment; try again");
      }
      apply(file, data);
      file.sync();
    }
  }

  /** Does to {@code file} what was done to the one that the data belong to. */
  private static void apply(AfsFile file, KeptData data) throws IOException {
    KeptWrites writes = data.writes();
    if (writes.truncatedTo() < file.status().length()) {
      file.truncate(writes.truncatedTo());
    }
    data.forEachPiece(file::write);
    if (file.status().length() < writes.grownTo()) {
      file.truncate(writes.grownTo());
    }
  }

  /** Returns whether the file is as it would be with the data. */
  private boolean isThere(AfsPath path, KeptData data) throws IOException {
    KeptWrites writes = data.writes();
    try (AfsFile file = tree.open(caller, path, FinalLink.KEEP)) {
      long length = file.status().length();
      boolean cut = writes.truncatedTo() != UnstoredWrites.NOT_TRUNCATED;
      if (cut && data.bytes() < writes.grownTo() - writes.truncatedTo()) {
        return false; // zeros between the pieces are not compared: in doubt it is not
      }
      if (length < writes.grownTo()
          || (cut
              && length != Math.max(writes.grownTo(), Math.min(length, writes.truncatedTo())))) {
        return false;
      }
      boolean[] equal = {true};
      data.forEachPiece((piece, offset) -> equal[0] = equal[0] && isAt(file, piece, offset));
      return equal[0];
    }
  }

  private static boolean isAt(AfsFile file, ByteBuffer piece, long offset) throws IOException {
    ByteBuffer there = ByteBuffer.allocate(piece.remaining());
    file.read(there, offset);
    return there.flip().equals(piece);
  }

  private AfsPath storeBeside(AfsPath path, KeptData data, boolean withRest) throws IOException {
    AfsPath copy = unusedName(path, data);
    try (AfsFile file = tree.create(caller, copy, StatusUpdate.NOTHING.withMode(0600))) {
      if (withRest) {
        copyRest(path, file, data.writes().truncatedTo());
      }
      apply(file, data);
      file.sync();
    }
    return copy;
  }

  private AfsPath unusedName(AfsPath path, KeptData data) throws AfsException {
    String name = name(data) + ".recovered";
    AfsPath copy = path.parent().resolve(name.getBytes(ISO_8859_1));
    for (int i = 2; status(copy).isPresent(); i++) {
      copy = path.parent().resolve((name + i).getBytes(ISO_8859_1));
    }
    return copy;
  }

  private void copyRest(AfsPath path, AfsFile target, long truncatedTo) throws IOException {
    try (AfsFile source = tree.open(caller, path, FinalLink.KEEP)) {
      ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
      long position = 0;
      int count = 1;
      while (position < truncatedTo && count > 0) {
        buffer.clear().limit((int) Math.min(COPY_BYTES, truncatedTo - position));
        count = source.read(buffer, position);
        target.write(buffer.flip(), position);
        position += count;
      }
    }
  }

  /** Returns the last name of the path, bytes as characters; one made up if it is not known. */
  static String name(KeptData data) {
    String path = data.writes().path();
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() ? "file-" + data.writes().fid().vnode() : name;
  }

  /** Returns the path as users name it. */
  static String shown(KeptData data) {
    KeptWrites writes = data.writes();
    if (writes.path().isEmpty()) {
      return writes.fid().toString();
    }
    String path = Printable.of(writes.path().getBytes(ISO_8859_1));
    return writes.root().isEmpty() ? "/afs" + path : path;
  }
}
