package heddle.afs.cell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.BulkStatus;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.LockType;
import heddle.afs.rpc.StoreRange;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that nobody should make: each gets the protocol's error, and the service goes on. */
class CellLimitsTest {
  private static final int EACCES = 13;
  private static final int EEXIST = 17;
  private static final int EISDIR = 21;
  private static final int EINVAL = 22;
  private static final int EROFS = 30;
  private static final int ELOOP = 40;
  private static final int TOO_MANY = 51;

  private EmbeddedCell cell;
  private RawClient client;
  private FileService files;
  private WireFid root;

  @BeforeEach
  void start() throws IOException {
    cell = EmbeddedCell.start(CellConfig.DEFAULT.withPartitionBytes(10 << 20));
    client = new RawClient(cell);
    files = client.files(cell.token("admin"));
    root = RawClient.root(cell.createVolume("volume"));
  }

  @AfterEach
  void stop() {
    client.close();
    cell.close();
  }

  private static void assertRefused(int code, ThrowingCallable call) {
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  private WireFid make(String name) throws IOException {
    return files.createFile(root, name.getBytes(UTF_8), StoreStatus.NOTHING).fid();
  }

  @Test
  void unknownOperationsAreRefused() throws IOException {
    for (int opcode : new int[] {0, 129, 143, 152, 163, 220, 65541, 65543, -1}) {
      assertThat(client.fileCall(opcode, out -> {}))
          .as("file server operation %s", opcode)
          .isEqualTo(AbortCodes.RXGEN_OPCODE);
    }
    for (int opcode : new int[] {0, 501, 502, 532, 535, -1}) {
      assertThat(client.locationCall(opcode, out -> {}))
          .as("volume location operation %s", opcode)
          .isEqualTo(AbortCodes.RXGEN_OPCODE);
    }
  }

  @Test
  void everyKnownOperationRefusesARequestWithoutArguments() throws IOException {
    for (int opcode = 130; opcode <= 164; opcode++) {
      assertThat(client.fileCall(opcode, out -> {}))
          .as("operation %s", opcode)
          .isIn(AbortCodes.RXGEN_SS_UNMARSHAL, AbortCodes.RXGEN_OPCODE, 0);
    }
    assertThat(client.fileCall(65537, out -> {})).isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
    assertThat(client.fileCall(65538, out -> {})).isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
    assertThat(client.abortCode(7000, 1, out -> {})).isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
  }

  @Test
  void requestsThatGoOnAreRefused() throws IOException {
    assertThat(client.fileCall(153, out -> out.int32(0))).isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
  }

  @Test
  void arraysBeyondTheInterfaceAreRefused() throws IOException {
    assertThat(client.fileCall(65536, out -> fids(out, TOO_MANY)))
        .isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
    assertThat(client.fileCall(65536, out -> out.int32(-1)))
        .isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
    assertThat(client.fileCall(65536, out -> out.int32(Integer.MAX_VALUE)))
        .isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
    assertThat(client.fileCall(147, out -> fids(out, TOO_MANY)))
        .isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
    assertThat(client.fileCall(65542, out -> out.int32(17))).isEqualTo(EINVAL);
  }

  private static void fids(XdrWriter out, int count) {
    out.int32(count);
    for (int i = 0; i < count; i++) {
      new WireFid(1, 1, 1).writeTo(out);
    }
  }

  @Test
  void noise() throws IOException {
    Random random = new Random(42);
    for (int i = 0; i < 200; i++) {
      int opcode = random.nextBoolean() ? random.nextInt(130, 165) : random.nextInt(65536, 65543);
      byte[] noise = new byte[random.nextInt(50) * 4];
      random.nextBytes(noise);
      client.fileCall(opcode, out -> out.fixedOpaque(noise));
      client.locationCall(random.nextInt(500, 540), out -> out.fixedOpaque(noise));
    }
    assertThat(files.fetchStatus(root).status().linkCount()).isEqualTo(2);
  }

  @Test
  void namesThatCannotBeAreRefused() {
    for (String name : List.of("", "a/b", "/", "arch@sys", "a\0b")) {
      assertRefused(EINVAL, () -> make(name));
    }
    assertRefused(EEXIST, () -> make("."));
    assertRefused(EEXIST, () -> make(".."));
  }

  @Test
  void theLongestNameHas256Bytes() throws IOException {
    make("x".repeat(256));

    assertRefused(EEXIST, () -> make("x".repeat(256)));
  }

  @Test
  void dotsAreNeitherRemovedNorMoved() throws IOException {
    WireFid directory = files.makeDir(root, bytes("d"), StoreStatus.NOTHING).fid();
    for (String name : List.of(".", "..", "")) {
      assertRefused(EINVAL, () -> files.removeFile(directory, bytes(name)));
      assertRefused(EINVAL, () -> files.removeDir(directory, bytes(name)));
      assertRefused(EINVAL, () -> files.rename(directory, bytes(name), root, bytes("x")));
      assertRefused(EINVAL, () -> files.rename(root, bytes("d"), directory, bytes(name)));
    }
    assertRefused(ELOOP, () -> files.rename(root, bytes("d"), directory, bytes("x")));
  }

  private static byte[] bytes(String name) {
    return name.getBytes(UTF_8);
  }

  @Test
  void unknownVolumesAndVnodesAreRefused() throws IOException {
    assertRefused(
        AfsErrorCode.VNOVOL, () -> files.fetchStatus(new WireFid(root.volume() + 1000, 1, 1)));
    assertRefused(AfsErrorCode.VNOVNODE, () -> files.fetchStatus(new WireFid(root.volume(), 3, 1)));
    assertRefused(AfsErrorCode.VNOVNODE, () -> files.fetchStatus(new WireFid(root.volume(), 1, 2)));
    assertRefused(AfsErrorCode.VNOVOL, () -> files.getVolumeStatus(1));
    assertRefused(EINVAL, () -> files.getVolumeStatus(0));
    List<BulkStatus> entries =
        files.inlineBulkStatus(List.of(root, new WireFid(9, 9, 9))).entries();
    assertThat(entries.get(0)).isInstanceOf(BulkStatus.Found.class);
    assertThat(entries.get(1)).isEqualTo(new BulkStatus.Failed(AfsErrorCode.VNOVOL));
  }

  @Test
  void otherVolumesAreNotReachedByNames() throws IOException {
    WireFid other = RawClient.root(cell.createVolume("other"));
    WireFid file = make("file");
    assertRefused(18, () -> files.rename(root, bytes("file"), other, bytes("file")));
    assertRefused(18, () -> files.link(other, bytes("file"), file));
  }

  @Test
  void filesAreNoDirectoriesAndDirectoriesNoFiles() throws IOException {
    WireFid file = make("file");
    assertRefused(20, () -> files.createFile(file, bytes("x"), StoreStatus.NOTHING));
    assertRefused(20, () -> files.storeAcl(file, bytes("0\n0\n")));
    assertRefused(
        EISDIR, () -> files.storeData64(root, StoreStatus.NOTHING, 0, 1, ByteBuffer.allocate(1)));
    assertRefused(EISDIR, () -> files.removeFile(root, madeDirectory()));
    assertRefused(20, () -> files.removeDir(root, bytes("file")));
  }

  private byte[] madeDirectory() throws IOException {
    files.makeDir(root, bytes("directory"), StoreStatus.NOTHING);
    return bytes("directory");
  }

  @Test
  void rangesThatCannotBeAreRefused() throws IOException {
    WireFid file = make("file");
    ByteBuffer one = ByteBuffer.allocate(1);
    assertRefused(EINVAL, () -> files.fetchData64(file, -1, one));
    assertRefused(
        EINVAL, () -> files.storeData64(file, StoreStatus.NOTHING, -5, 10, one.duplicate()));
    assertRefused(
        27, () -> files.storeData64(file, StoreStatus.NOTHING, 1L << 60, 10, one.duplicate()));
    assertRefused(
        AfsErrorCode.VDISKFULL,
        () -> files.storeData64(file, StoreStatus.NOTHING, 1L << 40, 10, one.duplicate()));
    assertThat(files.fetchData64(file, 1L << 60, one).byteCount()).isZero();
    assertThat(files.fetchStatus(file).status().length()).isZero();
  }

  @Test
  void aDirectoryIsReadUpToItsEndAndNotBeyond() throws IOException {
    int length = (int) files.fetchStatus(root).status().length();
    ByteBuffer target = ByteBuffer.allocate(length);
    assertThat(files.fetchData64(root, length - 10, target).byteCount()).isEqualTo(10);
    for (long beyond : new long[] {length, length + 1, 1L << 31, 1L << 60}) {
      assertThat(files.fetchData64(root, beyond, target).byteCount()).as("%s", beyond).isZero();
    }
  }

  @Test
  void emptyFilesTakeRoomTooForEachTakesMemory() throws IOException {
    int count = 50;
    long before = files.getVolumeStatus(root.volume()).used();
    for (int i = 0; i < count; i++) {
      make("file" + i);
    }
    assertThat(files.getVolumeStatus(root.volume()).used() - before).isGreaterThanOrEqualTo(count);
  }

  /** Gives some of its bytes, then does something, and ends too early. */
  private static ReadableByteChannel breakingOff(int count, ThrowingCallable then) {
    ReadableByteChannel some = Channels.newChannel(new ByteArrayInputStream(new byte[count]));
    return new ReadableByteChannel() {
      @Override
      public int read(ByteBuffer target) throws IOException {
        int read = some.read(target);
        if (read < 0) {
          try {
            then.call();
          } catch (IOException | RuntimeException | Error e) {
            throw e;
          } catch (Throwable e) {
            throw new AssertionError(e);
          }
        }
        return read;
      }

      @Override
      public boolean isOpen() {
        return some.isOpen();
      }

      @Override
      public void close() throws IOException {
        some.close();
      }
    };
  }

  private long free() {
    try {
      return files.getVolumeStatus(root.volume()).partitionFree();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void dataOnTheirWayHaveTheirRoomForTheyTakeMemory() throws IOException {
    WireFid file = make("file");
    WireFid other = make("other");
    long six = 6 << 20;
    long before = free();
    ThrowingCallable whileItComes =
        () -> {
          Eventually.until(() -> free() < before - 4096, () -> "free is " + free());
          assertRefused(
              AfsErrorCode.VDISKFULL,
              () -> files.storeData64(other, StoreStatus.NOTHING, 0, six, zeros(six)));
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                files.storeData64(
                    file,
                    StoreStatus.NOTHING,
                    new StoreRange(0, six, six),
                    breakingOff(1 << 20, whileItComes)));
    Eventually.until(() -> free() == before, () -> "free is " + free());
    files.storeData64(other, StoreStatus.NOTHING, 0, six, zeros(six));
  }

  private static ByteBuffer zeros(long count) {
    return ByteBuffer.allocate((int) count);
  }

  @Test
  void aStoreThatBreaksOffLeavesTheFileAsItWas() throws IOException {
    WireFid file = make("file");
    files.storeData64(file, StoreStatus.NOTHING, 0, 4, ByteBuffer.wrap(bytes("old!")));
    long version = files.fetchStatus(file).status().dataVersion();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                files.storeData64(
                    file,
                    StoreStatus.NOTHING,
                    new StoreRange(0, 1_000_000, 1_000_000),
                    Channels.newChannel(new ByteArrayInputStream(new byte[500_000]))));
    ByteBuffer read = ByteBuffer.allocate(10);
    files.fetchData64(file, 0, read);
    assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(bytes("old!")));
    assertThat(files.fetchStatus(file).status().dataVersion()).isEqualTo(version);
  }

  @Test
  void aFullPartitionTakesNoMore() throws IOException {
    WireFid file = make("file");
    byte[] much = new byte[9 << 20];
    files.storeData64(file, StoreStatus.NOTHING, 0, much.length, ByteBuffer.wrap(much));
    assertRefused(
        AfsErrorCode.VDISKFULL,
        () ->
            files.storeData64(
                make("more"), StoreStatus.NOTHING, 0, much.length, ByteBuffer.wrap(much)));
    files.removeFile(root, bytes("file"));
    files.storeData64(make("next"), StoreStatus.NOTHING, 0, much.length, ByteBuffer.wrap(much));
  }

  @Test
  void readOnlyVolumesAreNotWritten() throws IOException {
    WireFid file = make("file");
    cell.release("volume");
    WireFid copy = new WireFid(root.volume() + 1, file.vnode(), file.uniquifier());
    WireFid copiedRoot = RawClient.root(root.volume() + 1);
    assertThat(files.fetchStatus(copy).status().length()).isZero();
    assertRefused(EROFS, () -> files.createFile(copiedRoot, bytes("x"), StoreStatus.NOTHING));
    assertRefused(EROFS, () -> files.storeStatus(copy, StoreStatus.NOTHING.withMode(0)));
    assertRefused(EROFS, () -> files.setLock(copy, LockType.WRITE));
    files.setLock(copy, LockType.READ);
  }

  @Test
  void anybodyMayNotDoWhatOnlyAdministratorsMay() throws IOException {
    FileService anybody = client.files();
    assertRefused(EACCES, () -> anybody.createFile(root, bytes("x"), StoreStatus.NOTHING));
    assertRefused(EACCES, () -> anybody.storeAcl(root, bytes("1\n0\nsystem:anyuser 127\n")));
    WireFid file = make("file");
    assertRefused(EACCES, () -> anybody.storeStatus(file, StoreStatus.NOTHING.withMode(0777)));
    assertRefused(EACCES, () -> anybody.setLock(file, LockType.READ));
  }
}
