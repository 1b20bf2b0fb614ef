package heddle.afs.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Written data over a server's file: read, stored and failed in any order. */
class WriteBufferTest {
  private static final long PIECE = 2L * Chunk.BYTES;

  private final WriteBuffer buffer = new WriteBuffer();
  private byte[] server = new byte[0];

  private void write(long offset, byte[] bytes) {
    buffer.write(ByteBuffer.wrap(bytes), offset);
  }

  private static byte[] bytes(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** Returns what a user sees. */
  private byte[] view() {
    int length = (int) buffer.length(server.length);
    byte[] seen = bytes(length, 99); // what nobody fills must not pass for zeros
    if (length > 0) {
      ByteBuffer target = ByteBuffer.wrap(seen);
      buffer.read(
          new ByteRange(0, length),
          target,
          server.length,
          range -> target.put((int) range.start(), server, (int) range.start(), size(range)));
    }
    return seen;
  }

  private static int size(ByteRange range) {
    return (int) range.length();
  }

  /** Does what a file server does with a store. */
  static byte[] apply(byte[] file, StorePiece piece) {
    byte[] cut =
        file.length > piece.fileLength() ? Arrays.copyOf(file, (int) piece.fileLength()) : file;
    int end = (int) (piece.offset() + piece.length());
    byte[] result = Arrays.copyOf(cut, Math.max(cut.length, end));
    ByteBuffer data = ByteBuffer.wrap(result, (int) piece.offset(), (int) piece.length());
    try (ReadableByteChannel source = piece.open()) {
      while (data.hasRemaining()) {
        assertThat(source.read(data)).isPositive();
      }
      assertThat(source.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return result;
  }

  private StorePiece take() {
    buffer.mark();
    return buffer.takeMarked(PIECE, server.length).orElseThrow();
  }

  private void storeAll() {
    buffer.mark();
    storeMarked();
  }

  private void storeMarked() {
    Optional<StorePiece> piece = buffer.takeMarked(PIECE, server.length);
    while (piece.isPresent()) {
      server = apply(server, piece.get());
      buffer.stored();
      piece = buffer.takeMarked(PIECE, server.length);
    }
  }

  @Test
  void whatIsWrittenAfterTheMarkWaits() {
    write(0, bytes(2, 1));
    write(10, bytes(2, 2));
    buffer.mark();
    write(20, bytes(2, 3));
    write(12, bytes(1, 4)); // in one with what is marked
    StorePiece first = buffer.takeMarked(PIECE, 0).orElseThrow();
    server = apply(server, first);
    buffer.stored();
    write(0, bytes(2, 5));
    assertThat(buffer.hasMarked()).isTrue();
    storeMarked();
    assertThat(server).containsExactly(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 4);
    assertThat(buffer.hasMarked()).isFalse();
    assertThat(buffer.hasChanges()).isTrue();
    storeAll();
    assertThat(server).startsWith(5, 5, 0).endsWith(0, 3, 3).hasSize(22);
    assertThat(buffer.isClean()).isTrue();
  }

  @Test
  void anExtensionIsMarkedToo() {
    write(0, bytes(2, 1));
    buffer.truncate(6);
    buffer.mark();
    write(1, bytes(1, 2));
    write(3, bytes(1, 2));
    storeMarked();
    assertThat(server).hasSize(6).startsWith(1, 2, 0);
    assertThat(view()).containsExactly(1, 2, 0, 2, 0, 0);
    storeAll();
    assertThat(server).containsExactly(1, 2, 0, 2, 0, 0);
  }

  @Test
  void whatIsCutOffAfterTheMarkIsNotStored() {
    write(0, bytes(4, 1));
    buffer.mark();
    buffer.truncate(0);
    assertThat(buffer.hasMarked()).isFalse();
    assertThat(buffer.takeMarked(PIECE, 0)).isEmpty();
  }

  @Test
  void whatWasWrittenIsReadOverTheServersFile() {
    server = bytes(10, 1);
    write(4, bytes(2, 2));
    assertThat(view()).containsExactly(1, 1, 1, 1, 2, 2, 1, 1, 1, 1);
  }

  @Test
  void aHoleBehindTheEndReadsZeros() {
    server = bytes(2, 1);
    write(5, bytes(1, 2));
    assertThat(view()).containsExactly(1, 1, 0, 0, 0, 2);
    storeAll();
    assertThat(server).containsExactly(1, 1, 0, 0, 0, 2);
  }

  @Test
  void whatWasCutOffDoesNotComeBackWhenTheFileGrows() {
    server = bytes(6, 1);
    buffer.truncate(2);
    buffer.truncate(4);
    assertThat(view()).containsExactly(1, 1, 0, 0);
    write(5, bytes(1, 2));
    assertThat(view()).containsExactly(1, 1, 0, 0, 0, 2);
    storeAll();
    assertThat(server).containsExactly(1, 1, 0, 0, 0, 2);
  }

  @Test
  void aTruncationGoesWithTheFirstStore() {
    server = bytes(6, 1);
    buffer.truncate(0);
    write(0, bytes(3, 2));
    StorePiece piece = take();
    assertThat(piece.fileLength()).isZero();
    assertThat(apply(server, piece)).containsExactly(2, 2, 2);
    buffer.stored();
    assertThat(buffer.isClean()).isTrue();
  }

  @Test
  void aStoreWithoutTruncationCutsNothingOff() {
    server = bytes(6, 1);
    write(2, bytes(1, 2));
    assertThat(take().fileLength()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void extendingAloneIsStoredWithoutData() {
    server = bytes(2, 1);
    buffer.truncate(4);
    StorePiece piece = take();
    assertThat(piece.length()).isZero();
    assertThat(piece.offset()).isEqualTo(4);
    assertThat(apply(server, piece)).containsExactly(1, 1, 0, 0);
  }

  @Test
  void aTruncationToWhatTheFileHasAnywayIsNoStore() {
    server = bytes(4, 1);
    buffer.truncate(4);
    buffer.mark();
    assertThat(buffer.takeMarked(PIECE, server.length)).isEmpty();
    assertThat(buffer.isClean()).isTrue();
  }

  @Test
  void whatIsWrittenDuringAStoreIsSeenAtOnceAndStoredNext() {
    write(0, bytes(4, 1));
    StorePiece piece = take();
    write(2, bytes(4, 2));
    assertThat(view()).containsExactly(1, 1, 2, 2, 2, 2);
    server = apply(server, piece);
    assertThat(server).containsExactly(1, 1, 1, 1); // as it was when the store began
    buffer.stored();
    assertThat(view()).containsExactly(1, 1, 2, 2, 2, 2);
    storeAll();
    assertThat(server).containsExactly(1, 1, 2, 2, 2, 2);
  }

  @Test
  void aTruncationDuringAStoreComesAfterIt() {
    write(0, bytes(4, 1));
    StorePiece piece = take();
    buffer.truncate(2);
    buffer.truncate(3);
    assertThat(view()).containsExactly(1, 1, 0);
    server = apply(server, piece);
    buffer.stored();
    assertThat(view()).containsExactly(1, 1, 0);
    storeAll();
    assertThat(server).containsExactly(1, 1, 0);
  }

  @Test
  void aFailedStoreIsDoneAgainWithWhatCameAfterwards() {
    server = bytes(8, 9);
    buffer.truncate(1);
    write(0, bytes(4, 1));
    assertThat(take()).isNotNull();
    write(3, bytes(2, 2));
    buffer.failed();
    assertThat(view()).containsExactly(1, 1, 1, 2, 2);
    storeAll();
    assertThat(server).containsExactly(1, 1, 1, 2, 2);
    assertThat(buffer.heldBytes()).isZero();
  }

  @Test
  void anotherClientsLongerFileKeepsItsEnd() {
    server = bytes(2, 1);
    write(0, bytes(1, 2));
    server = bytes(5, 3);
    assertThat(view()).containsExactly(2, 3, 3, 3, 3);
    storeAll();
    assertThat(server).containsExactly(2, 3, 3, 3, 3);
  }

  @Test
  void aLongWriteIsStoredInWholeChunks() {
    write(100, bytes(5 * Chunk.BYTES, 1));
    StorePiece first = take();
    assertThat(first.offset()).isEqualTo(100);
    assertThat(first.offset() + first.length()).isEqualTo(2 * Chunk.BYTES);
    server = apply(server, first);
    buffer.stored();
    StorePiece rest = buffer.takeLong(Chunk.BYTES, PIECE, server.length).orElseThrow();
    assertThat(rest.offset()).isEqualTo(2 * Chunk.BYTES);
    assertThat(rest.length()).isEqualTo(2 * Chunk.BYTES);
    server = apply(server, rest);
    buffer.stored();
    assertThat(buffer.takeLong(2 * Chunk.BYTES, PIECE, server.length)).isEmpty();
  }

  @Test
  void smallFilesTakeLittleMemory() {
    write(0, bytes(100, 1));
    assertThat(buffer.heldBytes()).isEqualTo(4096 + WriteBuffer.RANGE_BYTES);
    buffer.drop();
    assertThat(buffer.heldBytes()).isZero();
    assertThat(buffer.isClean()).isTrue();
  }

  @Test
  void tellsHowMuchLiesTogether() {
    assertThat(buffer.write(ByteBuffer.wrap(bytes(10, 1)), 0)).isEqualTo(10);
    assertThat(buffer.write(ByteBuffer.wrap(bytes(10, 1)), 20)).isEqualTo(10);
    assertThat(buffer.write(ByteBuffer.wrap(bytes(10, 1)), 10)).isEqualTo(30);
  }

  /** Any sequence of operations, stores that succeed and stores that fail, whole or in part. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void isLikeAnArrayWhateverHappens(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] model = {};
    StorePiece underWay = null;
    byte[] before = server; // when the piece was taken
    for (int i = 0; i < 400; i++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          byte[] data = new byte[1 + random.nextInt(random.nextBoolean() ? 300_000 : 5_000)];
          random.nextBytes(data);
          int offset = random.nextInt(2_500_000);
          write(offset, data);
          model = Arrays.copyOf(model, Math.max(model.length, offset + data.length));
          System.arraycopy(data, 0, model, offset, data.length);
        }
        case 3 -> {
          int length = random.nextInt(2_800_000);
          buffer.truncate(length);
          model = Arrays.copyOf(model, length);
        }
        case 4, 5 -> {
          if (underWay == null) {
            before = server;
            if (!buffer.hasMarked()) {
              buffer.mark();
            }
            underWay = buffer.takeMarked(PIECE, server.length).orElse(null);
          }
        }
        case 6 -> {
          if (underWay != null) {
            server = apply(server, underWay);
            checkChunks(underWay, before);
            buffer.stored();
            underWay = null;
          }
        }
        default -> {
          if (underWay != null) {
            server = random.nextBoolean() ? apply(server, underWay) : server; // who knows
            buffer.failed();
            underWay = null;
          }
        }
      }
      if (i % 8 == 0 || underWay == null) {
        assertThat(view()).isEqualTo(model);
      }
      if (i % 32 == 0) {
        assertThat(applied(buffer.changes())).isEqualTo(model);
      }
    }
    if (underWay != null) {
      buffer.failed();
    }
    storeAll();
    assertThat(server).isEqualTo(model);
    assertThat(buffer.heldBytes()).isZero();
    assertThat(buffer.isClean()).isTrue();
  }

  /** Returns what the server's file would be if all changes were made to it at once. */
  private byte[] applied(WriteBuffer.Changes changes) {
    int kept = (int) Math.min(server.length, changes.truncatedTo());
    byte[] result = Arrays.copyOf(server, kept);
    result = Arrays.copyOf(result, (int) Math.max(kept, changes.grownTo()));
    for (ByteRange range : changes.ranges()) {
      ByteBuffer target = ByteBuffer.wrap(result).slice((int) range.start(), (int) range.length());
      buffer.read(range, target, 0, gap -> fail("not written: " + gap));
    }
    return result;
  }

  /** What a store makes of chunks is what the server makes of the file. */
  private void checkChunks(StorePiece piece, byte[] before) {
    assertThat(piece.lengthAfter(before.length)).isEqualTo(server.length);
    for (int i = 0; i * Chunk.BYTES < server.length; i++) {
      int start = i * Chunk.BYTES;
      Optional<Chunk> with = piece.chunk(i, before.length, chunk(before, start));
      assertThat(with).isPresent();
      check(with.get(), start);
      piece.chunk(i, before.length, Optional.empty()).ifPresent(chunk -> check(chunk, start));
      boolean untouched =
          start + Chunk.BYTES <= piece.changedFrom(before.length)
              || start >= piece.changedTo(before.length);
      if (untouched) {
        check(chunk(before, start).orElseThrow(), start);
      }
    }
  }

  private void check(Chunk chunk, int start) {
    byte[] content = new byte[chunk.length()];
    chunk.copyTo(ByteBuffer.wrap(content), 0, content.length);
    int end = Math.min(server.length, start + Chunk.BYTES);
    assertThat(content).isEqualTo(Arrays.copyOfRange(server, start, end));
  }

  private static Optional<Chunk> chunk(byte[] file, int start) {
    int length = Math.min(file.length - start, Chunk.BYTES);
    if (length <= 0) {
      return Optional.empty();
    }
    Chunk.Builder builder = new Chunk.Builder(length, new SegmentPool(0));
    builder.write(ByteBuffer.wrap(file, start, length));
    return Optional.of(builder.build());
  }

  @Test
  void whatIsKnownOfManyRangesIsMemoryToo() {
    for (int i = 0; i < 1000; i++) {
      write(2L * i, bytes(1, 1));
    }
    assertThat(buffer.heldBytes()).isEqualTo(4096 + 1000 * WriteBuffer.RANGE_BYTES);
    write(0, bytes(2000, 2));
    assertThat(buffer.heldBytes()).isEqualTo(4096 + WriteBuffer.RANGE_BYTES);
    storeAll();
    assertThat(buffer.heldBytes()).isZero();
  }
}
