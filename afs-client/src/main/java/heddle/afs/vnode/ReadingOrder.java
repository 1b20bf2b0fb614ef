package heddle.afs.vnode;

/**
 * How many of the small files that follow in a directory are worth fetching: none until some were
 * read in the directory's order, then more and more. Only a hint: races make it guess worse and
 * harm nothing.
 */
final class ReadingOrder {
  private static final int WORTH_IT = 3; // read in order
  private static final int NEAR = 64; // slots between two that are in order
  private static final int FIRST_WINDOW = 2; // files
  private static final int MAX_WINDOW = 12;

  private volatile int last; // slot after the one read last
  private volatile int streak;
  private volatile int window;
  private volatile int ahead; // files fetched and not yet read
  private volatile int frontier;

  /**
   * The file whose entry ends at {@code offset} is read from its beginning; returns how many more
   * files are to be fetched, from {@link #frontier} on.
   */
  int read(int offset) {
    int before = last;
    if (offset == before) {
      return 0; // the same again
    }
    last = offset;
    if (offset < before || offset - before > NEAR) {
      streak = 1;
      window = 0;
      ahead = 0;
      frontier = offset;
      return 0;
    }
    int now = streak + 1;
    streak = now;
    if (offset > frontier) { // it reads what we do not fetch
      frontier = offset;
      ahead = 0;
    } else {
      int left = ahead - 1;
      ahead = Math.max(0, left);
    }
    if (now < WORTH_IT) {
      return 0;
    }
    window = Math.min(MAX_WINDOW, Math.max(FIRST_WINDOW, 2 * window));
    return window - ahead;
  }

  /** Returns the offset of the first entry that was not fetched ahead. */
  int frontier() {
    return frontier;
  }

  /** So many more are being fetched, the last of which ends at {@code offset}. */
  void fetched(int count, int offset) {
    int before = ahead;
    ahead = before + count;
    frontier = offset;
  }
}
