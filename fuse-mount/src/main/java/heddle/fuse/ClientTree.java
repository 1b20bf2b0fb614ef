package heddle.fuse;

import heddle.afs.AfsClient;
import heddle.afs.AfsConfig;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.KnownCell;
import heddle.afs.VolumeStatus;
import heddle.afs.auth.Caller;
import java.io.IOException;
import java.util.List;

/** The tree of real cells, through a client. */
public record ClientTree(AfsClient client) implements AfsTree {
  /** Opens a client; contacts no server yet. */
  public static ClientTree open(AfsConfig config) throws IOException {
    return new ClientTree(AfsClient.open(config));
  }

  @Override
  public FileStatus stat(Caller caller, AfsPath path, AfsClient.FinalLink finalLink)
      throws AfsException {
    return client.stat(caller, path, finalLink);
  }

  @Override
  public AfsFile open(Caller caller, AfsPath path, AfsClient.FinalLink finalLink)
      throws AfsException {
    return client.open(caller, path, finalLink);
  }

  @Override
  public AfsDirectory openDirectory(Caller caller, AfsPath path) throws AfsException {
    return client.openDirectory(caller, path);
  }

  @Override
  public byte[] readLink(Caller caller, AfsPath path) throws AfsException {
    return client.readLink(caller, path);
  }

  @Override
  public VolumeStatus volumeStatus(Caller caller, AfsPath path) throws AfsException {
    return client.volumeStatus(caller, path);
  }

  @Override
  public List<KnownCell> cells() {
    return client.cells();
  }

  @Override
  public void close() {
    client.close();
  }
}
