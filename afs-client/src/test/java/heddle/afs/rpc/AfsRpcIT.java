package heddle.afs.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.AccessRights;
import heddle.afs.FileType;
import heddle.afs.cache.DirectoryContents;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.RealCell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every stub against real OpenAFS servers. */
@NeedsCell
class AfsRpcIT {
  private static final CallOptions OPTIONS = CallOptions.within(Duration.ofSeconds(30));
  private static final WireFid NO_VOLUME = new WireFid(0x7fff_0000, 1, 1);
  private static final UUID OUR_UUID = UUID.randomUUID();

  private static final LinkedBlockingQueue<WireFid> BROKEN = new LinkedBlockingQueue<>();
  private static Endpoint endpoint;
  private static Endpoint otherClient;
  private static VolumeLocationService locations;
  private static FileService files;

  @BeforeAll
  static void connect() throws IOException {
    endpoint = Endpoint.open();
    endpoint.serve(CallbackService.SERVICE_ID, new CallbackService(new Client(OUR_UUID, BROKEN)));
    otherClient = Endpoint.open();
    otherClient.serve(
        CallbackService.SERVICE_ID,
        new CallbackService(new Client(UUID.randomUUID(), new LinkedBlockingQueue<>())));
    locations =
        new VolumeLocationService(
            connect(
                endpoint,
                RealCell.databaseServer(),
                VolumeLocationService.PORT,
                VolumeLocationService.SERVICE_ID),
            OPTIONS);
    files = files(endpoint, RealCell.fileServer1());
  }

  private static Connection connect(Endpoint from, InetAddress server, int port, int service) {
    return from.connect(new InetSocketAddress(server, port), service, Security.none());
  }

  private static FileService files(Endpoint from, InetAddress server) {
    return new FileService(
        connect(from, server, FileService.PORT, FileService.SERVICE_ID), OPTIONS);
  }

  @AfterAll
  static void close() throws IOException {
    files.giveUpAllCallBacks();
    files(otherClient, RealCell.fileServer1()).giveUpAllCallBacks();
    endpoint.close();
    otherClient.close();
  }

  /** A client that keeps nothing and remembers what was broken. */
  record Client(UUID uuid, LinkedBlockingQueue<WireFid> broken) implements CallbackHandler {
    @Override
    public void callBack(
        InetSocketAddress server, List<WireFid> fids, List<CallbackPromise> callbacks) {
      broken.addAll(fids);
    }

    @Override
    public void initCallBackState(InetSocketAddress server) {}

    @Override
    public void initCallBackState(InetSocketAddress server, UUID serverUuid) {}

    @Override
    public void probe(InetSocketAddress server) {}

