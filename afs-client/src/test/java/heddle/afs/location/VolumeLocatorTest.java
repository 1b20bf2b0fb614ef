package heddle.afs.location;

import static heddle.afs.location.VolumeChoice.BACKUP;
import static heddle.afs.location.VolumeChoice.READ_ONLY;
import static heddle.afs.location.VolumeChoice.READ_ONLY_PREFERRED;
import static heddle.afs.location.VolumeChoice.READ_WRITE;
import static heddle.afs.location.VolumeChoice.READ_WRITE_PREFERRED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.ServerAddresses;
import heddle.afs.rpc.ServerId;
import heddle.afs.rpc.VldbEntry;
import heddle.afs.rpc.VldbSite;
import heddle.afs.rpc.VolumeType;
import heddle.afs.testkit.FakeClock;
import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallOptions;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VolumeLocatorTest {
  private static final String CELL = "example.org";
  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);
  private static final int RW = VldbSite.READ_WRITE;
  private static final int RO = VldbSite.READ_ONLY;

  private final FakeClock clock = new FakeClock();
  private final Lifetime lifetime = new Lifetime(clock);
  private final ServerTable servers = new ServerTable(new ServerRanks(Map.of()));
  private final Database database = new Database();
  private final VolumeLocator locator =
      new VolumeLocator(
          new Cells(
              CellDatabase.empty().with(Map.of(CELL, List.of(address(1), address(2)))),
              Cells.Names.NONE,
              Optional.empty(),
              lifetime),
          new ServerRanks(Map.of()),
          database,
          servers,
          lifetime);

  private static Inet4Address address(int last) {
    try {
      return (Inet4Address) InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private Request request() {
    return Request.begin(Caller.anonymous(), clock.nanoTime(), Duration.ofSeconds(10));
  }

  private Volume find(String name, VolumeChoice choice) throws AfsException {
    return locator.find(CELL, name, choice, request());
  }

  private static VldbSite site(UUID uuid, int uniquifier, int flags) {
    return new VldbSite(new ServerId.ByUuid(uuid, uniquifier), 0, flags);
  }

  private void entry(int exists, VldbSite... sites) {
    database.entry = new VldbEntry("vol", 10, 11, 12, 0, exists, List.of(sites));
  }

  @Test
  void readOnlyIsPreferredWhereThereIsOne() throws Exception {
    entry(VldbEntry.RW_EXISTS | VldbEntry.RO_EXISTS, site(FIRST, 1, RW), site(SECOND, 1, RO));
    Volume volume = find("vol", READ_ONLY_PREFERRED);
    assertThat(volume.id()).isEqualTo(11);
    assertThat(volume.name()).isEqualTo("vol.readonly");
    assertThat(volume.servers()).extracting(FileServer::uuid).containsExactly(SECOND);
    assertThat(find("vol", READ_WRITE_PREFERRED).id()).isEqualTo(10);
    assertThat(find("vol", READ_WRITE).servers())
        .extracting(FileServer::uuid)
        .containsExactly(FIRST);
  }

  @Test
  void withoutReadOnlySitesTheReadWriteVolumeIsTaken() throws Exception {
    entry(VldbEntry.RW_EXISTS, site(FIRST, 1, RW));
    assertThat(find("vol", READ_ONLY_PREFERRED).id()).isEqualTo(10);
    assertThatThrownBy(() -> find("vol", READ_ONLY)).isInstanceOf(AfsException.NoSuchVolume.class);
    assertThatThrownBy(() -> find("vol", BACKUP)).isInstanceOf(AfsException.NoSuchVolume.class);
  }

  @Test
  void aSiteThatTheReleaseDidNotReachIsNotUsed() throws Exception {
    entry(
        VldbEntry.RW_EXISTS | VldbEntry.RO_EXISTS,
        site(FIRST, 1, RW | RO),
        site(SECOND, 1, RO | VldbSite.DO_NOT_USE));
    assertThat(find("vol", READ_ONLY_PREFERRED).servers())
        .extracting(FileServer::uuid)
        .containsExactly(FIRST);
  }

  @Test
  void whereThereIsOnlyAReadOnlyVolumeItIsTakenUnlessReadWriteIsMeant() throws Exception {
    entry(VldbEntry.RO_EXISTS, site(FIRST, 1, RO));
    assertThat(find("vol", READ_WRITE_PREFERRED).id()).isEqualTo(11);
    assertThatThrownBy(() -> find("vol", READ_WRITE)).isInstanceOf(AfsException.NoSuchVolume.class);
  }

  @Test
  void aBackupIsWithTheReadWriteVolume() throws Exception {
    entry(VldbEntry.RW_EXISTS | VldbEntry.BACKUP_EXISTS, site(FIRST, 1, RW));
    Volume volume = find("vol", BACKUP);
    assertThat(volume.id()).isEqualTo(12);
    assertThat(volume.type()).isEqualTo(VolumeType.BACKUP);
    assertThat(volume.isReadOnly()).isTrue();
  }

  @Test
  void anIdSaysExactlyWhichVolumeIsMeantUnlessItIsThatOfTheReadWriteOne() throws Exception {
    entry(VldbEntry.RW_EXISTS | VldbEntry.RO_EXISTS, site(FIRST, 1, RW | RO));
    assertThat(find("11", READ_WRITE_PREFERRED).id()).isEqualTo(11);
    assertThat(find("10", READ_ONLY_PREFERRED).id()).isEqualTo(11);
    assertThat(find("10", READ_WRITE).id()).isEqualTo(10);
  }

  @Test
  void answersAreRememberedForAnHour() throws Exception {
    entry(VldbEntry.RW_EXISTS, site(FIRST, 1, RW));
    Volume first = find("vol", READ_WRITE);
    assertThat(find("vol", READ_WRITE)).isSameAs(first);
    assertThat(database.asked).containsOnlyOnce("U vol");
    clock.advance(Duration.ofHours(1));
    assertThat(find("vol", READ_WRITE)).isSameAs(first);
    assertThat(database.asked).filteredOn("U vol"::equals).hasSize(2);
  }

  @Test
  void anOldLocationIsRefreshedAndKeptIfNobodyAnswers() throws Exception {
    entry(VldbEntry.RW_EXISTS, site(FIRST, 1, RW));
    Volume volume = find("vol", READ_WRITE);
    entry(VldbEntry.RW_EXISTS, site(SECOND, 1, RW));
    locator.refreshIfOld(volume, request());
    assertThat(volume.servers()).extracting(FileServer::uuid).containsExactly(FIRST);
    clock.advance(Duration.ofHours(1));
    locator.refreshIfOld(volume, request());
    assertThat(volume.servers()).extracting(FileServer::uuid).containsExactly(SECOND);
    clock.advance(Duration.ofHours(1));
    database.silent.addAll(List.of(address(1), address(2)));
    locator.refreshIfOld(volume, request());
    assertThat(volume.servers()).extracting(FileServer::uuid).containsExactly(SECOND);
  }

  @Test
  void refreshingTellsWhetherSomethingChanged() throws Exception {
    entry(VldbEntry.RW_EXISTS, site(FIRST, 1, RW));
    Volume volume = find("vol", READ_WRITE);
    assertThat(locator.refresh(volume, request())).isFalse();
    entry(VldbEntry.RW_EXISTS, site(SECOND, 1, RW));
    assertThat(locator.refresh(volume, request())).isTrue();
    assertThat(locator.refresh(volume, request())).isFalse();
  }

  @Test
  void aServerWithOtherAddressesIsAskedForThemOnce() throws Exception {
    entry(VldbEntry.RW_EXISTS, site(FIRST, 1, RW));
    Volume volume = find("vol", READ_WRITE);
    locator.refresh(volume, request());
    assertThat(database.asked).containsOnlyOnce("addresses " + FIRST);
    database.addressOfFirst = address(99);
    entry(VldbEntry.RW_EXISTS, site(FIRST, 2, RW));
    assertThat(locator.refresh(volume, request())).isTrue();
    assertThat(volume.servers().getFirst().bestAddress().getAddress()).isEqualTo(address(99));
  }

  @Test
  void aDeletedVolumeIsGone() throws Exception {
    entry(VldbEntry.RW_EXISTS, site(FIRST, 1, RW));
    Volume volume = find("vol", READ_WRITE);
    database.entry = null;
    assertThatThrownBy(() -> locator.refresh(volume, request()))
        .isInstanceOf(AfsException.NoSuchVolume.class);
    assertThat(volume.isGone()).isTrue();
    assertThatThrownBy(() -> find("vol", READ_WRITE)).isInstanceOf(AfsException.NoSuchVolume.class);
  }

  @Test
  void serversThatDoNotKnowUuidsAreAskedTheOldWay() throws Exception {
    database.old = true;
    database.entry =
        new VldbEntry(
            "vol",
            10,
            11,
            12,
            0,
            VldbEntry.RW_EXISTS,
            List.of(new VldbSite(new ServerId.ByAddress(address(7)), 0, RW)));
    Volume volume = find("vol", READ_WRITE);
    assertThat(volume.servers().getFirst().bestAddress())
        .isEqualTo(new InetSocketAddress(address(7), 7000));
    assertThat(database.asked).contains("U vol", "N vol");
  }

  @Test
  void aLocationServerThatIsDeadIsPassedOver() throws Exception {
    entry(VldbEntry.RW_EXISTS, site(FIRST, 1, RW));
    database.silent.add(address(1));
    assertThat(find("vol", READ_WRITE).id()).isEqualTo(10);
    database.silent.clear();
    database.silent.add(address(2));
    assertThat(find("10", READ_WRITE).id()).isEqualTo(10);
  }

  @Test
  void aLocationServerWithoutAQuorumIsPassedOver() throws Exception {
    entry(VldbEntry.RW_EXISTS, site(FIRST, 1, RW));
    find("vol", READ_WRITE);
    database.noQuorum = address(1);
    assertThat(find("10", READ_WRITE).id()).isEqualTo(10);
    database.noQuorum = address(2);
    assertThat(find("010", READ_WRITE).id()).isEqualTo(10);
  }

  @Test
  void unknownCellsAreNotAsked() {
    assertThatThrownBy(() -> locator.find("example.net", "vol", READ_WRITE, request()))
        .isInstanceOf(AfsException.NoSuchCell.class);
    assertThat(database.asked).isEmpty();
  }

  /** Both location servers. */
  private static final class Database implements ServerNetwork {
    private static final int UNOQUORUM = 5376;

    final List<String> asked = new ArrayList<>();
    final List<Inet4Address> silent = new ArrayList<>();
    Inet4Address noQuorum = address(0);
    Inet4Address addressOfFirst = address(11);
    VldbEntry entry;
    boolean old;

    @Override
    public FileServerCalls fileServer(
        InetSocketAddress address, String cell, Caller caller, CallOptions options) {
      throw new AssertionError("no file server is to be asked");
    }

    @Override
    public LocationServerCalls locationServer(InetSocketAddress address, CallOptions options) {
      return new LocationServerCalls() {
        private void begin() throws CallFailure {
          if (silent.contains(address.getAddress())) {
            throw CallFailure.of(CallFailure.Kind.SILENT, "test");
          }
        }

        private VldbEntry answer() throws CallFailure {
          if (noQuorum.equals(address.getAddress())) {
            throw CallFailure.aborted(UNOQUORUM);
          }
          if (entry == null) {
            throw CallFailure.aborted(AfsErrorCode.VL_NOENT);
          }
          return entry;
        }

        @Override
        public void probe() throws CallFailure {
          begin();
        }

        @Override
        public VldbEntry getEntryByNameU(String nameOrId) throws CallFailure {
          begin();
          asked.add("U " + nameOrId);
          if (old) {
            throw CallFailure.aborted(AbortCodes.RXGEN_OPCODE);
          }
          return answer();
        }

        @Override
        public VldbEntry getEntryByNameN(String nameOrId) throws CallFailure {
          begin();
          asked.add("N " + nameOrId);
          return answer();
        }

        @Override
        public ServerAddresses getAddrsU(UUID server) throws CallFailure {
          begin();
          asked.add("addresses " + server);
          return new ServerAddresses(
              server, 1, List.of(server.equals(FIRST) ? addressOfFirst : address(12)));
        }
      };
    }
  }
}
