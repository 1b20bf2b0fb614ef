package heddle.afs.nio;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.StatusUpdate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The provider of file systems {@code afs://CELL/}, found by {@code java.nio.file} by itself;
 * {@link AfsEnvironment} says how to open one. Thread-safe; every operation blocks as those of
 * {@link heddle.afs.AfsClient} do, holds no monitor, and so suits virtual threads.
 *
 * <p>An exception is one of {@code java.nio.file}, with the {@link heddle.afs.AfsException} as its
 * cause.
 */
public final class AfsFileSystemProvider extends FileSystemProvider {
  private final FileSystemTable table = new FileSystemTable();

  /** For {@link java.util.ServiceLoader}. */
  public AfsFileSystemProvider() {}

  @Override
  public String getScheme() {
    return PathUris.SCHEME;
  }

  /**
   * Opens a file system, which stays open until it is closed.
   *
   * @param env keys and values of {@link AfsEnvironment}
   * @throws java.nio.file.FileSystemAlreadyExistsException if there is one of that URI
   * @throws IllegalArgumentException if the URI has a path, or the environment makes no sense
   * @throws IOException if no client could be opened, or there is no token
   */
  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) throws IOException {
    String authority = PathUris.authority(uri);
    if (!uri.getRawPath().isEmpty() && !uri.getRawPath().equals("/")) {
      throw new IllegalArgumentException("a file system has no path: " + uri);
    }
    return table.open(
        authority,
        () -> {
          AfsEnvironment.Session session = AfsEnvironment.open(authority, env);
          return new AfsFileSystem(new AfsFileSystem.Parts(this, authority, session));
        });
  }

  void forget(AfsFileSystem fileSystem) {
    table.remove(fileSystem);
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return table.get(PathUris.authority(uri));
  }

  /**
   * Returns the path that the URI names.
   *
   * @throws java.nio.file.FileSystemNotFoundException if its file system is not open
   */
  @Override
  public Path getPath(URI uri) {
    AfsFileSystem fileSystem = table.get(PathUris.authority(uri));
    return CellPath.ofBytes(fileSystem, PathUris.path(uri));
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs) throws IOException {
    return new AfsByteChannel(open(path, Options.opening(options), attrs));
  }

  private static FileHandle open(Path path, Options.Opening opening, FileAttribute<?>... attrs)
      throws IOException {
    StatusUpdate initial = InitialAttributes.of(ModeBits.NEW_FILE, attrs);
    return FileOpener.open(CellPath.of(path), opening, initial);
  }

  /** A directory can be opened for reading, to be forced. */
  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attrs) throws IOException {
    CellPath ours = CellPath.of(path);
    Options.Opening opening = Options.opening(options);
    if (!opening.writes()) {
      ours.getFileSystem().requireOpen();
      if (attributes(ours, opening.finalLink()).isDirectory()) {
        return ours.getFileSystem().resources().add(new DirectoryChannel(ours));
      }
    }
    return ours.getFileSystem().resources().add(new AfsFileChannel(open(path, opening, attrs)));
  }

  @Override
  public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
    Options.Opening opening = Options.opening(List.of(options));
    if (opening.writes()) {
      throw new UnsupportedOperationException("an input stream does not write");
    }
    return new HandleInputStream(open(path, opening));
  }

  @Override
  public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
    List<OpenOption> all = new ArrayList<>(List.of(options));
    if (all.isEmpty()) {
      all.add(StandardOpenOption.CREATE);
      all.add(StandardOpenOption.TRUNCATE_EXISTING);
    } else if (all.contains(StandardOpenOption.READ)) {
      throw new IllegalArgumentException("an output stream does not read");
    }
    all.add(StandardOpenOption.WRITE);
    return new HandleOutputStream(open(path, Options.opening(all)));
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path dir, DirectoryStream.Filter<? super Path> filter) throws IOException {
    return EntryStream.open(CellPath.of(dir), filter);
  }

  @Override
  public void createDirectory(Path dir, FileAttribute<?>... attrs) throws IOException {
    TreeChanger.createDirectory(
        CellPath.of(dir), InitialAttributes.of(ModeBits.NEW_DIRECTORY, attrs));
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attrs)
      throws IOException {
    if (attrs.length > 0) {
      throw new UnsupportedOperationException("links have no attributes of their own");
    }
    TreeChanger.createSymbolicLink(CellPath.of(link), CellPath.of(target));
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    TreeChanger.createLink(CellPath.of(link), CellPath.of(existing));
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    CellPath ours = CellPath.of(link);
    AfsFileSystem fileSystem = ours.getFileSystem();
    fileSystem.requireOpen();
    byte[] target =
        Failures.call(
            ours, () -> fileSystem.client().readLink(fileSystem.caller(), ours.inClient()));
    return fileSystem.fromLinkTarget(target);
  }

  @Override
  public void delete(Path path) throws IOException {
    TreeChanger.delete(CellPath.of(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    Copier.copy(
        CellPath.of(source),
        CellPath.of(target),
        Options.copying(StandardCopyOption.ATOMIC_MOVE, options));
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    Mover.move(
        CellPath.of(source),
        CellPath.of(target),
        Options.copying(StandardCopyOption.COPY_ATTRIBUTES, options));
  }

  /** Compares fids, so that two ways to one file are one file. */
  @Override
  public boolean isSameFile(Path path, Path path2) throws IOException {
    CellPath one = CellPath.of(path);
    one.getFileSystem().requireOpen();
    if (one.equals(path2)) {
      return true;
    }
    if (!(path2 instanceof CellPath other)) {
      return false;
    }
    return attributes(one, FinalLink.FOLLOW)
        .fid()
        .equals(attributes(other, FinalLink.FOLLOW).fid());
  }

  /** A name that begins with a dot is hidden. */
  @Override
  public boolean isHidden(Path path) {
    byte[] name = CellPath.of(path).lastName().bytes();
    return name.length > 0 && name[0] == '.';
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return VolumeStore.of(CellPath.of(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    Set<AccessMode> wanted = EnumSet.noneOf(AccessMode.class);
    Collections.addAll(wanted, modes);
    AccessChecks.check(CellPath.of(path), wanted);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    String name;
    if (type == BasicFileAttributeView.class) {
      name = NamedAttributes.BASIC;
    } else if (type == FileOwnerAttributeView.class) {
      name = NamedAttributes.OWNER;
    } else if (type == PosixFileAttributeView.class) {
      name = NamedAttributes.POSIX;
    } else if (type == AfsFileAttributeView.class) {
      name = NamedAttributes.AFS;
    } else {
      return null;
    }
    return type.cast(new StatusView(CellPath.of(path), Options.finalLink(options), name));
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class
        && type != PosixFileAttributes.class
        && type != AfsFileAttributes.class) {
      throw new UnsupportedOperationException("no such attributes: " + type.getName());
    }
    return type.cast(attributes(CellPath.of(path), Options.finalLink(options)));
  }

  private static AfsFileAttributes attributes(CellPath path, FinalLink finalLink)
      throws IOException {
    return new StatusView(path, finalLink, NamedAttributes.AFS).readAttributes();
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return NamedAttributes.read(view(path, options), attributes);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    NamedAttributes.set(view(path, options), attribute, value);
  }

  private static StatusView view(Path path, LinkOption... options) {
    return new StatusView(CellPath.of(path), Options.finalLink(options), NamedAttributes.AFS);
  }
}
