package heddle.afs.vnode;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AccessRights;
import heddle.afs.Fid;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.callback.CallbackTable;
import heddle.afs.callback.IdlePromises;
import heddle.afs.location.Request;
import heddle.afs.location.TestVolumes;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.WireFid;
import heddle.afs.testkit.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of the promises about vnodes that are not kept. */
class VnodeTableTest {
  private static final UUID SERVER = new UUID(0, 1);
  private static final int VOLUME = 500;
  private static final int KEPT = 1000;
  private static final int MADE = 3000;
  private static final CallbackPromise PROMISE =
      new CallbackPromise(1, Duration.ofHours(1), CallbackPromise.SHARED);

  private final FakeClock clock = new FakeClock();
  private final CallbackTable callbacks = new CallbackTable();
  private final Set<WireFid> givenUp = new HashSet<>();
  private final IdlePromises idle = new IdlePromises((server, fids) -> givenUp.addAll(fids), clock);
  private final VnodeTable table = new VnodeTable(callbacks, idle, KEPT * 1000L);
  private final List<Vnode> made = new ArrayList<>(); // none is collected

  private Vnode make(int vnode, MountedVolume volume) {
    Vnode file = table.vnode(new Fid("example.org", volume.volume().id(), vnode, 1), volume);
    FetchStatus status =
        new FetchStatus(
            FileType.FILE,
            1,
            10,
            1,
            0,
            0,
            new AccessRights(AccessRights.READ),
            new AccessRights(0),
            0644,
            1,
            1,
            Instant.EPOCH,
            Instant.EPOCH,
            0,
            0);
    file.learn(
        status,
        1,
        PROMISE,
        callbacks.begin(file.watched(), SERVER, clock.nanoTime()),
        Caller.anonymous());
    made.add(file);
    return file;
  }

  private MountedVolume volume() {
    return table.volume(TestVolumes.readWrite("example.org", VOLUME));
  }

  private boolean isBelieved(Vnode vnode) {
    return vnode.believedBy(
            Request.begin(Caller.anonymous(), clock.nanoTime(), Duration.ofSeconds(1)))
        != null;
  }

  @Test
  void promisesAboutWhatIsNotKeptAreGivenUpAndNotBelieved() {
    for (int i = 0; i < MADE; i++) {
      make(2 * i + 2, volume());
    }

    table.giveUpIdle();

    assertThat(givenUp).hasSizeBetween(MADE - KEPT - 1, MADE - KEPT / 2);
    for (Vnode vnode : made) {
      assertThat(isBelieved(vnode))
          .as("%s", vnode)
          .isEqualTo(!givenUp.contains(WireFid.of(vnode.fid())));
    }
  }

  @Test
  void whatIsOpenIsNotGivenUp() {
    Vnode open = make(100_000, volume());
    open.opened();
    Vnode written = make(100_002, volume());
    assertThat(written.dirty()).isNotNull();
    for (int i = 0; i < MADE; i++) {
      make(2 * i + 2, volume());
    }

    table.giveUpIdle();

    assertThat(givenUp)
        .isNotEmpty()
        .doesNotContain(WireFid.of(open.fid()), WireFid.of(written.fid()));
    assertThat(isBelieved(open)).isTrue();
    assertThat(isBelieved(written)).isTrue();
  }

  @Test
  void whatIsUsedAgainIsNotGivenUp() {
    for (int i = 0; i < MADE; i++) {
      make(2 * i + 2, volume());
    }
    Set<WireFid> again = new HashSet<>();
    for (Vnode vnode : made) {
      table.vnode(vnode.fid(), vnode.volume());
    }
    for (Vnode vnode : made) {
      if (table.isKept(vnode.fid())) {
        again.add(WireFid.of(vnode.fid()));
      }
    }

    table.giveUpIdle();

    assertThat(again).isNotEmpty();
    assertThat(givenUp).isNotEmpty().doesNotContainAnyElementsOf(again);
  }

  /** There the server has made one promise about the whole volume. */
  @Test
  void readOnlyFilesAreLeftAlone() {
    MountedVolume volume = table.volume(TestVolumes.readOnly("example.org", VOLUME));
    for (int i = 0; i < MADE; i++) {
      make(2 * i + 2, volume);
    }

    table.giveUpIdle();

    assertThat(givenUp).isEmpty();
  }
}
