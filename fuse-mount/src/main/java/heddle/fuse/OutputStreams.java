package heddle.fuse;

/** Standard output and error of the process itself, below Java's streams. */
public final class OutputStreams {
  private static final int OUT = 1;
  private static final int ERR = 2;
  private static final int WRITE_ONLY = 1; // O_WRONLY

  private OutputStreams() {}

  /** Lets whatever else is written to them vanish, by native code, too. */
  public static void silence() {
    FuseLibrary.C c = FuseLibrary.loadC();
    int nowhere = c.open("/dev/null", WRITE_ONLY);
    if (nowhere >= 0) {
      c.dup2(nowhere, OUT);
      c.dup2(nowhere, ERR);
      c.close(nowhere);
    }
  }
}
