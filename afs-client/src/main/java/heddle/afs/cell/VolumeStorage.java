package heddle.afs.cell;

import java.io.IOException;

/** Where one volume is kept. */
interface VolumeStorage extends AutoCloseable {
  /** On the heap: nothing is written down. */
  VolumeStorage MEMORY =
      new VolumeStorage() {
        @Override
        public BlockStore blocks() {
          return BlockStore.MEMORY;
        }

        @Override
        public void append(VolumeChange change, Durability durability) {}

        @Override
        public void saveReadOnly(Volume copy) {}

        @Override
        public void close() {}
      };

  /** Whether a change must be on the disk when it is answered. */
  enum Durability {
    /** A crash of the machine may lose it, whole. */
    USUAL,
    /** It survives that too. */
    SYNC
  }

  /** Returns where the blocks of the volume's files go. */
  BlockStore blocks();

  /**
   * Writes a change down, before anybody sees it. The caller has the volume's lock.
   *
   * @throws IOException if that is not possible; then the change is not made
   */
  void append(VolumeChange change, Durability durability) throws IOException;

  /**
   * Keeps a read-only copy of the volume, in place of the one before.
   *
   * @throws IOException if that is not possible; then the one before is kept
   */
  void saveReadOnly(Volume copy) throws IOException;

  /** Ends the use; all that was written down is on the disk then. */
  @Override
  void close() throws IOException;
}
