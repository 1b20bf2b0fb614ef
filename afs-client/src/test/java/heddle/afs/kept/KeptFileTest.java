package heddle.afs.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.Fid;
import heddle.afs.UnstoredWrites;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was kept is read as it was written, or found to be damaged. */
class KeptFileTest {
  private static final Fid FID = new Fid("example.org", 500, 2, 3);
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final KeptWrites.Place PLACE = new KeptWrites.Place("", "/example.org/o\u00ffd");

  /** Writes whose byte at an offset follows from it. */
  private record Writes(List<Range> ranges, long truncatedTo, long grownTo)
      implements UnstoredWrites {
    @Override
    public Fid fid() {
      return FID;
    }

    @Override
    public long dataVersion() {
      return 7;
    }

    @Override
    public Instant modified() {
      return NOW;
    }

    @Override
    public String writer() {
      return "alice";
    }

    @Override
    public Optional<String> principal() {
      return Optional.of("alice@REALM");
    }

    @Override
    public String reason() {
      return "nobody answers";
    }

    @Override
    public void read(ByteBuffer target, long offset) {
      long at = offset;
      while (target.hasRemaining()) {
        target.put(byteAt(at++));
      }
    }
  }

  private static final Writes SMALL =
      new Writes(
          List.of(new UnstoredWrites.Range(3, 20), new UnstoredWrites.Range(100, 131)), 50, 200);

  private static byte byteAt(long offset) {
    return (byte) (offset * 31 + offset / 256);
  }

  private static byte[] written(Writes writes) throws IOException {
    var bytes = new ByteArrayOutputStream();
    KeptFile.write(writes, KeptWrites.of(writes, PLACE, NOW), Channels.newChannel(bytes));
    return bytes.toByteArray();
  }

  private static ReadableByteChannel in(byte[] bytes) {
    return Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  private static void readAll(byte[] bytes) throws IOException {
    ReadableByteChannel in = in(bytes);
    KeptWrites description = KeptFile.readDescription(in);
    assertThat(description).isEqualTo(KeptWrites.of(SMALL, PLACE, NOW));
    KeptFile.readPieces(
        in,
        (piece, offset) -> {
          byte[] expected = new byte[piece.remaining()];
          SMALL.read(ByteBuffer.wrap(expected), offset);
          byte[] found = new byte[piece.remaining()];
          piece.get(found);
          assertThat(found).isEqualTo(expected);
        });
  }

  @Test
  void whatWasKeptIsReadAgain() throws Exception {
    readAll(written(SMALL));
  }

  @Test
  void aFileThatEndsTooEarlyIsDamagedWhereverItEnds() throws Exception {
    byte[] whole = written(SMALL);
    for (int length = 0; length < whole.length; length++) {
      byte[] torn = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> readAll(torn))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(KeptFile.TornException.class);
    }
  }

  @Test
  void anyOtherByteIsFound() throws Exception {
    byte[] whole = written(SMALL);
    for (int i = 0; i < whole.length; i++) {
      byte[] other = whole.clone();
      other[i] ^= 0x10;
      assertThatThrownBy(() -> readAll(other))
          .as("byte %d", i)
          .isInstanceOf(KeptFile.TornException.class);
    }
  }

  @Test
  void moreThanTheEndIsFound() throws Exception {
    byte[] whole = written(SMALL);
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThatThrownBy(() -> readAll(longer)).isInstanceOf(KeptFile.TornException.class);
  }

  @Test
  void longRangesAreKeptInPieces(@TempDir Path cache) throws Exception {
    long end = (5L << 32) + 2_500_000;
    var writes =
        new Writes(
            List.of(new UnstoredWrites.Range(5L << 32, end)), UnstoredWrites.NOT_TRUNCATED, end);
    KeptDirectory directory = KeptDirectory.in(cache);
    assertThat(directory.files()).isEmpty();

    Path file = directory.keep(writes, PLACE, NOW);
    Path later = directory.keep(SMALL, PLACE, NOW.plusSeconds(60));

    assertThat(directory.files()).containsExactly(file, later);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    KeptData data = KeptData.open(file);
    assertThat(data.bytes()).isEqualTo(2_500_000);
    long[] next = {5L << 32};
    data.forEachPiece(
        (piece, offset) -> {
          assertThat(offset).isEqualTo(next[0]);
          next[0] += piece.remaining();
          assertThat(piece.get(0)).isEqualTo(byteAt(offset));
        });
    assertThat(next[0]).isEqualTo(end);
    data.remove();
    assertThat(directory.files()).containsExactly(later);
  }

  @Test
  void otherFilesAreFoundOut(@TempDir Path cache) throws Exception {
    Path file = Files.createDirectories(cache.resolve("kept")).resolve("x.kept");
    Files.writeString(file, "something else altogether");
    assertThat(KeptDirectory.in(cache).files()).containsExactly(file);
    assertThatThrownBy(() -> KeptData.open(file))
        .isInstanceOf(KeptFile.TornException.class)
        .hasMessage("this is no file of kept data");
  }

  @Test
  void whatIsNoDirectoryIsNotFollowed(@TempDir Path cache, @TempDir Path elsewhere)
      throws Exception {
    Files.createSymbolicLink(cache.resolve("kept"), elsewhere);
    assertThatThrownBy(() -> KeptDirectory.in(cache).keep(SMALL, PLACE, NOW))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no directory of this user");
    assertThat(elsewhere).isEmptyDirectory();
  }
}
