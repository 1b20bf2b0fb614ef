package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.auth.Caller;
import heddle.afs.auth.Identity;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;

/** Changes as libfuse asks for them. */
final class NameOperationsTest {
  private static final int EPERM = -1;
  private static final int ENOENT = -2;
  private static final int EEXIST = -17;
  private static final int EINVAL = -22;
  private static final int ERANGE = -34;
  private static final int ENOTEMPTY = -39;
  private static final int EOPNOTSUPP = -95;
  private static final int ESTALE = -116;
  private static final int FIFO = 0010000;
  private static final int REGULAR = 0100000;
  private static final int WRITE_ONLY = 1;
  private static final int EXCLUSIVE = 0200;
  private static final int USER = 1000;
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  private final MemoryTree tree =
      new MemoryTree().directory("/dir").file("/dir/file", "0123456789");
  private final Identity alice = Identity.named("alice");
  private final Pointer context = zeros(64);
  private final AtomicLong nanos = new AtomicLong();
  private final MountIdentities identities =
      new MountIdentities() {
        @Override
        public Caller caller(int user, int thread) {
          return user == USER ? alice : Caller.anonymous();
        }

        @Override
        public Optional<String> controlSocket() {
          return Optional.empty();
        }
      };
  private final FuseAdapter adapter =
      new FuseAdapter(
          tree,
          new Credentials(() -> context, identities),
          nanos::get,
          MountOptions.Access.READ_WRITE);
  private final NameOperations names = adapter.names();
  private final Pointer stat = zeros(256);
  private final Pointer fileInfo = zeros(64);

  private static Pointer zeros(int bytes) {
    return Memory.allocateDirect(RUNTIME, bytes, true);
  }

  private static Pointer path(String path) {
    return NativeStrings.of(path.getBytes(StandardCharsets.UTF_8));
  }

  private FileStatus status(String path) throws AfsException {
    return tree.stat(Caller.anonymous(), AfsPath.of(path), FinalLink.KEEP);
  }

  private int getattr(String path) {
    return adapter.paths().getattr(path(path), stat);
  }

  private int create(String path, int flags) {
    fileInfo.setMemory(0, 64, (byte) 0);
    fileInfo.putInt(0, flags);
    return adapter.files().create(path(path), 0100640, fileInfo);
  }

