package heddle.afs;

import static heddle.afs.ClientFixture.ANONYMOUS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.testkit.FakeVolume;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What one client changes and the other sees, at any point of the other's calls. */
class TwoClientsTest {
  private static final String HOME = "/example.org/home/";

  private final ClientFixture afs = new ClientFixture();
  private FakeVolume home;
  private AfsClient here;
  private AfsClient there;

  @BeforeEach
  void makeVolumes() {
    FakeVolume root = afs.cell.volume("root.cell", afs.fs2).mount("home", "#home.");
    home = afs.cell.volume("home", afs.fs1).dir("dir").file("file", "old").writable();
    afs.cell.release(root, afs.fs2);
    here = afs.client();
    there = afs.otherClient();
  }

  @AfterEach
  void close() {
    there.close();
    afs.close();
  }

  private static AfsPath path(String name) {
    return AfsPath.of(HOME + name);
  }

  private static List<String> names(AfsClient client, String directory) throws AfsException {
    try (AfsDirectory open = client.openDirectory(ANONYMOUS, path(directory))) {
      return open.entries().stream().map(DirectoryEntry::nameText).sorted().toList();
    }
  }

  private static FileStatus stat(AfsClient client, String name) throws AfsException {
    return client.stat(ANONYMOUS, path(name), FinalLink.KEEP);
  }

  @Test
  void whatOneChangesTheOtherSees() throws Exception {
    assertThat(names(there, "")).containsExactly("dir", "file");
    assertThat(names(there, "dir")).isEmpty();
    here.create(ANONYMOUS, path("new"), 0644).close();
    assertThat(names(there, "")).containsExactly("dir", "file", "new");
    here.rename(ANONYMOUS, path("new"), path("dir/new"));
    assertThat(names(there, "")).containsExactly("dir", "file");
    assertThat(names(there, "dir")).containsExactly("new");
    assertThat(stat(there, "file").mode()).isEqualTo(0644);
    here.setStatus(ANONYMOUS, path("file"), FinalLink.KEEP, StatusUpdate.NOTHING.withMode(0600));
    assertThat(stat(there, "file").mode()).isEqualTo(0600);
    here.link(ANONYMOUS, path("file"), path("twin"));
    assertThat(stat(there, "file").linkCount()).isEqualTo(2);
    here.remove(ANONYMOUS, path("file"));
    assertThat(stat(there, "twin").linkCount()).isEqualTo(1);
    assertThatThrownBy(() -> stat(there, "file")).isInstanceOf(AfsException.NoSuchFile.class);
  }

  /** Servers break no promise of a file that is moved: its status here names a directory of old. */
  @Test
  void aFileThatTheOtherHasMovedIsReadWhereItIs() throws Exception {
    there.makeDirectory(ANONYMOUS, path("old"), 0755);
    there.rename(ANONYMOUS, path("file"), path("old/file"));
    assertThat(read(here, "old/file")).isEqualTo("old");
    there.rename(ANONYMOUS, path("old/file"), path("dir/file"));
    there.removeDirectory(ANONYMOUS, path("old"));
    assertThat(read(here, "dir/file")).isEqualTo("old");
    stat(here, "dir/file");
    afs.cell.forgetCalls();
    stat(here, "dir/file");
    assertThat(afs.cell.calls()).isEmpty(); // the new place is known now
  }

  @Test
  void anOpenFileThatTheOtherHasMovedCanStillBeRead() throws Exception {
    there.makeDirectory(ANONYMOUS, path("old"), 0755);
    there.rename(ANONYMOUS, path("file"), path("old/file"));
    try (AfsFile file = here.open(ANONYMOUS, path("old/file"), FinalLink.KEEP)) {
      assertThat(ClientFixture.read(file)).isEqualTo("old");
      there.rename(ANONYMOUS, path("old/file"), path("file"));
      there.removeDirectory(ANONYMOUS, path("old"));
      assertThat(ClientFixture.read(file)).isEqualTo("old");
    }
  }

  @Test
  void anOpenFileThatTheOtherHasRemovedWithItsDirectoryIsStale() throws Exception {
    there.makeDirectory(ANONYMOUS, path("old"), 0755);
    there.create(ANONYMOUS, path("old/new"), 0644).close();
    try (AfsFile file = here.open(ANONYMOUS, path("old/new"), FinalLink.KEEP)) {
      there.remove(ANONYMOUS, path("old/new"));
      there.removeDirectory(ANONYMOUS, path("old"));
      assertThatThrownBy(() -> ClientFixture.read(file)).isInstanceOf(AfsException.StaleFid.class);
    }
  }

