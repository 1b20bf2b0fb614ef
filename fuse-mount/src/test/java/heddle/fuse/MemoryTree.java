package heddle.fuse;

import heddle.afs.AccessRights;
import heddle.afs.AfsClient;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.AfsStatistics;
import heddle.afs.CallInFlight;
import heddle.afs.CellUsers;
import heddle.afs.DirectoryEntry;
import heddle.afs.Fid;
import heddle.afs.FileLocks;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.KnownCell;
import heddle.afs.LockScope;
import heddle.afs.StatusUpdate;
import heddle.afs.UnstoredData;
import heddle.afs.UnstoredWrites;
import heddle.afs.VolumeStatus;
import heddle.afs.auth.Caller;
import heddle.afs.location.ClientClock;
import heddle.afs.location.Lifetime;
import heddle.afs.lock.LockHandle;
import heddle.afs.lock.LockTable;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A tree in memory that behaves as a client does towards a mount: statuses with data versions,
 * failures of its kinds, operations that can be made to wait or to break. Thread-safe.
 */
public final class MemoryTree implements AfsTree {
  /** What is run before an operation. */
  @FunctionalInterface
  public interface Hook {
    void run() throws AfsException;
  }

  /** The time of everything. */
  public static final Instant MODIFIED = Instant.parse("2026-03-04T05:06:07.000000008Z");

  private static final AccessRights ALL_RIGHTS = new AccessRights(0x7f);

  /** The cell of everything. */
  public static final String CELL = "memory.example";

  private static final int VOLUME = 536870912;

  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicInteger lastVnode = new AtomicInteger();
  private final Map<String, Hook> hooks = new ConcurrentHashMap<>();
  private final AtomicInteger directoriesOpened = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final List<UnstoredData> unstored = new CopyOnWriteArrayList<>();
  private final List<String> steps = new CopyOnWriteArrayList<>();
  private volatile boolean closed;
  private volatile Caller lastCaller = Caller.anonymous();
  private volatile Optional<String> lastPrincipal = Optional.empty();
  private final LockTable lockTable =
      new LockTable(LockScope.LOCAL, new Lifetime(ClientClock.SYSTEM));
  private final Node root = new Node(FileType.DIRECTORY, new byte[0]);
  private final MemoryFs fs = new MemoryFs(this);
  private final MemorySettings settings = new MemorySettings(this);

  private final class Node {
    final FileType type;
    final Fid fid;
    final Map<String, Node> children = new LinkedHashMap<>(); // names as Latin-1
    byte[] content;
    long dataVersion = 1;
    int links = 1;
    int mode;
    int owner = 1001;
    int group = 1002;
    Instant modified = MODIFIED;
    byte[] accessList = {};
    AccessRights rights = ALL_RIGHTS;
    AccessRights told = ALL_RIGHTS; // those in the status

    Node(FileType type, byte[] content) {
      this.type = type;
      this.content = content;
      boolean directory = type == FileType.DIRECTORY;
      this.mode = directory ? 0755 : 0644;
      int vnode = 2 * lastVnode.incrementAndGet() + (directory ? 1 : 0);
      this.fid = new Fid(CELL, VOLUME, vnode, vnode);
    }

    FileStatus status() {
      return new FileStatus(
          fid, type, content.length, dataVersion, links, owner, group, mode, modified, told, told);
    }
  }

  /** Makes a directory and those above it. */
  public MemoryTree directory(String path) {
    lock.lock();
    try {
      Node node = root;
      AfsPath names = AfsPath.of(path);
      for (int i = 0; i < names.nameCount(); i++) {
        node =
            node.children.computeIfAbsent(
                key(names.name(i)), name -> new Node(FileType.DIRECTORY, new byte[2048]));
      }
      return this;
    } finally {
      lock.unlock();
    }
  }

