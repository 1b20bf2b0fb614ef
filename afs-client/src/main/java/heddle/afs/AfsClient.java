package heddle.afs;

import heddle.afs.auth.Caller;
import java.io.IOException;

/** A client of AFS cells: looks up paths, opens files and directories. Thread-safe. */
public final class AfsClient implements AutoCloseable {
  /** What to do when the last name of a path is a symbolic link. */
  public enum FinalLink {
    FOLLOW,
    KEEP
  }

  private AfsClient() {}

  public static AfsClient open(AfsConfig config) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the status; mount points are crossed. */
  public FileStatus stat(Caller caller, AfsPath path, FinalLink finalLink) throws IOException {
    throw new UnsupportedOperationException();
  }

  public AfsFile open(Caller caller, AfsPath path, FinalLink finalLink) throws IOException {
    throw new UnsupportedOperationException();
  }

  public AfsDirectory openDirectory(Caller caller, AfsPath path) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the target of a symbolic link, as it is stored. */
  public byte[] readLink(Caller caller, AfsPath path) throws IOException {
    throw new UnsupportedOperationException();
  }

  public VolumeStatus volumeStatus(Caller caller, AfsPath path) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Gives callbacks up and closes the endpoint; operations that wait fail at once. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
