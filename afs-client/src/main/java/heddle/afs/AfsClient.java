package heddle.afs;

import heddle.afs.auth.Caller;
import heddle.afs.location.CallCounters;
import heddle.afs.location.ClientClock;
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
import java.util.List;
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
 * operation nothing remains at the server. {@link Thread#interrupt} ends any wait with {@link
 * AfsException.Interrupted}, {@link #close} with {@link AfsException.ClientClosed}. Virtual threads
 * are welcome: a thousand operations at once are a thousand threads.
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
      RxNetwork network = new RxNetwork(endpoint, counters, config.protection());
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

  /** Returns the cells that the configuration names, in its order. */
  public List<KnownCell> cells() {
    return files.cells();
  }

  /** Returns what this client has done so far. */
  public AfsStatistics statistics() {
    return parts.statistics();
  }

  /**
   * Gives callbacks up, for 2 s at most, and closes the endpoint; operations that wait fail at
   * once. Does nothing the second time.
   */
  @Override
  public void close() {
    parts.close();
  }
}
