package heddle.cli;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsConfig;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.Closing;
import heddle.afs.LockScope;
import heddle.afs.UnstoredData;
import heddle.afs.auth.Caller;
import heddle.afs.kept.KeptDirectory;
import heddle.afs.kept.KeptWrites;
import heddle.control.ControlPlace;
import heddle.control.FsService;
import heddle.control.TokenStore;
import heddle.fuse.AfsMount;
import heddle.fuse.AfsTree;
import heddle.fuse.MountException;
import heddle.fuse.MountOptions;
import heddle.fuse.Owners;
import heddle.fuse.PathBytes;
import heddle.fuse.Printable;
import heddle.fuse.ShellWord;
import heddle.owners.LocalUsers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle mount}. */
@Command(
    name = "mount",
    description = {
      "Mount AFS on an empty directory until Ctrl-C, SIGTERM or an unmount.",
      "The cells appear below MOUNTPOINT, as in MOUNTPOINT/example.org/user."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle mount --cell example.org --vlserver 192.0.2.1,192.0.2.2 /mnt/afs",
      "  heddle mount /mnt/afs             (cells of /etc/openafs/CellServDB)",
      "  heddle mount --cell example.org --root-volume user.alice ~/alice",
      "",
      "To unmount from elsewhere: heddle umount MOUNTPOINT, or fusermount -u MOUNTPOINT. Without"
          + " --allow-other only the user who mounts sees the files, not even root does; users other"
          + " than root may give it if /etc/fuse.conf says user_allow_other."
    })
