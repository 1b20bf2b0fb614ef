package heddle.afs.nio;

import java.io.IOException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The file systems that are open, by their authorities. Thread-safe. */
final class FileSystemTable {
  private final Map<String, AfsFileSystem> open = new ConcurrentHashMap<>();
  private final ReentrantLock opening = new ReentrantLock();

  /** Makes a file system. */
  @FunctionalInterface
  interface Maker {
    AfsFileSystem make() throws IOException;
  }

  /**
   * Adds a file system.
   *
   * @throws FileSystemAlreadyExistsException if there is one of that authority
   */
  AfsFileSystem open(String authority, Maker maker) throws IOException {
    opening.lock();
    try {
      if (open.containsKey(authority)) {
        throw new FileSystemAlreadyExistsException(name(authority));
      }
      AfsFileSystem made = maker.make();
      open.put(authority, made);
      return made;
    } finally {
      opening.unlock();
    }
  }

  /**
   * Returns the file system of an authority.
   *
   * @throws FileSystemNotFoundException if it is not open
   */
  AfsFileSystem get(String authority) {
    AfsFileSystem found = open.get(authority);
    if (found == null) {
      throw new FileSystemNotFoundException(name(authority) + " is not open");
    }
    return found;
  }

  void remove(AfsFileSystem fileSystem) {
    open.remove(fileSystem.authority(), fileSystem);
  }

  private static String name(String authority) {
    return PathUris.SCHEME + "://" + authority + "/";
  }
}