  /** Makes a file of UTF-8 text. */
  public MemoryTree file(String path, String content) {
    return file(AfsPath.of(path), content.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes a file. */
  public MemoryTree file(AfsPath path, byte[] content) {
    return put(path, new Node(FileType.FILE, content));
  }

  /** Returns what a file has, as UTF-8 text. */
  public String content(String path) {
    lock.lock();
    try {
      return new String(find(AfsPath.of(path)).content, StandardCharsets.UTF_8);
    } catch (AfsException e) {
      throw new IllegalArgumentException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Makes a symbolic link. */
  public MemoryTree link(String path, String target) {
    byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
    return put(AfsPath.of(path), new Node(FileType.SYMLINK, bytes));
  }

  /**
   * Makes the directory {@code of} appear at {@code path} as well, as a second mount point does.
   */
  public void again(String path, String of) {
    AfsPath names = AfsPath.of(path);
    lock.lock();
    try {
      Node node = find(AfsPath.of(of));
      edit(names.parent().toString(), parent -> parent.children.put(key(last(names)), node));
    } catch (AfsException e) {
      throw new IllegalArgumentException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Makes a file of any name, even of one that no file can have. */
  public void entry(String directory, byte[] name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    edit(directory, node -> node.children.put(key(name), new Node(FileType.FILE, bytes)));
  }

  private MemoryTree put(AfsPath path, Node node) {
    lock.lock();
    try {
      byte[] name = path.name(path.nameCount() - 1);
      find(path.parent()).children.put(key(name), node);
      return this;
    } catch (AfsException e) {
      throw new IllegalArgumentException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Another client stores new content. */
  public void change(String path, String content) {
    edit(
        path,
        node -> {
          node.content = content.getBytes(StandardCharsets.UTF_8);
          node.dataVersion++;
        });
  }

  /** Another client changes the permission bits. */
  public void mode(String path, int mode) {
    edit(path, node -> node.mode = mode);
  }

  /** An administrator changes what callers may do. */
  public void rights(String path, int bits) {
    edit(
        path,
        node -> {
          node.rights = new AccessRights(bits);
          node.told = node.rights;
        });
  }

  /** The same, on the directory, which a client is not told about each file in it. */
  public void rightsOfDirectory(String path, int bits) {
    edit(path, node -> node.rights = new AccessRights(bits));
  }

  /** Another client removes a name. */
  public void remove(String path) {
    AfsPath names = AfsPath.of(path);
    edit(names.parent().toString(), node -> node.children.remove(key(last(names))));
  }

  private void edit(String path, Consumer<Node> change) {
    lock.lock();
    try {
      change.accept(find(AfsPath.of(path)));
    } catch (AfsException e) {
      throw new IllegalArgumentException(e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs {@code hook} before each {@code operation} (stat, open, read, readLink, openDirectory,
   * volumeStatus) on {@code path}.
   */
  public void before(String operation, String path, Hook hook) {
    hooks.put(operation + " " + path, hook);
  }

  /** Returns a hook that says it was reached and then waits to be let on, or for the end. */
  public Hook waiting(CountDownLatch reached, CountDownLatch letOn) {
    return () -> {
      reached.countDown();
      try {
        while (!letOn.await(10, java.util.concurrent.TimeUnit.MILLISECONDS)) {
          if (closed) {
            throw new AfsException.ClientClosed("closed");
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AfsException.Interrupted("interrupted");
      }
    };
  }

  /** Returns how often a directory was opened. */
  public int directoriesOpened() {
    return directoriesOpened.get();
  }

  /** Returns how many files and directories are open. */
  public int openNow() {
    return open.get();
  }

  /** Returns this, as good as new: for a second command. */
  public MemoryTree reopened() {
    closed = false;
    return this;
  }

  public boolean isClosed() {
    return closed;
  }

  private void begin(String operation, AfsPath path) throws AfsException {
    if (isClosed()) {
      throw new AfsException.ClientClosed("closed");
    }
    Hook hook = hooks.get(operation + " " + path);
    if (hook != null) {
      hook.run();
    }
  }

  private void begin(String operation, Caller caller, AfsPath path) throws AfsException {
    lastCaller = caller;
    lastPrincipal = caller.now().token(CELL).map(RxkadToken::client);
    begin(operation, path);
  }

  /** Returns who did the last operation by path. */
  public Caller lastCaller() {
    return lastCaller;
  }

  /** Returns whose token the last operation was done with. */
  public Optional<String> lastPrincipal() {
    return lastPrincipal;
  }

  @Override
  public FileStatus stat(Caller caller, AfsPath path, AfsClient.FinalLink finalLink)
      throws AfsException {
    begin("stat", caller, path);
    lock.lock();
    try {
      return find(path).status();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public AfsFile open(Caller caller, AfsPath path, AfsClient.FinalLink finalLink)
      throws AfsException {
    begin("open", caller, path);
    lock.lock();
    try {
      Node node = find(path);
      if (node.type == FileType.DIRECTORY) {
        throw new AfsException.IsADirectory(path + " is a directory");
      }
      open.incrementAndGet();
      return new MemoryFile(path, node);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public AfsFile openForWriting(Caller caller, AfsPath path, AfsClient.FinalLink finalLink)
      throws AfsException {
    return open(caller, path, finalLink);
  }

  @Override
  public void releaseLocks(Duration limit) throws InterruptedException {
    steps.add("release");
    lockTable.releaseAll(limit);
  }

  /** Returns in which order everything was stored and all locks were released. */
  List<String> steps() {
    return List.copyOf(steps);
  }

  @Override
  public List<UnstoredData> storeAll(Duration limit, LongConsumer progress)
      throws InterruptedException {
    steps.add("store");
    if (!unstored.isEmpty()) {
      progress.accept(1000);
      progress.accept(1000);
      new CountDownLatch(1).await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
    return unstored();
  }

  /** Something was written to the file that will never be stored. */
  void writeInVain(String path) throws AfsException {
    lock.lock();
    try {
      unstored.add(new UnstoredData(find(AfsPath.of(path)).fid, 1000, "for a test"));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<UnstoredData> unstored() {
    return List.copyOf(unstored);
  }

  @Override
  public void showUnstored(Consumer<UnstoredWrites> action) {
    for (UnstoredData data : unstored) {
      action.accept(new FakeWrites(data.fid(), "written").because(data.reason()));
    }
  }

  @Override
  public AfsDirectory openDirectory(Caller caller, AfsPath path) throws AfsException {
    begin("openDirectory", caller, path);
    lock.lock();
    try {
      Node node = find(path);
      if (node.type != FileType.DIRECTORY) {
        throw new AfsException.NotADirectory(path + " is no directory");
      }
      directoriesOpened.incrementAndGet();
      open.incrementAndGet();
      return new MemoryDirectory(node);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public byte[] readLink(Caller caller, AfsPath path) throws AfsException {
    begin("readLink", caller, path);
    lock.lock();
    try {
      Node node = find(path);
      if (node.type != FileType.SYMLINK) {
        throw new AfsException.NotALink(path + " is no link");
      }
      return node.content;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public VolumeStatus volumeStatus(Caller caller, AfsPath path) throws AfsException {
    begin("volumeStatus", caller, path);
    return new VolumeStatus("memory", VOLUME, 5000, 1200, 90_000, 100_000, false, "", "");
  }

  @Override
  public AfsFile create(Caller caller, AfsPath path, StatusUpdate initial) throws AfsException {
    make("create", caller, path, new Node(FileType.FILE, new byte[0]), initial);
    return open(caller, path, AfsClient.FinalLink.KEEP);
  }

  @Override
  public FileStatus makeDirectory(Caller caller, AfsPath path, StatusUpdate initial)
      throws AfsException {
    return make(
        "makeDirectory", caller, path, new Node(FileType.DIRECTORY, new byte[2048]), initial);
  }

  @Override
  public void makeSymbolicLink(Caller caller, AfsPath path, byte[] target, StatusUpdate initial)
      throws AfsException {
    make("makeSymbolicLink", caller, path, new Node(FileType.SYMLINK, target), initial);
  }

  private FileStatus make(
      String operation, Caller caller, AfsPath path, Node node, StatusUpdate initial)
      throws AfsException {
    begin(operation, caller, path);
    lock.lock();
    try {
      node.mode = initial.mode().orElseThrow();
      node.group = initial.group().orElse(node.group);
      if (find(path.parent()).children.putIfAbsent(key(last(path)), node) != null) {
        throw new AfsException.FileExists(path + " exists");
      }
      return node.status();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void remove(Caller caller, AfsPath path) throws AfsException {
    begin("remove", caller, path);
    take(path);
  }

  private Node take(AfsPath path) throws AfsException {
    lock.lock();
    try {
      find(path);
      return find(path.parent()).children.remove(key(last(path)));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void removeDirectory(Caller caller, AfsPath path) throws AfsException {
    begin("removeDirectory", caller, path);
    lock.lock();
    try {
      if (!find(path).children.isEmpty()) {
        throw new AfsException.DirectoryNotEmpty(path + " is not empty");
      }
      take(path);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void rename(Caller caller, AfsPath oldPath, AfsPath newPath) throws AfsException {
    begin("rename", caller, oldPath);
    lock.lock();
    try {
      Node moved = take(oldPath);
      find(newPath.parent()).children.put(key(last(newPath)), moved);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void link(Caller caller, AfsPath existing, AfsPath newPath) throws AfsException {
    begin("link", caller, existing);
    lock.lock();
    try {
      Node node = find(existing);
      find(newPath.parent()).children.put(key(last(newPath)), node);
      node.links++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public FileStatus setStatus(
      Caller caller, AfsPath path, AfsClient.FinalLink finalLink, StatusUpdate update)
      throws AfsException {
    begin("setStatus", caller, path);
    lock.lock();
    try {
      Node node = find(path);
      node.mode = update.mode().orElse(node.mode);
      node.owner = update.owner().orElse(node.owner);
      node.group = update.group().orElse(node.group);
      node.modified = update.modified().orElse(node.modified);
      return node.status();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isReadOnly(Caller caller, AfsPath path) {
    return false;
  }

  @Override
  public byte[] accessList(Caller caller, AfsPath path) throws AfsException {
    begin("accessList", caller, path);
    lock.lock();
    try {
      return find(path).accessList;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void setAccessList(Caller caller, AfsPath path, byte[] list) throws AfsException {
    begin("setAccessList", caller, path);
    lock.lock();
    try {
      find(path).accessList = list;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public AfsStatistics statistics() {
    return new AfsStatistics(Map.of("FetchStatus", 7L), 30, 10, 1, 3, 2, 4096, 0, 2, 8192, 1 << 20);
  }

  @Override
  public List<CallInFlight> callsInFlight() {
    var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7000);
    return List.of(
        new CallInFlight("FetchData64", "1.2.3", server, Duration.ofMillis(3210), "data"));
  }

  @Override
  public MemorySettings settings() {
    return settings;
  }

  @Override
  public void makeMountPoint(Caller caller, AfsPath path, String contents) throws AfsException {
    begin("makeMountPoint", caller, path);
    fs.mountPoints.put(path.toString(), contents);
  }

  @Override
  public void removeMountPoint(Caller caller, AfsPath path) throws AfsException {
    fs.mountPoint(caller, path);
    fs.mountPoints.remove(path.toString());
  }

  @Override
  public MemoryFs fs() {
    return fs;
  }

  @Override
  public CellUsers users() {
    throw new UnsupportedOperationException("nobody is known by name");
  }

  @Override
  public List<KnownCell> cells() {
    return List.of(
        new KnownCell(CELL, List.of("db." + CELL), List.of(InetAddress.getLoopbackAddress())));
  }

  @Override
  public void close() {
    closed = true;
  }

  private Node find(AfsPath path) throws AfsException {
    Node node = root;
    for (int i = 0; i < path.nameCount(); i++) {
      if (node.type != FileType.DIRECTORY) {
        throw new AfsException.NotADirectory(path + " leads through a file");
      }
      if (path.name(i).length > AfsPath.MAX_NAME_BYTES) {
        throw new AfsException.NameTooLong(path + " has a name that is too long");
      }
      node = node.children.get(key(path.name(i)));
      if (node == null) {
        throw new AfsException.NoSuchFile(path + " does not exist");
      }
    }
    return node;
  }

  private static byte[] last(AfsPath path) {
    return path.name(path.nameCount() - 1);
  }

  private static String key(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private final class MemoryFile implements AfsFile {
    private final AfsPath path;
    private final Node node;
    private final LockHandle locks;

    MemoryFile(AfsPath path, Node node) {
      this.path = path;
      this.node = node;
      this.locks =
          lockTable.open(
              new LockHandle.Subject(node.fid, new NoLockServer(), false), Caller::anonymous);
    }

    @Override
    public Fid fid() {
      return node.fid;
    }

    @Override
    public FileLocks locks() {
      return locks;
    }

    @Override
    public FileStatus status() {
      lock.lock();
      try {
        return node.status();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public AccessRights rights() {
      lock.lock();
      try {
        return node.rights;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public int read(ByteBuffer target, long offset) throws AfsException {
      begin("read", path);
      lock.lock();
      try {
        int length = (int) Math.max(0, Math.min(target.remaining(), node.content.length - offset));
        target.put(node.content, (int) Math.min(offset, node.content.length), length);
        return length;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void write(ByteBuffer source, long offset) throws AfsException {
      begin("write", path);
      lock.lock();
      try {
        int end = (int) offset + source.remaining();
        node.content = Arrays.copyOf(node.content, Math.max(node.content.length, end));
        source.get(node.content, (int) offset, source.remaining());
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void truncate(long length) throws AfsException {
      begin("truncate", path);
      lock.lock();
      try {
        node.content = Arrays.copyOf(node.content, (int) length);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean dropSetId() {
      lock.lock();
      try {
        int before = node.mode;
        node.mode = FileStatus.withoutSetId(before);
        return node.mode != before;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void flush() throws AfsException {
      begin("flush", path);
    }

    @Override
    public void sync() throws AfsException {
      begin("sync", path);
    }

    @Override
    public void close() {
      locks.close();
      open.decrementAndGet();
    }
  }

  private final class MemoryDirectory implements AfsDirectory {
    private final Node node;
    private final List<DirectoryEntry> entries = new ArrayList<>();

    MemoryDirectory(Node node) {
      this.node = node;
      node.children.forEach(
          (name, child) ->
              entries.add(
                  new DirectoryEntry(name.getBytes(StandardCharsets.ISO_8859_1), child.fid)));
    }

    @Override
    public Fid fid() {
      return node.fid;
    }

    @Override
    public List<DirectoryEntry> entries() {
      return entries;
    }

    @Override
    public FileStatus status(DirectoryEntry entry) throws AfsException {
      lock.lock();
      try {
        Node child = node.children.get(key(entry.name()));
        if (child == null) {
          throw new AfsException.NoSuchFile("gone");
        }
        return child.status();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }
}