    @Override
    public ClientInterfaces interfaces() {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.connect(RealCell.fileServer1(), FileService.PORT);
        Inet4Address address = (Inet4Address) socket.getLocalAddress();
        return new ClientInterfaces(
            uuid, List.of(new ClientInterfaces.Interface(address, 24, 1500)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(Capabilities.ERROR_TRANSLATION);
    }
  }

  private static byte[] name(String text) {
    return text.getBytes(UTF_8);
  }

  private static int abortCode(ThrowingCallable call) {
    return assertThatExceptionOfType(RemoteAbortException.class).isThrownBy(call).actual().code();
  }

  // ---------------------------------------------------------------- volume location

  @Test
  void volumesAreFoundInEveryWay() throws IOException {
    VldbEntry byName = locations.getEntryByNameU("repl");
    assertThat(byName.name()).isEqualTo("repl");
    int readWrite = byName.volumeId(VolumeType.READ_WRITE).orElseThrow();
    int readOnly = byName.volumeId(VolumeType.READ_ONLY).orElseThrow();

    assertThat(locations.getEntryByNameU("repl.readonly")).isEqualTo(byName);
    assertThat(locations.getEntryByIdU(readWrite)).isEqualTo(byName);
    assertThat(locations.getEntryByIdU(readOnly)).isEqualTo(byName);

    VldbEntry byAddress = locations.getEntryByNameN("repl");
    assertThat(byAddress.sites())
        .extracting(VldbSite::server)
        .hasSameSizeAs(byName.sites())
        .containsOnly(
            new ServerId.ByAddress((Inet4Address) RealCell.fileServer1()),
            new ServerId.ByAddress((Inet4Address) RealCell.fileServer2()));
    if (!RealCell.fileServer1().equals(RealCell.fileServer2())) { // else it is an embedded cell
      assertThat(byName.sites()).hasSize(3);
    }
    assertThat(locations.getEntryByIdN(readWrite)).isEqualTo(byAddress);
    assertThat(locations.getEntryByIdN(readOnly)).isEqualTo(byAddress);
    assertThat(byAddress.flags()).isEqualTo(byName.flags());
    locations.probe();
  }

  @Test
  void volumesThatAreNotThere() {
    assertThat(abortCode(() -> locations.getEntryByNameU("no.such.volume")))
        .isEqualTo(AfsErrorCode.VL_NOENT);
    assertThat(abortCode(() -> locations.getEntryByNameN("no.such.volume")))
        .isEqualTo(AfsErrorCode.VL_NOENT);
    assertThat(abortCode(() -> locations.getEntryByIdU(NO_VOLUME.volume())))
        .isEqualTo(AfsErrorCode.VL_NOENT);
    assertThat(abortCode(() -> locations.getEntryByIdN(NO_VOLUME.volume())))
        .isEqualTo(AfsErrorCode.VL_NOENT);
    assertThat(abortCode(() -> locations.getAddrsU(new UUID(1, 2))))
        .isEqualTo(AfsErrorCode.VL_NOENT);
  }

  @Test
  void addressesOfServers() throws IOException {
    VldbEntry entry = locations.getEntryByNameU("user.bob");
    ServerId.ByUuid server = (ServerId.ByUuid) entry.sites().get(0).server();
    ServerAddresses addresses = locations.getAddrsU(server.uuid());
    assertThat(addresses.uuid()).isEqualTo(server.uuid());
    assertThat(addresses.addresses()).containsExactly((Inet4Address) RealCell.fileServer2());
  }

  // ---------------------------------------------------------------- reading

  private static WireFid root(String volume) throws IOException {
    int id = locations.getEntryByNameU(volume).volumeId(VolumeType.READ_WRITE).orElseThrow();
    return new WireFid(id, 1, 1);
  }

  private static DirectoryContents directory(WireFid fid) throws IOException {
    int length = (int) files.fetchStatus(fid).status().length();
    ByteBuffer data = ByteBuffer.allocate(length);
    assertThat(files.fetchData64(fid, 0, data).byteCount()).isEqualTo(length);
    return DirectoryContents.parse(data.array());
  }

  private static WireFid lookUp(WireFid directory, String name) throws IOException {
    DirectoryContents.Entry entry = directory(directory).lookUp(name(name)).orElseThrow();
    return new WireFid(directory.volume(), entry.vnode(), entry.uniquifier());
  }

  @Test
  void filesOfAVolume() throws IOException {
    WireFid root = root("public");
    FetchStatusReply status = files.fetchStatus(root);
    assertThat(status.status().type()).isEqualTo(FileType.DIRECTORY);
    assertThat(status.status().callerRights().contains(AccessRights.READ | AccessRights.LOOKUP))
        .isTrue();
    assertThat(status.callback().isGiven()).isTrue();
    assertThat(status.volSync().creation()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));

    WireFid hello = lookUp(root, "hello.txt");
    FetchStatus file = files.fetchStatus(hello).status();
    ByteBuffer target = ByteBuffer.allocate((int) file.length() + 1000);
    FetchDataReply reply = files.fetchData64(hello, 0, target);
    assertThat(reply.byteCount()).isEqualTo(file.length());
    ByteBuffer old = ByteBuffer.allocate((int) file.length() + 1000);
    assertThat(files.fetchData(hello, 0, old).byteCount()).isEqualTo(file.length());
    assertThat(old.flip()).isEqualTo(target.flip());
    assertThat(files.fetchData64(hello, file.length(), ByteBuffer.allocate(10)).byteCount())
        .isZero();
    assertThat(files.fetchData64(hello, 1L << 40, ByteBuffer.allocate(10)).byteCount()).isZero();

    List<WireFid> fids = List.of(root, new WireFid(root.volume(), 9998, 7), hello, NO_VOLUME);
    BulkStatusReply bulk = files.inlineBulkStatus(fids);
    assertThat(((BulkStatus.Found) bulk.entries().get(0)).status()).isEqualTo(status.status());
    assertThat(bulk.entries().get(1)).isEqualTo(new BulkStatus.Failed(AfsErrorCode.VNOVNODE));
    assertThat(((BulkStatus.Found) bulk.entries().get(2)).status()).isEqualTo(file);
    assertThat(bulk.entries().get(3)).isEqualTo(new BulkStatus.Failed(AfsErrorCode.VNOVOL));
    assertThat(files.bulkStatus(List.of(root, hello)).entries())
        .extracting(entry -> ((BulkStatus.Found) entry).status())
        .containsExactly(status.status(), file);
    files.giveUpCallBacks(List.of(root, hello));
  }

