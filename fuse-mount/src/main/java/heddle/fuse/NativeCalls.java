package heddle.fuse;

/** What is called outside of the JVM. */
public final class NativeCalls {
  private NativeCalls() {}

  /**
   * Has the JVM learn to make native calls, which takes some tenths of a second the first time: to
   * be called on another thread while something else is going on. Fails silently: the mount will
   * fail, too, and say why. Logs nothing, since nobody has said yet what is to be logged.
   */
  public static void prepare() {
    try {
      FuseLibrary.loadC();
    } catch (RuntimeException | LinkageError e) {
      // said later
    }
  }
}
