package heddle.afs.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.rpc.StatusWords.Field;
import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Replies that break the interface definition end with an XdrException, and the server is told. */
class MalformedReplyTest {
  private static final WireFid FID = new WireFid(1, 2, 3);
  private static final byte[] DATA = {1, 2, 3, 4, 5};

  /** A stub, called with arguments that do not matter. */
  private interface Stub {
    Object call(MemoryCall call) throws IOException;
  }

  private static void assertRefused(byte[] reply, Stub stub) {
    MemoryCall call = new MemoryCall(reply);
    assertThatExceptionOfType(XdrException.class).isThrownBy(() -> stub.call(call));
    assertThat(call.abortCode()).hasValue(AbortCodes.RXGEN_CC_UNMARSHAL);
    assertThat(call.isClosed()).isTrue();
  }

  private static void assertCutShortAnywhereIsRefused(byte[] reply, Stub stub) throws IOException {
    stub.call(new MemoryCall(reply)); // whole, it is fine
    for (int length = 0; length < reply.length; length++) {
      assertRefused(Arrays.copyOf(reply, length), stub);
    }
    assertRefused(Arrays.copyOf(reply, reply.length + 1), stub);
  }

  private static Object fetchData(MemoryCall call) throws IOException {
    return call.files().fetchData64(FID, 0, ByteBuffer.allocate(10));
  }

  private static Object fetchDataToChannel(MemoryCall call) throws IOException {
    WritableByteChannel sink = Channels.newChannel(OutputStream.nullOutputStream());
    return call.files().fetchData64(FID, 0, 10, sink);
  }

  @Test
  void repliesCutShortOrTooLong() throws IOException {
    assertCutShortAnywhereIsRefused(Replies.fetchStatus(), call -> call.files().fetchStatus(FID));
    byte[] data = Replies.fetchData(DATA.length, DATA);
    assertCutShortAnywhereIsRefused(data, MalformedReplyTest::fetchData);
    assertCutShortAnywhereIsRefused(data, MalformedReplyTest::fetchDataToChannel);
    assertCutShortAnywhereIsRefused(
        GoldenCall.atFrame(89).reply(),
        call -> call.files().inlineBulkStatus(Collections.nCopies(3, FID)));
    assertCutShortAnywhereIsRefused(
        GoldenCall.atFrame(1).reply(), call -> call.locations().getEntryByNameU("a"));
    assertCutShortAnywhereIsRefused(
        GoldenCall.atFrame(4).reply(), call -> call.locations().getAddrsU(new UUID(1, 2)));
    assertCutShortAnywhereIsRefused(
        GoldenCall.atFrame(7).reply(), call -> call.files().getCapabilities());
  }

  @Test
  void moreDataThanAskedFor() {
    byte[] reply = Replies.fetchData(11, new byte[11]);
    assertRefused(reply, MalformedReplyTest::fetchData);
    assertRefused(reply, MalformedReplyTest::fetchDataToChannel);
  }

  @Test
  void lengthsThatNoBufferCouldTake() {
    for (long declared : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
      assertRefused(Replies.fetchData(declared, DATA), MalformedReplyTest::fetchData);
      assertRefused(Replies.fetchData(declared, DATA), MalformedReplyTest::fetchDataToChannel);
    }
  }

  @Test
  void dataReadBeforeTheReplyEndedIsInTheBuffer() {
    MemoryCall call = new MemoryCall(Arrays.copyOf(Replies.fetchData(5, DATA), 8 + 3));
    ByteBuffer target = ByteBuffer.allocate(10);
    assertThatExceptionOfType(XdrException.class)
        .isThrownBy(() -> call.files().fetchData64(FID, 0, target));
    assertThat(target.position()).isEqualTo(3);
    assertThat(target.limit()).isEqualTo(10);
    assertThat(target.array()).startsWith(1, 2, 3);
  }

