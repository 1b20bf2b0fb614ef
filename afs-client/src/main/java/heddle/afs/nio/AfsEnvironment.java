package heddle.afs.nio;

import heddle.afs.AfsClient;
import heddle.afs.AfsConfig;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.afs.auth.CredentialCache;
import heddle.afs.auth.KerberosTokenSource;
import heddle.afs.auth.TokenSource;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code FileSystems.newFileSystem(URI, Map)} can be told, by keys. All are optional.
 *
 * <p>The URI names the cell: {@code afs://example.org/}. Its root is the root of the cell,
 * read-only where there is a read-only copy of it; that of {@code afs://.example.org/} is the
 * read-write one, and that of {@code afs:///} is the list of all cells. What stands before an
 * {@code @}, as in {@code afs://alice@example.org/}, only tells several file systems of one cell
 * apart.
 *
 * <pre>{@code
 * URI uri = URI.create("afs://example.org/");
 * try (FileSystem afs =
 *     FileSystems.newFileSystem(uri, Map.of(AfsEnvironment.VLSERVERS, "192.0.2.1"))) {
 *   System.out.println(Files.readString(afs.getPath("/README")));
 * }
 * }</pre>
 */
public final class AfsEnvironment {
  /** An {@link AfsClient} to use, which is not closed with the file system. */
  public static final String CLIENT = "client";

  /** An {@link AfsConfig} to open a client with, which is closed with the file system. */
  public static final String CONFIG = "config";

  /**
   * The volume location servers of the cell: addresses or names as text, separated by commas, or a
   * collection of those or of {@link InetAddress}.
   */
  public static final String VLSERVERS = "vlservers";

  /**
   * A file with the servers of cells, a {@link Path} or text; where neither it, nor servers, nor a
   * configuration are given, {@code /etc/openafs/CellServDB} if it is there.
   */
  public static final String CELLSERVDB = "cellservdb";

  /** How long an operation may wait for servers, a {@link Duration}. */
  public static final String TIMEOUT = "timeout";

  /** The {@link Caller} on whose behalf everything is done; anonymous if absent. */
  public static final String CALLER = "caller";

  /**
   * Where tokens for the cell come from, in place of a caller: a {@link TokenSource}, or the text
   * {@code kerberos} for the ticket of the user who runs this JVM. They are renewed before they
   * expire.
   */
  public static final String TOKENS = "tokens";

  /** {@code read-only}, or {@code read-write} as it is by default. */
  public static final String ACCESS = "access";

  /**
   * The directory that is the root, as text, in the names of the client ({@code /CELL/dir}); the
   * root of the cell if absent.
   */
  public static final String ROOT = "root";

  private static final Path DEFAULT_CELL_SERV_DB = Path.of("/etc/openafs/CellServDB");

  private final Map<String, ?> environment;
  private final String cell; // without the dot of a read-write root; empty if it is all of them
  private final String rootName;

  /** Whether anything can be changed. */
  enum Access {
    READ_WRITE,
    READ_ONLY
  }

  /** What the client's own root is. */
  enum RootKind {
    /** The list of cells. */
    CELLS,
    /** A volume. */
    VOLUME
  }

  /** What a file system works with, from its beginning to its end. */
  record Session(
      AfsClient client,
      Caller caller,
      AfsPath root,
      RootKind rootKind,
      Access access,
      List<Ending> endings) {
    /** Stores what was written and ends all that is not the user's own. */
    void close() throws IOException {
      FirstFailure failure = new FirstFailure();
      for (Ending ending : endings) {
        failure.of(ending::end);
      }
      failure.rethrow();
    }
  }

  /** Something to do at the end. */
  @FunctionalInterface
  interface Ending {
    void end() throws IOException;
  }

  private AfsEnvironment(String authority, Map<String, ?> environment) {
    this.environment = environment;
    this.rootName = authority.substring(authority.lastIndexOf('@') + 1);
    this.cell = rootName.startsWith(".") ? rootName.substring(1) : rootName;
  }

  /** Returns what says: use {@code client}, on behalf of {@code caller}. */
  public static Map<String, Object> of(AfsClient client, Caller caller) {
    return Map.of(CLIENT, client, CALLER, caller);
  }

  /**
   * Opens what a file system needs.
   *
   * @throws IllegalArgumentException if a value is of the wrong type or means nothing
   */
  static Session open(String authority, Map<String, ?> environment) throws IOException {
    return new AfsEnvironment(authority, environment).open();
  }

  private Session open() throws IOException {
    List<Ending> endings = new ArrayList<>();
    Access access = access();
    Optional<AfsConfig> given = value(CONFIG, AfsConfig.class);
    RootKind rootKind =
        given.flatMap(AfsConfig::rootVolume).isPresent() ? RootKind.VOLUME : RootKind.CELLS;
    AfsPath root = root(rootKind);
    Optional<Caller> caller = value(CALLER, Caller.class);
    Optional<AfsClient> client = value(CLIENT, AfsClient.class);
    TokenKeeper keeper = caller.isPresent() ? null : keeper();
    if (keeper != null) {
      endings.add(keeper::close);
    }
    try {
      AfsClient used = client.isPresent() ? client.get() : AfsClient.open(config(given));
      if (client.isEmpty()) {
        endings.addFirst(new LastStores(used)::storeAndClose);
      }
      Caller everywhere = keeper == null ? caller.orElse(Caller.anonymous()) : keeper.identity();
      return new Session(used, everywhere, root, rootKind, access, List.copyOf(endings));
    } catch (IOException | RuntimeException e) {
      if (keeper != null) {
        keeper.close();
      }
      throw e;
    }
  }

  private AfsPath root(RootKind kind) {
    Optional<String> given = value(ROOT, String.class);
    return AfsPath.of(given.orElse(kind == RootKind.VOLUME ? "/" : "/" + rootName));
  }

  private Access access() {
    String text = value(ACCESS, String.class).orElse("read-write");
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "read-write" -> Access.READ_WRITE;
      case "read-only" -> Access.READ_ONLY;
      default -> throw new IllegalArgumentException(ACCESS + " is neither of both: " + text);
    };
  }

  private @Nullable TokenKeeper keeper() throws IOException {
    Object tokens = environment.get(TOKENS);
    if (tokens == null) {
      return null;
    }
    if (cell.isEmpty()) {
      throw new IllegalArgumentException(TOKENS + " are for one cell: name it in the URI");
    }
    return switch (tokens) {
      case TokenSource source -> TokenKeeper.start(source, cell);
      case String text when text.equals("kerberos") ->
          TokenKeeper.start(KerberosTokenSource.of(CredentialCache.ofThisUser()), cell);
      default -> throw new IllegalArgumentException("no source of tokens: " + tokens);
    };
  }

  private AfsConfig config(Optional<AfsConfig> given) throws IOException {
    AfsConfig config = given.orElse(AfsConfig.DEFAULT);
    if (config.thisCell().isEmpty() && !cell.isEmpty()) {
      config = config.withThisCell(cell);
    }
    List<InetAddress> servers = servers();
    if (!servers.isEmpty()) {
      if (cell.isEmpty()) {
        throw new IllegalArgumentException(VLSERVERS + " are of one cell: name it in the URI");
      }
      config = config.withCells(Map.of(cell, servers));
    }
    Optional<Path> list = cellServDb();
    if (list.isEmpty() && given.isEmpty() && servers.isEmpty()) {
      list = Optional.of(DEFAULT_CELL_SERV_DB).filter(Files::isReadable);
    }
    if (list.isPresent()) {
      config = config.withCellServDb(list.get());
    }
    Optional<Duration> timeout = value(TIMEOUT, Duration.class);
    return timeout.isPresent() ? config.withTimeout(timeout.get()) : config;
  }

  private List<InetAddress> servers() throws IOException {
    Collection<?> given =
        switch (environment.get(VLSERVERS)) {
          case null -> List.of();
          case String text -> List.of(text.split(","));
          case Collection<?> many -> many;
          case InetAddress one -> List.of(one);
          case Object other -> throw wrongType(VLSERVERS, other);
        };
    List<InetAddress> servers = new ArrayList<>();
    for (Object each : given) {
      servers.add(
          switch (each) {
            case InetAddress address -> address;
            case String text -> InetAddress.getByName(text.strip());
            default -> throw wrongType(VLSERVERS, each);
          });
    }
    return servers;
  }

  private Optional<Path> cellServDb() {
    return switch (environment.get(CELLSERVDB)) {
      case null -> Optional.empty();
      case Path path -> Optional.of(path);
      case String text -> Optional.of(Path.of(text));
      case Object other -> throw wrongType(CELLSERVDB, other);
    };
  }

  private <T> Optional<T> value(String key, Class<T> type) {
    Object value = environment.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw wrongType(key, value);
    }
    return Optional.of(type.cast(value));
  }

  private static IllegalArgumentException wrongType(String key, Object value) {
    return new IllegalArgumentException(key + " cannot be a " + value.getClass().getName());
  }
}
