package heddle.afs;

import static heddle.afs.ClientFixture.ANONYMOUS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.location.CallFailure;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.testkit.FakeVolume;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes that the server does not answer: made once, at most, and never reported wrongly. */
class LostRepliesTest {
  private static final String HOME = "/example.org/home/";

  private final ClientFixture afs = new ClientFixture();
  private FakeVolume home;

  @BeforeEach
  void makeVolumes() throws AfsException {
    FakeVolume root = afs.cell.volume("root.cell", afs.fs2).mount("home", "#home.");
    home =
        afs.cell
            .volume("home", afs.fs1)
            .dir("dir")
            .file("file", "old")
            .file("victim", "doomed")
            .writable();
    afs.cell.release(root, afs.fs2);
    afs.list(HOME);
    afs.stat(HOME + "file");
    afs.cell.forgetCalls();
  }

  @AfterEach
  void close() {
    afs.close();
  }

  private static AfsPath path(String name) {
    return AfsPath.of(HOME + name);
  }

  private AfsClient client() {
    return afs.client();
  }

  @Test
  void aChangeThatWasMadeIsFoundToBeMade() throws Exception {
    afs.fs1.loseNextReply();
    client().create(ANONYMOUS, path("new"), 0644).close();
    afs.fs1.loseNextReply();
    client().makeDirectory(ANONYMOUS, path("d2"), 0755);
    afs.fs1.loseNextReply();
    client().makeSymbolicLink(ANONYMOUS, path("link"), "target".getBytes(UTF_8));
    afs.fs1.loseNextReply();
    client().link(ANONYMOUS, path("file"), path("twin"));
    afs.fs1.loseNextReply();
    client().rename(ANONYMOUS, path("new"), path("dir/newer"));
    afs.fs1.loseNextReply();
    client().remove(ANONYMOUS, path("victim"));
    afs.fs1.loseNextReply();
    client()
        .setStatus(ANONYMOUS, path("file"), FinalLink.KEEP, StatusUpdate.NOTHING.withMode(0400));

    assertThat(afs.list(HOME)).containsExactlyInAnyOrder("dir", "file", "d2", "link", "twin");
    assertThat(afs.list(HOME + "dir")).containsExactly("newer");
    assertThat(afs.stat(HOME + "file").mode()).isEqualTo(0400);
    for (String call :
        new String[] {"CreateFile", "MakeDir", "Symlink", "Link", "Rename", "RemoveFile"}) {
      assertThat(afs.cell.calls(call)).as(call).isOne();
    }
  }

  /** The request is lost: the server never sees it, which the client cannot know. */
  private void loseNextRequest() throws AfsException {
    afs.list(HOME);
    afs.stat(HOME + "file");
    afs.stat(HOME + "victim");
    afs.fs1.failNext(CallFailure.of(CallFailure.Kind.SILENT, "no answer"));
  }

  @Test
  void aChangeThatWasNotMadeFailsAndIsNotTriedAgain() throws Exception {
    loseNextRequest();
    assertThatThrownBy(() -> client().create(ANONYMOUS, path("new"), 0644))
        .isInstanceOf(AfsException.OutcomeUnknown.class)
        .hasMessageContaining("\"new\"")
        .hasMessageContaining("may or may not");
    loseNextRequest();
    assertThatThrownBy(() -> client().remove(ANONYMOUS, path("file")))
        .isInstanceOf(AfsException.OutcomeUnknown.class);
    loseNextRequest();
    assertThatThrownBy(() -> client().rename(ANONYMOUS, path("file"), path("victim")))
        .isInstanceOf(AfsException.OutcomeUnknown.class);
    loseNextRequest();
    assertThatThrownBy(() -> client().link(ANONYMOUS, path("file"), path("twin")))
        .isInstanceOf(AfsException.OutcomeUnknown.class);
    assertThat(afs.cell.calls("CreateFile")).isOne();
    assertThat(afs.cell.calls("RemoveFile")).isOne();
    assertThat(afs.list(HOME)).containsExactlyInAnyOrder("dir", "file", "victim");
  }

  @Test
  void whatAnotherMadeUnderTheNameIsNotTakenForOurs() throws Exception {
    AtomicInteger creations = new AtomicInteger();
    afs.cell.onArrival(
        (operation, argument) -> {
          if (operation.equals("MakeDir") && creations.getAndIncrement() == 0) {
            home.dir("d2");
            afs.fs1.failNext(CallFailure.of(CallFailure.Kind.SILENT, "no answer"));
          }
        });
    assertThatThrownBy(() -> client().makeDirectory(ANONYMOUS, path("d2"), 0755))
        .isInstanceOf(AfsException.OutcomeUnknown.class);
    assertThat(afs.list(HOME)).contains("d2");
  }

  @Test
  void nothingOldIsBelievedAfterwards() throws Exception {
    afs.cell.onReply(
        (operation, argument) -> {
          if (operation.equals("CreateFile")) {
            afs.fs1.setUp(false);
          }
        });
    afs.fs1.loseNextReply();
    assertThatThrownBy(() -> client().create(ANONYMOUS, path("new"), 0644))
        .isInstanceOf(AfsException.OutcomeUnknown.class);
    afs.fs1.setUp(true);
    assertThat(afs.list(HOME)).contains("new");
  }

  @Test
  void whatAServerPutsOffIsTriedAgain() throws Exception {
    afs.fs1.failNext(
        CallFailure.aborted(AfsErrorCode.VBUSY),
        CallFailure.aborted(AfsErrorCode.VRESTARTING),
        CallFailure.notBegun(CallFailure.Kind.BUSY, "no room"));
    client().create(ANONYMOUS, path("new"), 0644).close();
    assertThat(afs.cell.calls("CreateFile")).isEqualTo(4);
    assertThat(afs.list(HOME)).contains("new");
  }

  @Test
  void onlyWhatWasSentBeforeAnInterruptMayHaveBeenDone() {
    afs.fs1.failNext(CallFailure.notBegun(CallFailure.Kind.INTERRUPTED, "for a test"));
    assertThatThrownBy(() -> client().makeDirectory(ANONYMOUS, path("d2"), 0755))
        .isInstanceOf(AfsException.Interrupted.class)
        .hasCauseInstanceOf(CallFailure.class);
    afs.fs1.failNext(CallFailure.of(CallFailure.Kind.INTERRUPTED, "for a test"));
    assertThatThrownBy(() -> client().makeDirectory(ANONYMOUS, path("d2"), 0755))
        .isInstanceOf(AfsException.Interrupted.class)
        .hasCauseInstanceOf(AfsException.OutcomeUnknown.class);
  }

  @Test
  void aMovedVolumeIsFollowed() throws Exception {
    afs.fs1.remove(home);
    afs.cell.moveTo(home, afs.fs2);
    client().makeDirectory(ANONYMOUS, path("d2"), 0755);
    assertThat(afs.list(HOME)).contains("d2");
  }

  @Test
  void aServerThatIsDownIsAskedSomethingHarmlessFirst() throws Exception {
    afs.fs1.setUp(false);
    assertThatThrownBy(() -> afs.read(HOME + "victim"))
        .isInstanceOf(AfsException.ServersUnreachable.class);
    afs.cell.forgetCalls();
    assertThatThrownBy(() -> client().create(ANONYMOUS, path("new"), 0644))
        .isInstanceOf(AfsException.ServersUnreachable.class);
    assertThat(afs.cell.calls("CreateFile")).isZero();
  }
}
