package heddle.afs.cell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Instant;

/** Makes mount points where no client is there to do it. */
final class MountPoints {
  private static final int MODE = 0644; // which nobody may execute: that makes it a mount point

  private MountPoints() {}

  /**
   * Makes a mount point in the root of a volume.
   *
   * @param contents as {@code #volume.}
   */
  static void inRoot(Volume volume, String name, String contents) throws IOException {
    byte[] text = contents.getBytes(UTF_8);
    Content link = Content.small(text, volume.storage().blocks());
    volume.change(
        change -> {
          Vnode root = change.vnode(Vnode.ROOT_NUMBER, 1);
          VnodeNumbers.Next next = change.allocate(VnodeType.SYMLINK);
          long now = Instant.now().getEpochSecond();
          Attributes made = Attributes.made(0, 0, 1, root.number(), now).withMode(MODE);
          Vnode mount =
              change.put(
                  new Vnode(
                      next.number(),
                      next.uniquifier(),
                      VnodeType.SYMLINK,
                      made,
                      new VnodeData.Bytes(link)));
          Vnode changed = NameCalls.withName(root, name.getBytes(UTF_8), mount);
          return change.put(changed.with(changed.attributes().written(0, now)));
        });
  }
}
