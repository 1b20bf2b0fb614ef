package heddle.afs.nio;

import heddle.afs.Fid;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Turns of those who append to the same file through one file system. */
final class Appends {
  private static final int COUNT = 64;

  private final Lock[] turns =
      Stream.generate(ReentrantLock::new).limit(COUNT).toArray(Lock[]::new);

  /** Returns what to hold while the end of the file is asked for and written at. */
  Lock of(Fid fid) {
    return turns[Math.floorMod(fid.hashCode(), COUNT)];
  }
}
