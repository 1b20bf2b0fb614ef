package heddle.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.Fid;
import heddle.afs.LockMode;
import heddle.afs.LockOwner;
import heddle.afs.LockRange;
import heddle.afs.LockRequest;
import heddle.afs.auth.Caller;
import heddle.afs.kept.KeptDirectory;
import heddle.afs.kept.KeptWrites;
import heddle.fuse.FakeWrites;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mount kept is stored, and nothing that is newer is lost by it. */
final class RecoverCommandTest {
  private static final String PATH = "/cell/dir/file";
  private static final Instant NOW = Instant.parse("2026-11-22T05:06:07Z");
  private static final String NAME = "20261122-050607-";

  @TempDir private Path cache;
  private final CommandRun heddle = new CommandRun();

  @BeforeEach
  void plant() {
    heddle.tree.directory("/cell/dir").file(PATH, "0123456789");
  }

  private Fid fid() throws AfsException {
    return heddle.tree.stat(Caller.anonymous(), AfsPath.of(PATH), FinalLink.KEEP).fid();
  }

  private FakeWrites writes(String data) throws AfsException {
    return new FakeWrites(fid(), data).over(1);
  }

  private Path keep(FakeWrites writes) throws Exception {
    return KeptDirectory.in(cache).keep(writes, new KeptWrites.Place("", PATH), NOW);
  }

  private int recover(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--keep-dir";
    all[arguments.length + 1] = cache.toString();
    return heddle.run("recover", all);
  }

  private void assertNothingKept() throws Exception {
    assertThat(KeptDirectory.in(cache).files()).isEmpty();
  }

  @Test
  void aFileThatNobodyHasChangedGetsItsData() throws Exception {
    keep(writes("ab").at(8));
    assertThat(recover()).isZero();
    assertThat(heddle.out()).isEqualTo("/afs" + PATH + ": stored\n");
    assertThat(heddle.tree.content(PATH)).isEqualTo("01234567ab");
    assertNothingKept();
  }

  @Test
  void itIsCutOffAndGrows() throws Exception {
    keep(writes("new").at(2).afterTruncation());
    assertThat(recover()).isZero();
    assertThat(heddle.tree.content(PATH)).isEqualTo("\0\0new");
  }

  @Test
  void aFileThatSomebodyHasChangedIsLeftAlone() throws Exception {
    keep(writes("ab"));
    heddle.tree.change(PATH, "changed by another");
    assertThat(recover()).isZero();
    assertThat(heddle.out())
        .isEqualTo("/afs" + PATH + ": has changed meanwhile; stored as " + PATH + ".recovered\n");
    assertThat(heddle.tree.content(PATH)).isEqualTo("changed by another");
    assertThat(heddle.tree.content(PATH + ".recovered")).isEqualTo("abanged by another");
    assertNothingKept();
  }

  @Test
  void copiesAreNeverWrittenOver() throws Exception {
    heddle.tree.change(PATH, "changed by another");
    heddle.tree.file(PATH + ".recovered", "precious");
    keep(writes("ab").afterTruncation());
    assertThat(recover()).isZero();
    assertThat(heddle.tree.content(PATH + ".recovered")).isEqualTo("precious");
    assertThat(heddle.tree.content(PATH + ".recovered2")).isEqualTo("ab");
  }

  /** The store may have come to the server, and only its answer did not come back. */
  @Test
  void whatIsThereAlreadyIsNotStoredAgain() throws Exception {
    keep(writes("ab"));
    heddle.tree.change(PATH, "ab23456789");
    assertThat(recover()).isZero();
    assertThat(heddle.out()).contains("was stored already");
    assertThat(heddle.tree.content(PATH)).isEqualTo("ab23456789");
    assertNothingKept();
  }

  @Test
  void anotherFileOfThatNameIsLeftAlone() throws Exception {
    keep(new FakeWrites(new Fid("memory.example", 1, 2, 3), "lost").over(1));
    assertThat(recover()).isZero();
    assertThat(heddle.tree.content(PATH)).isEqualTo("0123456789");
    assertThat(heddle.tree.content(PATH + ".recovered")).isEqualTo("lost");
  }

