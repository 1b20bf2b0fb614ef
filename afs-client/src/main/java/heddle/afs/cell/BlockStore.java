package heddle.afs.cell;

import java.io.IOException;

/** Where the blocks of files are kept. Thread-safe. */
interface BlockStore {
  /** Keeps blocks on the heap. */
  BlockStore MEMORY = MemoryBlock::new;

  /** Keeps the first {@code length} bytes, which belong to the store from now on. */
  Block put(byte[] bytes, int length) throws IOException;
}
