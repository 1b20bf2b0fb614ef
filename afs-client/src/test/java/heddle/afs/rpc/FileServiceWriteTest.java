package heddle.afs.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.FileType;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The stubs that change something, against what OpenAFS clients and servers really say. */
class FileServiceWriteTest {
  private static final int SCRATCH = 0x20000005;
  private static final WireFid ROOT = new WireFid(SCRATCH, 1, 1);
  private static final WireFid DIRECTORY = new WireFid(SCRATCH, 0xd, 0x632b);
  private static final WireFid FILE = new WireFid(SCRATCH, 0x5618, 0x632c);
  private static final Instant NOW = Instant.ofEpochSecond(0x6b011fc0L);
  private static final int REGULAR = 0100000; // OpenAFS sends the file type along with the mode

  private static byte[] name(String name) {
    return name.getBytes(UTF_8);
  }

  @Test
  void makeDir() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(163);
    MemoryCall call = new MemoryCall(golden.reply());

    EntryReply reply =
        call.files()
            .makeDir(
                ROOT,
                name("cap"),
                StoreStatus.NOTHING.withModified(NOW).withGroup(0).withMode(0755));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.fid()).isEqualTo(DIRECTORY);
    assertThat(reply.status().type()).isEqualTo(FileType.DIRECTORY);
    assertThat(reply.status().parentVnode()).isEqualTo(0xd);
    assertThat(reply.directoryStatus().linkCount()).isEqualTo(5);
    assertThat(reply.callback().isGiven()).isTrue();
  }

  @Test
  void createFile() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(174);
    MemoryCall call = new MemoryCall(golden.reply());

    EntryReply reply =
        call.files()
            .createFile(
                DIRECTORY,
                name("f"),
                StoreStatus.NOTHING.withModified(NOW).withGroup(0).withMode(REGULAR | 0644));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.fid()).isEqualTo(FILE);
    assertThat(reply.status().type()).isEqualTo(FileType.FILE);
    assertThat(reply.status().mode()).isEqualTo(0644);
    assertThat(reply.directoryStatus().dataVersion()).isEqualTo(1);
    assertThat(reply.callback().isGiven()).isTrue();
  }

  @Test
  void storeDataFromBuffer() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(177);
    MemoryCall call = new MemoryCall(golden.reply());
    byte[] data = Arrays.copyOfRange(golden.request(), 64, golden.request().length);

    StatusReply reply =
        call.files()
            .storeData64(
                FILE, StoreStatus.NOTHING.withModified(NOW), 0, data.length, ByteBuffer.wrap(data));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.status().length()).isEqualTo(data.length);
    assertThat(reply.status().dataVersion()).isEqualTo(1);
  }

  @Test
  void storeDataFromChannel() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(177);
    MemoryCall call = new MemoryCall(golden.reply());
    byte[] data = Arrays.copyOfRange(golden.request(), 64, golden.request().length);
    ReadableByteChannel source = Channels.newChannel(new ByteArrayInputStream(data));

    call.files()
        .storeData64(
            FILE,
            StoreStatus.NOTHING.withModified(NOW),
            new StoreRange(0, data.length, data.length),
            source);

    assertThat(call.request()).isEqualTo(golden.request());
  }

  @Test
  void storeDataOfManyPieces() throws IOException {
    byte[] reply = GoldenCall.atFrame(177).reply();
    for (int length : new int[] {0, 1, 65535, 65536, 65537, 131072, 200_003}) {
      byte[] data = new byte[length];
      new Random(length).nextBytes(data);
      MemoryCall call = new MemoryCall(reply);
      StoreRange range = new StoreRange(1L << 33, length, (1L << 33) + length);
      call.files()
          .storeData64(
              FILE,
              StoreStatus.NOTHING,
              range,
              Channels.newChannel(new ByteArrayInputStream(data)));
      byte[] request = call.request();
      assertThat(request).hasSize(64 + length);
      assertThat(Arrays.copyOfRange(request, 40, 64))
          .isEqualTo(
              new XdrWriter()
                  .int64(range.offset())
                  .int64(length)
                  .int64(range.fileLength())
                  .toByteArray());
      assertThat(Arrays.copyOfRange(request, 64, request.length)).isEqualTo(data);
    }
  }

  @Test
  void storeDataThatEndsEarlyEndsTheCall() {
    MemoryCall call = new MemoryCall(GoldenCall.atFrame(177).reply());
    ReadableByteChannel source = Channels.newChannel(new ByteArrayInputStream(new byte[5]));
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(
            () ->
                call.files()
                    .storeData64(FILE, StoreStatus.NOTHING, new StoreRange(0, 6, 6), source));
    assertThat(call.isClosed()).isTrue();
  }

  @Test
  void truncationIsAStoreOfNothing() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(198);
    MemoryCall call = new MemoryCall(golden.reply());

    StatusReply reply =
        call.files()
            .storeData64(FILE, StoreStatus.NOTHING.withModified(NOW), 3, 3, ByteBuffer.allocate(0));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.status().length()).isEqualTo(3);
  }

  @Test
  void storeStatus() throws IOException {
    GoldenCall mode = GoldenCall.atFrame(192);
    MemoryCall call = new MemoryCall(mode.reply());
    StatusReply reply =
        call.files().storeStatus(FILE, StoreStatus.NOTHING.withMode(REGULAR | 0600));
    assertThat(call.request()).isEqualTo(mode.request());
    assertThat(reply.status().mode()).isEqualTo(0600);

    GoldenCall time = GoldenCall.atFrame(195);
    call = new MemoryCall(time.reply());
    reply = call.files().storeStatus(FILE, StoreStatus.NOTHING.withModified(NOW));
    assertThat(call.request()).isEqualTo(time.request());
    assertThat(reply.status().clientModified()).isEqualTo(NOW);
  }

  @Test
  void rename() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(180);
    MemoryCall call = new MemoryCall(golden.reply());

    RenameReply reply = call.files().rename(DIRECTORY, name("f"), DIRECTORY, name("g"));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.oldDirectoryStatus()).isEqualTo(reply.newDirectoryStatus());
    assertThat(reply.newDirectoryStatus().dataVersion()).isEqualTo(2);
  }

  @Test
  void link() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(183);
    MemoryCall call = new MemoryCall(golden.reply());

    LinkReply reply = call.files().link(DIRECTORY, name("h"), FILE);

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.status().linkCount()).isEqualTo(2);
    assertThat(reply.directoryStatus().type()).isEqualTo(FileType.DIRECTORY);
  }

  @Test
  void symlink() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(189);
    MemoryCall call = new MemoryCall(golden.reply());

    EntryReply reply =
        call.files()
            .symlink(
                DIRECTORY,
                name("s"),
                name("/afs/g"),
                StoreStatus.NOTHING.withModified(NOW).withMode(0755));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.fid()).isEqualTo(new WireFid(SCRATCH, 0x561a, 0x632d));
    assertThat(reply.status().type()).isEqualTo(FileType.SYMLINK);
    assertThat(reply.callback()).isEqualTo(CallbackPromise.NONE);
    assertThat(reply.callback().isGiven()).isFalse();
  }

  @Test
  void removeFile() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(744);
    MemoryCall call = new MemoryCall(golden.reply());

    StatusReply reply = call.files().removeFile(DIRECTORY, name("g"));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.status().dataVersion()).isEqualTo(6);
  }

  @Test
  void removeDir() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(759);
    MemoryCall call = new MemoryCall(golden.reply());

    StatusReply reply = call.files().removeDir(ROOT, name("cap"));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.status().linkCount()).isEqualTo(4);
  }

  @Test
  void locks() throws IOException {
    XdrWriter out = new XdrWriter();
    Replies.VOL_SYNC.writeTo(out);
    byte[] reply = out.toByteArray();
    WireFid fid = new WireFid(1, 2, 3);

    MemoryCall call = new MemoryCall(reply);
    assertThat(call.files().setLock(fid, LockType.WRITE)).isEqualTo(Replies.VOL_SYNC);
    assertThat(call.request()).isEqualTo(hex("0000009c00000001000000020000000300000001"));

    call = new MemoryCall(reply);
    assertThat(call.files().setLock(fid, LockType.READ)).isEqualTo(Replies.VOL_SYNC);
    assertThat(call.request()).isEqualTo(hex("0000009c00000001000000020000000300000000"));

    call = new MemoryCall(reply);
    assertThat(call.files().extendLock(fid)).isEqualTo(Replies.VOL_SYNC);
    assertThat(call.request()).isEqualTo(hex("0000009d000000010000000200000003"));

    call = new MemoryCall(reply);
    assertThat(call.files().releaseLock(fid)).isEqualTo(Replies.VOL_SYNC);
    assertThat(call.request()).isEqualTo(hex("0000009e000000010000000200000003"));
  }

  @Test
  void accessControlLists() throws IOException {
    byte[] list = name("1\n0\nsystem:anyuser\t9\n");
    XdrWriter out = new XdrWriter().opaque(list, 1024);
    Replies.STATUS.writeTo(out);
    Replies.VOL_SYNC.writeTo(out);
    MemoryCall call = new MemoryCall(out.toByteArray());
    FetchAclReply reply = call.files().fetchAcl(new WireFid(1, 2, 3));
    assertThat(call.request()).isEqualTo(hex("00000083000000010000000200000003"));
    assertThat(reply.accessList()).isEqualTo(list);
    assertThat(reply.status()).isEqualTo(Replies.STATUS);

    out = new XdrWriter();
    Replies.STATUS.writeTo(out);
    Replies.VOL_SYNC.writeTo(out);
    call = new MemoryCall(out.toByteArray());
    StatusReply stored = call.files().storeAcl(new WireFid(1, 2, 3), list);
    assertThat(call.request())
        .isEqualTo(
            new XdrWriter().int32(164).int32(1).int32(2).int32(3).opaque(list, 1024).toByteArray());
    assertThat(stored).isEqualTo(new StatusReply(Replies.STATUS, Replies.VOL_SYNC));

    call = new MemoryCall(out.toByteArray());
    call.files().oldStoreAcl(new WireFid(1, 2, 3), list);
    assertThat(call.request())
        .isEqualTo(
            new XdrWriter().int32(134).int32(1).int32(2).int32(3).opaque(list, 1024).toByteArray());
  }

  @Test
  void setVolumeStatus() throws IOException {
    MemoryCall call = new MemoryCall(new byte[0]);

    call.files()
        .setVolumeStatus(7, StoreVolumeStatus.NOTHING.withMaxQuota(5000).withMotd("moving"));

    assertThat(call.request())
        .isEqualTo(
            new XdrWriter()
                .int32(150)
                .int32(7)
                .int32(2)
                .int32(0)
                .int32(5000)
                .string("", 256)
                .string("", 1024)
                .string("moving", 1024)
                .toByteArray());
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
