package heddle.fuse;

import heddle.afs.AfsClient;
import heddle.afs.AfsConfig;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.AfsStatistics;
import heddle.afs.CallInFlight;
import heddle.afs.CellUsers;
import heddle.afs.ClientSettings;
import heddle.afs.FileStatus;
import heddle.afs.FsOperations;
import heddle.afs.KnownCell;
import heddle.afs.StatusUpdate;
import heddle.afs.UnstoredData;
import heddle.afs.UnstoredWrites;
import heddle.afs.VolumeStatus;
import heddle.afs.auth.Caller;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

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
  public AfsFile openForWriting(Caller caller, AfsPath path, AfsClient.FinalLink finalLink)
      throws AfsException {
    return client.openForWriting(caller, path, finalLink);
  }

  @Override
  public List<UnstoredData> storeAll(Duration limit, LongConsumer progress)
      throws InterruptedException {
    return client.storeAll(limit, progress);
  }

  @Override
  public void releaseLocks(Duration limit) throws InterruptedException {
    client.releaseLocks(limit);
  }

  @Override
  public List<UnstoredData> unstored() {
    return client.unstored();
  }

  @Override
  public void showUnstored(Consumer<UnstoredWrites> action) {
    client.showUnstored(action);
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
  public AfsFile create(Caller caller, AfsPath path, StatusUpdate initial) throws AfsException {
    return client.create(caller, path, initial);
  }

  @Override
  public FileStatus makeDirectory(Caller caller, AfsPath path, StatusUpdate initial)
      throws AfsException {
    return client.makeDirectory(caller, path, initial);
  }

  @Override
  public void makeSymbolicLink(Caller caller, AfsPath path, byte[] target, StatusUpdate initial)
      throws AfsException {
    client.makeSymbolicLink(caller, path, target, initial);
  }

  @Override
  public void remove(Caller caller, AfsPath path) throws AfsException {
    client.remove(caller, path);
  }

  @Override
  public void removeDirectory(Caller caller, AfsPath path) throws AfsException {
    client.removeDirectory(caller, path);
  }

  @Override
  public void rename(Caller caller, AfsPath oldPath, AfsPath newPath) throws AfsException {
    client.rename(caller, oldPath, newPath);
  }

  @Override
  public void link(Caller caller, AfsPath existing, AfsPath newPath) throws AfsException {
    client.link(caller, existing, newPath);
  }

  @Override
  public FileStatus setStatus(
      Caller caller, AfsPath path, AfsClient.FinalLink finalLink, StatusUpdate update)
      throws AfsException {
    return client.setStatus(caller, path, finalLink, update);
  }

  @Override
  public boolean isReadOnly(Caller caller, AfsPath path) throws AfsException {
    return client.isReadOnly(caller, path);
  }

  @Override
  public byte[] accessList(Caller caller, AfsPath path) throws AfsException {
    return client.accessList(caller, path);
  }

  @Override
  public void setAccessList(Caller caller, AfsPath path, byte[] list) throws AfsException {
    client.setAccessList(caller, path, list);
  }

  @Override
  public FsOperations fs() {
    return client.fs();
  }

  @Override
  public AfsStatistics statistics() {
    return client.statistics();
  }

  @Override
  public List<CallInFlight> callsInFlight() {
    return client.callsInFlight();
  }

  @Override
  public ClientSettings settings() {
    return client.settings();
  }

  @Override
  public void makeMountPoint(Caller caller, AfsPath path, String contents) throws AfsException {
    client.makeMountPoint(caller, path, contents);
  }

  @Override
  public void removeMountPoint(Caller caller, AfsPath path) throws AfsException {
    client.removeMountPoint(caller, path);
  }

  @Override
  public CellUsers users() {
    return client.users();
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
