package heddle.afs.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Arbitrary bytes on the disk are the chunk that was written there, or none. {@code JAZZER_FUZZ=1}
 * looks for findings.
 */
class ChunkFileFuzzTest {
  private static final ChunkKey KEY = Chunks.key(4, 12, 3);
  private static final int MAX_BYTES = 1000;

  static Stream<Arguments> seeds() {
    return Stream.of(1, 100, MAX_BYTES).map(length -> Arguments.of((Object) written(length)));
  }

  private static byte[] written(int length) {
    ByteBuffer buffer = ByteBuffer.allocate(ChunkFile.MAX_BYTES);
    ChunkFile.write(KEY, Chunks.of(KEY, length), buffer);
    return Arrays.copyOf(buffer.array(), buffer.limit());
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "100s") // fuzzing wants it last
  void anyBytesAreAChunkAsWrittenOrNone(byte[] data) throws IOException {
    Optional<Chunk> chunk = read(data);
    if (chunk.isPresent()) { // whoever finds a checksum has made it of the same header
      byte[] again = new byte[data.length];
      ByteBuffer buffer = ByteBuffer.allocate(ChunkFile.MAX_BYTES);
      ChunkFile.write(KEY, chunk.get(), buffer);
      buffer.get(again);
      assertThat(again).isEqualTo(data);
    }
  }

  private static Optional<Chunk> read(byte[] data) throws IOException {
    try {
      return ChunkFile.read(KEY, Channels.newChannel(new ByteArrayInputStream(data)), data.length);
    } catch (ChunkFile.TornException e) {
      return Optional.empty();
    }
  }
}
