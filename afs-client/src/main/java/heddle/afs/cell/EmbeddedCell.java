package heddle.afs.cell;

import heddle.afs.AfsClient;
import heddle.afs.AfsConfig;
import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An AFS cell in this process: its volume location server and its file server, over UDP, at a
 * loopback address of its own. Thread-safe.
 *
 * <pre>{@code
 * try (EmbeddedCell cell = EmbeddedCell.start()) {
 *   AfsClient afs = cell.client();
 *   AfsPath hello = AfsPath.of("/" + cell.name() + "/hello");
 *   try (AfsFile file = afs.create(cell.administrator(), hello, 0644)) {
 *     file.write(ByteBuffer.wrap("Hello".getBytes(UTF_8)), 0);
 *   }
 * }
 * }</pre>
 *
 * <p>It begins with the volumes {@code root.afs} and {@code root.cell}, which anybody may read and
 * administrators may change ({@link CellConfig#anyUser}). Volumes are in memory and end with it,
 * unless {@link CellConfig#directory} keeps them.
 *
 * <p>Many can run at the same time, in one process and on one host.
 */
public final class EmbeddedCell implements AutoCloseable {
  private static final String ADMINISTRATOR = "admin";
  private static final Duration TOKEN_LIFETIME = Duration.ofDays(1);

  private final CellConfig config;
  private final CellParts parts;
  private final CellFaults faults;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<AfsClient> clients = new ArrayList<>(); // by lock
  private boolean closed; // by lock

  private EmbeddedCell(CellConfig config, CellParts parts) {
    this.config = config;
    this.parts = parts;
    this.faults = new CellFaults(parts);
  }

  /**
   * Starts a cell of the defaults.
   *
   * @throws IOException if there are no sockets to be had
   */
  public static EmbeddedCell start() throws IOException {
    return start(CellConfig.DEFAULT);
  }

  /**
   * Starts a cell.
   *
   * @throws java.net.BindException if the address is in use
   * @throws IOException if there are no sockets to be had
   */
  public static EmbeddedCell start(CellConfig config) throws IOException {
    CellParts parts = CellParts.open(config);
    try {
      parts.start(config.name());
      int administrator = parts.people().addUser(ADMINISTRATOR);
      parts.people().addMember(administrator, ProtectionDatabase.ADMINISTRATORS);
      return new EmbeddedCell(config, parts);
    } catch (IOException | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  /** Returns the name of the cell. */
  public String name() {
    return config.name();
  }

  /** Returns the address of its servers. */
  public Inet4Address address() {
    return parts.servers().address();
  }

  /**
   * Returns the port of its file server, from which those of the others count: the usual one,
   * unless another was asked for or the machine has only one loopback address.
   */
  public int portBase() {
    return parts.servers().portBase();
  }

  /** Returns what a client needs to know of the cell; its other settings are the usual ones. */
  public AfsConfig clientConfig() {
    return AfsConfig.DEFAULT
        .withCells(Map.of(name(), List.of(address())))
        .withThisCell(name())
        .withPortBase(portBase())
        .withCallbackPort(0);
  }

  /** Returns a client of the cell, always the same one; it is closed with the cell. */
  public AfsClient client() throws IOException {
    lock.lock();
    try {
      return clients.isEmpty() ? newClient() : clients.getFirst();
    } finally {
      lock.unlock();
    }
  }

  /** Opens one more client, as if on another host; it is closed with the cell at the latest. */
  public AfsClient newClient() throws IOException {
    lock.lock();
    try {
      AfsClient client = AfsClient.open(clientConfig());
      clients.add(client);
      return client;
    } finally {
      lock.unlock();
    }
  }

  /** Returns somebody who may do everything. */
  public Caller administrator() {
    return caller(ADMINISTRATOR);
  }

  /**
   * Makes a user, if there is none of that name.
   *
   * @throws IllegalArgumentException if users cannot have the name
   */
  public void addUser(String user) {
    parts.people().addUser(user);
  }

  /**
   * Makes a group, if there is none of that name, with these users in it, who are made if need be.
   *
   * @param group name, usually with the owner's before a colon
   * @throws IllegalArgumentException if groups or users cannot have the names
   */
  public void addGroup(String group, String... members) {
    int id = parts.people().addGroup(group, ProtectionDatabase.ADMINISTRATORS);
    for (String member : members) {
      parts.people().addMember(parts.people().addUser(member), id);
    }
  }

  /** Takes a user out of a group; both must be there, else nothing happens. */
  public void removeMember(String group, String user) {
    OptionalInt groupId = parts.people().id(group);
    OptionalInt userId = parts.people().id(user);
    if (groupId.isPresent() && userId.isPresent()) {
      parts.people().removeMember(userId.getAsInt(), groupId.getAsInt());
    }
  }

  /**
   * Returns a token of a user for a day, which the caller closes; the user is made if need be.
   *
   * @throws IllegalArgumentException if users cannot have the name
   */
  public RxkadToken token(String user) {
    return token(user, Instant.now().plus(TOKEN_LIFETIME));
  }

  /** Returns a token of a user until {@code expiry}, at most 30 days from now. */
  public RxkadToken token(String user, Instant expiry) {
    addUser(user);
    try {
      return RxkadToken.printed(parts.keys(), user, expiry);
    } catch (RxkadException e) {
      throw new IllegalStateException(e); // the cell has made its key itself
    }
  }

  /** Returns a user with a token for this cell; the user is made if need be. */
  public Identity caller(String user) {
    Identity identity = Identity.named(user);
    identity.set(name(), token(user));
    return identity;
  }

  /**
   * Makes an empty volume, which is seen where a mount point leads to it.
   *
   * @return its id
   * @throws IllegalArgumentException if volumes cannot have the name
   * @throws IOException if there is such a volume already
   */
  public int createVolume(String volume) throws IOException {
    return parts.maker().create(volume).id();
  }

  /** Returns the names of all volumes, read-only ones among them. */
  public List<String> volumes() {
    return parts.volumes().all().stream().map(volume -> volume.header().name()).toList();
  }

  /**
   * Makes the read-only copy of a volume, or makes it anew; returns when the clients who use it
   * know.
   *
   * @throws IOException if it could not be kept
   * @throws IllegalArgumentException if there is no such volume
   */
  public void release(String volume) throws IOException {
    Volume readOnly = parts.maker().release(parts.volume(volume));
    parts.maker().tellOfRelease(readOnly);
  }

  /**
   * Removes a volume and its read-only copy.
   *
   * @throws IOException if what was kept of it could not be removed
   * @throws IllegalArgumentException if there is no such volume
   */
  public void removeVolume(String volume) throws IOException {
    parts.maker().remove(parts.volume(volume));
  }

  /** Returns what can be made to go wrong with it. */
  public CellFaults faults() {
    return faults;
  }

  /** Returns what calls of the file server go through, for tests. */
  CallGate gate() {
    return parts.gate();
  }

  /**
   * Closes the clients, then the servers. Returns when all threads have ended; the second time
   * nothing happens.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      clients.forEach(AfsClient::close);
      clients.clear();
      if (!closed) {
        closed = true;
        parts.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "cell " + name() + " at " + address().getHostAddress();
  }
}
