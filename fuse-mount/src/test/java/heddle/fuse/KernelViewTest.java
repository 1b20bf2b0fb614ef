package heddle.fuse;

import static heddle.fuse.KernelView.Opening.BYPASS_CACHES;
import static heddle.fuse.KernelView.Opening.DROP_PAGES;
import static heddle.fuse.KernelView.Opening.KEEP_PAGES;
import static heddle.fuse.KernelView.Opening.LOOK_UP_AGAIN;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AccessRights;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class KernelViewTest {
  private static final String PATH = "/cell/file";
  private static final int ALICE = 101; // threads
  private static final int BOB = 102;
  private static final long LATER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final KernelView view = new KernelView();
  private long now = 1_000_000_000_000L;

  private static FileStatus version(long dataVersion) {
    return file(2, dataVersion);
  }

  private static FileStatus file(int vnode, long dataVersion) {
    return new FileStatus(
        new Fid("cell", 1, vnode, 1),
        FileType.FILE,
        10,
        dataVersion,
        1,
        0,
        0,
        0644,
        Instant.EPOCH,
        new AccessRights(1),
        new AccessRights(1));
  }

  private void told(FileStatus status, int thread) {
    view.told(PATH, status, thread, now);
  }

  private KernelView.Opening open(FileStatus status, int thread) {
    return view.open(PATH, status, thread, now);
  }

  @Test
  void unchangedFileKeepsItsPages() {
    told(version(1), ALICE);

    assertThat(open(version(1), ALICE)).isEqualTo(DROP_PAGES);
    assertThat(open(version(1), ALICE)).isEqualTo(KEEP_PAGES);
    assertThat(open(version(1), BOB)).isEqualTo(KEEP_PAGES);
  }

  @Test
  void changedFileIsLookedUpAgainBeforeItIsOpened() {
    told(version(1), ALICE);
    open(version(1), ALICE);

    assertThat(open(version(2), ALICE)).isEqualTo(LOOK_UP_AGAIN);
    told(version(2), ALICE);
    assertThat(open(version(2), ALICE)).isEqualTo(DROP_PAGES);
  }

  @Test
  void anotherFileOfTheSameNameIsLookedUpAgain() {
    told(file(2, 1), ALICE);

    assertThat(open(file(4, 1), ALICE)).isEqualTo(LOOK_UP_AGAIN);
  }

  @Test
  void changeThatTheKernelWasToldOfDropsThePages() {
    told(version(1), ALICE);
    open(version(1), ALICE);
    told(version(2), ALICE); // by a stat

    assertThat(open(version(2), ALICE)).isEqualTo(DROP_PAGES);
  }

  @Test
  void openThatIsRepeatedWithoutLookUpBypassesTheCaches() {
    told(version(1), ALICE);

    assertThat(open(version(2), ALICE)).isEqualTo(LOOK_UP_AGAIN);
    assertThat(open(version(2), ALICE)).isEqualTo(BYPASS_CACHES);
    assertThat(open(version(2), ALICE)).as("a new open").isEqualTo(LOOK_UP_AGAIN);
  }

  @Test
  void fileThatChangesOnceMoreMeanwhileIsNotRefused() {
    told(version(1), ALICE);

    assertThat(open(version(2), ALICE)).isEqualTo(LOOK_UP_AGAIN);
    told(version(2), ALICE);
    assertThat(open(version(3), ALICE)).isEqualTo(BYPASS_CACHES);
  }

  @Test
  void unknownFileIsLookedUpFirst() {
    assertThat(open(version(1), ALICE)).isEqualTo(LOOK_UP_AGAIN);
    told(version(1), ALICE);
    assertThat(open(version(1), ALICE)).isEqualTo(DROP_PAGES);
  }

  @Test
  void freshNewsIsBelievedOfTheThreadThatWasToldOnly() {
    told(version(1), ALICE);
    told(version(2), ALICE); // on its way into the kernel

    assertThat(open(version(2), BOB)).isEqualTo(LOOK_UP_AGAIN);
    told(version(2), BOB);
    assertThat(open(version(2), BOB)).isEqualTo(DROP_PAGES);

    now += LATER_NANOS;
    assertThat(open(version(2), 103)).isEqualTo(KEEP_PAGES);
  }

  @Test
  void pagesAreDroppedByEveryOpenUntilTheFirstDropIsDoneForSure() {
    told(version(1), ALICE);
    open(version(1), ALICE);
    told(version(2), ALICE);
    now += LATER_NANOS;

    assertThat(open(version(2), ALICE)).isEqualTo(DROP_PAGES);
    assertThat(open(version(2), BOB)).isEqualTo(DROP_PAGES);
    now += LATER_NANOS;
    assertThat(open(version(2), BOB)).isEqualTo(KEEP_PAGES);
  }

  @Test
  void newsIsBelievedOfAllWhenWhoWasToldHasGoneOnToTheNextQuestion() {
    told(version(1), ALICE);
    told(version(2), ALICE);
    view.told("/another", version(1), ALICE, now);

    assertThat(open(version(2), BOB)).isEqualTo(DROP_PAGES);
  }

  @Test
  void pagesAreKeptWhenWhoDroppedThemHasGoneOnToTheNextQuestion() {
    told(version(1), ALICE);
    open(version(1), ALICE);
    told(version(2), ALICE);
    assertThat(open(version(2), ALICE)).isEqualTo(DROP_PAGES);
    view.told("/another", version(1), ALICE, now);

    assertThat(open(version(2), BOB)).isEqualTo(KEEP_PAGES);
  }

  @Test
  void newsThatAnOlderAnswerToAnotherMayHaveOvertakenIsBelievedOfNobody() {
    told(version(1), BOB); // may arrive after ALICE has asked
    told(version(2), ALICE);
    view.told("/another", version(1), ALICE, now);
    view.told("/another", version(1), BOB, now);

    assertThat(open(version(2), ALICE)).isEqualTo(LOOK_UP_AGAIN);
    assertThat(open(version(2), 103)).isEqualTo(LOOK_UP_AGAIN);
    now += LATER_NANOS;
    assertThat(open(version(2), BOB)).isEqualTo(DROP_PAGES);
  }

  @Test
  void threadsOfOtherNamespacesAreToldApartByNothing() {
    told(version(1), 0);
    told(version(2), 0);

    assertThat(open(version(2), 0)).isEqualTo(LOOK_UP_AGAIN);
    now += LATER_NANOS;
    view.told("/another", version(1), 0, now);
    assertThat(open(version(2), 0)).isEqualTo(DROP_PAGES);
  }

  @Test
  void threadsThatShareAPlaceOnlyWaitForTheSecond() {
    told(version(1), ALICE);
    told(version(2), ALICE);
    view.told("/another", version(1), ALICE + (1 << 12), now);

    assertThat(open(version(2), BOB)).isEqualTo(LOOK_UP_AGAIN);
    now += LATER_NANOS;
    assertThat(open(version(2), 103)).isEqualTo(DROP_PAGES);
  }

  @Test
  void directOpensBypassTheCachesAndLeavePagesAsTheyAre() {
    told(version(1), ALICE);
    now += LATER_NANOS;

    assertThat(view.openDirectly(PATH, version(1), BOB, now)).isEqualTo(BYPASS_CACHES);
    assertThat(open(version(1), ALICE)).as("no pages yet").isEqualTo(DROP_PAGES);
    assertThat(view.openDirectly(PATH, version(2), BOB, now)).isEqualTo(LOOK_UP_AGAIN);
    assertThat(view.openDirectly(PATH, version(2), BOB, now)).isEqualTo(BYPASS_CACHES);
    assertThat(open(version(1), ALICE)).isEqualTo(KEEP_PAGES);
  }

  @Test
  void repeatsAreOfEachThreadAndPath() {
    told(version(1), ALICE);

    assertThat(open(version(2), ALICE)).isEqualTo(LOOK_UP_AGAIN);
    assertThat(open(version(2), BOB)).isEqualTo(LOOK_UP_AGAIN);
    assertThat(view.open("/other", version(2), ALICE, now)).isEqualTo(LOOK_UP_AGAIN);
  }

  @Test
  void missingFileIsLookedUpOnce() {
    told(version(1), ALICE);

    assertThat(view.missing(PATH, ALICE)).isTrue();
    assertThat(view.missing(PATH, ALICE)).isFalse();
    assertThat(view.missing(PATH, ALICE)).as("a new open").isTrue();
  }

  @Test
  void whatIsWrittenByOnePathIsAChangeForTheOthersOfTheFile() {
    String other = "/cell/twin";
    told(version(1), ALICE);
    view.told(other, version(1), ALICE, now);
    open(version(1), ALICE);
    view.open(other, version(1), ALICE, now);
    assertThat(view.open(other, version(1), ALICE, now)).isEqualTo(KEEP_PAGES);

    view.written(PATH, version(1).fid());

    assertThat(open(version(1), ALICE)).as("by the path written by").isEqualTo(KEEP_PAGES);
    assertThat(view.open(other, version(1), ALICE, now)).isEqualTo(LOOK_UP_AGAIN);
    view.told(other, version(1), ALICE, now);
    assertThat(view.open(other, version(1), ALICE, now)).isEqualTo(DROP_PAGES);
    now += LATER_NANOS;
    view.open(other, version(1), ALICE, now);
    now += LATER_NANOS;
    assertThat(view.open(other, version(1), ALICE, now)).isEqualTo(KEEP_PAGES);
  }

  @Test
  void aPathThatHasAnotherFileNowIsNotChangedByWritesToItsFormerOne() {
    String other = "/cell/twin";
    view.told(other, version(1), ALICE, now);
    view.told(other, file(4, 1), ALICE, now);
    view.open(other, file(4, 1), ALICE, now);
    now += LATER_NANOS;

    view.written(PATH, version(1).fid());

    assertThat(view.open(other, file(4, 1), ALICE, now)).isEqualTo(KEEP_PAGES);
  }

  @Test
  void whatIsGoneIsUnknown() {
    told(version(1), ALICE);
    open(version(1), ALICE);
    view.gone(PATH);

    assertThat(open(version(1), ALICE)).isEqualTo(LOOK_UP_AGAIN);
  }
}
