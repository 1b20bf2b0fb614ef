package heddle.afs.cell;

import static heddle.afs.cell.CellFixture.ANYBODY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import heddle.afs.AfsClient;
import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of our own client when a cell is broken on purpose. */
class CellFaultsTest {
  private static final Executor NEW_THREAD = Thread::startVirtualThread;
  private static final Duration LONG = Duration.ofHours(1);

  private CellFixture cell;
  private CellFaults faults;
  private AfsClient reader;

  @BeforeEach
  void start() throws IOException {
    cell = new CellFixture();
    faults = cell.cell.faults();
    reader = cell.cell.newClient();
    cell.volume("data", "data");
    cell.write(cell.admin, "data/file", "old");
  }

  @AfterEach
  void stop() {
    cell.close();
  }

  private CompletableFuture<String> reading(String path) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return cell.read(reader, ANYBODY, path);
          } catch (AfsException e) {
            throw new IllegalStateException(e);
          }
        },
        NEW_THREAD);
  }

  private void awaitCallAtGate() {
    CallGate gate = cell.cell.gate();
    Eventually.until(() -> gate.waiting() > 0, () -> gate.waiting() + " calls");
  }

  @Test
  void delayedCallsWaitUntilThatIsCleared() throws IOException {
    faults.delay(LONG);
    CompletableFuture<String> read = reading("data/file");
    awaitCallAtGate();
    assertThat(read).isNotDone();
    faults.clear();
    assertThat(read.join()).isEqualTo("old");
    assertThatIllegalArgumentException().isThrownBy(() -> faults.delay(Duration.ofNanos(-1)));
  }

  @Test
  void droppedCallsAreMadeAgainOnceTheyAreLetGo() throws IOException {
    faults.drop(1);
    CompletableFuture<String> read = reading("data/file");
    awaitCallAtGate();
    faults.clear();
    assertThat(read.join()).isEqualTo("old");
    assertThatIllegalArgumentException().isThrownBy(() -> faults.drop(-1));
  }

  @Test
  void delayedCallsEndWithTheirServer() throws IOException {
    faults.delay(LONG);
    try (RawClient client = new RawClient(cell.cell)) {
      CompletableFuture<Long> call =
          CompletableFuture.supplyAsync(() -> serverTime(client), NEW_THREAD);
      awaitCallAtGate();
      faults.kill();
      CallGate gate = cell.cell.gate();
      Eventually.until(() -> gate.waiting() == 0, () -> gate.waiting() + " calls");
      assertThatExceptionOfType(CompletionException.class).isThrownBy(call::join);
    }
  }

  private static long serverTime(RawClient client) {
    try {
      return client.files().getTime().getEpochSecond();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void callsOfAServerThatHasEndedDoNotPassWhenTheNextOneRuns() throws IOException {
    CallGate gate = new CallGate();
    gate.delay(LONG);
    long run = gate.run();
    CompletableFuture<Boolean> call =
        CompletableFuture.supplyAsync(() -> isLetThrough(gate, run), NEW_THREAD);
    Eventually.until(() -> gate.waiting() > 0, () -> gate.waiting() + " calls");
    gate.endRun();
    assertThat(call.join()).isFalse();
    gate.open();
    assertThat(isLetThrough(gate, run)).as("late").isFalse();
    assertThat(isLetThrough(gate, gate.run())).isTrue();
  }

  @Test
  void aServerHasEndedWhenTheCallsInTheMiddleAreDone() throws IOException {
    CallGate gate = new CallGate();
    gate.pass(gate.run());
    gate.endRun();
    Thread end = Thread.ofVirtual().start(gate::awaitEmpty);
    Eventually.until(() -> end.getState() == Thread.State.WAITING, end::getState);
    gate.leave();
    Eventually.until(() -> !end.isAlive(), end::getState);
  }

  private static boolean isLetThrough(CallGate gate, long run) {
    try {
      gate.pass(run);
      return true;
    } catch (ServiceCall.Abort e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void busyVolumesAreWaitedFor() {
    faults.busy("data");
    long before = reader.statistics().calls("FetchStatus");
    CompletableFuture<String> read = reading("data/file");
    Eventually.until(
        () -> reader.statistics().calls("FetchStatus") > before + 1,
        () -> reader.statistics().calls());
    assertThat(read).isNotDone();
    faults.online("data");
    assertThat(read.join()).isEqualTo("old");
  }

  @Test
  void offlineVolumesAreAnError() throws IOException {
    faults.offline("data");
    assertThatExceptionOfType(AfsException.VolumeUnavailable.class)
        .isThrownBy(() -> cell.read(reader, ANYBODY, "data/file"));
    faults.clear();
    assertThat(cell.read(reader, ANYBODY, "data/file")).isEqualTo("old");
    assertThatIllegalArgumentException().isThrownBy(() -> faults.offline("no-volume"));
  }

  @Test
  void promisesAreBrokenThoughNothingHasChanged() throws IOException {
    assertThat(cell.read(reader, ANYBODY, "data/file")).isEqualTo("old");
    Fid fid = cell.stat(ANYBODY, "data/file").fid();
    long before = reader.statistics().breaksReceived();
    faults.breakPromises(fid);
    assertThat(reader.statistics().breaksReceived()).isEqualTo(before + 1);
    assertThat(cell.read(reader, ANYBODY, "data/file")).isEqualTo("old");
  }

  @Test
  void nothingFitsIntoAFullVolume() throws IOException {
    faults.fillQuota("data");
    assertThatExceptionOfType(AfsException.QuotaExceeded.class)
        .isThrownBy(() -> cell.write(cell.admin, "data/more", "x".repeat(100_000)));
    assertThat(cell.read(reader, ANYBODY, "data/file")).isEqualTo("old");
  }

  @Test
  void killedServersComeBackWithTheirVolumesAndWithoutPromises() throws IOException {
    cell.write(cell.admin, "data/other", "other");
    assertThat(cell.read(reader, ANYBODY, "data/file")).isEqualTo("old");
    faults.kill();
    faults.kill();
    faults.restart();
    faults.restart();
    cell.write(cell.admin, "data/file", "new"); // nobody is left whom the server would tell
    assertThat(cell.read(reader, ANYBODY, "data/other")).isEqualTo("other"); // it calls
    assertThat(cell.read(reader, ANYBODY, "data/file")).isEqualTo("new");
    assertThat(reader.statistics().statesInitialized()).isPositive();
  }

  @Test
  void whileServersAreAwayThereAreErrors() throws IOException {
    AfsClient impatient =
        AfsClient.open(cell.cell.clientConfig().withTimeout(Duration.ofMillis(300)));
    try (impatient) {
      faults.cutOff();
      assertThatExceptionOfType(AfsException.class)
          .isThrownBy(() -> cell.read(impatient, ANYBODY, "data/file"));
      faults.clear();
      assertThat(cell.read(cell.cell.newClient(), ANYBODY, "data/file")).isEqualTo("old");
    }
  }
}