  private static String read(AfsClient client, String name) throws AfsException {
    try (AfsFile file = client.open(ANONYMOUS, path(name), FinalLink.KEEP)) {
      return ClientFixture.read(file);
    }
  }

  @Test
  void twoWhoChangeOneDirectorySeeBothChanges() throws Exception {
    names(here, "");
    names(there, "");
    here.create(ANONYMOUS, path("a"), 0644).close();
    there.create(ANONYMOUS, path("b"), 0644).close();
    here.create(ANONYMOUS, path("c"), 0644).close();
    assertThat(names(here, "")).containsExactly("a", "b", "c", "dir", "file");
    assertThat(names(there, "")).containsExactly("a", "b", "c", "dir", "file");
    assertThatThrownBy(() -> there.create(ANONYMOUS, path("a"), 0644))
        .isInstanceOf(AfsException.FileExists.class);
  }

  /** Does {@code change} once, when the first call of that name arrives, or when it is answered. */
  private void during(String operation, boolean onArrival, Change change) {
    AtomicBoolean done = new AtomicBoolean();
    if (onArrival) {
      afs.cell.onArrival((name, argument) -> once(operation, name, done, change));
    } else {
      afs.cell.onReply((name, argument) -> once(operation, name, done, change));
    }
  }

  private interface Change {
    void make() throws IOException;
  }

  private static void once(String wanted, String name, AtomicBoolean done, Change change) {
    if (name.equals(wanted) && done.compareAndSet(false, true)) {
      try {
        change.make();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void aChangeOfTheOtherJustBeforeOursIsSeen() throws Exception {
    names(here, "");
    during("CreateFile", true, () -> there.makeDirectory(ANONYMOUS, path("theirs"), 0755));
    here.create(ANONYMOUS, path("ours"), 0644).close();
    assertThat(names(here, "")).containsExactly("dir", "file", "ours", "theirs");
  }

  @Test
  void aChangeOfTheOtherWhileOurReplyIsOnItsWayIsSeen() throws Exception {
    names(here, "");
    during("CreateFile", false, () -> there.makeDirectory(ANONYMOUS, path("theirs"), 0755));
    here.create(ANONYMOUS, path("ours"), 0644).close();
    assertThat(names(here, "")).containsExactly("dir", "file", "ours", "theirs");
  }

  @Test
  void aChangeOfOurNewFileWhileTheReplyIsOnItsWayIsSeen() throws Exception {
    names(here, "");
    during(
        "CreateFile",
        false,
        () ->
            there.setStatus(
                ANONYMOUS, path("ours"), FinalLink.KEEP, StatusUpdate.NOTHING.withMode(0600)));
    here.create(ANONYMOUS, path("ours"), 0644).close();
    assertThat(stat(here, "ours").mode()).isEqualTo(0600);
  }

  /** Random changes by two clients: both always see what is there. */
  @RepeatedTest(20)
  void bothSeeWhatIsThereAfterAnyChanges(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    List<AfsClient> clients = List.of(here, there);
    for (int i = 0; i < 150; i++) {
      AfsClient client = clients.get(random.nextInt(2));
      try {
        change(client, random);
      } catch (AfsException.FileExists
          | AfsException.NoSuchFile
          | AfsException.DirectoryNotEmpty
          | AfsException.CrossDirectoryLink
          | AfsException.NotADirectory
          | AfsException.InvalidArgument
          | AfsException.NotPermitted
          | AfsException.IsADirectory e) {
        // what the server's state makes of a random change
      }
      AfsClient looking = clients.get(random.nextInt(2));
      for (String directory : List.of("", "dir")) {
        assertThat(new TreeSet<>(names(looking, directory)))
            .isEqualTo(new TreeSet<>(home.names(directory)));
      }
    }
  }

  private static AfsPath any(Random random) {
    return path((random.nextBoolean() ? "dir/" : "") + "f" + random.nextInt(4));
  }

  private static void change(AfsClient client, Random random) throws AfsException {
    AfsPath path = any(random);
    switch (random.nextInt(8)) {
      case 0, 1 -> client.create(ANONYMOUS, path, 0644).close();
      case 2 -> client.remove(ANONYMOUS, path);
      case 3, 4 -> client.rename(ANONYMOUS, path, any(random));
      case 5 -> client.link(ANONYMOUS, path, any(random));
      case 6 -> client.makeDirectory(ANONYMOUS, path, 0755);
      default -> client.removeDirectory(ANONYMOUS, path);
    }
  }
}
