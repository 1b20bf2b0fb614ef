package heddle.afs.nio;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;

/** Where the tests of the provider run: a directory of a cell, seen by two clients. */
interface TestPlace extends AutoCloseable {
  /** Returns a new, empty directory. */
  Path newDirectory() throws IOException;

  /** Returns the same path as another client sees it. */
  default Path elsewhere(Path path) throws IOException {
    return another().getPath(path.toString());
  }

  /** Returns the file system of another client. */
  FileSystem another() throws IOException;

  @Override
  void close() throws IOException;
}
