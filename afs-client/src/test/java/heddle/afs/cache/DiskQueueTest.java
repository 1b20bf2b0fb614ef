package heddle.afs.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When chunks are written. */
class DiskQueueTest {
  private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(100);

  @TempDir Path directory;
  private long now = 5;
  private DiskCache cache;
  private DiskQueue queue;

  @BeforeEach
  void open() throws Exception {
    cache = new DiskCache(DirectoryFiles.open(directory), 1 << 30);
    queue = new DiskQueue(cache, () -> now);
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private void offer(int index, int bytes) {
    ChunkKey key = Chunks.key(4, 12, index);
    queue.offer(key, Chunks.of(key, bytes));
  }

  @Test
  void nothingIsToBeWrittenWhereNothingWaits() {
    assertThat(queue.untilWriteNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void chunksAreWrittenWhenNoMoreHaveComeForAMoment() {
    offer(1, 1000);
    now += QUIET - 1;
    assertThat(queue.untilWriteNanos()).isEqualTo(1);
    offer(2, 1000);
    assertThat(queue.untilWriteNanos()).isEqualTo(QUIET);
    now += QUIET;
    assertThat(queue.untilWriteNanos()).isZero();
  }

  @Test
  void chunksAreWrittenWhenHalfOfTheRoomIsTaken() {
    for (int i = 0; i < 7; i++) {
      offer(i, Chunk.BYTES);
    }
    assertThat(queue.untilWriteNanos()).isEqualTo(QUIET);
    offer(7, Chunk.BYTES);
    assertThat(queue.untilWriteNanos()).isZero();
  }
}
