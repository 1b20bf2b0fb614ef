package heddle.afs.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.Fid;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names chunks' files: {@code CELL/VOLUME/VNODE.UNIQUIFIER.INDEX} below a directory, numbers in
 * hex.
 */
final class ChunkPaths {
  private static final HexFormat HEX = HexFormat.of();

  private static final Logger LOG = LoggerFactory.getLogger(ChunkPaths.class);

  private final Path top;

  ChunkPaths(Path top) {
    this.top = top;
  }

  /** Returns where a chunk is, if it is there. */
  Path of(DiskSlot slot) {
    Fid fid = slot.fid();
    return top.resolve(directoryName(fid.cell()))
        .resolve(Integer.toHexString(fid.volume()))
        .resolve(
            Integer.toHexString(fid.vnode())
                + '.'
                + Integer.toHexString(fid.uniquifier())
                + '.'
                + Long.toHexString(slot.index()));
  }

  /** Returns the cell's name with all but letters, digits and inner dots and hyphens in hex. */
  private static String directoryName(String cell) {
    var name = new StringBuilder();
    for (byte each : cell.getBytes(UTF_8)) {
      boolean plain =
          (each >= 'a' && each <= 'z')
              || (each >= '0' && each <= '9')
              || ((each == '.' || each == '-') && !name.isEmpty());
      if (plain) {
        name.append((char) each);
      } else {
        HEX.toHexDigits(name.append('%'), each);
      }
    }
    return name.toString();
  }

  /** Returns the cell of which that is the directory's name; nothing if it is of none. */
  private static Optional<String> cell(String directoryName) {
    byte[] bytes = new byte[directoryName.length()];
    int count = 0;
    try {
      for (int i = 0; i < directoryName.length(); i++) {
        char each = directoryName.charAt(i);
        if (each == '%') {
          bytes[count++] = (byte) HexFormat.fromHexDigits(directoryName, i + 1, i + 3);
          i += 2;
        } else {
          bytes[count++] = (byte) each;
        }
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
    String cell = new String(bytes, 0, count, UTF_8);
    return Optional.of(cell).filter(name -> directoryName(name).equals(directoryName));
  }

  /** Returns what is at {@code path} in a volume's directory, if that is a chunk's. */
  private Optional<DiskSlot> slot(Path path, Volume volume) {
    String[] parts = path.getFileName().toString().split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      int vnode = Integer.parseUnsignedInt(parts[0], 16);
      int uniquifier = Integer.parseUnsignedInt(parts[1], 16);
      long index = Long.parseLong(parts[2], 16);
      var slot = new DiskSlot(new Fid(volume.cell(), volume.id(), vnode, uniquifier), index);
      return Optional.of(slot).filter(found -> of(found).equals(path));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  DiskScan scan() throws IOException {
    Deque<Volume> volumes = new ArrayDeque<>();
    for (Path directory : directories(top)) {
      Optional<String> cell = cell(directory.getFileName().toString());
      if (cell.isPresent()) {
        directories(directory).forEach(path -> volume(cell.get(), path).ifPresent(volumes::add));
      }
    }
    return new Walk(volumes);
  }

  private static Optional<Volume> volume(String cell, Path directory) {
    try {
      int id = Integer.parseUnsignedInt(directory.getFileName().toString(), 16);
      return Optional.of(new Volume(cell, id, directory));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static List<Path> directories(Path parent) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent)) {
      all.forEach(found::add);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    found.removeIf(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
    return found;
  }

  private record Volume(String cell, int id, Path directory) {}

  private final class Walk implements DiskScan {
    private final Deque<Volume> left;
    private Volume current = new Volume("", 0, top);
    private @Nullable DirectoryStream<Path> stream; // of the volume that is looked through
    private Iterator<Path> files = List.<Path>of().iterator();

    Walk(Deque<Volume> left) {
      this.left = left;
    }

    @Override
    public boolean step(int max, Consumer<Found> found) throws IOException {
      try {
        return walk(max, found);
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }

    private boolean walk(int max, Consumer<Found> found) throws IOException {
      for (int i = 0; i < max; i++) {
        while (!files.hasNext()) {
          close();
          Volume next = left.poll();
          if (next == null) {
            return false;
          }
          open(next);
        }
        look(files.next(), found);
      }
      return true;
    }

    @SuppressWarnings("StreamResourceLeak") // close() does
    private void open(Volume next) throws IOException {
      current = next;
      try {
        stream = Files.newDirectoryStream(next.directory());
        files = stream.iterator();
      } catch (NoSuchFileException e) {
        LOG.debug("{} is gone", next.directory());
      }
    }

    private void look(Path path, Consumer<Found> found) throws IOException {
      Optional<DiskSlot> slot = slot(path, current);
      if (slot.isEmpty()) {
        return;
      }
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        int length = (int) Math.min(attributes.size(), ChunkFile.MAX_BYTES);
        found.accept(new Found(slot.get(), length, attributes.lastModifiedTime().toMillis()));
      } catch (NoSuchFileException e) {
        LOG.debug("{} is gone", path);
      }
    }

    @Override
    public void close() {
      files = List.<Path>of().iterator();
      if (stream != null) {
        try {
          stream.close();
        } catch (IOException e) {
          LOG.debug("closing {}", current, e); // nothing was written through it
        }
        stream = null;
      }
    }
  }
}
