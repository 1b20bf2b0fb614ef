package heddle.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The list of a FILE call: transfers in order, each a number of 32-bit words; a zero turns the
 * direction from client-to-server to server-to-client. An Rx call turns once, so a list has at most
 * one zero.
 *
 * <p>Protocol source: OpenAFS src/tools/rxperf/rxperf.c.
 *
 * @param words the list as sent
 * @param bytesUp what the transfers before the zero add up to
 * @param bytesDown what those behind it add up to
 */
record TransferList(List<Integer> words, long bytesUp, long bytesDown) {
  /** Most entries that a server takes. */
  static final int MAX_ENTRIES = 1 << 16;

  private static final int MAX_WORDS = Integer.MAX_VALUE / Integer.BYTES; // of one transfer

  /**
   * Checks a list.
   *
   * @throws IllegalArgumentException if the list cannot be carried out in one call
   */
  static TransferList of(List<Integer> words) {
    if (words.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException("more than " + MAX_ENTRIES + " transfers");
    }
    long[] bytes = new long[2];
    int direction = 0;
    for (int i = 0; i < words.size(); i++) {
      int count = words.get(i);
      if (count < 0 || count > MAX_WORDS) {
        throw new IllegalArgumentException(
            "transfer " + (i + 1) + " has " + count + " words; 1 to " + MAX_WORDS + " can be");
      }
      if (count == 0 && ++direction > 1) {
        throw new IllegalArgumentException(
            "the direction turns a second time at entry " + (i + 1) + "; a call turns once");
      }
      bytes[direction] += (long) count * Integer.BYTES;
    }
    return new TransferList(List.copyOf(words), bytes[0], bytes[1]);
  }

  /**
   * Reads a list as {@code rxperf client -f} does: a number a line, in decimal, 0x hexadecimal or 0
   * octal; an empty line is a zero.
   *
   * @throws IllegalArgumentException if a line is no number, or the list cannot be carried out
   */
  static TransferList parse(List<String> lines) {
    var words = new ArrayList<Integer>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      try {
        words.add(line.isEmpty() ? 0 : Integer.decode(line));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("line " + (i + 1) + " is no number: " + line, e);
      }
    }
    return of(words);
  }

  /** Returns the call that carries the list out. */
  Workload workload() {
    var arguments = new ArrayList<Integer>(words.size() + 1);
    arguments.add(words.size());
    arguments.addAll(words);
    return new Workload(Operation.FILE, arguments, bytesUp, bytesDown);
  }
}