  @Test
  void namesAreMadeMovedAndRemoved() throws Exception {
    assertThat(names.mkdir(path("/dir/sub"), 040750)).isZero();
    assertThat(status("/dir/sub").mode()).isEqualTo(0750);
    assertThat(names.mknod(path("/dir/sub/made"), REGULAR | 0600, 0)).isZero();
    assertThat(status("/dir/sub/made").mode()).isEqualTo(0600);
    assertThat(names.symlink(path("a/target"), path("/dir/link"))).isZero();
    assertThat(tree.readLink(Caller.anonymous(), AfsPath.of("/dir/link")))
        .asString()
        .isEqualTo("a/target");
    assertThat(names.link(path("/dir/file"), path("/dir/twin"))).isZero();
    assertThat(status("/dir/twin").fid()).isEqualTo(status("/dir/file").fid());
    assertThat(names.rename(path("/dir/twin"), path("/dir/sub/twin"))).isZero();
    assertThat(getattr("/dir/twin")).isEqualTo(ENOENT);
    assertThat(names.rmdir(path("/dir/sub"))).isEqualTo(ENOTEMPTY);
    assertThat(names.unlink(path("/dir/sub/twin"))).isZero();
    assertThat(names.unlink(path("/dir/sub/made"))).isZero();
    assertThat(names.rmdir(path("/dir/sub"))).isZero();
    assertThat(names.mkdir(path("/dir"), 0755)).isEqualTo(EEXIST);
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void whatIsMadeIsOfTheMakersGroup() throws Exception {
    context.putInt(Structs.Context.USER, USER);
    context.putInt(Structs.Context.GROUP, 100);
    assertThat(names.mkdir(path("/dir/sub"), 040750)).isZero();
    assertThat(names.mknod(path("/dir/made"), REGULAR | 0600, 0)).isZero();
    assertThat(names.symlink(path("target"), path("/dir/link"))).isZero();
    assertThat(create("/dir/new", WRITE_ONLY)).isZero();
    for (String name : List.of("sub", "made", "link", "new")) {
      assertThat(status("/dir/" + name).group()).as(name).isEqualTo(100);
    }
  }

  /** Owners are 1000 less here than in AFS, and only those. */
  private static final class Shifted implements Owners {
    @Override
    public int shown(FileStatus status) {
      return status.owner() - 1000;
    }

    @Override
    public int meant(Caller who, FileStatus status, int user) throws AfsException {
      if (user >= 1000) {
        throw new AfsException.InvalidArgument("no such user");
      }
      return user + 1000;
    }
  }

  private FuseAdapter mapping(Owners owners) {
    return new FuseAdapter(
        tree,
        new Credentials(() -> context, identities),
        nanos::get,
        MountOptions.Access.READ_WRITE,
        LinkTargets.AS_STORED,
        owners);
  }

  @Test
  void ownersAreShownAndSetAsTheMountMapsThem() throws Exception {
    FuseAdapter mapping = mapping(new Shifted());
    assertThat(mapping.paths().getattr(path("/dir/file"), stat)).isZero();
    assertThat(stat.getInt(Structs.Stat.OWNER)).isEqualTo(1);
    assertThat(mapping.files().open(path("/dir/file"), fileInfo)).isZero();
    assertThat(mapping.files().fgetattr(null, stat, fileInfo)).isZero();
    assertThat(stat.getInt(Structs.Stat.OWNER)).isEqualTo(1);
    assertThat(mapping.files().release(null, fileInfo)).isZero();
    assertThat(mapping.names().chown(path("/dir/file"), 7, 8)).isZero();
    assertThat(status("/dir/file").owner()).isEqualTo(1007);
    assertThat(status("/dir/file").group()).isEqualTo(8);
    assertThat(mapping.names().chown(path("/dir/file"), 1000, 9)).isEqualTo(EINVAL);
    assertThat(mapping.names().chown(path("/dir/file"), -1, 9)).isZero();
    assertThat(status("/dir/file").owner()).isEqualTo(1007);
    assertThat(status("/dir/file").group()).isEqualTo(9);
  }

  @Test
  void anOwnerIsSetWithTheTokensThatHeWasLookedUpWith() throws Exception {
    var asked = new ArrayList<Caller>();
    Owners owners =
        new Owners() {
          @Override
          public int shown(FileStatus status) {
            return status.owner();
          }

          @Override
          public int meant(Caller who, FileStatus status, int user) throws AfsException {
            asked.add(who);
            logIn();
            return user;
          }
        };
    FuseAdapter mapping = mapping(owners);
    context.putInt(Structs.Context.USER, USER);
    assertThat(mapping.names().chown(path("/dir/file"), 7, -1)).isZero();
    assertThat(alice.token(MemoryTree.CELL)).isPresent();
    assertThat(tree.lastCaller().token(MemoryTree.CELL)).isEmpty();
    assertThat(asked).containsExactly(tree.lastCaller());
  }

  private void logIn() throws AfsException {
    try {
      var token = RxkadToken.of("alice", 256, new byte[100], new byte[8], Instant.MAX);
      alice.set(MemoryTree.CELL, token);
    } catch (RxkadException e) {
      throw new AfsException.ServerFailure("for a test", e);
    }
  }

  @Test
  void onlyRegularFilesAreMade() {
    assertThat(names.mknod(path("/dir/pipe"), FIFO | 0600, 0)).isEqualTo(EPERM);
  }

  @Test
  void anOwnerOrGroupOfMinusOneStays() throws Exception {
    assertThat(names.chmod(path("/dir/file"), 0100400)).isZero();
    assertThat(names.chown(path("/dir/file"), 7, -1)).isZero();
    assertThat(status("/dir/file").mode()).isEqualTo(0400);
    assertThat(status("/dir/file").owner()).isEqualTo(7);
    assertThat(status("/dir/file").group()).isEqualTo(1002);
    tree.before(
        "setStatus",
        "/dir/file",
        () -> {
          throw new AfsException.NotPermitted("nothing is to be set");
        });
    assertThat(names.chown(path("/dir/file"), -1, -1)).isZero();
  }

  @Test
  void aNewOwnerOrGroupEndsWhatLentTheOldOnesRights() throws Exception {
    assertThat(names.chmod(path("/dir/file"), 0106750)).isZero();
    assertThat(names.chown(path("/dir/file"), -1, 9)).isZero();
    assertThat(status("/dir/file").mode()).isEqualTo(0750);
    assertThat(names.chmod(path("/dir"), 0042755)).isZero();
    assertThat(names.chown(path("/dir"), 7, -1)).isZero();
    assertThat(status("/dir").mode()).isEqualTo(02755);
  }

  @Test
  void theTimeOfModificationIsSetAndOthersAreNotKept() throws Exception {
    Pointer times = zeros(32);
    times.putLong(16, 1_000_000);
    times.putLong(24, 5);
    assertThat(names.utimens(path("/dir/file"), times)).isZero();
    assertThat(status("/dir/file").modified()).isEqualTo(Instant.ofEpochSecond(1_000_000, 5));
    times.putLong(24, (1L << 30) - 2); // UTIME_OMIT
    times.putLong(16, 7);
    assertThat(names.utimens(path("/dir/file"), times)).isZero();
    assertThat(status("/dir/file").modified()).isEqualTo(Instant.ofEpochSecond(1_000_000, 5));
    times.putLong(24, (1L << 30) - 1); // UTIME_NOW
    Instant before = Instant.now();
    assertThat(names.utimens(path("/dir/file"), times)).isZero();
    assertThat(status("/dir/file").modified()).isAfterOrEqualTo(before);
  }

  @Test
  void aCreatedFileIsOpen() throws Exception {
    assertThat(create("/dir/new", WRITE_ONLY)).isZero();
    assertThat(status("/dir/new").mode()).isEqualTo(0640);
    assertThat(tree.openNow()).isEqualTo(1);
    assertThat(adapter.files().release(null, fileInfo)).isZero();
    assertThat(tree.openNow()).isZero();
    assertThat(create("/dir/new", WRITE_ONLY | EXCLUSIVE)).isEqualTo(EEXIST);
    adapter.end();
    assertThat(create("/dir/newer", WRITE_ONLY)).isEqualTo(-5);
  }

  @Test
  void aMovedFileIsLookedUpAgainAtItsNextOpen() {
    assertThat(getattr("/dir/file")).isZero();
    assertThat(names.rename(path("/dir/file"), path("/dir/moved"))).isZero();
    fileInfo.setMemory(0, 64, (byte) 0);
    assertThat(adapter.files().open(path("/dir/moved"), fileInfo)).isEqualTo(ESTALE);
    assertThat(getattr("/dir/moved")).isZero();
    assertThat(adapter.files().open(path("/dir/moved"), fileInfo)).isZero();
    adapter.files().release(null, fileInfo);
  }

  private static final String HIDDEN = "/dir/.fuse_hidden0000000100000002";
  private static final String SHOWN = "/dir/.__afs0000000100000002";

  private void open(String path) {
    assertThat(getattr(path)).isZero();
    fileInfo.setMemory(0, 64, (byte) 0);
    assertThat(adapter.files().open(path(path), fileInfo)).isZero();
  }

  private int release() {
    context.putInt(Structs.Context.USER, 0); // a release is nobody's
    return adapter.files().release(null, fileInfo);
  }

  @Test
  void whatTheLibraryHidesHasTheNameThatAfsUsersKnow() throws Exception {
    open("/dir/file");
    assertThat(names.rename(path("/dir/file"), path(HIDDEN))).isZero();
    assertThat(getattr(SHOWN)).isZero();
    assertThat(getattr(HIDDEN)).isZero();
    assertThat(release()).isZero();
    assertThat(getattr(SHOWN)).isEqualTo(ENOENT);
    assertThat(names.unlink(path(HIDDEN))).as("as libfuse does then").isZero();
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void whatIsHiddenIsRemovedThoughItsReleaseIsGivenUp() {
    open("/dir/file");
    assertThat(names.rename(path("/dir/file"), path(HIDDEN))).isZero();
    AtomicInteger tries = new AtomicInteger();
    tree.before(
        "remove",
        SHOWN,
        () -> {
          if (tries.getAndIncrement() == 0) {
            throw new AfsException.Interrupted("for a test");
          }
        });
    assertThat(release()).isZero();
    Eventually.until(() -> getattr(SHOWN) == ENOENT, tries::get);
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void whatWasHiddenIsRemovedOnBehalfOfWhoRemovedIt() throws Exception {
    List<String> removers = new ArrayList<>();
    context.putInt(Structs.Context.USER, USER);
    assertThat(names.mkdir(path("/dir/sub"), 0755)).isZero();
    open("/dir/file");
    assertThat(names.rename(path("/dir/file"), path("/dir/sub/.fuse_hidden0000000100000002")))
        .isZero();
    assertThat(names.rename(path("/dir/sub"), path("/dir/sub2"))).isZero();
    tree.before(
        "remove",
        "/dir/sub2/.__afs0000000100000002",
        () -> removers.add(tree.lastCaller().toString()));
    assertThat(release()).isZero();
    assertThat(names.unlink(path("/dir/sub2/.fuse_hidden0000000100000002"))).isZero();
    assertThat(removers).containsExactly(alice.toString());
  }

  @Test
  void aFileThatIsClosedWhileItIsHiddenIsRemoved() {
    open("/dir/file");
    tree.before("rename", "/dir/file", () -> assertThat(release()).isZero());
    assertThat(names.rename(path("/dir/file"), path(HIDDEN))).isZero();
    assertThat(getattr(SHOWN)).isEqualTo(ENOENT);
    assertThat(tree.openNow()).isZero();
  }

  @Test
  void aFileKeepsItsNameWhereAnotherCouldNotHaveIt() throws Exception {
    open("/dir/file");
    CurrentRequest.ofThread().begin(12, null);
    assertThat(names.rename(path("/dir/file"), path(HIDDEN))).isZero();
    assertThat(names.rename(path("/dir/missing"), path("/dir/file"))).isEqualTo(ENOENT);
    CurrentRequest.ofThread().begin(1, null);
    assertThat(getattr("/dir/file")).isZero();
    assertThat(getattr(SHOWN)).isEqualTo(ENOENT);
    assertThat(getattr(HIDDEN)).as("libfuse does not know better").isZero();
    assertThat(names.rename(path("/dir/file"), path("/dir/moved"))).isZero();
    assertThat(getattr(HIDDEN)).isZero();
    assertThat(release()).isZero();
    assertThat(names.unlink(path(HIDDEN))).isZero();
    assertThat(getattr("/dir/moved")).isZero();
    assertThat(getattr(HIDDEN)).isEqualTo(ENOENT);
  }

  @Test
  void aReplacedFileThatIsClosedMeanwhileIsRemovedOnceItIsReplaced() throws Exception {
    tree.file("/dir/new", "new");
    open("/dir/file");
    CurrentRequest.ofThread().begin(12, null);
    tree.before("rename", "/dir/file", () -> assertThat(release()).isZero());
    assertThat(names.rename(path("/dir/file"), path(HIDDEN))).isZero();
    assertThat(getattr(SHOWN)).isZero();
    assertThat(names.rename(path("/dir/new"), path("/dir/file"))).isZero();
    assertThat(getattr(SHOWN)).isEqualTo(ENOENT);
    CurrentRequest.ofThread().begin(0, null);
  }

  @Test
  void anOpenFileThatIsGoneIsStaleAndANameIsNotThere() {
    CurrentRequest.ofThread().begin(3, null);
    assertThat(getattr("/dir/missing")).isEqualTo(ESTALE);
    CurrentRequest.ofThread().begin(1, null);
    assertThat(getattr("/dir/missing")).isEqualTo(ENOENT);
  }

  @Test
  void anotherRenameIsNoReasonToBringAFileBack() throws Exception {
    open("/dir/file");
    CurrentRequest.ofThread().begin(10, null);
    assertThat(names.rename(path("/dir/file"), path(HIDDEN))).isZero();
    CurrentRequest.ofThread().begin(12, null);
    assertThat(names.rename(path("/dir/missing"), path("/dir/file"))).isEqualTo(ENOENT);
    assertThat(getattr("/dir/file")).isEqualTo(ENOENT);
    CurrentRequest.ofThread().begin(0, null);
    assertThat(release()).isZero();
  }

  private String removerOf(String path, String asNamed) {
    List<String> removers = new ArrayList<>();
    tree.before("remove", path, () -> removers.add(tree.lastCaller().toString()));
    assertThat(names.unlink(path(asNamed))).isZero();
    return removers.getFirst();
  }

  @Test
  void aHiddenFileThatSomebodyElseRemovesIsRemovedOnHisOwnBehalf() {
    open("/dir/file");
    context.putInt(Structs.Context.USER, USER);
    assertThat(names.rename(path("/dir/file"), path(HIDDEN))).isZero();
    context.putInt(Structs.Context.USER, USER + 1);
    context.putInt(Structs.Context.THREAD, 77);
    assertThat(removerOf(SHOWN, SHOWN)).isEqualTo(Caller.anonymous().toString());

    tree.file("/dir/second", "2");
    context.putInt(Structs.Context.USER, USER);
    open("/dir/second");
    assertThat(names.rename(path("/dir/second"), path(HIDDEN))).isZero();
    context.putInt(Structs.Context.USER, USER + 1);
    assertThat(removerOf(SHOWN, HIDDEN)).isEqualTo(Caller.anonymous().toString());
  }

  @Test
  void aNameThatSomebodyChoseHimselfIsNobodysHiddenFile() {
    context.putInt(Structs.Context.USER, USER);
    assertThat(names.rename(path("/dir/file"), path("/dir/.__afsmine"))).isZero();
    context.putInt(Structs.Context.USER, 0);
    assertThat(removerOf("/dir/.__afsmine", "/dir/.__afsmine"))
        .isEqualTo(Caller.anonymous().toString());
  }

  private String attribute(String path, String name) {
    Pointer buffer = zeros(100);
    int length = adapter.attributes().getxattr(path(path), path(name), buffer, 100);
    if (length < 0) {
      return Errno.describe(length);
    }
    byte[] value = new byte[length];
    buffer.get(0, value, 0, length);
    return new String(value, StandardCharsets.UTF_8);
  }

  @Test
  void attributesOfAfsHaveLinuxNamesAndForms() throws Exception {
    assertThat(attribute("/dir/file", "afs.cell")).isEqualTo(MemoryTree.CELL);
    assertThat(attribute("/dir/file", "afs.volume")).isEqualTo("memory");
    assertThat(attribute("/dir/file", "afs.fid"))
        .isEqualTo(
            "20000000:"
                + Integer.toHexString(status("/dir/file").fid().vnode())
                + ":"
                + Integer.toHexString(status("/dir/file").fid().uniquifier()));
    assertThat(attribute("/dir/file", "afs.other")).isEqualTo("ENODATA");
    assertThat(attribute("/dir/file", "user.comment")).isEqualTo("EOPNOTSUPP");
    assertThat(adapter.attributes().getxattr(path("/dir"), path("afs.cell"), zeros(9), 3))
        .isEqualTo(ERANGE);
    assertThat(adapter.attributes().getxattr(path("/dir"), path("afs.cell"), null, 0))
        .isEqualTo(MemoryTree.CELL.length());
  }

  private int setAttribute(String name, String value, int flags) {
    return adapter
        .attributes()
        .setxattr(path("/dir"), path(name), path(value), value.length(), flags);
  }

  @Test
  void theAccessListIsReplaced() {
    assertThat(setAttribute("afs.acl", "1\n0\nalice 127\n", 0)).isZero();
    assertThat(attribute("/dir", "afs.acl")).isEqualTo("1\n0\nalice 127\n");
    assertThat(setAttribute("afs.acl", "x", 1)).isEqualTo(EEXIST);
    assertThat(setAttribute("user.comment", "x", 0)).isEqualTo(EOPNOTSUPP);
    assertThat(adapter.attributes().removexattr(path("/dir"), path("afs.acl")))
        .isEqualTo(EOPNOTSUPP);
  }

  @Test
  void accessForWritingIsByRightsAndMode() {
    assertThat(adapter.paths().access(path("/dir/file"), 2)).isZero();
    assertThat(adapter.paths().access(path("/dir"), 2)).isZero();
    tree.mode("/dir/file", 0400);
    assertThat(adapter.paths().access(path("/dir/file"), 2)).isEqualTo(Errno.EACCES.result());
    tree.mode("/dir/file", 0600);
    tree.rightsOfDirectory("/dir/file", 0b1001); // taken away; the status has those of before
    assertThat(adapter.paths().access(path("/dir/file"), 2)).isEqualTo(Errno.EACCES.result());
    assertThat(tree.openNow()).isZero();
    tree.rights("/dir", 0b1001);
    assertThat(adapter.paths().access(path("/dir"), 2)).isEqualTo(Errno.EACCES.result());
  }
}
