package heddle.fuse;

import heddle.afs.AfsClient;
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
import heddle.afs.UnstoredData;
import heddle.afs.UnstoredWrites;
import heddle.afs.VolumeStatus;
import heddle.afs.auth.Caller;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What a mount and the commands need of an AFS client, and no more: the operations of {@link
 * AfsClient}, with its promises. Tests put a tree in memory in its place.
 */
public interface AfsTree extends AfsTreeChanges, AutoCloseable {
  /** As {@link AfsClient#stat}. */
  FileStatus stat(Caller caller, AfsPath path, AfsClient.FinalLink finalLink) throws AfsException;

  /** As {@link AfsClient#open}. */
  AfsFile open(Caller caller, AfsPath path, AfsClient.FinalLink finalLink) throws AfsException;

  /** As {@link AfsClient#openForWriting}. */
  AfsFile openForWriting(Caller caller, AfsPath path, AfsClient.FinalLink finalLink)
      throws AfsException;

  /** As {@link AfsClient#storeAll}. */
  List<UnstoredData> storeAll(Duration limit, LongConsumer progress) throws InterruptedException;

  /** As {@link AfsClient#releaseLocks}. */
  void releaseLocks(Duration limit) throws InterruptedException;

  /** As {@link AfsClient#unstored}. */
  List<UnstoredData> unstored();

  /** As {@link AfsClient#showUnstored}. */
  void showUnstored(Consumer<UnstoredWrites> action);

  /** As {@link AfsClient#openDirectory}. */
  AfsDirectory openDirectory(Caller caller, AfsPath path) throws AfsException;

  /** As {@link AfsClient#readLink}. */
  byte[] readLink(Caller caller, AfsPath path) throws AfsException;

  /** As {@link AfsClient#volumeStatus}. */
  VolumeStatus volumeStatus(Caller caller, AfsPath path) throws AfsException;

  /** As {@link AfsClient#fs}. */
  FsOperations fs();

  /** As {@link AfsClient#statistics}. */
  AfsStatistics statistics();

  /** As {@link AfsClient#callsInFlight}. */
  List<CallInFlight> callsInFlight();

  /** As {@link AfsClient#settings}. */
  ClientSettings settings();

  /** As {@link AfsClient#users}. */
  CellUsers users();

  /** As {@link AfsClient#cells}. */
  List<KnownCell> cells();

  /** As {@link AfsClient#close}: operations that wait fail at once. */
  @Override
  void close();
}