  @Test
  void errors() {
    assertThat(abortCode(() -> files.fetchStatus(NO_VOLUME))).isEqualTo(AfsErrorCode.VNOVOL);
    assertThat(abortCode(() -> files.fetchData64(NO_VOLUME, 0, ByteBuffer.allocate(10))))
        .isEqualTo(AfsErrorCode.VNOVOL);
    int denied = abortCode(() -> files.createFile(root("public"), name("f"), StoreStatus.NOTHING));
    assertThat(AfsErrorCode.kind(denied)).isEqualTo(ErrorKind.PERMISSION_DENIED);
    assertThat(AfsErrorCode.name(denied)).startsWith("UAEACCES"); // translated, as we can read it
  }

  @Test
  void serverAndVolume() throws IOException {
    assertThat(files.getCapabilities().contains(Capabilities.FILES_64_BIT)).isTrue();
    assertThat(files.getTime())
        .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
    FetchVolumeStatus volume = files.getVolumeStatus(root("scratch").volume());
    assertThat(volume.name()).isEqualTo("scratch");
    assertThat(volume.online()).isTrue();
    assertThat(volume.inService()).isTrue();
    assertThat(volume.needsSalvage()).isFalse();
    assertThat(volume.writable()).isTrue();
    assertThat(volume.maxQuota()).isZero();
    assertThat(volume.partitionSize()).isGreaterThan(volume.partitionFree());
    assertThat(volume.volume()).isEqualTo(root("scratch").volume());
  }

  // ---------------------------------------------------------------- writing

