package heddle.fuse;

/** The end of this process, past the JVM. */
public final class ProcessEnd {
  private ProcessEnd() {}

  /**
   * Ends the process with nothing done that the JVM does at its end: no shutdown hook runs, and
   * nothing that it was told to leave behind is written.
   */
  public static void atOnce(int code) {
    FuseLibrary.loadC()._exit(code);
  }
}
