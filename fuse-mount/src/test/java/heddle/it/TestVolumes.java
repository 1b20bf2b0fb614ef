package heddle.it;

import heddle.rxrpc.testkit.RealCell;

/** Makes volumes; what is in them, {@code vos restore} stores. */
final class TestVolumes {
  /** Everybody may read. */
  private static final String PUBLIC = "acl / -204:127,-101:9\n";

  private TestVolumes() {}

  /**
   * Makes a volume that everybody may read, with new contents if it is there already.
   *
   * @param host {@code fs1} or {@code fs2}
   * @param contents in the words of {@code make-dump.pl}
   */
  static void make(String name, String host, String contents) throws Exception {
    RealCell.runWithInput(PUBLIC + contents, "newvol", name, host);
  }

  /** Makes the read-only copy on {@code host} like the volume. */
  static void release(String name, String host) throws Exception {
    String addSite = "vos addsite %s a %s -localauth".formatted(address(host), name);
    String release = "vos release " + name + " -localauth";
    // where it has been added already, to add it fails
    RealCell.run("on", "fs1", "sh", "-c", addSite + "; " + release);
  }

  /** Returns the address of {@code fs1} or {@code fs2}. */
  static String address(String host) {
    return switch (host) {
      case "fs1" -> RealCell.fileServer1().getHostAddress();
      case "fs2" -> RealCell.fileServer2().getHostAddress();
      default -> throw new IllegalArgumentException(host);
    };
  }
}
