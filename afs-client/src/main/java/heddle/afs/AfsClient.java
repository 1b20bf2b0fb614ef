package heddle.afs;

import heddle.afs.auth.Caller;
import java.io.IOException;

/**
 * A client of AFS cells: looks up paths, opens files and directories. Thread-safe.
 *
 * <p>Every operation blocks until it is answered from the cache or by a server, at most {@link
 * AfsConfig#timeout()}, and fails with a kind of {@link AfsException} only; of a failed read-only
 * operation nothing remains at the server. {@link Thread#interrupt} ends any wait with {@link
 * AfsException.Interrupted}, {@link #close} with {@link AfsException.ClientClosed}.
 */
public final class AfsClient implements AutoCloseable {
  /** What to do when the last name of a path is a symbolic link. */
  public enum FinalLink {
    FOLLOW,
    KEEP
  }

  private AfsClient() {}

  /** Opens one UDP socket that calls the servers and that they call back; contacts nobody yet. */
  public static AfsClient open(AfsConfig config) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the status; mount points are crossed. */
  public FileStatus stat(Caller caller, AfsPath path, FinalLink finalLink) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Opens a file for reading. */
  public AfsFile open(Caller caller, AfsPath path, FinalLink finalLink) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Opens a directory: fetches its names. */
  public AfsDirectory openDirectory(Caller caller, AfsPath path) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the target of a symbolic link, as it is stored. */
  public byte[] readLink(Caller caller, AfsPath path) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns use and limits of the volume that {@code path} is in. */
  public VolumeStatus volumeStatus(Caller caller, AfsPath path) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Tells {@code listener} of every broken promise until the client is closed. */
  public void addChangeListener(ChangeListener listener) {
    throw new UnsupportedOperationException();
  }

  /** Returns what this client has done so far. */
  public AfsStatistics statistics() {
    throw new UnsupportedOperationException();
  }

  /** Gives callbacks up and closes the endpoint; operations that wait fail at once. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