final class MountCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private CellOptions cells = new CellOptions();
  @Mixin private MountTimes times = new MountTimes();
  @Mixin private CacheOptions caches = new CacheOptions();
  @Mixin private KeepOptions keeping = new KeepOptions();
  @Mixin private OwnerOptions ownerOptions = new OwnerOptions();

  @Option(names = "--read-only", description = "Let nothing be changed through the mount.")
  private boolean readOnly;

  @Option(
      names = "--locks",
      paramLabel = "strict|openafs|local",
      defaultValue = "strict",
      description =
          "Whom flock and fcntl locks exclude: everybody (strict, the default; to other"
              + " clients any lock is one of the whole file), other clients only where the whole"
              + " file is locked (openafs), or only users of this mount (local).")
  private LockScope locks = LockScope.STRICT;

  @Option(
      names = "--store-behind",
      description =
          "Let close return before the server has what was written, as afsd.fuse does:"
              + " faster for many small files, but an error of the server is only in the log. fsync"
              + " still waits.")
  private boolean storeBehind;

  @Option(
      names = "--rewrite-afs-links",
      description =
          "Show symbolic links to /afs/... as links into this mount, wherever it is;"
              + " without, they are shown as they are stored.")
  private boolean rewriteLinks;

  @Option(names = "--allow-other", description = "Let all users of this machine use the mount.")
  private boolean allowOther;

  @Option(
      names = "--identity",
      paramLabel = "uid|session",
      defaultValue = "uid",
      description =
          "Whom a token of 'heddle login' is for: all processes of the user (uid, the"
              + " default), or only those of the same session, as of one terminal (session).")
  private TokenStore.Distinction identity = TokenStore.Distinction.UID;

  @Option(names = "--foreground", description = "Do not return before the unmount (the default).")
  @SuppressWarnings("UnusedVariable") // taken, since scripts give it
  private boolean foreground;

  @Option(
      names = "--json",
      description =
          "Say what happens as JSON, one object a line on standard output: event is mounted,"
              + " notice or unmounted. A failure is one on standard error.")
  private boolean json;

  @Option(
      names = "-o",
      paramLabel = "OPTION",
      split = ",",
      description =
          "Further options: intr (any signal to a process ends what it waits for, not only"
              + " one that would end the process), and those of FUSE.")
  private List<String> extra = new ArrayList<>();

  @Parameters(paramLabel = "MOUNTPOINT", description = "An empty directory.")
  private String mountPoint = "";

  MountCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, MountException, InterruptedException {
    common.apply();
    Path point = PathBytes.toPath(RawArguments.toBytes(mountPoint));
    AfsConfig asked =
        cells
            .config()
            .withLocks(locks)
            .withClosing(storeBehind ? Closing.STORED_LATER : Closing.STORED);
    AfsConfig config = caches.apply(asked, point);
    Optional<KeptDirectory> kept = // before the mount, which may hide it
        keeping.directory(UserPlaces.outside(point));
    String name = config.thisCell().orElse("afs");
    Duration shutdown = times.shutdown();
    Duration attributes = times.attributes(audience());
    Function<AfsTree, Owners> owners =
        ownerOptions.owners(config, console.surroundings().uid(), LocalUsers::ofMachine);
    AfsMount.requireFree(point);
    AfsTree tree = console.surroundings().open(config);
    var options =
        new MountOptions(
            point,
            name,
            attributes,
            audience(),
            access(),
            locks == LockScope.LOCAL ? MountOptions.Locks.KERNEL : MountOptions.Locks.TREE,
            rewriteLinks ? MountOptions.Links.INTO_MOUNT : MountOptions.Links.AS_STORED,
            owners.apply(tree),
            extra);
    long served;
    List<UnstoredData> lost;
    try (MountTokens tokens = openTokens(tree, config)) {
      AfsMount mount;
      try {
        requireRoot(tree);
        mount = AfsMount.mount(tree, options, tokens);
      } catch (IOException | MountException | RuntimeException e) {
        tree.close();
        throw e;
      }
      mount.stopAtSignals();
      mount.storeWithin(shutdown);
      kept.ifPresent(directory -> mount.keepWith(keeper(directory), recovery(directory)));
      tell(
          "mounted",
          Map.of("cell", name, "mountPoint", Heddle.shown(mountPoint)),
          "mounted " + name + " on " + Heddle.shown(mountPoint) + "; Ctrl-C unmounts");
      tellOfKept(kept);
      lost = mount.serve(this::notice);
      served = mount.requests();
      if (json) {
        event(unmounted(mountPoint));
      }
    }
    Learning.served(served, this::notice);
    return lost.isEmpty() ? Heddle.OK : Heddle.FAILED;
  }

  private MountOptions.Audience audience() {
    return allowOther ? MountOptions.Audience.EVERYBODY : MountOptions.Audience.OWNER;
  }

  private AfsMount.Keeper keeper(KeptDirectory directory) {
    String root = cells.rootVolume().orElse("");
    return (writes, path) ->
        directory.keep(writes, new KeptWrites.Place(root, path), console.surroundings().now());
  }

  /** Returns the command that stores what is kept. */
  private static String recovery(KeptDirectory directory) {
    return "heddle recover --keep-dir " + ShellWord.of(directory.place());
  }

  /** A mount is of use without that. */
  private void tellOfKept(Optional<KeptDirectory> directory) {
    if (directory.isEmpty() && !readOnly && !keeping.isNowhere()) {
      notice(
          "what cannot be stored until the end of this mount will be lost: there is no place on a"
              + " local disk to keep it; --keep-dir names one");
    }
    try {
      int count = directory.isEmpty() ? 0 : directory.get().files().size();
      if (count > 0) {
        notice(
            "%s that earlier mounts could not store %s kept: %s --list"
                .formatted(
                    count == 1 ? "1 file" : count + " files",
                    count == 1 ? "is" : "are",
                    recovery(directory.get())));
      }
    } catch (IOException e) {
      notice("what earlier mounts may have kept cannot be seen: " + Failures.describe(e));
    }
  }

  private MountOptions.Access access() {
    return readOnly ? MountOptions.Access.READ_ONLY : MountOptions.Access.READ_WRITE;
  }

  private MountTokens openTokens(AfsTree tree, AfsConfig config) throws IOException {
    try {
      return MountTokens.open(
          allowOther ? ControlPlace.Audience.EVERYBODY : ControlPlace.Audience.OWNER,
          console.surroundings().uid(),
          () -> MountTokens.facts(config, tree.cells(), identity),
          new FsService(tree, access()));
    } catch (IOException | RuntimeException e) {
      tree.close();
      throw e;
    }
  }

  /** A root volume must be there; that only some may see it is no reason not to mount it. */
  private static void requireRoot(AfsTree tree) throws AfsException {
    try {
      tree.stat(Caller.anonymous(), AfsPath.root(), FinalLink.KEEP);
    } catch (AfsException.PermissionDenied e) {
      // as it should be
    }
  }

  private void notice(String message) {
    tell("notice", Map.of("message", message), message);
  }

  private void tell(String event, Map<String, Object> fields, String message) {
    if (json) {
      event(Complaint.event(event, fields));
    } else {
      console.err().println(Printable.of("heddle: " + message));
    }
  }

  /** Who does not listen any more does not end a mount. */
  private void event(String line) {
    new PrintStream(console.out(), true, StandardCharsets.UTF_8).println(line);
  }

  static String unmounted(String mountPoint) {
    return Complaint.event("unmounted", Map.of("mountPoint", Heddle.shown(mountPoint)));
  }
}