  @Test
  void statusOfUnknownTypeOrVersionOrLength() {
    StatusWords good = new StatusWords().set(Field.INTERFACE_VERSION, 1).set(Field.FILE_TYPE, 1);
    assertThat(statusReply(good)).isNotEmpty();
    List<StatusWords> bad =
        List.of(
            new StatusWords().set(Field.INTERFACE_VERSION, 1).set(Field.FILE_TYPE, 0),
            new StatusWords().set(Field.INTERFACE_VERSION, 1).set(Field.FILE_TYPE, 4),
            new StatusWords().set(Field.INTERFACE_VERSION, 0).set(Field.FILE_TYPE, 1),
            new StatusWords().set(Field.INTERFACE_VERSION, 2).set(Field.FILE_TYPE, 1),
            new StatusWords()
                .set(Field.INTERFACE_VERSION, 1)
                .set(Field.FILE_TYPE, 1)
                .set(Field.LENGTH_HIGH, -1));
    for (StatusWords words : bad) {
      assertRefused(statusReply(words), call -> call.files().fetchStatus(FID));
    }
  }

  private static byte[] statusReply(StatusWords words) {
    XdrWriter out = new XdrWriter();
    words.writeTo(out);
    Replies.CALLBACK.writeTo(out);
    Replies.VOL_SYNC.writeTo(out);
    return out.toByteArray();
  }

  @Test
  void bulkStatusOfAnotherNumberOfFiles() {
    byte[] three = GoldenCall.atFrame(89).reply();
    for (int asked : new int[] {1, 2, 4, 50}) {
      assertRefused(three, call -> call.files().inlineBulkStatus(Collections.nCopies(asked, FID)));
    }
  }

  @Test
  void bulkStatusOfAnotherNumberOfCallbacks() {
    XdrWriter out = new XdrWriter().int32(1);
    Replies.STATUS.writeTo(out);
    out.int32(0);
    Replies.VOL_SYNC.writeTo(out);
    assertRefused(out.toByteArray(), call -> call.files().inlineBulkStatus(List.of(FID)));
  }

  @Test
  void moreThanTheInterfaceAllows() {
    byte[] capabilities = new XdrWriter().int32(197).fixedOpaque(new byte[197 * 4]).toByteArray();
    assertRefused(capabilities, call -> call.files().getCapabilities());
    byte[] volume =
        new XdrWriter()
            .fixedOpaque(new byte[12 * 4])
            .string("v".repeat(257), 257)
            .int32(0)
            .int32(0)
            .toByteArray();
    assertRefused(volume, call -> call.files().getVolumeStatus(1));
    byte[] addresses =
        new XdrWriter()
            .fixedOpaque(new byte[13 * 4])
            .int32(501)
            .fixedOpaque(new byte[501 * 4])
            .toByteArray();
    assertRefused(addresses, call -> call.locations().getAddrsU(new UUID(1, 2)));
  }

  @Test
  void volumeAtMoreThanThirteenSites() {
    byte[] reply = GoldenCall.atFrame(1).reply();
    for (byte count : new byte[] {14, -1}) {
      byte[] bad = reply.clone();
      Arrays.fill(bad, 65 * 4, 66 * 4, count < 0 ? (byte) -1 : 0);
      bad[66 * 4 - 1] = count;
      assertRefused(bad, call -> call.locations().getEntryByNameU("root.cell"));
    }
  }

  @Test
  void volumeNameWithoutEnd() {
    byte[] bad = GoldenCall.atFrame(1).reply().clone();
    for (int i = 3; i < 65 * 4; i += 4) {
      bad[i] = 'a';
    }
    assertRefused(bad, call -> call.locations().getEntryByNameU("root.cell"));
  }

  @Test
  void failingSinkEndsTheCallWithItsOwnException() {
    IOException full = new IOException("disk full");
    MemoryCall call = new MemoryCall(Replies.fetchData(5, DATA));
    WritableByteChannel sink =
        Channels.newChannel(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw full;
              }
            });
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> call.files().fetchData64(FID, 0, 10, sink))
        .isSameAs(full);
    assertThat(call.abortCode()).isEmpty(); // closing a call that is not complete aborts it
    assertThat(call.isClosed()).isTrue();
  }
}
