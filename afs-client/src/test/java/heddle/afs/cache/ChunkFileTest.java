package heddle.afs.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.Fid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkFileTest {
  private static final ChunkKey KEY = Chunks.key(4, 12, 3);

  private static byte[] written(ChunkKey key, int length) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(ChunkFile.MAX_BYTES);
    ChunkFile.write(key, Chunks.of(key, length), buffer);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static Optional<Chunk> read(ChunkKey key, byte[] file) throws IOException {
    return ChunkFile.read(key, Channels.newChannel(new ByteArrayInputStream(file)), file.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 65_535, 65_536, 65_537, 1_000_003, Chunk.BYTES})
  void whatWasWrittenIsRead(int length) throws IOException {
    byte[] read = Chunks.bytes(read(KEY, written(KEY, length)).orElseThrow());

    assertThat(read).isEqualTo(Chunks.bytes(Chunks.of(KEY, length)));
  }

  /** It may seem to be of another version; it never is a chunk. */
  @Test
  void everyByteThatIsChangedIsFoundOut() throws IOException {
    byte[] file = written(KEY, 100);
    for (int i = 0; i < file.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        file[i] ^= (byte) (1 << bit);
        assertThat(chunk(file)).as("bit %s of byte %s", bit, i).isEmpty();
        file[i] ^= (byte) (1 << bit);
      }
    }
    assertThat(chunk(file)).isPresent();
  }

  private static Optional<Chunk> chunk(byte[] file) throws IOException {
    try {
      return read(KEY, file);
    } catch (ChunkFile.TornException e) {
      return Optional.empty();
    }
  }

  @Test
  void everyLengthButTheRightOneIsFoundOut() {
    byte[] file = written(KEY, 100);
    for (int length = 0; length <= file.length + 100; length++) {
      if (length != file.length) {
        byte[] other = Arrays.copyOf(file, length);
        assertThatThrownBy(() -> read(KEY, other))
            .as("%s bytes", length)
            .isInstanceOf(ChunkFile.TornException.class);
      }
    }
  }

  /** What a crash leaves of a file that was never written to its disk. */
  @Test
  void zerosInPlaceOfTheEndAreFoundOut() {
    byte[] file = written(KEY, 5000);
    for (int from = 0; from < file.length; from += 512) {
      byte[] torn = file.clone();
      Arrays.fill(torn, from, torn.length, (byte) 0);
      assertThatThrownBy(() -> read(KEY, torn)).isInstanceOf(ChunkFile.TornException.class);
    }
  }

  @Test
  void anotherVersionIsNotThere() throws IOException {
    byte[] file = written(KEY, 100);

    assertThat(read(new ChunkKey(KEY.fid(), 13, KEY.instance(), 3), file)).isEmpty();
    assertThat(read(new ChunkKey(KEY.fid(), 11, KEY.instance(), 3), file)).isEmpty();
    assertThat(read(new ChunkKey(KEY.fid(), 12, KEY.instance() + 1, 3), file)).isEmpty();
  }

  @Test
  void anotherFileIsFoundOut() {
    byte[] file = written(KEY, 100);
    Fid fid = KEY.fid();
    for (Fid other :
        new Fid[] {
          new Fid("example.com", fid.volume(), fid.vnode(), fid.uniquifier()),
          new Fid(fid.cell(), 1, fid.vnode(), fid.uniquifier()),
          new Fid(fid.cell(), fid.volume(), 1, fid.uniquifier()),
          new Fid(fid.cell(), fid.volume(), fid.vnode(), 1)
        }) {
      ChunkKey key = new ChunkKey(other, 12, KEY.instance(), 3);
      assertThatThrownBy(() -> read(key, file)).isInstanceOf(ChunkFile.TornException.class);
    }
    ChunkKey next = new ChunkKey(fid, 12, KEY.instance(), 4);
    assertThatThrownBy(() -> read(next, file)).isInstanceOf(ChunkFile.TornException.class);
  }

  @Test
  void whatMeansNothingToLaterProcessesIsNotTaken() {
    Fid fid = KEY.fid();

    assertThat(ChunkFile.takes(KEY)).isTrue();
    assertThat(ChunkFile.takes(new ChunkKey(fid, 12, 0, 3))).isFalse();
    assertThat(ChunkFile.takes(new ChunkKey(new Fid("", 1, 2, 3), 12, 5, 3))).isFalse();
    assertThat(ChunkFile.takes(new ChunkKey(new Fid("x".repeat(81), 1, 2, 3), 12, 5, 3))).isFalse();
  }
}
