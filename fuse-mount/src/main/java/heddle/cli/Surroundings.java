package heddle.cli;

import com.sun.security.auth.module.UnixSystem;
import heddle.afs.AfsConfig;
import heddle.afs.auth.CredentialCache;
import heddle.afs.auth.KerberosTokenSource;
import heddle.afs.auth.TokenSource;
import heddle.control.ControlClient;
import heddle.fuse.AfsTree;
import heddle.fuse.ClientTree;
import heddle.fuse.MountException;
import heddle.fuse.MountedPath;
import heddle.fuse.MountedPath.LastName;
import heddle.fuse.RunningMount;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What commands need that is outside of the process. Tests put something else in its place. */
interface Surroundings {
  /** Opens what commands read from. */
  AfsTree open(AfsConfig config) throws IOException;

  /** Returns the number of the user of this process. */
  int uid();

  /** Returns the mounts of heddle that can be seen. */
  List<ReachableMount> mounts() throws MountException;

  /** Returns the one at a mount point. */
  ReachableMount mount(Path point) throws MountException;

  /** Returns the mount that holds a path, if one does. */
  Optional<HeldPath> holding(Path path, LastName lastName) throws MountException;

  /** Returns the name of a host, or its address as text if it has none; may block for DNS. */
  String hostName(InetAddress address);

  /**
   * Returns a source of tokens from the user's own tickets; empty if there are none.
   *
   * @throws IOException if there may be some, but in a kind of cache that cannot be read
   */
  Optional<TokenSource> tickets() throws IOException;

  /**
   * Returns a source of tokens from a key.
   *
   * @param principal whose key; whose is the first if it is empty
   */
  TokenSource keytab(Path keytab, Optional<String> principal) throws IOException;

  /** Returns a source of tokens from the key of a cell's servers. */
  default TokenSource cellKey(Path file, String user) throws IOException {
    return CellKey.read(file, user);
  }

  /** Returns what time it is. */
  Instant now();

  /** Waits for so long. */
  void pause(Duration time) throws InterruptedException;

  /** Returns those of this process. */
  static Surroundings ofProcess() {
    return new OfProcess();
  }

  /** The machine as it is. */
  record OfProcess() implements Surroundings {
    @Override
    public AfsTree open(AfsConfig config) throws IOException {
      return ClientTree.open(config);
    }

    @Override
    public int uid() {
      return (int) new UnixSystem().getUid();
    }

    @Override
    public List<ReachableMount> mounts() throws MountException {
      return RunningMount.all().stream().map(OfProcess::reachable).toList();
    }

    @Override
    public ReachableMount mount(Path point) throws MountException {
      return reachable(RunningMount.at(point));
    }

    @Override
    public Optional<HeldPath> holding(Path path, LastName lastName) throws MountException {
      return MountedPath.find(path, lastName)
          .map(found -> new HeldPath(reachable(found.mount()), found.below()));
    }

    @Override
    public String hostName(InetAddress address) {
      try {
        return InetAddress.getByAddress(address.getAddress()).getHostName(); // asks; never fails
      } catch (UnknownHostException e) {
        return address.getHostAddress();
      }
    }

    private static ReachableMount reachable(RunningMount mount) {
      return new ReachableMount(
          mount.point(),
          mount.owner(),
          () -> mount.controlSocket().map(socket -> new ControlClient(socket, mount.owner())));
    }

    @Override
    public Optional<TokenSource> tickets() throws IOException {
      CredentialCache cache = CredentialCache.ofThisUser();
      return Files.exists(cache.file())
          ? Optional.of(KerberosTokenSource.of(cache))
          : Optional.empty();
    }

    @Override
    public TokenSource keytab(Path keytab, Optional<String> principal) throws IOException {
      return principal.isPresent()
          ? KerberosTokenSource.ofKeytab(keytab, principal.get())
          : KerberosTokenSource.ofKeytab(keytab);
    }

    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public void pause(Duration time) throws InterruptedException {
      Thread.sleep(time);
    }
  }
}
