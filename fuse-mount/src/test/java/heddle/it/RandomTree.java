package heddle.it;

import heddle.rxrpc.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Does random operations in one directory that is seen through several mounts, and the same in a
 * local one; each has to do the same in both. Replayed by its seed.
 */
final class RandomTree {
  private static final int REMEMBERED = 40; // operations, to tell of where something is wrong
  private static final int MAX_BYTES = 3 << 20;
  private static final List<String> NAMES =
      List.of("a", "b", "c", "d e", "\u00e4", "longer-than-sixteen-bytes-by-far", ".dot", "h");
  private static final List<String> MODES = List.of("rw-r--r--", "rwxr-xr-x", "rw-------");

  private final List<Path> mounts;
  private final Path model;
  private final SplittableRandom random;
  private final Deque<String> history = new ArrayDeque<>();
  private long operations;

  RandomTree(List<Path> mounts, Path model, long seed) {
    this.mounts = mounts;
    this.model = model;
    this.random = new SplittableRandom(seed);
  }

  long operations() {
    return operations;
  }

  /** What is done, in a directory. Returns what is to be the same in all. */
  private interface Operation {
    String in(Path root) throws IOException;
  }

  /** Does one operation by one of the mounts, and locally. */
  void step() {
    operations++;
    int which = random.nextInt(mounts.size());
    Path mount = mounts.get(which);
    String path = path();
    switch (random.nextInt(20)) {
      case 0, 1 -> both(which, "create " + path, root -> create(root.resolve(path)));
      case 2, 3, 4 -> session(which, path, mount);
      case 5, 6 -> both(which, "read " + path, root -> content(root.resolve(path)));
      case 7 ->
          both(which, "mkdir " + path, root -> made(Files.createDirectory(root.resolve(path))));
      case 8 -> both(which, "rm " + path, root -> remove(root.resolve(path)));
      case 9 -> {
        if (random.nextInt(4) == 0) {
          both(which, "rm -r " + path, root -> removeAll(root.resolve(path)));
        } else {
          String name = name(); // in a directory, if there is one
          both(
              which,
              "mkdir " + path + "/" + name,
              root -> made(Files.createDirectory(root.resolve(path).resolve(name))));
        }
      }
      case 10, 11, 12 -> rename(which, path);
      case 13 -> link(which, path);
      case 14 -> symlink(which, path);
      case 15, 16 -> both(which, "ls " + path, root -> list(root.resolve(path)));
      case 17 -> chmod(which, path);
      case 18 -> touch(which, path);
      default -> both(which, "stat " + path, root -> status(root.resolve(path)));
    }
    if (operations % 250 == 0) {
      compareAll();
    }
  }