  @Test
  void aFileThatIsGoneComesBackUnderAnotherName() throws Exception {
    keep(writes("lost"));
    heddle.tree.remove(Caller.anonymous(), AfsPath.of(PATH));
    assertThat(recover()).isZero();
    assertThat(heddle.out()).contains("is gone; stored as " + PATH + ".recovered");
    assertThat(heddle.tree.content(PATH + ".recovered")).isEqualTo("lost");
  }

  @Test
  void aCopyOfANameThatIsAsLongAsCanBeHasItsBeginning() throws Exception {
    String name = "\u00e9".repeat(127) + "a"; // 255 bytes
    String path = "/cell/dir/" + new String(name.getBytes(UTF_8), ISO_8859_1);
    var gone = new FakeWrites(new Fid("memory.example", 1, 2, 3), "lost").over(1);
    KeptDirectory.in(cache).keep(gone, new KeptWrites.Place("", path), NOW);
    assertThat(recover()).isZero();
    String copy = "/cell/dir/" + "\u00e9".repeat(122) + ".recovered"; // 254: no half of a character
    assertThat(heddle.tree.content(copy)).isEqualTo("lost");
  }

  @Test
  void whatIsDamagedStaysAndDoesNotStopTheOthers() throws Exception {
    Path damaged = keep(writes("ab"));
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length - 7));
    keep(writes("xy").at(4));

    assertThat(recover()).isEqualTo(1);

    assertThat(heddle.err()).contains(damaged.getFileName() + ": the file ends too early");
    assertThat(heddle.tree.content(PATH)).isEqualTo("0123xy6789");
    assertThat(KeptDirectory.in(cache).files()).containsExactly(damaged);
  }

  @Test
  void whatCannotBeStoredStays() throws Exception {
    Path kept = KeptDirectory.in(cache).keep(writes("ab"), new KeptWrites.Place("", ""), NOW);
    Path root = KeptDirectory.in(cache).keep(writes("ab"), new KeptWrites.Place("v", PATH), NOW);
    assertThat(recover()).isEqualTo(1);
    assertThat(heddle.err()).contains("use --to DIR", "with --root-volume v");
    assertThat(KeptDirectory.in(cache).files()).containsExactlyInAnyOrder(kept, root);
  }

  @Test
  void whatIsKeptIsListed() throws Exception {
    Path kept = keep(writes("ab"));
    assertThat(recover("--list")).isZero();
    assertThat(heddle.out())
        .startsWith(NAME)
        .contains("/afs" + PATH, " 2 bytes of it, written by uid 1000 at ", ": for a test");
    assertThat(recover("--list", "--json")).isZero();
    assertThat(heddle.out())
        .contains("\"path\":\"/afs" + PATH + "\"", "\"bytes\":2,", "\"whole\":false");
    assertThat(kept).exists();
    assertThat(heddle.tree.content(PATH)).isEqualTo("0123456789");
  }

  @Test
  void aTerminalIsToldNothingThatItObeys() throws Exception {
    keep(writes("ab").by("al\033ice@REALM").because("no\033room"));
    assertThat(recover("--list")).isZero();
    assertThat(heddle.out()).contains(" written by al\\x1bice@REALM at ", ": no\\x1broom");
    assertThat(recover("--list", "--json")).isZero();
    assertThat(heddle.out()).containsIgnoringCase("\"principal\":\"al\\u001bice@REALM\"");
  }

  @Test
  void someAreChosenByName() throws Exception {
    Path first = keep(writes("ab"));
    Path second = keep(writes("yz").at(8));
    assertThat(recover(second.getFileName().toString())).isZero();
    assertThat(heddle.tree.content(PATH)).isEqualTo("01234567yz");
    assertThat(KeptDirectory.in(cache).files()).containsExactly(first);
    assertThat(recover("none.kept", first.getFileName().toString())).isEqualTo(1);
    assertThat(heddle.err())
        .isEqualTo("heddle recover: not kept: none.kept; heddle recover --list tells what is\n");
  }

  @Test
  void itIsWrittenToLocalFilesThatWereNotThere(@TempDir Path local) throws Exception {
    keep(writes("ab").at(2));
    Files.writeString(local.resolve("file"), "precious");
    assertThat(recover("--to", local.toString())).isZero();
    assertThat(heddle.out()).contains("written to " + local.resolve("file.1"));
    assertThat(local.resolve("file")).hasContent("precious");
    assertThat(Files.readString(local.resolve("file.1"))).isEqualTo("\0\0ab");
    assertThat(heddle.tree.content(PATH)).isEqualTo("0123456789");
    assertNothingKept();
  }

  @Test
  void dataAreStoredWithTheRightsOfWhoWroteThem() throws Exception {
    Path alices = keep(writes("ab").by("alice@REALM"));
    Path bobs = keep(writes("yz").at(8).by("bob@REALM"));
    assertThat(recover("--list")).isZero();
    assertThat(heddle.out()).contains(" written by alice@REALM at ", " written by bob@REALM at ");

    assertThat(recover()).isEqualTo(1);
    assertThat(heddle.tree.content(PATH)).isEqualTo("ab23456789");
    assertThat(heddle.tree.lastPrincipal()).contains("alice@REALM");
    assertThat(heddle.err())
        .contains(bobs.getFileName() + ": bob@REALM wrote it, and you are alice@REALM");
    assertThat(KeptDirectory.in(cache).files()).containsExactly(bobs);
    assertThat(alices).doesNotExist();
  }

  /** Who logs in says himself who he is: his word must not be enough for another's rights. */
  @Test
  void whatAnotherUserWroteInOnesNameIsStoredOnlyIfItIsNamed() throws Exception {
    Path planted = keep(writes("ab").by("alice@REALM").from("uid 2000 in session 7"));
    assertThat(recover()).isEqualTo(1);
    assertThat(heddle.err())
        .contains("uid 2000 in session 7 of this machine wrote it, and said to be alice@REALM");
    assertThat(heddle.tree.content(PATH)).isEqualTo("0123456789");

    assertThat(recover(planted.getFileName().toString())).isZero();
    assertThat(heddle.tree.content(PATH)).isEqualTo("ab23456789");
  }

  @Test
  void aDirectoryThatOthersMayWriteToIsNotBelieved() throws Exception {
    keep(writes("ab"));
    Files.setPosixFilePermissions(
        cache.resolve("kept"), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(recover()).isEqualTo(1);
    assertThat(heddle.err()).contains("may be written to by others");
    assertThat(heddle.tree.content(PATH)).isEqualTo("0123456789");
  }

  @Test
  void whatAnybodyWroteIsStoredAsAnybody() throws Exception {
    keep(writes("ab"));
    assertThat(recover()).isZero();
    assertThat(heddle.tree.lastPrincipal()).isEmpty();
  }

  @Test
  void aFileThatSomebodyHasLockedIsLeft() throws Exception {
    Path kept = keep(writes("ab"));
    try (AfsFile file =
        heddle.tree.openForWriting(Caller.anonymous(), AfsPath.of(PATH), FinalLink.KEEP)) {
      LockOwner another = LockOwner.ofWholeFiles(-1);
      file.locks().tryLock(new LockRequest(another, LockRange.WHOLE, LockMode.SHARED, 0));
      assertThat(recover()).isEqualTo(1);
      assertThat(heddle.err()).contains("somebody has a lock on it; try again");
      assertThat(heddle.tree.content(PATH)).isEqualTo("0123456789");
      file.locks().unlock(another, LockRange.WHOLE);
    }
    assertThat(recover()).isZero();
    assertThat(kept).doesNotExist();
  }

  @Test
  void nothingIsKeptNowhere() throws Exception {
    keep(writes("ab"));
    assertThat(heddle.run("recover", "--keep-dir", "none", "--list")).isZero();
    assertThat(heddle.out()).isEmpty();
    assertThat(heddle.err()).isEqualTo("heddle recover: nothing is kept\n");
  }

  @Test
  void nothingIsNothing() {
    assertThat(recover()).isZero();
    assertThat(heddle.out()).isEmpty();
    assertThat(heddle.err()).isEqualTo("heddle recover: nothing is kept in " + cache + "\n");
  }
}
