package heddle.afs;

import heddle.afs.auth.Caller;
import heddle.afs.location.CallCounters;
import heddle.afs.location.ClientClock;
import heddle.afs.location.PortBase;
import heddle.afs.location.RxNetwork;
import heddle.afs.location.ServerNetwork;
import heddle.afs.rpc.CallbackHandler;
import heddle.afs.rpc.CallbackService;
import heddle.afs.vnode.FileSystem;
import heddle.afs.vnode.PathWalker;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of AFS cells: looks up paths, opens files and directories. Thread-safe.
 *
 * <pre>{@code
 * AfsConfig config = AfsConfig.DEFAULT.withCellServDb(Path.of("/etc/openafs/CellServDB"));
 * try (AfsClient afs = AfsClient.open(config);
 *     AfsFile file =
 *         afs.open(Caller.anonymous(), AfsPath.of("/example.org/README"), FinalLink.FOLLOW)) {
 *   ByteBuffer start = ByteBuffer.allocate(4096);
 *   int count = file.read(start, 0);
 * }
 * }</pre>
 *
 * <p>Callers with Kerberos tickets become themselves through tokens, as many in one process as
 * there are users:
 *
 * <pre>{@code
 * Identity alice = Identity.named("alice");
 * TokenSource tickets = KerberosTokenSource.of(CredentialCache.ofThisUser());
 * alice.set("example.org", tickets.token("example.org", List.of())); // again, when it expires
 * afs.stat(alice, AfsPath.of("/example.org/user/alice"), FinalLink.FOLLOW);
 * }</pre>
 *
 * <p>Every operation blocks until it is answered from the cache or by a server, at most {@link
 * AfsConfig#timeout()}, and fails with a kind of {@link AfsException} only; of a failed read-only
 * operation nothing remains at the server. A change that fails has not been made, except with
 * {@link AfsException.OutcomeUnknown}, {@link AfsException.Interrupted} and {@link
 * AfsException.ClientClosed}, where it may have been. {@link Thread#interrupt} ends any wait with
 * {@link AfsException.Interrupted}, {@link #close} with {@link AfsException.ClientClosed}. Virtual
 * threads are welcome: a thousand operations at once are a thousand threads.
 *
 * <p>What is read is as new as the file server's callback promises make it: after another client's
 * write has returned to it, an operation that begins here sees it.
 *
 * <p>Protocol source: fs-cm-spec (OpenAFS doc/protocol/fs-cm-spec.h).
 */
public final class AfsClient implements AutoCloseable {
  /** What to do when the last name of a path is a symbolic link. */
  public enum FinalLink {
    /** Operate on what the link leads to. */
    FOLLOW,
    /** Operate on the link itself. */
    KEEP
  }

  private static final Logger LOG = LoggerFactory.getLogger(AfsClient.class);

  private final ClientParts parts;
  private final FileSystem files;

  private AfsClient(ClientParts parts) {
    this.parts = parts;
    this.files = parts.fileSystem();
  }

  /**
   * Opens one UDP socket that calls the servers and that they call back; contacts nobody yet.
   *
   * @throws IOException if there is no socket to be had or the list of cells cannot be read
   * @throws AfsException.NoSuchCell if the configuration needs a cell and names none
   */
  public static AfsClient open(AfsConfig config) throws IOException {
    CallCounters counters = new CallCounters();
    Endpoint endpoint = openEndpoint(config.callbackPort());
    try {
      RxNetwork network =
          new RxNetwork(endpoint, counters, config.protection(), new PortBase(config.portBase()));
      ClientParts parts = ClientParts.create(config, network, counters, ClientClock.SYSTEM);
      endpoint.serve(CallbackService.SERVICE_ID, new CallbackService(parts.callbackHandler()));
      parts.closeAtEnd(network);
      parts.closeAtEnd(endpoint);
      parts.startProbing();
      return new AfsClient(parts);
    } catch (IOException | RuntimeException e) {
      endpoint.close();
      throw e;
    }
  }

  /** Opens a client of servers in memory, for tests. */
  static AfsClient open(AfsConfig config, ServerNetwork network, ClientClock clock)
      throws IOException {
    return new AfsClient(ClientParts.create(config, network, new CallCounters(), clock));
  }

  private static Endpoint openEndpoint(int port) throws IOException {
    try {
      return Endpoint.open(atPort(port));
    } catch (BindException e) {
      Endpoint endpoint = Endpoint.open(atPort(0));
      LOG.info("port {} is in use, taking {}", port, endpoint.localAddress().getPort());
      return endpoint;
    }
  }

  private static EndpointConfig atPort(int port) {
    return EndpointConfig.DEFAULT.withBindAddress(new InetSocketAddress(port));
  }

  /** Does now what is due for locks, for tests. */
  void lockRound() {
    files.locks().round();
  }

  /** Returns what file servers call, for tests. */
  CallbackHandler callbackHandler() {
    return parts.callbackHandler();
  }

  /**
   * Returns the status; mount points are crossed. The name of a cell in the dynamic root, kept, is
   * shown as a directory without contacting the cell unless that was done already.
   */
  public FileStatus stat(Caller caller, AfsPath path, FinalLink finalLink) throws AfsException {
    return files.stat(caller, path, lastLink(finalLink));
  }

  /**
   * Opens a file for reading; that the caller may read it is found out by the first read.
   *
   * @throws AfsException.IsADirectory if it is a directory
   * @throws AfsException.TooManyLinks if it is a symbolic link that was to be kept
   */
  public AfsFile open(Caller caller, AfsPath path, FinalLink finalLink) throws AfsException {
    return files.open(caller, path, lastLink(finalLink));
  }

  /**
   * Makes an empty file and opens it.
   *
   * @param mode the permission bits
   * @throws AfsException.FileExists if the name is taken
   */
  public AfsFile create(Caller caller, AfsPath path, int mode) throws AfsException {
    return create(caller, path, StatusUpdate.NOTHING.withMode(mode));
  }

  /**
   * Makes an empty file and opens it.
   *
   * @param initial mode, group and time of modification; the owner is whoever makes it
   * @throws AfsException.FileExists if the name is taken
   */
  public AfsFile create(Caller caller, AfsPath path, StatusUpdate initial) throws AfsException {
    return files.create(caller, path, initial);
  }

  /**
   * Makes an empty directory; returns its status.
   *
   * @param mode the permission bits
   * @throws AfsException.FileExists if the name is taken
   */
  public FileStatus makeDirectory(Caller caller, AfsPath path, int mode) throws AfsException {
    return makeDirectory(caller, path, StatusUpdate.NOTHING.withMode(mode));
  }

  /**
   * Makes an empty directory; returns its status.
   *
   * @param initial as for {@link #create}
   * @throws AfsException.FileExists if the name is taken
   */
  public FileStatus makeDirectory(Caller caller, AfsPath path, StatusUpdate initial)
      throws AfsException {
    return files.changes().makeDirectory(caller, path, initial);
  }

  /**
   * Makes a symbolic link to {@code target}, which is stored as it is.
   *
   * @throws AfsException.FileExists if the name is taken
   */
  public void makeSymbolicLink(Caller caller, AfsPath path, byte[] target) throws AfsException {
    makeSymbolicLink(caller, path, target, StatusUpdate.NOTHING);
  }

  /**
   * Makes a symbolic link to {@code target}, which is stored as it is.
   *
   * @param initial as for {@link #create}; a link's mode is 0777 if it says none
   * @throws AfsException.FileExists if the name is taken
   */
  public void makeSymbolicLink(Caller caller, AfsPath path, byte[] target, StatusUpdate initial)
      throws AfsException {
    files.changes().makeSymbolicLink(caller, path, target, initial);
  }

  /**
   * Makes a mount point, which needs the right to administer the directory.
   *
   * @param contents what it says, as {@code #volume.} or {@code %cell:volume.}
   * @throws AfsException.InvalidArgument if no mount point says that
   */
  public void makeMountPoint(Caller caller, AfsPath path, String contents) throws AfsException {
    files.changes().makeMountPoint(caller, path, contents);
  }

  /**
   * Removes a mount point; the volume that it leads to stays as it is.
   *
   * @throws AfsException.InvalidArgument if {@code path} names something else
   */
  public void removeMountPoint(Caller caller, AfsPath path) throws AfsException {
    files.changes().removeMountPoint(caller, path);
  }

  /**
   * Removes a name of a file or symbolic link. If it was the last one and the file is open in this
   * client, the file stays until it is closed, under a name that begins with {@code .__afs}.
   *
   * @throws AfsException.IsADirectory if it names a directory or mount point
   */
  public void remove(Caller caller, AfsPath path) throws AfsException {
    files.changes().remove(caller, path);
  }

  /**
   * Removes an empty directory.
   *
   * @throws AfsException.DirectoryNotEmpty if it is not empty
   * @throws AfsException.NotADirectory if it is none, or a mount point
   */
  public void removeDirectory(Caller caller, AfsPath path) throws AfsException {
    files.changes().removeDirectory(caller, path);
  }

  /**
   * Moves a name within its volume. What had the new name is removed, as {@link #remove} or {@link
   * #removeDirectory} do, in the same moment; where that is open in this client, a moment earlier.
   *
   * @throws AfsException.CrossVolume if the new name is in another volume
   * @throws AfsException.CrossDirectoryLink if the file has other names and the new one is in
   *     another directory
   */
  public void rename(Caller caller, AfsPath oldPath, AfsPath newPath) throws AfsException {
    files.changes().rename(caller, oldPath, newPath);
  }

  /**
   * Gives a file one more name, in the same directory.
   *
   * @throws AfsException.CrossDirectoryLink if that is in another directory
   * @throws AfsException.NotPermitted if it is no file
   */
  public void link(Caller caller, AfsPath existing, AfsPath newPath) throws AfsException {
    files.changes().link(caller, existing, newPath);
  }

  /**
   * Sets parts of a status; returns the whole after that. The length is no part of it.
   *
   * @throws AfsException.NotPermitted if only administrators may set that
   */
  public FileStatus setStatus(Caller caller, AfsPath path, FinalLink finalLink, StatusUpdate update)
      throws AfsException {
    return files.changes().setStatus(caller, path, lastLink(finalLink), update);
  }

  /** Returns whether {@code path} leads where nothing can be changed, whoever asks. */
  public boolean isReadOnly(Caller caller, AfsPath path) throws AfsException {
    return files.isReadOnly(caller, path);
  }

  /**
   * Returns the access control list of a directory, or of the one that a file is in, as text in the
   * form of servers: counts of positive and negative entries, then names and rights.
   */
  public byte[] accessList(Caller caller, AfsPath path) throws AfsException {
    return files.accessLists().fetch(caller, path);
  }

  /**
   * Replaces the access control list of a directory.
   *
   * @throws AfsException.InvalidArgument if the server cannot read {@code list}
   * @throws AfsException.PermissionDenied if the caller may not administer the directory
   */
  public void setAccessList(Caller caller, AfsPath path, byte[] list) throws AfsException {
    files.accessLists().store(caller, path, list);
  }

  /**
   * Opens a file for reading and writing.
   *
   * @throws AfsException.IsADirectory if it is a directory
   * @throws AfsException.TooManyLinks if it is a symbolic link that was to be kept
   * @throws AfsException.ReadOnlyVolume if its volume cannot be written
   * @throws AfsException.PermissionDenied if the caller may certainly not write; who may insert in
   *     the directory is let in, since whether the file is his own only the server knows
   */
  public AfsFile openForWriting(Caller caller, AfsPath path, FinalLink finalLink)
      throws AfsException {
    return files.openForWriting(caller, path, lastLink(finalLink));
  }

  /**
   * Cuts a file off at {@code length} bytes or extends it with zeros; blocks until the server has
   * that, and all that was written to it before.
   */
  public void truncate(Caller caller, AfsPath path, FinalLink finalLink, long length)
      throws AfsException {
    try (AfsFile file = openForWriting(caller, path, finalLink)) {
      file.truncate(length);
      file.flush();
    }
  }

  /**
   * Stores all data that were written and are not on their servers yet; blocks until that is done
   * or {@code limit} is over. Returns what is left. That may be data that a server has refused for
   * good (quota, no rights): from now on they stay, to be kept elsewhere. For the end of a client.
   *
   * @param progress is told every second how many bytes are left, about
   */
  public List<UnstoredData> storeAll(Duration limit, LongConsumer progress)
      throws InterruptedException {
    return files.writeBack().storeAll(limit, progress);
  }

  /**
   * Releases all locks on files, for good: none is granted any more, and who had some fails when he
   * writes. Written data are stored before; what cannot be is lost. Blocks until the servers have
   * been told, or {@code limit} is over; what they were not told of lapses within 5 minutes.
   */
  public void releaseLocks(Duration limit) throws InterruptedException {
    files.locks().releaseAll(limit);
  }

  /**
   * Returns the files that have data that are not on their servers yet. For the end of a client, as
   * {@link #storeAll}.
   */
  public List<UnstoredData> unstored() {
    return files.writeBack().unstored();
  }

  /**
   * Shows the data that are not on their servers yet to {@code action}, file by file; the argument
   * is of no use afterwards. Stores that are under way may still succeed.
   */
  public void showUnstored(Consumer<UnstoredWrites> action) {
    files.writeBack().showUnstored(action);
  }

  /** Opens a directory: fetches its names. */
  public AfsDirectory openDirectory(Caller caller, AfsPath path) throws AfsException {
    return files.openDirectory(caller, path);
  }

  /** Returns the target of a symbolic link, as it is stored. */
  public byte[] readLink(Caller caller, AfsPath path) throws AfsException {
    return files.readLink(caller, path);
  }

  /** Returns use and limits of the volume that {@code path} is in; zeros for the dynamic root. */
  public VolumeStatus volumeStatus(Caller caller, AfsPath path) throws AfsException {
    return files.volumeStatus(caller, path);
  }

  /** Returns what is the same for all files and can be changed: servers, system names. */
  public ClientSettings settings() {
    return parts.settings();
  }

  /** Returns what OpenAFS's {@code fs} command asks of a cache manager, besides what is here. */
  public FsOperations fs() {
    return files.commands();
  }

  /** Returns who the users of cells are. */
  public CellUsers users() {
    return parts.users();
  }

  private static PathWalker.LastLink lastLink(FinalLink finalLink) {
    return switch (finalLink) {
      case FOLLOW -> PathWalker.LastLink.FOLLOW;
      case KEEP -> PathWalker.LastLink.KEEP;
    };
  }

  /** Tells {@code listener} of every broken promise until the client is closed. */
  public void addChangeListener(ChangeListener listener) {
    parts.addChangeListener(listener);
  }

  /** Tells {@code listener} no more; an event that is under way may still reach it. */
  public void removeChangeListener(ChangeListener listener) {
    parts.removeChangeListener(listener);
  }

  /** Returns the cells that the configuration names, in its order, and those found in DNS. */
  public List<KnownCell> cells() {
    return files.cells();
  }

  /** Returns the calls to servers that have begun and not ended, the oldest first. */
  public List<CallInFlight> callsInFlight() {
    return parts.callsInFlight();
  }

  /** Returns what this client has done so far. */
  public AfsStatistics statistics() {
    return parts.statistics();
  }

  /**
   * Releases locks and gives callbacks up, for 2 s at most each, then closes the endpoint;
   * operations that wait fail at once. Written data that are not stored are lost: flush files, or
   * call {@link #storeAll} before. Does nothing the second time.
   */
  @Override
  public void close() {
    parts.close();
  }
}
