package heddle.cli;

import heddle.afs.AfsConfig;
import heddle.afs.auth.Caller;
import heddle.afs.auth.TokenSource;
import heddle.control.FsAgent;
import heddle.control.FsService;
import heddle.control.MountControl;
import heddle.control.MountFacts;
import heddle.control.MountFacts.CellFacts;
import heddle.control.TokenFacts;
import heddle.control.TokenStore.Distinction;
import heddle.fuse.AfsTree;
import heddle.fuse.MemoryTree;
import heddle.fuse.MountException;
import heddle.fuse.MountedPath.LastName;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine in memory: a tree, mounts that take tokens, tickets, and a clock. */
final class FakeSurroundings implements Surroundings {
  static final int UID = 1000;
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Duration LIFE = Duration.ofHours(10);

  final MemoryTree tree;
  final List<ReachableMount> mounts = new ArrayList<>();
  final List<String> asked = new ArrayList<>(); // of sources of tokens
  final List<Duration> pauses = new ArrayList<>();
  Optional<TokenSource> tickets = Optional.of(source("cache"));
  Optional<IOException> noTickets = Optional.empty();
  Instant now = START;
  int pausesLeft = 100;
  int opened; // trees
  Runnable atPause = () -> {};

  FakeSurroundings(MemoryTree tree) {
    this.tree = tree;
  }

  /** A mount that takes tokens, and does what {@code fs} asks in a tree. */
  static final class FakeMount implements MountControl {
    private final FsService files;

    FakeMount(MemoryTree tree) {
      files = new FsService(tree);
    }

    @Override
    public FsAgent fs() {
      return files.as(Caller.anonymous());
    }

    final Map<String, TokenFacts> tokens = new LinkedHashMap<>();
    String ownCell = MemoryTree.CELL;
    String otherCell = "other.example";
    Optional<IOException> failure = Optional.empty();
    Optional<IOException> silence = Optional.empty(); // of all but setting

    private void failIfSilent() throws IOException {
      if (silence.isPresent()) {
        throw silence.get();
      }
    }

    private void failIfTold() throws IOException {
      if (failure.isPresent()) {
        throw failure.get();
      }
    }

    @Override
    public MountFacts describe() throws IOException {
      failIfSilent();
      return new MountFacts(
          ownCell,
          Distinction.UID,
          List.of(
              new CellFacts(MemoryTree.CELL, "crypt", List.of("db")),
              new CellFacts(otherCell, "auth", List.of())));
    }

    @Override
    public void set(String cell, RxkadToken token) throws IOException {
      failIfTold();
      tokens.put(cell, new TokenFacts(cell, token.client(), token.expiry()));
    }

    @Override
    public List<String> drop(Optional<String> cell) throws IOException {
      failIfSilent();
      List<String> dropped =
          tokens.keySet().stream().filter(key -> cell.map(key::equals).orElse(true)).toList();
      dropped.forEach(tokens::remove);
      return dropped;
    }

    @Override
    public List<TokenFacts> tokens() throws IOException {
      failIfSilent();
      return List.copyOf(tokens.values());
    }
  }

  FakeMount addMount(String point, int owner) {
    FakeMount mount = new FakeMount(tree);
    mounts.add(new ReachableMount(Path.of(point), owner, () -> Optional.of(mount)));
    return mount;
  }

  /** Makes tokens that last {@link #LIFE} from now on. */
  TokenSource source(String name) {
    return (cell, hosts) -> {
      asked.add(name + " " + cell + " " + hosts);
      return token(now.plus(LIFE));
    };
  }

  static RxkadToken token(Instant expiry) throws IOException {
    try {
      return RxkadToken.of("alice@REALM", 256, new byte[100], new byte[8], expiry);
    } catch (RxkadException e) {
      throw new IOException(e);
    }
  }

  @Override
  public AfsTree open(AfsConfig config) {
    opened++;
    return tree.reopened();
  }

  @Override
  public int uid() {
    return UID;
  }

  @Override
  public List<ReachableMount> mounts() {
    return mounts;
  }

  @Override
  public ReachableMount mount(Path point) throws MountException {
    return mounts.stream()
        .filter(mount -> mount.point().equals(point))
        .findFirst()
        .orElseThrow(() -> new MountException("nothing of heddle is mounted on " + point));
  }

  @Override
  public Optional<HeldPath> holding(Path path, LastName lastName) {
    return mounts.stream()
        .filter(mount -> path.startsWith(mount.point()))
        .findFirst()
        .map(mount -> new HeldPath(mount, below(mount.point(), path)));
  }

  private static byte[] below(Path point, Path path) {
    return ("/" + point.relativize(path)).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String hostName(InetAddress address) {
    return "host-" + address.getHostAddress();
  }

  @Override
  public Optional<TokenSource> tickets() throws IOException {
    if (noTickets.isPresent()) {
      throw noTickets.get();
    }
    return tickets;
  }

  @Override
  public TokenSource keytab(Path keytab, Optional<String> principal) {
    return source("keytab " + keytab + " " + principal.orElse("first"));
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void pause(Duration time) throws InterruptedException {
    if (pausesLeft-- == 0) {
      throw new InterruptedException("enough");
    }
    pauses.add(time);
    atPause.run();
    now = now.plus(time);
  }
}
