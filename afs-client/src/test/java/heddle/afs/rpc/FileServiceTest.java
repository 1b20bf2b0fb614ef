package heddle.afs.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import heddle.afs.AccessRights;
import heddle.afs.FileType;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stubs against what OpenAFS clients and servers really say. */
class FileServiceTest {
  private static final int ROOT_CELL = 0x20000009;
  private static final int SCRATCH = 0x20000005;
  private static final Instant CREATED = Instant.ofEpochSecond(0x6b01198eL);

  @Test
  void fetchStatusOfDirectory() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(32);
    MemoryCall call = new MemoryCall(golden.reply());

    FetchStatusReply reply = call.files().fetchStatus(new WireFid(ROOT_CELL, 1, 1));

    assertThat(call.request()).isEqualTo(golden.request());
    FetchStatus status = reply.status();
    assertThat(status.type()).isEqualTo(FileType.DIRECTORY);
    assertThat(status.linkCount()).isEqualTo(3);
    assertThat(status.length()).isEqualTo(2048);
    assertThat(status.dataVersion()).isEqualTo(1);
    assertThat(status.author()).isZero();
    assertThat(status.owner()).isZero();
    assertThat(status.callerRights())
        .isEqualTo(new AccessRights(AccessRights.READ | AccessRights.LOOKUP));
    assertThat(status.anonymousRights())
        .isEqualTo(new AccessRights(AccessRights.READ | AccessRights.LOOKUP));
    assertThat(status.mode()).isEqualTo(0755);
    assertThat(status.parentVnode()).isEqualTo(1);
    assertThat(status.parentUniquifier()).isEqualTo(1);
    assertThat(status.clientModified()).isEqualTo(CREATED);
    assertThat(status.serverModified()).isEqualTo(CREATED);
    assertThat(status.group()).isZero();
    assertThat(status.lockCount()).isZero();
    assertThat(reply.callback())
        .isEqualTo(new CallbackPromise(1, Duration.ofSeconds(0x1c8c), CallbackPromise.SHARED));
    assertThat(reply.callback().isGiven()).isTrue();
    assertThat(reply.volSync())
        .isEqualTo(new VolSync(Instant.ofEpochSecond(0x6b011993L), Instant.EPOCH));
  }

  @Test
  void fetchStatusOfMountPoint() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(43);
    MemoryCall call = new MemoryCall(golden.reply());

    FetchStatusReply reply = call.files().fetchStatus(new WireFid(ROOT_CELL, 4, 3));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.status().type()).isEqualTo(FileType.MOUNT_POINT);
    assertThat(reply.status().mode()).isEqualTo(0644);
    assertThat(reply.status().length()).isEqualTo(8);
  }

  @Test
  void fetchStatusOfFile() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(105);
    MemoryCall call = new MemoryCall(golden.reply());

    FetchStatusReply reply = call.files().fetchStatus(new WireFid(0x20000004, 0x10, 0xb));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.status().type()).isEqualTo(FileType.FILE);
    assertThat(reply.status().length()).isEqualTo(5);
    assertThat(reply.status().parentVnode()).isEqualTo(5);
    assertThat(reply.status().parentUniquifier()).isEqualTo(10);
  }

  @Test
  void fetchStatusReadsWhatItWrites() throws IOException {
    for (int frame : new int[] {32, 43, 105}) {
      byte[] golden = GoldenCall.atFrame(frame).reply();
      FetchStatusReply reply = new MemoryCall(golden).files().fetchStatus(new WireFid(1, 2, 3));
      XdrWriter out = new XdrWriter();
      reply.status().writeTo(out);
      reply.callback().writeTo(out);
      reply.volSync().writeTo(out);
      assertThat(out.toByteArray()).isEqualTo(golden);
    }
  }

  @Test
  void fetchDataOfMountPointIntoBuffer() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(46);
    MemoryCall call = new MemoryCall(golden.reply(), 3);
    ByteBuffer target = ByteBuffer.allocate(1000);
    target.position(5);

    FetchDataReply reply = call.files().fetchData64(new WireFid(ROOT_CELL, 4, 3), 0, target);

    assertThat(reply.byteCount()).isEqualTo(8);
    assertThat(target.position()).isEqualTo(13);
    assertThat(target.limit()).isEqualTo(target.capacity());
    assertThat(new String(target.array(), 5, 8, UTF_8)).isEqualTo("#public.");
    assertThat(reply.status().type()).isEqualTo(FileType.MOUNT_POINT);
    assertThat(reply.callback().isGiven()).isTrue();
  }

  @Test
  void fetchDataSendsWhatOpenAfsSends() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(108);
    MemoryCall call = new MemoryCall(golden.reply());

    FetchDataReply reply =
        call.files()
            .fetchData64(new WireFid(0x20000004, 0x10, 0xb), 0, ByteBuffer.allocate(1 << 20));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.byteCount()).isEqualTo(5);
  }

  @Test
  void fetchDataOfDirectoryIntoChannel() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(67);
    MemoryCall call = new MemoryCall(golden.reply(), 100);
    ByteArrayOutputStream sink = new ByteArrayOutputStream();

    FetchDataReply reply =
        call.files()
            .fetchData64(new WireFid(0x20000004, 1, 1), 0, 0x3b9ac9ff, Channels.newChannel(sink));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.byteCount()).isEqualTo(2048);
    assertThat(sink.toByteArray()).isEqualTo(Arrays.copyOfRange(golden.reply(), 8, 8 + 2048));
    assertThat(reply.status().type()).isEqualTo(FileType.DIRECTORY);
  }

  @Test
  void fetchDataOf32BitsHasOneWordOfLength() throws IOException {
    byte[] golden = GoldenCall.atFrame(108).reply();
    MemoryCall call = new MemoryCall(Arrays.copyOfRange(golden, 4, golden.length));
    ByteBuffer target = ByteBuffer.allocate(100);

    FetchDataReply reply = call.files().fetchData(new WireFid(1, 2, 3), 7, target);

    assertThat(call.request())
        .isEqualTo(HexFormat.of().parseHex("000000820000000100000002000000030000000700000064"));
    assertThat(reply.byteCount()).isEqualTo(5);
    assertThat(new String(target.array(), 0, 5, UTF_8)).isEqualTo("deep\n");
  }

  @Test
  void inlineBulkStatus() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(89);
    MemoryCall call = new MemoryCall(golden.reply());
    int volume = 0x2000000a;

    BulkStatusReply reply =
        call.files()
            .inlineBulkStatus(
                List.of(
                    new WireFid(volume, 2, 2),
                    new WireFid(volume, 4, 3),
                    new WireFid(volume, 3, 4)));

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.entries())
        .extracting(entry -> ((BulkStatus.Found) entry).status())
        .extracting(FetchStatus::type, FetchStatus::length)
        .containsExactly(
            tuple(FileType.FILE, 2L), tuple(FileType.FILE, 16L), tuple(FileType.DIRECTORY, 2048L));
    assertThat(reply.entries()).allMatch(entry -> ((BulkStatus.Found) entry).callback().isGiven());
  }

  @Test
  void inlineBulkStatusOfSeven() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(72);
    MemoryCall call = new MemoryCall(golden.reply());
    int[][] vnodes = {{2, 2}, {4, 3}, {6, 4}, {8, 5}, {10, 6}, {2, 2}, {3, 7}};
    List<WireFid> fids =
        Arrays.stream(vnodes).map(each -> new WireFid(0x20000004, each[0], each[1])).toList();

    BulkStatusReply reply = call.files().inlineBulkStatus(fids);

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(reply.entries()).hasSize(7).allMatch(BulkStatus.Found.class::isInstance);
    assertThat(((BulkStatus.Found) reply.entries().get(2)).status().type())
        .isEqualTo(FileType.SYMLINK);
  }

  @Test
  void inlineBulkStatusBelievesErrorCodesWhateverTheInterfaceVersion() throws IOException {
    for (int interfaceVersion : new int[] {0, 1}) {
      XdrWriter out = new XdrWriter().int32(2);
      new StatusWords()
          .set(StatusWords.Field.INTERFACE_VERSION, interfaceVersion)
          .set(StatusWords.Field.ERROR_CODE, AfsErrorCode.VNOVNODE)
          .writeTo(out);
      Replies.STATUS.writeTo(out);
      out.int32(2);
      CallbackPromise.NONE.writeTo(out);
      Replies.CALLBACK.writeTo(out);
      Replies.VOL_SYNC.writeTo(out);
      MemoryCall call = new MemoryCall(out.toByteArray());

      BulkStatusReply reply =
          call.files().inlineBulkStatus(List.of(new WireFid(1, 2, 3), new WireFid(1, 4, 5)));

      assertThat(reply)
          .isEqualTo(
              new BulkStatusReply(
                  List.of(
                      new BulkStatus.Failed(AfsErrorCode.VNOVNODE),
                      new BulkStatus.Found(Replies.STATUS, Replies.CALLBACK)),
                  Replies.VOL_SYNC));
    }
  }

  @Test
  void bulkStatusHasItsOwnOperation() throws IOException {
    XdrWriter out = new XdrWriter().int32(1);
    Replies.STATUS.writeTo(out);
    out.int32(1);
    Replies.CALLBACK.writeTo(out);
    Replies.VOL_SYNC.writeTo(out);
    MemoryCall call = new MemoryCall(out.toByteArray());

    BulkStatusReply reply = call.files().bulkStatus(List.of(new WireFid(1, 2, 3)));

    assertThat(call.request())
        .isEqualTo(HexFormat.of().parseHex("0000009b00000001000000010000000200000003"));
    assertThat(reply.entries())
        .containsExactly(new BulkStatus.Found(Replies.STATUS, Replies.CALLBACK));
  }

  @Test
  void bulkCallsTakeOneToFiftyFids() {
    WireFid fid = new WireFid(1, 2, 3);
    for (int count : new int[] {0, FileService.MAX_BULK_FIDS + 1}) {
      MemoryCall call = new MemoryCall(new byte[0]);
      List<WireFid> fids = Collections.nCopies(count, fid);
      assertThatIllegalArgumentException().isThrownBy(() -> call.files().inlineBulkStatus(fids));
      assertThatIllegalArgumentException().isThrownBy(() -> call.files().giveUpCallBacks(fids));
      assertThat(call.wasMade()).isFalse();
    }
  }

  @Test
  void lookup() throws IOException {
    XdrWriter out = new XdrWriter();
    new WireFid(1, 7, 8).writeTo(out);
    Replies.STATUS.writeTo(out);
    Replies.STATUS.writeTo(out);
    Replies.CALLBACK.writeTo(out);
    Replies.VOL_SYNC.writeTo(out);
    MemoryCall call = new MemoryCall(out.toByteArray());

    EntryReply reply = call.files().lookup(new WireFid(1, 2, 3), new byte[] {'a', (byte) 0xff});

    assertThat(call.request())
        .isEqualTo(HexFormat.of().parseHex("000000a10000000100000002000000030000000261ff0000"));
    assertThat(reply)
        .isEqualTo(
            new EntryReply(
                new WireFid(1, 7, 8),
                Replies.STATUS,
                Replies.STATUS,
                Replies.CALLBACK,
                Replies.VOL_SYNC));
  }

  @Test
  void namesOfMoreThan256BytesAreNotSent() {
    MemoryCall call = new MemoryCall(new byte[0]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> call.files().lookup(new WireFid(1, 2, 3), new byte[257]));
    assertThat(call.wasMade()).isFalse();
  }

  @Test
  void getVolumeStatus() throws IOException {
    XdrWriter out =
        new XdrWriter()
            .int32(SCRATCH)
            .int32(SCRATCH)
            .int32(1) // online
            .int32(1) // in service
            .int32(1) // blessed
            .int32(0) // needs salvage
            .int32(1) // read-write
            .int32(0)
            .int32(5000)
            .int32(-2) // more than 2^31 blocks in use
            .int32(123)
            .int32(Integer.MAX_VALUE)
            .string("scratch", 256)
            .string("", 1024)
            .string("hello", 1024);
    MemoryCall call = new MemoryCall(out.toByteArray());

    FetchVolumeStatus status = call.files().getVolumeStatus(SCRATCH);

    assertThat(call.request()).isEqualTo(HexFormat.of().parseHex("0000009520000005"));
    assertThat(status)
        .isEqualTo(
            new FetchVolumeStatus(
                SCRATCH,
                SCRATCH,
                true,
                true,
                true,
                false,
                true,
                0,
                5000,
                0xffff_fffeL,
                123,
                Integer.MAX_VALUE,
                "scratch",
                "",
                "hello"));
  }

  @Test
  void giveUpCallBacks() throws IOException {
    MemoryCall call = new MemoryCall(new byte[0]);

    call.files().giveUpCallBacks(List.of(new WireFid(1, 2, 3), new WireFid(1, 4, 5)));

    assertThat(call.request())
        .isEqualTo(
            HexFormat.of()
                .parseHex(
                    "00000093"
                        + "00000002"
                        + "000000010000000200000003"
                        + "000000010000000400000005"
                        + "00000002"
                        + "000000010000000000000003"
                        + "000000010000000000000003"));
  }

  @Test
  void getTime() throws IOException {
    MemoryCall call =
        new MemoryCall(new XdrWriter().int32(0x90000000).int32(999_999).toByteArray());

    Instant time = call.files().getTime();

    assertThat(call.request()).isEqualTo(HexFormat.of().parseHex("00000099"));
    assertThat(time).isEqualTo(Instant.ofEpochSecond(0x90000000L, 999_999_000));
  }

  @Test
  void giveUpAllCallBacks() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(762);
    MemoryCall call = new MemoryCall(golden.reply());

    call.files().giveUpAllCallBacks();

    assertThat(call.request()).isEqualTo(golden.request());
  }

  @Test
  void getCapabilities() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(7);
    MemoryCall call = new MemoryCall(golden.reply());

    Capabilities capabilities = call.files().getCapabilities();

    assertThat(call.request()).isEqualTo(golden.request());
    assertThat(capabilities.contains(Capabilities.ERROR_TRANSLATION | Capabilities.FILES_64_BIT))
        .isTrue();
    assertThat(capabilities.contains(Capabilities.WRITE_LOCK_ACL)).isTrue();
    assertThat(capabilities.contains(Capabilities.SANE_ACLS)).isFalse();
  }

  /** As OpenAFS 1.8.9 answers: 45 words and 10 disks of 40 bytes. */
  @Test
  void ofStatisticsOnlyTheStartTimeIsTaken() throws IOException {
    ByteBuffer reply = ByteBuffer.allocate(580);
    reply.putInt(0).putInt(0).putInt(0x6b022aa3).putInt(0).putInt(0x6b0227b2);
    MemoryCall call = new MemoryCall(reply.array());

    Instant started = call.files().getStartTime();

    assertThat(started).isEqualTo(Instant.ofEpochSecond(0x6b0227b2));
    assertThat(call.request()).isEqualTo(new byte[] {0, 0, 0, (byte) 146});
  }
}
