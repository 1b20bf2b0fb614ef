package heddle.afs.vnode;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.cache.Chunk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final int PIECE = 1 << 17;
  private static final int PIECES = Chunk.BYTES / PIECE;

  private final ReadAhead ahead = new ReadAhead(8);
  private final List<Long> fetched = new ArrayList<>();

  private List<Long> read(long piece) {
    fetched.clear();
    ahead.read(piece * PIECE, PIECE, fetched::add);
    return List.copyOf(fetched);
  }

  @Test
  void looksFurtherAheadAsTheReaderGoesOn() {
    assertThat(read(0)).containsExactly(1L, 2L);
    assertThat(read(1)).isEmpty();
    for (int piece = 2; piece < PIECES; piece++) {
      assertThat(read(piece)).isEmpty();
    }
    assertThat(read(PIECES)).containsExactly(3L, 4L, 5L);
    for (int piece = PIECES + 1; piece < 2 * PIECES; piece++) {
      assertThat(read(piece)).isEmpty();
    }
    assertThat(read(2 * PIECES)).containsExactly(6L, 7L, 8L, 9L, 10L);
  }

  @Test
  void neverFetchesTwice() {
    List<Long> all = new ArrayList<>();
    for (int piece = 0; piece < 40 * PIECES; piece++) {
      all.addAll(read(piece));
    }
    assertThat(all).doesNotHaveDuplicates().isSorted().startsWith(1L).contains(39L, 47L);
  }

  @Test
  void readsThatOvertakeEachOtherAreInOrder() {
    List<Long> all = new ArrayList<>();
    for (int piece = 0; piece < 4 * PIECES; piece += 2) {
      all.addAll(read(piece + 1));
      all.addAll(read(piece));
    }
    assertThat(all).contains(1L, 2L, 3L).doesNotHaveDuplicates();
  }

  @Test
  void leapingReadersGetNothingAhead() {
    read(0);
    assertThat(read(1000)).isEmpty();
    assertThat(read(50)).isEmpty();
    assertThat(read(7000)).isEmpty();
  }

  @Test
  void aReaderThatGoesOnFromWhereItLeaptIsInOrderAgain() {
    read(0);
    read(80 * PIECES);
    for (int piece = 1; piece < PIECES; piece++) {
      read(80 * PIECES + piece);
    }
    assertThat(read(81 * PIECES)).containsExactly(82L, 83L);
  }

  @Test
  void canBeTurnedOff() {
    ReadAhead none = new ReadAhead(0);
    none.read(0, PIECE, fetched::add);
    assertThat(fetched).isEmpty();
  }
}