  /** Mostly of something that is there. */
  private String path() {
    if (random.nextInt(3) > 0) {
      try (Stream<Path> all = Files.walk(model)) {
        List<String> there =
            all.map(each -> model.relativize(each).toString())
                .filter(each -> !each.isEmpty())
                .sorted()
                .toList();
        if (!there.isEmpty()) {
          return there.get(random.nextInt(there.size()));
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    StringBuilder path = new StringBuilder(name());
    int depth = random.nextInt(3);
    for (int i = 0; i < depth; i++) {
      path.append('/').append(name());
    }
    return path.toString();
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private void both(int which, String what, Operation operation) {
    note(which + ": " + what);
    String seen = result(operation, mounts.get(which));
    String expected = result(operation, model);
    if (!seen.equals(expected)) {
      throw wrong(what + " by mount " + which + ": " + seen + ", expected " + expected);
    }
    history.addLast(history.removeLast() + " -> " + seen);
  }

  private void note(String what) {
    history.addLast(operations + " " + what);
    if (history.size() > REMEMBERED) {
      history.removeFirst();
    }
  }

  private AssertionError wrong(String what) {
    return new AssertionError(what + "; before that:\n" + String.join("\n", history));
  }

  private static String result(Operation operation, Path root) {
    try {
      return operation.in(root);
    } catch (NoSuchFileException e) {
      return "no such file";
    } catch (FileAlreadyExistsException e) {
      return "exists";
    } catch (IOException e) {
      return "failed";
    }
  }

  private static String made(Path path) {
    return "made " + path.getFileName();
  }

  private static String create(Path path) throws IOException {
    FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
    return "created";
  }

  private static String sum(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return bytes.length + " bytes, sum " + Long.toHexString(sum.getValue());
  }

  private static String content(Path path) throws IOException {
    return sum(Files.readAllBytes(path));
  }

  private static String remove(Path path) throws IOException {
    Files.delete(path);
    return "removed";
  }

  private static String removeAll(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      List<Path> below;
      try (Stream<Path> entries = Files.list(path)) {
        below = entries.toList();
      }
      for (Path each : below) {
        removeAll(each);
      }
    }
    return remove(path);
  }

  private static String list(Path path) throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.map(each -> each.getFileName().toString()).sorted().toList().toString();
    }
  }

  private static String status(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    var of = Files.readAttributes(path, "unix:isDirectory,size,nlink,permissions");
    return Boolean.TRUE.equals(of.get("isDirectory"))
        ? "directory"
        : of.get("size") + " bytes, " + of.get("nlink") + " names, " + of.get("permissions");
  }

  private void rename(int which, String from) {
    String to = random.nextInt(3) == 0 ? path() : sibling(from);
    String what = "mv " + from + " " + to;
    if (isFileOfSeveralNames(from) && !parent(from).equals(parent(to))) {
      return; // AFS cannot, and programs copy
    }
    both(
        which,
        what,
        root -> {
          Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
          return "moved";
        });
  }

  private boolean isFileOfSeveralNames(String path) {
    try {
      Path file = model.resolve(path);
      return !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
          && (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1;
    } catch (IOException e) {
      return false;
    }
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  private String sibling(String path) {
    String parent = parent(path);
    return parent.isEmpty() ? name() : parent + "/" + name();
  }

  private void link(int which, String path) {
    String to = sibling(path);
    if (Files.isRegularFile(model.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
      both(
          which,
          "ln " + path + " " + to,
          root -> made(Files.createLink(root.resolve(to), root.resolve(path))));
    }
  }

  private void symlink(int which, String path) {
    Path target = Path.of(name());
    both(
        which,
        "ln -s " + target + " " + path,
        root -> made(Files.createSymbolicLink(root.resolve(path), target)));
  }

  private void chmod(int which, String path) {
    String mode = MODES.get(random.nextInt(MODES.size()));
    if (Files.isRegularFile(model.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
      both(
          which,
          "chmod " + mode + " " + path,
          root -> {
            Files.setPosixFilePermissions(
                root.resolve(path), PosixFilePermissions.fromString(mode));
            return status(root.resolve(path));
          });
    }
  }

  private void touch(int which, String path) {
    FileTime time = FileTime.fromMillis(1000L * random.nextInt(1_000_000_000));
    if (Files.isRegularFile(model.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
      both(
          which,
          "touch " + path,
          root -> {
            Files.setLastModifiedTime(root.resolve(path), time);
            return Files.getLastModifiedTime(root.resolve(path)).toString();
          });
    }
  }

  /** Opens a file once or twice, does much with it, removes its name perhaps, and closes it. */
  private void session(int which, String path, Path mount) {
    String what = "open " + path;
    if (!Files.isRegularFile(model.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
      both(which, what + " to write", root -> write(root.resolve(path)));
      return;
    }
    String second = otherName(path);
    note(which + ": " + what + (second.equals(path) ? "" : " and " + second));
    try (FileChannel real = open(mount.resolve(path));
        FileChannel realToo = open(mount.resolve(second));
        FileChannel local = open(model.resolve(path));
        FileChannel localToo = open(model.resolve(second))) {
      FileChannel[] reals = {real, realToo};
      FileChannel[] locals = {local, localToo};
      int count = 1 + random.nextInt(8);
      for (int i = 0; i < count; i++) {
        int handle = random.nextInt(2);
        change(which, reals[handle], locals[handle], path);
      }
      String end = content(real);
      if (!end.equals(content(local)) || !end.equals(content(realToo))) {
        throw wrong(path + " is " + end + ", expected " + content(local));
      }
    } catch (IOException e) {
      throw wrong(what + ": " + e);
    }
    awaitNoHiddenFile(mount.resolve(path).getParent());
  }

  /** A file that was removed while it was open is there until its last release, after the close. */
  private static void awaitNoHiddenFile(Path directory) {
    Eventually.until(() -> hiddenFiles(directory).isEmpty(), () -> hiddenFiles(directory));
  }

  private static List<Path> hiddenFiles(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(each -> each.getFileName().toString().startsWith(".__afs")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String write(Path path) throws IOException {
    try (FileChannel channel = open(path)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }
    return "written";
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Returns another name of the file if it has one, else the same. */
  private String otherName(String path) {
    Path file = model.resolve(path);
    try (Stream<Path> entries = Files.list(file.getParent())) {
      for (Path each : entries.sorted().toList()) {
        if (!each.equals(file)
            && Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)
            && Files.isSameFile(each, file)) {
          return model.relativize(each).toString();
        }
      }
      return path;
    } catch (IOException e) {
      return path;
    }
  }

  private void change(int which, FileChannel real, FileChannel local, String path)
      throws IOException {
    long size = local.size();
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        byte[] data = new byte[1 + random.nextInt(random.nextBoolean() ? 200_000 : 500)];
        random.nextBytes(data);
        long offset = random.nextLong(Math.min(size + 50_000, MAX_BYTES));
        note(which + ":   write " + data.length + " at " + offset);
        write(real, data, offset);
        write(local, data, offset);
      }
      case 4, 5, 6 -> {
        long offset = random.nextLong(size + 1);
        int length = random.nextInt(300_000);
        note(which + ":   read " + length + " at " + offset);
        byte[] seen = read(real, offset, length);
        if (!Arrays.equals(seen, read(local, offset, length))) {
          throw wrong("read of " + path + " is wrong: " + sum(seen));
        }
      }
      case 7 -> {
        long length = random.nextLong(size + 1);
        note(which + ":   truncate " + length);
        real.truncate(length);
        local.truncate(length);
      }
      case 8 -> {
        note(which + ":   fsync");
        real.force(true);
      }
      default -> {
        if (random.nextInt(4) == 0) {
          both(which, "  rm " + path + ", which is open", root -> remove(root.resolve(path)));
        } else if (real.size() != local.size()) {
          throw wrong(path + " has " + real.size() + " bytes, expected " + local.size());
        }
      }
    }
  }

  private static void write(FileChannel channel, byte[] data, long offset) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(data);
    while (source.hasRemaining()) {
      channel.write(source, offset + source.position());
    }
  }

  private static byte[] read(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    int count = 0;
    while (target.hasRemaining() && count >= 0) {
      count = channel.read(target, offset + target.position());
    }
    return Arrays.copyOf(target.array(), target.position());
  }

  private static String content(FileChannel channel) throws IOException {
    return sum(read(channel, 0, MAX_BYTES + 300_000));
  }

  /** Compares all that there is, by each mount. */
  void compareAll() {
    Map<String, String> expected = all(model);
    for (Path mount : mounts) {
      Map<String, String> seen = all(mount);
      if (!seen.equals(expected)) {
        List<String> different = new ArrayList<>();
        seen.forEach(
            (path, what) -> {
              if (!what.equals(expected.get(path))) {
                different.add(path + ": " + what + ", expected " + expected.get(path));
              }
            });
        expected.keySet().stream().filter(path -> !seen.containsKey(path)).forEach(different::add);
        throw wrong("by " + mount + " there are differences: " + different);
      }
    }
  }

  private static Map<String, String> all(Path root) {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path each : paths.toList()) {
        String what = result(here -> status(each), each);
        if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
          what += ", " + result(here -> content(each), each);
        }
        found.put(root.relativize(each).toString(), what);
      }
    } catch (IOException e) {
      found.put("", e.toString());
    }
    return found;
  }
}
