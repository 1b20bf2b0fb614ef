package heddle.cli;

import heddle.afs.kept.KeptData;
import heddle.fuse.PathBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes kept data to new local files. */
record LocalRecovery(Path directory) {
  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** Writes one; returns what became of it. */
  String write(KeptData data) throws IOException {
    Files.createDirectories(directory);
    Made made = create(Recovery.name(data), 0);
    try (FileChannel out = made.channel()) {
      data.forEachPiece((piece, offset) -> writeAt(out, piece, offset));
      long length = data.writes().grownTo();
      if (out.size() < length) {
        writeAt(out, ByteBuffer.allocate(1), length - 1); // zeros up to there
      }
      out.force(true);
    }
    data.remove();
    String rest = data.writes().isWhole() ? "" : "; only these bytes of it are known";
    return "written to " + made.file() + rest;
  }

  /** A new file, open: nobody can put another in its place. */
  private record Made(Path file, FileChannel channel) {}

  private static void writeAt(FileChannel out, ByteBuffer bytes, long offset) throws IOException {
    long position = offset;
    while (bytes.hasRemaining()) {
      position += out.write(bytes, position);
    }
  }

  private Made create(String name, int number) throws IOException {
    String numbered = "/" + (number == 0 ? name : name + "." + number);
    var bytes = new ByteArrayOutputStream(); // names of AFS are bytes
    bytes.writeBytes(PathBytes.of(directory));
    bytes.writeBytes(numbered.getBytes(StandardCharsets.ISO_8859_1));
    Path file = PathBytes.toPath(bytes.toByteArray());
    try {
      return new Made(file, FileChannel.open(file, NEW, PRIVATE));
    } catch (FileAlreadyExistsException e) {
      return create(name, number + 1);
    }
  }
}
