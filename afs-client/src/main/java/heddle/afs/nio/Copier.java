package heddle.afs.nio;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.StatusUpdate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Copies one file, link or directory (without what is in it) within AFS. The data go through this
 * client: servers of AFS copy nothing themselves.
 */
final class Copier {
  private static final int BUFFER_BYTES = 1 << 20;

  private final CellPath source;
  private final CellPath target;
  private final Options.Copying options;
  private final boolean replaces;

  private Copier(CellPath source, CellPath target, Options.Copying options, boolean replaces) {
    this.source = source;
    this.target = target;
    this.options = options;
    this.replaces = replaces;
  }

  /** Copies; a file is not copied onto itself. */
  static void copy(CellPath source, CellPath target, Options.Copying options) throws IOException {
    source.getFileSystem().requireOpen();
    target.getFileSystem().requireWritable();
    FileStatus status = source.getFileSystem().stat(source, options.finalLink());
    Optional<FileStatus> there = target.getFileSystem().statIfExists(target, FinalLink.KEEP);
    if (there.isPresent()) {
      if (there.get().fid().equals(status.fid()) || source.equals(target)) {
        return;
      }
      if (!options.has(StandardCopyOption.REPLACE_EXISTING)) {
        throw new FileAlreadyExistsException(target.toString());
      }
    }
    new Copier(source, target, options, there.isPresent()).copy(status);
  }

  /**
   * What is to be replaced goes as late as possible: who cannot read the source deletes nothing.
   */
  private void makeRoom() throws IOException {
    if (replaces) {
      TreeChanger.delete(target);
    }
  }

  private void copy(FileStatus status) throws IOException {
    switch (status.type()) {
      case SYMLINK -> {
        byte[] linkTarget = linkTarget();
        makeRoom();
        TreeChanger.createSymbolicLink(target, linkTarget);
      }
      case DIRECTORY, MOUNT_POINT -> {
        makeRoom();
        TreeChanger.createDirectory(target, StatusUpdate.NOTHING.withMode(modeOfCopy(status)));
        setTimes(status);
      }
      case FILE -> {
        copyData(status);
        setTimes(status);
      }
    }
  }

  private byte[] linkTarget() throws IOException {
    AfsFileSystem from = source.getFileSystem();
    return Failures.call(source, () -> from.client().readLink(from.caller(), source.inClient()));
  }

  private int modeOfCopy(FileStatus status) {
    int kept = copiesAttributes() ? 0777 : ModeBits.UNMASKED;
    return status.mode() & kept;
  }

  private boolean copiesAttributes() {
    return options.has(StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** The copy can be written until it is complete; what fails leaves none. */
  private void copyData(FileStatus status) throws IOException {
    int mode = modeOfCopy(status);
    StatusUpdate initial = StatusUpdate.NOTHING.withMode(mode | ModeBits.MAY_WRITE);
    Options.Opening making =
        Options.opening(List.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    try (FileHandle in = FileOpener.open(source, reading(), StatusUpdate.NOTHING)) {
      in.read(ByteBuffer.allocate(1), 0); // fails where the copy would
      makeRoom();
      FileHandle out = FileOpener.open(target, making, initial);
      boolean complete = false;
      try {
        copyAndClose(in, out);
        complete = true;
      } finally {
        if (!complete) {
          deleteQuietly();
        }
      }
    }
    if ((mode & ModeBits.MAY_WRITE) == 0) {
      update(StatusUpdate.NOTHING.withMode(mode));
    }
  }

  private Options.Opening reading() {
    return Options.opening(List.of(StandardOpenOption.READ));
  }

  private static void copyAndClose(FileHandle in, FileHandle out) throws IOException {
    try (out) {
      copyBytes(in, out);
    }
  }

  private static void copyBytes(FileHandle in, FileHandle out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long offset = 0;
    while (in.read(buffer.clear(), offset) >= 0) {
      offset += out.write(buffer.flip(), offset);
    }
  }

  private void deleteQuietly() {
    AfsFileSystem to = target.getFileSystem();
    try {
      to.client().remove(to.caller(), target.inClient());
    } catch (AfsException e) {
      // the failure of the copy itself says more
    }
  }

  private void setTimes(FileStatus status) throws IOException {
    if (copiesAttributes()) {
      update(StatusUpdate.NOTHING.withModified(status.modified()));
    }
  }

  private void update(StatusUpdate update) throws IOException {
    target.getFileSystem().setStatus(target, FinalLink.KEEP, update);
  }

  /** Returns whether what has this status can be copied by this whole. */
  static boolean isWhole(FileStatus status) {
    return status.type() == FileType.FILE || status.type() == FileType.SYMLINK;
  }
}
