package heddle.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import heddle.afs.StatusUpdate;
import heddle.afs.UnstoredWrites;
import heddle.afs.auth.Caller;
import heddle.afs.kept.KeptData;
import heddle.afs.kept.KeptWrites;
import heddle.fuse.AfsTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Stores the kept data of one file.
 *
 * <p>They go into the file that they belong to only if that has the version of the data that they
 * were written over, under a lock. If not, somebody else has changed it, or a part of them had come
 * to the server when the mount ended: then a copy is made beside it, and they go there.
 *
 * @param caller with whose rights
 * @param path where the file was when it was written to
 */
record FileRecovery(AfsTree tree, Caller caller, AfsPath path, KeptData data) {
  private static final int COPY_BYTES = 1 << 20;
  private static final int MAX_NAME_BYTES = 255; // that all clients can name

  /** Stores them; returns what became of them. */
  String store() throws IOException {
    KeptWrites writes = data.writes();
    Optional<FileStatus> now = status(path);
    boolean same =
        now.isPresent()
            && now.get().fid().equals(writes.fid())
            && now.get().type() == FileType.FILE;
    if (same && now.get().dataVersion() == writes.dataVersion()) {
      return storeInPlace();
    }
    if (same && isThere()) {
      return "was stored already";
    }
    return (now.isEmpty() ? "is gone" : "has changed meanwhile")
        + "; stored as "
        + storeBeside(same);
  }

  private Optional<FileStatus> status(AfsPath of) throws AfsException {
    try {
      return Optional.of(tree.stat(caller, of, FinalLink.KEEP));
    } catch (AfsException.NoSuchFile e) {
      return Optional.empty();
    }
  }

  /** Who locks the file before writing, waits. Who does not, may write meanwhile; that shows. */
  private String storeInPlace() throws IOException {
    try (AfsFile file = tree.openForWriting(caller, path, FinalLink.KEEP)) {
      LockOwner owner = LockOwner.ofWholeFiles(ProcessHandle.current().pid());
      lock(file, owner);
      FileStatus now = file.status();
      if (!now.fid().equals(data.writes().fid())
          || now.dataVersion() != data.writes().dataVersion()) {
        throw new IOException("it is being changed at this moment; try again");
      }
      apply(file);
      file.sync();
      boolean alone = file.status().foreignVersion() == now.foreignVersion();
      file.locks().unlock(owner, LockRange.WHOLE);
      return alone ? "stored" : "stored; somebody else has changed it at the same time: look at it";
    }
  }

  private static void lock(AfsFile file, LockOwner owner) throws IOException {
    try {
      file.locks().tryLock(new LockRequest(owner, LockRange.WHOLE, LockMode.EXCLUSIVE, 0));
    } catch (AfsException.LockHeld e) {
      throw new IOException("somebody has a lock on it; try again", e);
    }
  }

  /** Does to {@code file} what was done to the one that the data belong to. */
  private void apply(AfsFile file) throws IOException {
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
  private boolean isThere() throws IOException {
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

  /** Returns where. */
  private AfsPath storeBeside(boolean withRest) throws IOException {
    AfsPath copy = unusedName();
    try (AfsFile file = tree.create(caller, copy, StatusUpdate.NOTHING.withMode(0600))) {
      if (withRest) {
        copyRest(file);
      }
      apply(file);
      file.sync();
    }
    return copy;
  }

  private AfsPath unusedName() throws AfsException {
    AfsPath copy = besides(".recovered");
    for (int i = 2; status(copy).isPresent(); i++) {
      copy = besides(".recovered" + i);
    }
    return copy;
  }

  /** Returns the path with {@code suffix}; of a name that is too long for both, its beginning. */
  private AfsPath besides(String suffix) {
    String name = Recovery.name(data);
    int end = Math.min(name.length(), MAX_NAME_BYTES - suffix.length());
    while (end > 0 && end < name.length() && isWithinCharacter(name.charAt(end))) {
      end--;
    }
    return path.parent().resolve((name.substring(0, end) + suffix).getBytes(ISO_8859_1));
  }

  /** Of names in UTF-8, as most are. */
  private static boolean isWithinCharacter(char octet) {
    return (octet & 0xc0) == 0x80;
  }

  private void copyRest(AfsFile target) throws IOException {
    long truncatedTo = data.writes().truncatedTo();
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
}
