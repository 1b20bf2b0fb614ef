package heddle.afs.nio;

import heddle.afs.AfsPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A path of an {@link AfsFileSystem}: names separated by slashes, as on Unix. The empty path has
 * one empty name, the root none. Immutable.
 */
final class CellPath implements Path {
  private final AfsFileSystem fileSystem;
  private final boolean absolute;
  private final List<PathName> names;

  private CellPath(AfsFileSystem fileSystem, boolean absolute, List<PathName> names) {
    this.fileSystem = fileSystem;
    this.absolute = absolute;
    this.names = names.isEmpty() && !absolute ? List.of(PathName.EMPTY) : List.copyOf(names);
  }

  static CellPath root(AfsFileSystem fileSystem) {
    return new CellPath(fileSystem, true, List.of());
  }

  /**
   * Parses text.
   *
   * @throws InvalidPathException if there is a NUL in it, or half a character
   */
  static CellPath parse(AfsFileSystem fileSystem, String text) {
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      throw new InvalidPathException(text, "NUL character", nul);
    }
    return ofBytes(fileSystem, PathName.encode(text));
  }

  /** Parses bytes without NUL. */
  static CellPath ofBytes(AfsFileSystem fileSystem, byte[] path) {
    List<PathName> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        if (i > start) {
          names.add(PathName.ofBytes(Arrays.copyOfRange(path, start, i)));
        }
        start = i + 1;
      }
    }
    return new CellPath(fileSystem, path.length > 0 && path[0] == '/', names);
  }

  /**
   * Returns {@code path} as one of ours.
   *
   * @throws ProviderMismatchException if it is another provider's
   */
  static CellPath of(Path path) {
    Objects.requireNonNull(path);
    if (path instanceof CellPath ours) {
      return ours;
    }
    throw new ProviderMismatchException(path + " is no path of an AFS file system");
  }

  private CellPath with(boolean nowAbsolute, List<PathName> newNames) {
    return new CellPath(fileSystem, nowAbsolute, newNames);
  }

  /** Returns the path of {@code name} below this one. */
  CellPath child(PathName name) {
    return resolve(with(false, List.of(name)));
  }

  /** Returns the same in the names of the client. */
  AfsPath inClient() {
    List<PathName> from = toAbsolutePath().names;
    int first = 0;
    while (first < from.size() && from.get(first).equals(PathName.DOT_DOT)) {
      first++; // the root is its own parent
    }
    return fileSystem.root().resolve(AfsPath.of(join(from.subList(first, from.size()))));
  }

  /** Returns the bytes of the path, as they are stored in a symbolic link. */
  byte[] bytes() {
    byte[] joined = join(names);
    return absolute ? joined : Arrays.copyOfRange(joined, 1, joined.length);
  }

  private static byte[] join(List<PathName> names) {
    if (names.isEmpty()) {
      return new byte[] {'/'};
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (PathName name : names) {
      joined.write('/');
      joined.writeBytes(name.bytes());
    }
    return joined.toByteArray();
  }

  private boolean isEmpty() {
    return !absolute && names.getFirst().isEmpty();
  }

  @Override
  public AfsFileSystem getFileSystem() {
    return fileSystem;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public @Nullable CellPath getRoot() {
    return absolute ? root(fileSystem) : null;
  }

  @Override
  public @Nullable CellPath getFileName() {
    return names.isEmpty() ? null : with(false, List.of(names.getLast()));
  }

  /** Returns the last name; empty for the root. */
  PathName lastName() {
    return names.isEmpty() ? PathName.EMPTY : names.getLast();
  }

  @Override
  public @Nullable CellPath getParent() {
    if (names.isEmpty() || (names.size() == 1 && !absolute)) {
      return null;
    }
    return with(absolute, names.subList(0, names.size() - 1));
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public CellPath getName(int index) {
    if (index < 0 || index >= names.size()) {
      throw new IllegalArgumentException("no name " + index + " in " + this);
    }
    return with(false, List.of(names.get(index)));
  }

  @Override
  public CellPath subpath(int beginIndex, int endIndex) {
    if (beginIndex < 0 || endIndex > names.size() || beginIndex >= endIndex) {
      throw new IllegalArgumentException("no names " + beginIndex + " to " + endIndex);
    }
    return with(false, names.subList(beginIndex, endIndex));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof CellPath that
        && that.fileSystem == fileSystem
        && that.absolute == absolute
        && that.isEmpty() == isEmpty()
        && that.names.size() <= names.size()
        && names.subList(0, that.names.size()).equals(that.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(other instanceof CellPath that) || that.fileSystem != fileSystem) {
      return false;
    }
    if (that.absolute || that.isEmpty()) {
      return equals(that);
    }
    int skipped = names.size() - that.names.size();
    return skipped >= 0 && names.subList(skipped, names.size()).equals(that.names);
  }

  @Override
  public CellPath normalize() {
    List<PathName> kept = new ArrayList<>();
    for (PathName name : names) {
      boolean back = name.equals(PathName.DOT_DOT);
      if (back && !kept.isEmpty() && !kept.getLast().equals(PathName.DOT_DOT)) {
        kept.removeLast();
      } else if (!name.equals(PathName.DOT) && !(back && absolute)) {
        kept.add(name);
      }
    }
    return with(absolute, kept);
  }

  @Override
  public CellPath resolve(Path other) {
    CellPath that = of(other);
    if (that.absolute || isEmpty()) {
      return that;
    }
    if (that.isEmpty()) {
      return this;
    }
    List<PathName> all = new ArrayList<>(names);
    all.addAll(that.names);
    return with(absolute, all);
  }

  @Override
  public CellPath relativize(Path other) {
    CellPath that = of(other);
    if (that.absolute != absolute) {
      throw new IllegalArgumentException("one is absolute: " + this + ", " + other);
    }
    List<PathName> from = isEmpty() ? List.of() : names;
    List<PathName> to = that.isEmpty() ? List.of() : that.names;
    int same = 0;
    while (same < from.size() && same < to.size() && from.get(same).equals(to.get(same))) {
      same++;
    }
    List<PathName> way = new ArrayList<>();
    for (PathName name : from.subList(same, from.size())) {
      if (name.equals(PathName.DOT_DOT)) {
        throw new IllegalArgumentException("there is no knowing what " + this + " is below");
      }
      if (!name.equals(PathName.DOT)) {
        way.add(PathName.DOT_DOT);
      }
    }
    way.addAll(to.subList(same, to.size()));
    return with(false, way);
  }

  @Override
  public URI toUri() {
    return PathUris.of(fileSystem.authority(), toAbsolutePath().bytes());
  }

  @Override
  public CellPath toAbsolutePath() {
    return absolute ? this : with(true, isEmpty() ? List.of() : names);
  }

  @Override
  public CellPath toRealPath(LinkOption... options) throws IOException {
    fileSystem.requireOpen();
    return RealPaths.of(this, Options.finalLink(options));
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
      throws IOException {
    fileSystem.requireOpen();
    if (watcher instanceof CallbackWatchService ours) {
      return ours.register(this, events);
    }
    throw new ProviderMismatchException(watcher + " is of another provider");
  }

  @Override
  public int compareTo(Path other) {
    CellPath that = (CellPath) other;
    int order = fileSystem.authority().compareTo(that.fileSystem.authority());
    return order != 0 ? order : Arrays.compareUnsigned(bytes(), that.bytes());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CellPath that
        && fileSystem == that.fileSystem
        && absolute == that.absolute
        && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode() * 31 + Boolean.hashCode(absolute);
  }

  @Override
  public String toString() {
    return names.stream()
        .map(PathName::toString)
        .collect(Collectors.joining("/", absolute ? "/" : "", ""));
  }
}
