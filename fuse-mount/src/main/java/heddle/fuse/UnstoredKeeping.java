package heddle.fuse;

import heddle.afs.Fid;
import heddle.afs.UnstoredWrites;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has data kept that a mount could not store until its end. */
record UnstoredKeeping(AfsTree tree, FuseAdapter adapter) {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");

  /** Gives all to {@code keeper}; returns the files whose data it has. */
  Set<Fid> keep(AfsMount.@Nullable Keeper keeper) {
    Set<Fid> kept = new HashSet<>();
    if (keeper != null) {
      tree.showUnstored(
          writes -> {
            if (keep(keeper, writes)) {
              kept.add(writes.fid());
            }
          });
    }
    return kept;
  }

  private boolean keep(AfsMount.Keeper keeper, UnstoredWrites writes) {
    try {
      keeper.keep(writes, adapter.pathOf(writes.fid()).map(MountPath::key).orElse(""));
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn("data of {} cannot be kept: {}", writes.fid(), e.toString());
      return false;
    }
  }
}
