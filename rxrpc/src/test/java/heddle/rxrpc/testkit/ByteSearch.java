package heddle.rxrpc.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks for many short sequences of bytes in large files, in one pass: the last eight bytes read
 * are looked up among the first eight of all that are sought.
 */
public final class ByteSearch {
  private static final int WINDOW = 8;
  private static final int SIEVE_BITS = 20;
  private static final int BLOCK = 1 << 20;

  private record Sought(String name, byte[] bytes) {}

  private final Map<Long, List<Sought>> byStart = new HashMap<>();
  private final BitSet sieve = new BitSet(1 << SIEVE_BITS);
  private int longest = WINDOW;

  /**
   * Adds what is to be found.
   *
   * @param name what the result calls it
   * @param bytes 8 at least
   */
  public void add(String name, byte[] bytes) {
    if (bytes.length < WINDOW) {
      throw new IllegalArgumentException(name + " is too short to be looked for");
    }
    long start = 0;
    for (int i = 0; i < WINDOW; i++) {
      start = (start << Byte.SIZE) | Byte.toUnsignedInt(bytes[i]);
    }
    byStart.computeIfAbsent(start, s -> new ArrayList<>()).add(new Sought(name, bytes.clone()));
    sieve.set(sieveBit(start));
    longest = Math.max(longest, bytes.length);
  }

  private static int sieveBit(long window) {
    return (int) ((window * 0x9E37_79B9_7F4A_7C15L) >>> (Long.SIZE - SIEVE_BITS));
  }

  /** Returns the names of what is in a file. */
  public Set<String> in(Path file) throws IOException {
    Set<String> found = new TreeSet<>();
    var buffer = new byte[BLOCK + longest];
    int kept = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read; (read = in.readNBytes(buffer, kept, BLOCK)) > 0; ) {
        int length = kept + read;
        search(buffer, length, found);
        kept = Math.min(length, longest - 1); // of what may have begun there
        System.arraycopy(buffer, length - kept, buffer, 0, kept);
      }
    }
    return found;
  }

  private void search(byte[] bytes, int length, Set<String> found) {
    long window = 0;
    for (int i = 0; i < length; i++) {
      window = (window << Byte.SIZE) | Byte.toUnsignedInt(bytes[i]);
      if (i >= WINDOW - 1 && sieve.get(sieveBit(window))) {
        int start = i - WINDOW + 1;
        for (Sought sought : byStart.getOrDefault(window, List.of())) {
          int end = start + sought.bytes.length;
          if (end <= length
              && Arrays.equals(bytes, start, end, sought.bytes, 0, sought.bytes.length)) {
            found.add(sought.name);
          }
        }
      }
    }
  }
}
