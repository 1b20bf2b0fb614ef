package heddle.afs.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Files on a disk that fails when it is told to. */
class FailingFiles implements DiskFiles {
  private final DiskFiles files;
  IOException failure;

  FailingFiles(DiskFiles files) {
    this.files = files;
  }

  private void check() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void write(DiskSlot slot, ByteBuffer whole) throws IOException {
    check();
    files.write(slot, whole);
  }

  @Override
  public Optional<Chunk> read(ChunkKey key) throws IOException {
    check();
    return files.read(key);
  }

  @Override
  public void delete(DiskSlot slot) throws IOException {
    check();
    files.delete(slot);
  }

  @Override
  public void touch(DiskSlot slot) throws IOException {
    check();
    files.touch(slot);
  }

  @Override
  public DiskScan scan() throws IOException {
    check();
    return files.scan();
  }

  @Override
  public void close() {
    files.close();
  }
}
