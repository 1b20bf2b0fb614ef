package heddle.afs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.auth.Caller;
import heddle.afs.location.CallFailure;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.WireFid;
import heddle.afs.testkit.FakeVolume;
import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.testkit.Eventually;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Written data: seen at once, stored when they have to be, never lost silently. */
class WritingTest {
  private static final String PATH = "/example.org/file";
  private static final int MEGABYTE = 1 << 20;
  private static final Caller ALICE = new ClientFixture.Named("alice");
  private static final int ALL_RIGHTS = 0x7f;

  private final ClientFixture afs = new ClientFixture();
  private FakeVolume volume;

  @BeforeEach
  void makeVolume() throws AfsException {
    volume = afs.cell.volume("root.cell", afs.fs1).file("file", "0123456789").writable();
    volume.setQuota(0); // none
    afs.stat(PATH);
    afs.cell.forgetCalls();
  }

  @AfterEach
  void close() {
    afs.close();
  }

  private AfsFile open() throws AfsException {
    return open(ClientFixture.ANONYMOUS);
  }

  private AfsFile open(Caller caller) throws AfsException {
    return afs.client().openForWriting(caller, AfsPath.of(PATH), FinalLink.FOLLOW);
  }

  private static void write(AfsFile file, long offset, String text) throws AfsException {
    file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), offset);
  }

  private String stored() {
    return new String(volume.bytes("file"), UTF_8);
  }

  @Test
  void everyHandleSeesAtOnceWhatWasWritten() throws Exception {
    try (AfsFile first = open();
        AfsFile second = open()) {
      write(first, 2, "ab");
      write(second, 12, "c");
      assertThat(ClientFixture.read(first)).isEqualTo("01ab456789\0\0c");
      assertThat(ClientFixture.read(second)).isEqualTo("01ab456789\0\0c");
      assertThat(afs.stat(PATH).length()).isEqualTo(13);
      assertThat(second.status().length()).isEqualTo(13);
      assertThat(stored()).isEqualTo("0123456789");
    }
  }

  @Test
  void flushStoresWhatWasWrittenInOneCall() throws Exception {
    try (AfsFile file = open()) {
      write(file, 0, "ab");
      write(file, 2, "cd");
      file.flush();
      assertThat(stored()).isEqualTo("abcd456789");
      file.flush();
    }
    assertThat(afs.cell.calls("StoreData64")).isOne();
  }

  @Test
  void theBitsThatLendRightsAreTakenFromTheOpenFileWhateverItIsCalledNow() throws Exception {
    setMode(PATH, 06755);
    try (AfsFile file = open()) {
      write(file, 0, "ab");
      AfsPath moved = AfsPath.of("/example.org/moved");
      afs.client().rename(ClientFixture.ANONYMOUS, AfsPath.of(PATH), moved);
      afs.client().create(ClientFixture.ANONYMOUS, AfsPath.of(PATH), 06700).close();
      assertThat(file.dropSetId()).isTrue();
      assertThat(afs.stat("/example.org/moved").mode()).isEqualTo(0755);
      assertThat(afs.stat(PATH).mode()).isEqualTo(06700);
      assertThat(file.dropSetId()).isFalse();
    }
  }

  /**
   * A server lets only administrators store a mode with a group's bit, and takes the other itself.
   */
  @Test
  void aModeThatNoServerTakesIsNotStored() throws Exception {
    setMode(PATH, 06745);
    try (AfsFile file = open()) {
      afs.cell.forgetCalls();
      assertThat(file.dropSetId()).isFalse();
      assertThat(afs.cell.calls()).isEmpty();
    }
  }

  @Test
  void whereNoneAreKnownNobodyIsAskedForThem() throws Exception {
    try (AfsFile file = open()) {
      afs.fs1.forgetPromises();
      afs.cell.forgetCalls();
      assertThat(file.dropSetId()).isFalse();
      assertThat(afs.cell.calls()).isEmpty();
    }
  }

  private void setMode(String path, int mode) throws AfsException {
    StatusUpdate update = StatusUpdate.NOTHING.withMode(mode);
    afs.client().setStatus(ClientFixture.ANONYMOUS, AfsPath.of(path), FinalLink.KEEP, update);
  }

  @Test
  void whatWasStoredIsNotFetched() throws Exception {
    byte[] data = new byte[3 * MEGABYTE + 17];
    new SplittableRandom(1).nextBytes(data);
    try (AfsFile file = open()) {
      file.write(ByteBuffer.wrap(data), 0);
      file.flush();
      afs.cell.forgetCalls();
      ByteBuffer all = ByteBuffer.allocate(data.length + 1);
      assertThat(file.read(all, 0)).isEqualTo(data.length);
      assertThat(Arrays.copyOf(all.array(), data.length)).isEqualTo(data);
      assertThat(afs.stat(PATH).length()).isEqualTo(data.length);
    }
    assertThat(afs.cell.calls()).isEmpty();
  }

  @Test
  void chunksThatAStoreDidNotTouchStayGood() throws Exception {
    byte[] data = new byte[4 * MEGABYTE];
    new SplittableRandom(2).nextBytes(data);
    volume.file("big", data);
    AfsPath path = AfsPath.of("/example.org/big");
    try (AfsFile file = afs.client().openForWriting(ALICE, path, FinalLink.FOLLOW)) {
      file.read(ByteBuffer.allocate(data.length), 0);
      afs.cell.forgetCalls();
      for (int i = 0; i < 5; i++) {
        file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), MEGABYTE + 1000L * i);
        file.flush();
        System.arraycopy(new byte[] {1, 2, 3}, 0, data, MEGABYTE + 1000 * i, 3);
      }
      ByteBuffer all = ByteBuffer.allocate(data.length);
      file.read(all, 0);
      assertThat(all.array()).isEqualTo(data);
    }
    assertThat(afs.cell.calls("FetchData64")).isZero();
    assertThat(afs.cell.calls("StoreData64")).isEqualTo(5);
  }

  @Test
  void aWriteNeedsNothingOfTheFile() throws Exception {
    try (AfsFile file = open()) {
      write(file, 3, "x");
      file.flush();
    }
    assertThat(afs.cell.calls("FetchData64")).isZero();
    assertThat(stored()).isEqualTo("012x456789");
  }

  @Test
  void anotherClientsChangeSurvivesWhereNothingWasWritten() throws Exception {
    try (AfsFile file = open()) {
      write(file, 0, "ab");
      volume.write("file", "ABCDEFGHIJKLMN");
      assertThat(ClientFixture.read(file)).isEqualTo("abCDEFGHIJKLMN");
      file.flush();
      assertThat(ClientFixture.read(file)).isEqualTo("abCDEFGHIJKLMN");
      assertThat(stored()).isEqualTo("abCDEFGHIJKLMN");
      volume.write("file", "new");
      assertThat(ClientFixture.read(file)).isEqualTo("new");
    }
  }

  @Test
  void aChangeByAnotherBetweenTwoStoresIsSeen() throws Exception {
    try (AfsFile file = open()) {
      assertThat(ClientFixture.read(file)).isEqualTo("0123456789");
      AtomicBoolean once = new AtomicBoolean();
      afs.cell.onArrival(
          (operation, argument) -> {
            if (operation.equals("StoreData64") && once.compareAndSet(false, true)) {
              volume.write("file", "ABCDEFGHIJ"); // the break comes while the store is on its way
            }
          });
      write(file, 0, "x");
      file.flush();
      assertThat(ClientFixture.read(file)).isEqualTo("xBCDEFGHIJ");
    }
  }

  @Test
  void aTruncationIsSeenAtOnceAndStoredInOrder() throws Exception {
    try (AfsFile file = open()) {
      file.truncate(4);
      write(file, 6, "z");
      assertThat(ClientFixture.read(file)).isEqualTo("0123\0\0z");
      file.flush();
      assertThat(stored()).isEqualTo("0123\0\0z");
      assertThat(ClientFixture.read(file)).isEqualTo("0123\0\0z");
      file.truncate(9);
      assertThat(file.status().length()).isEqualTo(9);
      file.flush();
      assertThat(stored()).isEqualTo("0123\0\0z\0\0");
    }
    afs.client().truncate(ALICE, AfsPath.of(PATH), FinalLink.FOLLOW, 2);
    assertThat(stored()).isEqualTo("01");
  }

  @Test
  void syncAsksTheServerForItsDiskEvenIfAllIsStored() throws Exception {
    try (AfsFile file = open()) {
      write(file, 0, "x");
      file.flush();
      file.sync();
      file.sync();
    }
    assertThat(afs.cell.calls("StoreData64")).isEqualTo(2);
    assertThat(stored()).isEqualTo("x123456789");
  }

  @Test
  void theForeignVersionStaysWhileOnlyThisClientWrites() throws Exception {
    long before = afs.stat(PATH).foreignVersion();
    try (AfsFile file = open()) {
      for (int i = 0; i < 3; i++) {
        write(file, 0, "x");
        file.flush();
      }
      assertThat(file.status().foreignVersion()).isEqualTo(before);
      assertThat(file.status().dataVersion()).isEqualTo(before + 3);
    }
    volume.write("file", "other");
    assertThat(afs.stat(PATH).foreignVersion()).isNotEqualTo(before);
  }

  @Test
  void modificationTimeIsThatOfTheWriteBeforeAndAfterTheStore() throws Exception {
    try (AfsFile file = open()) {
      write(file, 0, "x");
      var written = file.status().modified();
      assertThat(written).isEqualTo(written.truncatedTo(ChronoUnit.SECONDS));
      assertThat(written).isAfter(Instant.ofEpochSecond(1_500_000_000));
      file.flush();
      assertThat(file.status().modified()).isEqualTo(written);
    }
  }

  @Test
  void exceededQuotaIsToldToEachHandleThatWroteOnce() throws Exception {
    volume.setQuota(1);
    try (AfsFile first = open();
        AfsFile second = open();
        AfsFile reader = open()) {
      write(first, 0, "x".repeat(5000));
      write(second, 6000, "y");
      assertThatThrownBy(first::flush).isInstanceOf(AfsException.QuotaExceeded.class);
      first.flush();
      assertThatThrownBy(() -> write(second, 0, "z"))
          .isInstanceOf(AfsException.QuotaExceeded.class);
      assertThatThrownBy(second::sync).isInstanceOf(AfsException.QuotaExceeded.class);
      second.sync();
      reader.flush();
      assertThat(ClientFixture.read(reader)).isEqualTo("0123456789");
      write(second, 0, "z");
      second.flush();
    }
    assertThat(stored()).isEqualTo("z123456789");
  }

  @Test
  void lostDataMakeAnotherForeignVersion() throws Exception {
    volume.setQuota(1);
    long before = afs.stat(PATH).foreignVersion();
    try (AfsFile file = open()) {
      write(file, 0, "x".repeat(5000));
      assertThatThrownBy(file::flush).isInstanceOf(AfsException.QuotaExceeded.class);
      assertThat(file.status().foreignVersion()).isNotEqualTo(before);
    }
  }

  @Test
  void whatAServerThatIsDownDoesNotTakeIsKept() throws Exception {
    try (AfsFile file = open()) {
      write(file, 0, "x");
      afs.fs1.setUp(false);
      assertThatThrownBy(file::flush).isInstanceOf(AfsException.ServersUnreachable.class);
      assertThatThrownBy(() -> write(file, 1, "y"))
          .isInstanceOf(AfsException.ServersUnreachable.class);
      afs.fs1.setUp(true);
      write(file, 1, "y");
      file.flush();
      assertThat(stored()).isEqualTo("xy23456789");
      file.flush();
    }
  }

  @Test
  void aStoreWhoseReplyWasLostIsSentAgain() throws Exception {
    try (AfsFile file = open()) {
      assertThat(ClientFixture.read(file)).isEqualTo("0123456789");
      write(file, 0, "x");
      afs.fs1.loseNextReply();
      file.flush();
      assertThat(stored()).isEqualTo("x123456789");
      assertThat(ClientFixture.read(file)).isEqualTo("x123456789");
    }
  }

  @Test
  void whatIsWrittenByTwoIsStoredByEachForItself() throws Exception {
    volume.setRights("", ClientFixture.ANONYMOUS, ALL_RIGHTS & ~AccessRights.WRITE);
    try (AfsFile alice = open(ALICE);
        AfsFile anybody = open()) {
      write(anybody, 0, "x"); // who may insert is not refused before the server is asked
      write(alice, 1, "y");
      assertThat(stored()).isEqualTo("0123456789");
      assertThatThrownBy(anybody::flush).isInstanceOf(AfsException.PermissionDenied.class);
      alice.flush();
    }
    assertThat(stored()).isEqualTo("0y23456789");
  }

  @Test
  void whoMayCertainlyNotWriteCannotOpen() throws Exception {
    volume.setRights("", ALICE, AccessRights.READ | AccessRights.LOOKUP);
    assertThatThrownBy(() -> open(ALICE)).isInstanceOf(AfsException.PermissionDenied.class);
    FakeVolume copy = afs.cell.release(volume, afs.fs1);
    assertThat(copy).isNotNull();
    afs.clock.advance(Duration.ofHours(3));
    assertThatThrownBy(this::open).isInstanceOf(AfsException.ReadOnlyVolume.class);
  }

  @Test
  void whatAReaderMayNotReadItDoesNotSeeUnstoredEither() throws Exception {
    try (AfsFile file = open();
        AfsFile spy = afs.client().open(ALICE, AfsPath.of(PATH), FinalLink.FOLLOW)) {
      write(file, 0, "secret-secret");
      volume.setRights("", ALICE, AccessRights.LOOKUP);
      assertThatThrownBy(() -> ClientFixture.read(spy))
          .isInstanceOf(AfsException.PermissionDenied.class);
    }
  }

  @Test
  void aDeletedFileCannotBeStored() throws Exception {
    try (AfsFile file = open()) {
      write(file, 0, "x");
      volume.remove("file");
      assertThatThrownBy(file::flush).isInstanceOf(AfsException.StaleFid.class);
      file.flush();
    }
  }

  @Test
  void muchMoreThanFitsInMemoryIsWritten() throws Exception {
    afs.config(config -> config.withDirtyBytes(MEGABYTE));
    byte[] data = new byte[20 * MEGABYTE];
    new SplittableRandom(3).nextBytes(data);
    long most = 0;
    try (AfsFile file = open()) {
      for (int offset = 0; offset < data.length; offset += 100_000) {
        int count = Math.min(100_000, data.length - offset);
        file.write(ByteBuffer.wrap(data, offset, count), offset);
        most = Math.max(most, afs.client().statistics().dirtyBytes());
      }
      file.flush();
    }
    assertThat(volume.bytes("file")).isEqualTo(data);
    assertThat(most).isPositive().isLessThanOrEqualTo(MEGABYTE);
    assertThat(afs.client().statistics().dirtyBytes()).isZero();
  }

  @Test
  void manyWritersShareLittleMemory() throws Exception {
    afs.config(config -> config.withDirtyBytes(MEGABYTE));
    List<FutureTask<byte[]>> writers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String name = "file" + i;
      volume.file(name, "");
      byte[] data = new byte[600_000 + i];
      new SplittableRandom(i).nextBytes(data);
      FutureTask<byte[]> writer =
          new FutureTask<>(
              () -> {
                AfsPath path = AfsPath.of("/example.org/" + name);
                try (AfsFile file =
                    afs.client().openForWriting(ClientFixture.ANONYMOUS, path, FinalLink.FOLLOW)) {
                  file.write(ByteBuffer.wrap(data), 0);
                  file.flush();
                }
                return data;
              });
      writers.add(writer);
    }
    volume.writable();
    writers.forEach(writer -> Thread.ofVirtual().start(writer));
    for (int i = 0; i < 20; i++) {
      assertThat(writers.get(i).get()).isEqualTo(volume.bytes("file" + i));
    }
  }

  @Test
  void everythingIsStoredAtTheEnd() throws Exception {
    try (AfsFile file = open()) {
      write(file, 0, "x");
      assertThat(afs.client().storeAll(Duration.ofMinutes(1), left -> {})).isEmpty();
      assertThat(stored()).isEqualTo("x123456789");
      write(file, 0, "y");
      afs.fs1.setUp(false);
      assertThat(afs.client().storeAll(Duration.ofMinutes(1), left -> {}))
          .singleElement()
          .satisfies(left -> assertThat(left.fid()).isEqualTo(volume.fid("file")));
      afs.fs1.setUp(true);
    }
  }

  @Test
  void whatTheServerRefusesAtTheEndIsLeft() throws Exception {
    volume.setQuota(1);
    List<String> shown = new ArrayList<>();
    try (AfsFile file = open()) {
      write(file, 0, "x".repeat(5000));
      for (int i = 0; i < 2; i++) { // as a mount does
        assertThat(afs.client().storeAll(Duration.ofMinutes(1), left -> {}))
            .singleElement()
            .satisfies(left -> assertThat(left.reason()).contains("VOVERQUOTA"))
            .satisfies(left -> assertThat(left.bytes()).isEqualTo(5000));
      }
      afs.client().showUnstored(left -> shown.add(left.ranges().toString()));
      assertThatThrownBy(file::flush).isInstanceOf(AfsException.QuotaExceeded.class);
      assertThat(afs.client().unstored()).as("whoever stores it meanwhile").hasSize(1);
    }
    assertThat(shown).containsExactly("[Range[start=0, end=5000]]");
  }

  @Test
  void whatIsNotStoredIsShownAsItWouldBeStored() throws Exception {
    List<String> shown = new ArrayList<>();
    try (AfsFile file = open()) {
      afs.fs1.setUp(false);
      file.truncate(4);
      write(file, 2, "ab");
      write(file, 8, "cd");
      write(file, 3, "e");
      afs.client()
          .showUnstored(
              writes -> {
                shown.add(writes.fid() + " " + writes.truncatedTo() + " " + writes.grownTo());
                for (UnstoredWrites.Range range : writes.ranges()) {
                  ByteBuffer bytes = ByteBuffer.allocate((int) (range.end() - range.start()));
                  writes.read(bytes, range.start());
                  shown.add(range.start() + " " + new String(bytes.array(), UTF_8));
                }
                shown.add(writes.dataVersion() >= 0 ? "known" : "unknown");
              });
      assertThat(shown).containsExactly(volume.fid("file") + " 4 10", "2 ae", "8 cd", "known");
      afs.fs1.setUp(true);
    }
  }

  /** Else recover would take the version of others for the one that was written over. */
  @Test
  void whatOthersHaveChangedMeanwhileIsOfNoKnownVersion() throws Exception {
    List<Long> versions = new ArrayList<>();
    try (AfsFile file = open()) {
      write(file, 0, "x");
      afs.client().showUnstored(writes -> versions.add(writes.dataVersion()));
      volume.write("file", "of others");
      afs.client().stat(ALICE, AfsPath.of(PATH), FinalLink.FOLLOW);
      afs.client().showUnstored(writes -> versions.add(writes.dataVersion()));
    }
    assertThat(versions).hasSize(2);
    assertThat(versions.get(0)).isNotNegative();
    assertThat(versions.get(1)).isEqualTo(UnstoredWrites.UNKNOWN_VERSION);
  }

  @Test
  void aFullPartitionIsAnErrorOfTheFlush() throws Exception {
    try (AfsFile file = open()) {
      afs.fs1.failNext(CallFailure.aborted(AfsErrorCode.VDISKFULL));
      write(file, 0, "x");
      assertThatThrownBy(file::flush).isInstanceOf(AfsException.NoSpace.class);
    }
  }

  @Test
  void whoOnlyReadsMayAskForTheDisk() throws Exception {
    volume.setRights("", ALICE, AccessRights.READ | AccessRights.LOOKUP);
    try (AfsFile writer = open();
        AfsFile reader = afs.client().open(ALICE, AfsPath.of(PATH), FinalLink.FOLLOW)) {
      write(writer, 0, "x");
      writer.flush();
      reader.sync();
      write(writer, 1, "y");
      writer.flush();
    }
    assertThat(afs.cell.calls("StoreData64")).isEqualTo(3);
    assertThat(stored()).isEqualTo("xy23456789");
  }

  private FileStatus setModified(Caller caller, Instant time) throws AfsException {
    return afs.client()
        .setStatus(
            caller, AfsPath.of(PATH), FinalLink.FOLLOW, StatusUpdate.NOTHING.withModified(time));
  }

  @Test
  void aTimeGoesToTheServerWithTheDataThatWait() throws Exception {
    Instant time = Instant.parse("2020-02-02T02:02:02Z");
    try (AfsFile file = open()) {
      write(file, 0, "x");
      assertThat(setModified(ClientFixture.ANONYMOUS, time.plusMillis(7)).modified())
          .isEqualTo(time);
    }
    assertThat(afs.cell.calls()).containsExactly("StoreData64");
    assertThat(stored()).isEqualTo("x123456789");
    assertThat(afs.stat(PATH).modified()).isEqualTo(time);
    afs.cell.forgetCalls();
    setModified(ClientFixture.ANONYMOUS, time.plusSeconds(1));
    assertThat(afs.cell.calls()).as("no data wait").containsExactly("StoreStatus");
  }

  @Test
  void aTimeThatAnotherUserSetsDoesNotGoWithTheWritersData() throws Exception {
    Instant time = Instant.parse("2020-02-02T02:02:02Z");
    try (AfsFile file = open()) {
      write(file, 0, "x");
      setModified(ALICE, time);
    }
    assertThat(afs.cell.calls()).containsSubsequence("StoreData64", "StoreStatus");
    assertThat(afs.stat(PATH).modified()).isEqualTo(time);
  }

  @Test
  void aSyncKeepsTheTimeThatWasSetSinceTheWrite() throws Exception {
    Instant time = Instant.parse("2020-02-02T02:02:02Z");
    try (AfsFile file = open()) {
      write(file, 0, "x");
      afs.client()
          .setStatus(
              ClientFixture.ANONYMOUS,
              AfsPath.of(PATH),
              FinalLink.FOLLOW,
              StatusUpdate.NOTHING.withModified(time));
      file.sync();
      assertThat(afs.cell.calls("StoreData64")).isEqualTo(2);
      assertThat(file.status().modified()).isEqualTo(time);
    }
  }

  @Test
  void failuresThatPassLoseNothing() throws Exception {
    List<CallFailure> passing =
        List.of(
            CallFailure.notBegun(CallFailure.Kind.LOCAL, "too many calls"),
            CallFailure.of(CallFailure.Kind.MALFORMED, "nonsense"),
            CallFailure.aborted(AbortCodes.RX_PROTOCOL_ERROR),
            CallFailure.aborted(AbortCodes.RXGEN_SS_UNMARSHAL),
            CallFailure.aborted(19270404), // RXKADOUTOFSEQUENCE
            CallFailure.aborted(12)); // ENOMEM
    try (AfsFile file = open()) {
      for (CallFailure failure : passing) {
        write(file, 0, "x");
        afs.fs1.failNext(failure);
        assertThatThrownBy(file::flush).isInstanceOf(AfsException.class);
        file.flush();
        assertThat(stored()).isEqualTo("x123456789");
        volume.write("file", "0123456789");
      }
    }
  }

  @Test
  void whatAServerRefusesForGoodIsGivenUp() throws Exception {
    try (AfsFile file = open()) {
      write(file, 0, "x");
      afs.fs1.failNext(CallFailure.aborted(5)); // EIO
      assertThatThrownBy(file::flush).isInstanceOf(AfsException.ServerFailure.class);
      file.flush();
      assertThat(stored()).isEqualTo("0123456789");
    }
  }

  @Test
  void whatAnotherHasAppendedMeanwhileIsNotCutOff() throws Exception {
    try (AfsFile file = open()) {
      AtomicBoolean once = new AtomicBoolean();
      afs.cell.onArrival(
          (operation, argument) -> {
            if (operation.equals("StoreData64") && once.compareAndSet(false, true)) {
              volume.write("file", "0123456789 and more");
            }
          });
      write(file, 0, "x");
      file.flush();
      assertThat(stored()).isEqualTo("x123456789 and more");
      volume.write("file", "short");
      file.sync();
      assertThat(stored()).isEqualTo("short");
    }
  }

  @Test
  void aSyncDoesNotWaitForAWriterThatGoesOn() throws Exception {
    try (AfsFile writer = open();
        AfsFile file = open()) {
      afs.cell.onArrival(
          (operation, argument) -> {
            if (operation.equals("StoreData64")) {
              writeUnchecked(writer, 100);
            }
          });
      write(file, 0, "x");
      file.sync();
      assertThat(stored()).isEqualTo("x123456789");
      assertThat(afs.cell.calls("StoreData64")).isOne();
    }
  }

  private static void writeUnchecked(AfsFile file, long offset) {
    try {
      write(file, offset, "more");
    } catch (AfsException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anEndWithAServerThatHangsStoresWhatIsForOthers() throws Exception {
    FakeVolume elsewhere = afs.cell.volume("elsewhere", afs.fs2).file("file", "").writable();
    volume.mount("mount", "#elsewhere.");
    List<AfsFile> files = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      volume.file("file" + i, "");
      files.add(openToWrite("/example.org/file" + i));
      write(files.getLast(), 0, "x");
    }
    files.add(openToWrite("/example.org/mount/file"));
    write(files.getLast(), 0, "x");
    CountDownLatch hanging = new CountDownLatch(1);
    afs.cell.onArrival(
        (operation, argument) -> {
          if (argument instanceof WireFid fid && fid.volume() == volume.fid("file").volume()) {
            await(hanging);
          }
        });
    FutureTask<List<UnstoredData>> end =
        new FutureTask<>(() -> afs.client().storeAll(Duration.ofMinutes(1), left -> {}));
    Thread.ofVirtual().start(end);
    Eventually.until(
        () -> elsewhere.bytes("file").length == 1, () -> "it was not stored: " + afs.cell.calls());
    hanging.countDown();
    assertThat(end.get()).isEmpty();
    files.forEach(AfsFile::close);
  }

  private CountDownLatch holdStores() {
    CountDownLatch hanging = new CountDownLatch(1);
    afs.cell.onArrival(
        (operation, argument) -> {
          if (operation.equals("StoreData64")) {
            await(hanging);
          }
        });
    return hanging;
  }

  @Test
  void whoStoresLaterDoesNotWaitForTheServer() throws Exception {
    afs.config(config -> config.withClosing(Closing.STORED_LATER));
    CountDownLatch hanging = holdStores();
    AfsFile file = open();
    write(file, 0, "x");
    file.flush();
    file.close();
    assertThat(afs.client().statistics().dirtyBytes()).isPositive();
    hanging.countDown();
    Eventually.until(
        () -> afs.client().statistics().dirtyBytes() == 0, () -> afs.cell.calls().toString());
    assertThat(afs.cell.calls("StoreData64")).isEqualTo(1);
  }

  @Test
  void whatIsToBeStoredLaterIsStoredAsSoonAsThereIsAThreadForIt() throws Exception {
    afs.config(config -> config.withClosing(Closing.STORED_LATER));
    CountDownLatch hanging = holdStores();
    for (int i = 0; i < 20; i++) {
      volume.file("file" + i, "");
      try (AfsFile file = openToWrite("/example.org/file" + i)) {
        write(file, 0, "x");
        file.flush();
      }
    }
    hanging.countDown();
    Eventually.until(
        () -> afs.client().statistics().dirtyBytes() == 0, () -> afs.cell.calls().toString());
  }

  @Test
  void whatIsToBeStoredLaterFollowsAVolumeThatMoves() throws Exception {
    afs.config(config -> config.withClosing(Closing.STORED_LATER));
    CountDownLatch hanging = holdStores();
    for (int i = 0; i < 20; i++) { // more than there are threads for
      volume.file("file" + i, "");
      try (AfsFile file = openToWrite("/example.org/file" + i)) {
        write(file, 0, "x");
        file.flush();
      }
    }
    afs.fs1.remove(volume);
    afs.cell.moveTo(volume, afs.fs2);
    hanging.countDown();
    Eventually.until(
        () -> afs.client().statistics().dirtyBytes() == 0, () -> afs.cell.calls().toString());
    for (int i = 0; i < 20; i++) {
      assertThat(volume.bytes("file" + i)).isEqualTo(new byte[] {'x'});
    }
    assertThat(afs.client().unstored()).isEmpty();
  }

  @Test
  void whatIsWrittenWhileTheFileIsStoredIsStoredAfterThat() throws Exception {
    afs.config(config -> config.withClosing(Closing.STORED_LATER));
    CountDownLatch hanging = holdStores();
    try (AfsFile file = open()) {
      write(file, 0, "x");
      file.flush();
      Eventually.until(() -> afs.cell.calls("StoreData64") == 1, () -> afs.cell.calls().toString());
      write(file, 1, "y");
      file.flush();
    }
    hanging.countDown();
    Eventually.until(() -> stored().equals("xy23456789"), this::stored);
  }

  @Test
  void whoStoresLaterIsToldOfTheLossBySync() throws Exception {
    afs.config(config -> config.withClosing(Closing.STORED_LATER));
    volume.setQuota(1);
    CountDownLatch hanging = holdStores();
    try (AfsFile file = open()) {
      write(file, 0, "x".repeat(5000));
      file.flush();
      hanging.countDown();
      assertThatThrownBy(file::sync).isInstanceOf(AfsException.QuotaExceeded.class);
    }
  }

  private AfsFile openToWrite(String path) throws AfsException {
    return afs.client().openForWriting(ClientFixture.ANONYMOUS, AfsPath.of(path), FinalLink.FOLLOW);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static final int RXKADEXPIRED = 19270409;

  @Test
  void whoDoesNotRenewHisTokenLosesWhatHeWroteInTheEnd() throws Exception {
    try (AfsFile file = open()) {
      write(file, 0, "x");
      for (Duration later : List.of(Duration.ZERO, Duration.ofMinutes(9), Duration.ofMinutes(2))) {
        assertThat(afs.client().statistics().dirtyBytes()).isPositive();
        afs.clock.advance(later);
        afs.fs1.failNext(CallFailure.aborted(RXKADEXPIRED));
        assertThatThrownBy(file::flush).isInstanceOf(AfsException.TokenExpired.class);
      }
      assertThat(afs.client().statistics().dirtyBytes()).isZero();
      file.flush();
      assertThat(stored()).isEqualTo("0123456789");
    }
  }

  @Test
  void whatWaitsForATokenMakesRoomForOthers() throws Exception {
    afs.config(config -> config.withDirtyBytes(MEGABYTE));
    volume.file("other", "");
    try (AfsFile file = open();
        AfsFile other = openToWrite("/example.org/other")) {
      file.write(ByteBuffer.wrap(new byte[300_000]), 0);
      afs.fs1.failNext(CallFailure.aborted(RXKADEXPIRED));
      assertThatThrownBy(file::flush).isInstanceOf(AfsException.TokenExpired.class);
      afs.clock.advance(Duration.ofMinutes(2));
      afs.stat(PATH);
      afs.fs1.failNext(CallFailure.aborted(RXKADEXPIRED));
      other.write(ByteBuffer.wrap(new byte[100_000]), 0);
      assertThatThrownBy(file::flush).isInstanceOf(AfsException.TokenExpired.class);
      file.flush();
      other.flush();
    }
    assertThat(stored()).isEqualTo("0123456789");
    assertThat(volume.bytes("other")).hasSize(100_000);
  }
}
