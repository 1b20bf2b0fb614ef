package heddle.afs;

/**
 * An absolute path below the client's root ({@code /CELL/dir/file} with the dynamic root). Names are
 * bytes, as in AFS; immutable.
 */
public final class AfsPath {
  /** Parses {@code path}: bytes separated by slashes, NUL not allowed. */
  public static AfsPath of(byte[] path) {
    throw new UnsupportedOperationException();
  }

  /** Parses the UTF-8 form of {@code path}. */
  public static AfsPath of(String path) {
    throw new UnsupportedOperationException();
  }

  private AfsPath() {}
}
