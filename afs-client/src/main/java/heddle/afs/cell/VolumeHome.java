package heddle.afs.cell;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where the volumes of a cell are kept. */
interface VolumeHome {
  /** On the heap: there are none to begin with. */
  VolumeHome MEMORY =
      new VolumeHome() {
        @Override
        public List<Kept> open() {
          return List.of();
        }

        @Override
        public VolumeStorage create(VolumeImage image) {
          return VolumeStorage.MEMORY;
        }

        @Override
        public void remove(Volume volume) {}
      };

  /** A volume that was kept, and its read-only copy if there is one. */
  record Kept(VolumeStorage storage, VolumeImage readWrite, Optional<VolumeImage> readOnly) {}

  /**
   * Returns the volumes that are there.
   *
   * @throws IOException if one of them cannot be read
   */
  List<Kept> open() throws IOException;

  /** Begins to keep a volume. */
  VolumeStorage create(VolumeImage image) throws IOException;

  /** Ends that, and removes what was kept. */
  void remove(Volume volume) throws IOException;
}