  @Test
  void lifeOfAFile() throws IOException {
    Instant time = Instant.ofEpochSecond(1_600_000_000);
    StoreStatus asFile = StoreStatus.NOTHING.withModified(time).withMode(0640);
    WireFid scratch = root("scratch");
    byte[] directoryName = name("rpc-" + UUID.randomUUID());
    EntryReply made = files.makeDir(scratch, directoryName, StoreStatus.NOTHING.withMode(0755));
    WireFid directory = made.fid();
    assertThat(made.status().type()).isEqualTo(FileType.DIRECTORY);
    assertThat(made.callback().isGiven()).isTrue();

    EntryReply created = files.createFile(directory, name("file"), asFile);
    WireFid file = created.fid();
    assertThat(created.status().mode()).isEqualTo(0640);
    assertThat(created.status().clientModified()).isEqualTo(time);

    byte[] data = new byte[1_000_003];
    new Random(1).nextBytes(data);
    StatusReply stored =
        files.storeData64(
            file, StoreStatus.NOTHING.withSync(), 0, data.length, ByteBuffer.wrap(data));
    assertThat(stored.status().length()).isEqualTo(data.length);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    assertThat(files.fetchData64(file, 0, data.length + 5, Channels.newChannel(read)).byteCount())
        .isEqualTo(data.length);
    assertThat(read.toByteArray()).isEqualTo(data);

    long far = (1L << 32) + 7; // beyond what 32 bits can say
    files.storeData64(
        file, StoreStatus.NOTHING, far, far + 4, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    ByteBuffer end = ByteBuffer.allocate(10);
    assertThat(files.fetchData64(file, far - 2, end).byteCount()).isEqualTo(6);
    assertThat(end.array()).startsWith(0, 0, 1, 2, 3, 4);
    assertThat(files.fetchStatus(file).status().length()).isEqualTo(far + 4);
    assertThat(
            files
                .storeData64(file, StoreStatus.NOTHING, 5, 5, ByteBuffer.allocate(0))
                .status()
                .length())
        .isEqualTo(5);

    assertThat(files.storeStatus(file, StoreStatus.NOTHING.withMode(0600)).status().mode())
        .isEqualTo(0600);
    LinkReply linked = files.link(directory, name("second"), file);
    assertThat(linked.status().linkCount()).isEqualTo(2);
    RenameReply renamed = files.rename(directory, name("file"), directory, name("first"));
    assertThat(renamed.newDirectoryStatus().type()).isEqualTo(FileType.DIRECTORY);
    EntryReply link =
        files.symlink(directory, name("link"), name("first"), StoreStatus.NOTHING.withMode(0755));
    assertThat(link.status().type()).isEqualTo(FileType.SYMLINK);
    int denied = // mount points need the right to administer
        abortCode(
            () ->
                files.symlink(
                    directory,
                    name("mount"),
                    name("#public."),
                    StoreStatus.NOTHING.withMode(0644)));
    assertThat(AfsErrorCode.kind(denied)).isEqualTo(ErrorKind.PERMISSION_DENIED);

    DirectoryContents contents = directory(directory);
    assertThat(contents.size()).isEqualTo(5);
    for (String each : List.of(".", "..", "first", "second", "link")) {
      assertThat(contents.lookUp(name(each))).as(each).isPresent();
    }
    for (String each : List.of("first", "second", "link")) {
      assertThat(files.removeFile(directory, name(each)).status().type())
          .isEqualTo(FileType.DIRECTORY);
    }
    assertThat(files.removeDir(scratch, directoryName).status().type())
        .isEqualTo(FileType.DIRECTORY);
    assertThat(abortCode(() -> files.fetchStatus(file))).isEqualTo(AfsErrorCode.VNOVNODE);
  }

  @Test
  void locksAndLists() throws IOException {
    WireFid scratch = root("scratch");
    byte[] name = name("lock-" + UUID.randomUUID());
    WireFid file = files.createFile(scratch, name, StoreStatus.NOTHING.withMode(0666)).fid();
    files.setLock(file, LockType.WRITE);
    assertThat(files.fetchStatus(file).status().lockCount()).isEqualTo(-1);
    int held = abortCode(() -> files.setLock(file, LockType.READ));
    assertThat(AfsErrorCode.kind(held)).isEqualTo(ErrorKind.LOCK_HELD);
    files.extendLock(file);
    files.releaseLock(file);
    files.setLock(file, LockType.READ);
    files.setLock(file, LockType.READ);
    assertThat(files.fetchStatus(file).status().lockCount()).isEqualTo(2);
    files.releaseLock(file);
    files.releaseLock(file);
    files.removeFile(scratch, name);

    FetchAclReply list = files.fetchAcl(scratch);
    assertThat(new String(list.accessList(), UTF_8)).contains("system:anyuser");
    int denied = abortCode(() -> files.oldStoreAcl(scratch, list.accessList()));
    assertThat(AfsErrorCode.kind(denied)).isEqualTo(ErrorKind.PERMISSION_DENIED);
    int refused =
        abortCode(
            () ->
                files.setVolumeStatus(
                    scratch.volume(), StoreVolumeStatus.NOTHING.withMaxQuota(1000)));
    assertThat(AfsErrorCode.kind(refused))
        .isIn(ErrorKind.PERMISSION_DENIED, ErrorKind.NOT_PERMITTED);
  }

  @Test
  void serverBreaksItsPromise() throws IOException, InterruptedException {
    WireFid scratch = root("scratch");
    byte[] name = name("break-" + UUID.randomUUID());
    WireFid file = files.createFile(scratch, name, StoreStatus.NOTHING.withMode(0666)).fid();
    assertThat(files.fetchStatus(file).callback().isGiven()).isTrue();
    BROKEN.clear();

    files(otherClient, RealCell.fileServer1())
        .storeData64(file, StoreStatus.NOTHING, 0, 1, ByteBuffer.allocate(1));

    WireFid broken = BROKEN.poll(30, TimeUnit.SECONDS);
    while (broken != null && !broken.equals(file)) {
      broken = BROKEN.poll(30, TimeUnit.SECONDS);
    }
    assertThat(broken).isEqualTo(file);
    files.removeFile(scratch, name);
  }

  @Test
  void directoriesOfManyPages() throws IOException {
    WireFid scratch = root("scratch");
    byte[] parent = name("many-" + UUID.randomUUID());
    WireFid directory = files.makeDir(scratch, parent, StoreStatus.NOTHING.withMode(0755)).fid();
    WireFid file = files.createFile(directory, name("0"), StoreStatus.NOTHING.withMode(0644)).fid();
    int count = 600;
    for (int i = 1; i < count; i++) {
      files.link(directory, longName(i), file);
    }
    for (int i = 1; i < count; i += 3) {
      files.removeFile(directory, longName(i));
    }
    DirectoryContents contents = directory(directory);
    assertThat(contents.byteCount()).isGreaterThan(10 * DirectoryContents.PAGE_BYTES);
    int names = 0;
    for (Optional<DirectoryContents.Entry> entry = contents.entryFrom(0);
        entry.isPresent();
        entry = contents.entryFrom(entry.get().nextOffset())) {
      names++;
    }
    assertThat(names).isEqualTo(contents.size());
    for (int i = 1; i < count; i++) {
      assertThat(contents.lookUp(longName(i)).isPresent()).as("%s", i).isEqualTo(i % 3 != 1);
    }
    for (int i = 1; i < count; i++) {
      if (i % 3 != 1) {
        files.removeFile(directory, longName(i));
      }
    }
    files.removeFile(directory, name("0"));
    files.removeDir(scratch, parent);
  }

  private static byte[] longName(int number) {
    byte[] name = new byte[1 + number % 255];
    Arrays.fill(name, (byte) (0x80 + number % 100));
    byte[] digits = name(Integer.toString(number));
    if (name.length < digits.length) {
      return digits;
    }
    System.arraycopy(digits, 0, name, 0, digits.length);
    return name;
  }
}
