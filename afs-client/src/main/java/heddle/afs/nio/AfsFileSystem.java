package heddle.afs.nio;

import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.StatusUpdate;
import heddle.afs.auth.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One cell, or all of them, seen by one caller. Thread-safe. */
final class AfsFileSystem extends FileSystem {
  private static final Logger LOG = LoggerFactory.getLogger(AfsFileSystem.class);

  /** What a file system is opened with. */
  record Parts(AfsFileSystemProvider provider, String authority, AfsEnvironment.Session session) {}

  private final Parts parts;
  private final AfsEnvironment.Session session;
  private final OpenResources resources = new OpenResources();
  private final Appends appends = new Appends();
  private final ChannelLocks locks = new ChannelLocks();
  private final Watching watching;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ExecutorService background =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("heddle-nio").factory());

  AfsFileSystem(Parts parts) {
    this.parts = parts;
    this.session = parts.session();
    this.watching = new Watching(this);
  }

  /** Returns what names the file system in URIs. */
  String authority() {
    return parts.authority();
  }

  AfsClient client() {
    return session.client();
  }

  Caller caller() {
    return session.caller();
  }

  /** Returns where the root is in the names of the client. */
  AfsPath root() {
    return session.root();
  }

  OpenResources resources() {
    return resources;
  }

  Appends appends() {
    return appends;
  }

  ChannelLocks locks() {
    return locks;
  }

  Watching watching() {
    return watching;
  }

  /** Does what nobody waits for but {@link #close}. */
  void later(Runnable task) {
    try {
      background.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("what was closed with {} is not seen to any more", this, e);
    }
  }

  /** Returns whether the client's root is the list of cells. */
  boolean hasDynamicRoot() {
    return session.rootKind() == AfsEnvironment.RootKind.CELLS;
  }

  /** Fails with {@link ClosedFileSystemException} if the file system was closed. */
  void requireOpen() {
    if (closed.get()) {
      throw new ClosedFileSystemException();
    }
  }

  /** Fails if the file system was closed, or was opened for reading only. */
  void requireWritable() {
    requireOpen();
    if (isReadOnly()) {
      throw new ReadOnlyFileSystemException();
    }
  }

  FileStatus stat(CellPath path, FinalLink finalLink) throws IOException {
    return stat(path, path.inClient(), finalLink);
  }

  /** Looks at {@code inClient}; what fails is about {@code path}. */
  FileStatus stat(CellPath path, AfsPath inClient, FinalLink finalLink) throws IOException {
    return Failures.call(path, () -> client().stat(caller(), inClient, finalLink));
  }

  void setStatus(CellPath path, FinalLink finalLink, StatusUpdate update) throws IOException {
    Failures.run(path, () -> client().setStatus(caller(), path.inClient(), finalLink, update));
    watching.changedStatus(path, finalLink);
  }

  Optional<FileStatus> statIfExists(CellPath path, FinalLink finalLink) throws IOException {
    return statIfExists(path, path.inClient(), finalLink);
  }

  Optional<FileStatus> statIfExists(CellPath path, AfsPath inClient, FinalLink finalLink)
      throws IOException {
    return Failures.call(
        path,
        () -> {
          try {
            return Optional.of(client().stat(caller(), inClient, finalLink));
          } catch (AfsException.NoSuchFile | AfsException.NoSuchCell e) {
            return Optional.empty();
          }
        });
  }

  /** Returns the path of {@code inClient}; empty if it is not below the root of this. */
  Optional<CellPath> fromClient(AfsPath inClient) {
    int depth = root().nameCount();
    if (inClient.nameCount() < depth) {
      return Optional.empty();
    }
    for (int i = 0; i < depth; i++) {
      if (!Arrays.equals(root().name(i), inClient.name(i))) {
        return Optional.empty();
      }
    }
    CellPath path = CellPath.root(this);
    for (int i = depth; i < inClient.nameCount(); i++) {
      path = path.child(PathName.ofBytes(inClient.name(i)));
    }
    return Optional.of(path);
  }

  /** Returns the bytes of an absolute path as symbolic links have it. */
  byte[] linkTarget(CellPath absolute) {
    byte[] below = absolute.bytes();
    byte[] prefix = linkPrefix();
    byte[] target = Arrays.copyOf(prefix, prefix.length + below.length);
    System.arraycopy(below, 0, target, prefix.length, below.length);
    return target;
  }

  /** Returns what a symbolic link of these bytes leads to, as a path of this. */
  CellPath fromLinkTarget(byte[] target) {
    byte[] prefix = linkPrefix();
    boolean ours =
        target.length >= prefix.length
            && Arrays.equals(target, 0, prefix.length, prefix, 0, prefix.length)
            && (target.length == prefix.length || target[prefix.length] == '/');
    if (!ours) {
      return CellPath.ofBytes(this, target);
    }
    byte[] below = Arrays.copyOfRange(target, prefix.length, target.length);
    return below.length == 0 ? CellPath.root(this) : CellPath.ofBytes(this, below);
  }

  /** Returns what comes before an absolute path in a symbolic link. */
  private byte[] linkPrefix() {
    if (!hasDynamicRoot()) {
      return new byte[0];
    }
    String root = root().nameCount() == 0 ? "" : root().toString();
    return ("/afs" + root).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public FileSystemProvider provider() {
    return parts.provider();
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      parts.provider().forget(this);
      try {
        resources.close();
      } finally {
        background.close();
        watching.end();
        session.close();
      }
    }
  }

  @Override
  public boolean isOpen() {
    return !closed.get();
  }

  @Override
  public boolean isReadOnly() {
    return session.access() == AfsEnvironment.Access.READ_ONLY;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(CellPath.root(this));
  }

  /** Returns the volume of the root; the others are found by {@code Files.getFileStore}. */
  @Override
  public Iterable<FileStore> getFileStores() {
    requireOpen();
    try {
      return List.of(VolumeStore.of(CellPath.root(this)));
    } catch (IOException e) {
      return List.of();
    }
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return NamedAttributes.VIEWS;
  }

  @Override
  public CellPath getPath(String first, String... more) {
    StringBuilder text = new StringBuilder(first);
    for (String next : more) {
      if (!next.isEmpty()) {
        text.append(text.isEmpty() ? "" : "/").append(next);
      }
    }
    return CellPath.parse(this, text.toString());
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    return PathPatterns.matcher(syntaxAndPattern);
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return AfsPrincipal.LOOK_UP;
  }

  @Override
  public WatchService newWatchService() throws IOException {
    requireOpen();
    return watching.open();
  }

  @Override
  public String toString() {
    return PathUris.SCHEME + "://" + authority() + "/";
  }
}
