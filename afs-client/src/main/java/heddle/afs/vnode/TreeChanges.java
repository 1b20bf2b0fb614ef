package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.StatusUpdate;
import heddle.afs.auth.Caller;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.Request;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.vnode.DirectoryChanger.Blank;
import heddle.afs.vnode.DirectoryChanger.Name;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Changes of the tree, by path: what has which name, and the statuses of files. Thread-safe.
 *
 * <p>Only volumes can be changed that are read-write; what the client makes up above them cannot.
 */
public final class TreeChanges {
  private static final int MOUNT_POINT_MODE = 0644;
  private static final int LINK_MODE = 0777;
  private static final byte[] NO_DATA = {};

  private final FileSystem files;
  private final PathWalker walker;
  private final Fetchers fetchers;
  private final DirectoryChanger directories;
  private final Renamer renamer;
  private final StatusStorer statuses;
  private final HiddenFiles hidden;
  private final InstantSource time;

  TreeChanges(FileSystem files, PathWalker walker, Changers changers, Fetchers fetchers) {
    this.files = files;
    this.walker = walker;
    this.fetchers = fetchers;
    this.directories = changers.directories();
    this.renamer = changers.renamer();
    this.statuses = changers.statuses();
    this.hidden = changers.hidden();
    this.time = changers.time();
  }

  /** Makes an empty file; returns it for {@link FileSystem} to open. */
  Vnode createFile(AfsPath path, StatusUpdate initial, Request request) throws AfsException {
    return create(path, new Blank(FileType.FILE, NO_DATA, status(initial)), request);
  }

  /** See {@link heddle.afs.AfsClient#makeDirectory}. */
  public FileStatus makeDirectory(Caller caller, AfsPath path, StatusUpdate initial)
      throws AfsException {
    Request request = files.begin(caller);
    Vnode made = create(path, new Blank(FileType.DIRECTORY, NO_DATA, status(initial)), request);
    return fetchers.statuses().status(made, request).statusFor(request.caller());
  }

  /** See {@link heddle.afs.AfsClient#makeSymbolicLink}. */
  public void makeSymbolicLink(Caller caller, AfsPath path, byte[] target, StatusUpdate initial)
      throws AfsException {
    Request request = files.begin(caller);
    if (target.length == 0) {
      throw new AfsException.NoSuchFile("a symbolic link needs a target");
    }
    if (target.length >= FileService.MAX_LINK_BYTES) {
      throw new AfsException.NameTooLong("a symbolic link of " + target.length + " bytes");
    }
    StatusUpdate link = initial.mode().isPresent() ? initial : initial.withMode(LINK_MODE);
    create(path, new Blank(FileType.SYMLINK, target.clone(), status(link)), request);
  }

  /** See {@link heddle.afs.AfsClient#makeMountPoint}. */
  public void makeMountPoint(Caller caller, AfsPath path, String contents) throws AfsException {
    Request request = files.begin(caller);
    byte[] data = contents.getBytes(StandardCharsets.UTF_8);
    try {
      MountPoint.parse(data);
    } catch (AfsException.ProtocolViolation e) {
      throw new AfsException.InvalidArgument("\"" + contents + "\" is no mount point", e);
    }
    create(
        path,
        new Blank(
            FileType.MOUNT_POINT, data, status(StatusUpdate.NOTHING.withMode(MOUNT_POINT_MODE))),
        request);
  }

  private Vnode create(AfsPath path, Blank blank, Request request) throws AfsException {
    Name name = name(path, request);
    requireNew(name, request);
    return directories.create(name, blank, request);
  }

  /** Spares the call, where it is known here that the name is taken. */
  private void requireNew(Name name, Request request) throws AfsException {
    if (known(name, request).isPresent()) {
      throw new AfsException.FileExists(name + " exists");
    }
  }

  /** The time is set by us, so that the reply to a call that got lost can be told from others'. */
  private StoreStatus status(StatusUpdate initial) {
    StoreStatus status =
        toStore(
            new StatusUpdate(
                initial.mode(), OptionalInt.empty(), initial.group(), initial.modified()));
    return status.sets(StoreStatus.SET_MODIFIED) ? status : status.withModified(now());
  }

  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** See {@link heddle.afs.AfsClient#remove}. */
  public void remove(Caller caller, AfsPath path) throws AfsException {
    Request request = files.begin(caller);
    Name name = name(path, request);
    BulkStatusFetcher.Child child = walker.lookUp(name.directory(), name.bytes(), request);
    Vnode removed = child.vnode();
    FileType type = fetchers.bulk().status(child, request).status().type();
    if (type == FileType.DIRECTORY || type == FileType.MOUNT_POINT) {
      throw new AfsException.IsADirectory(name + " is a directory");
    }
    if (!hidden.hide(name, removed, caller, request)) {
      directories.remove(name, removed, FileServerCalls::removeFile, request);
    }
  }

  /** See {@link heddle.afs.AfsClient#removeMountPoint}. */
  public void removeMountPoint(Caller caller, AfsPath path) throws AfsException {
    Request request = files.begin(caller);
    Name name = name(path, request);
    BulkStatusFetcher.Child child = walker.lookUp(name.directory(), name.bytes(), request);
    Vnode removed = child.vnode();
    if (fetchers.bulk().status(child, request).status().type() != FileType.MOUNT_POINT) {
      throw new AfsException.InvalidArgument(name + " is no mount point");
    }
    directories.remove(name, removed, FileServerCalls::removeFile, request);
  }

  /** See {@link heddle.afs.AfsClient#removeDirectory}. */
  public void removeDirectory(Caller caller, AfsPath path) throws AfsException {
    Request request = files.begin(caller);
    Name name = name(path, request);
    BulkStatusFetcher.Child child = walker.lookUp(name.directory(), name.bytes(), request);
    Vnode removed = child.vnode();
    FileType type = fetchers.bulk().status(child, request).status().type();
    if (type != FileType.DIRECTORY) {
      throw new AfsException.NotADirectory(
          name + (type == FileType.MOUNT_POINT ? " is a mount point" : " is no directory"));
    }
    try {
      directories.remove(name, removed, FileServerCalls::removeDir, request);
    } catch (AfsException.FileExists e) { // what servers say
      throw new AfsException.DirectoryNotEmpty(name + " is not empty", e);
    }
  }

  /** See {@link heddle.afs.AfsClient#rename}. */
  public void rename(Caller caller, AfsPath oldPath, AfsPath newPath) throws AfsException {
    Request request = files.begin(caller);
    Name from = name(oldPath, request);
    Name to = name(newPath, request);
    if (from.directory().volume() != to.directory().volume()) {
      throw new AfsException.CrossVolume("moving " + from + " to " + to + ", in another volume");
    }
    Vnode moved = entry(from, request);
    Optional<Vnode> replaced = optionalEntry(to, request);
    if (replaced.isPresent() && replaced.get() == moved) {
      return; // two names of one file, or one name: nothing happens
    }
    Renamer.Move move = new Renamer.Move(from, to, moved, replaced);
    if (replaced.isPresent() && replaced.get().isOpen()) {
      renameOntoOpen(move, replaced.get(), caller, request);
    } else {
      rename(move, request);
    }
  }

  /** Hides the target first. It counts as open until it is known whether it has to go. */
  private void renameOntoOpen(Renamer.Move move, Vnode target, Caller caller, Request request)
      throws AfsException {
    target.opened();
    try {
      if (!hidden.hide(move.to(), target, caller, request)) {
        rename(move, request);
        return;
      }
      try {
        rename(new Renamer.Move(move.from(), move.to(), move.moved(), Optional.empty()), request);
      } catch (AfsException.OutcomeUnknown e) {
        throw e; // the server may still do it
      } catch (AfsException e) {
        restore(move.to(), target, caller);
        throw e;
      }
    } finally {
      files.closed(target);
    }
  }

  private void restore(Name name, Vnode file, Caller caller) throws AfsException {
    boolean interrupted = Thread.interrupted(); // nobody else can undo it
    try {
      hidden.restore(name, file, files.begin(caller));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void rename(Renamer.Move move, Request request) throws AfsException {
    Name from = move.from();
    Name to = move.to();
    try {
      renamer.rename(move, request);
      hidden.named(move.moved(), to);
    } catch (AfsException.FileExists e) { // what servers say
      throw new AfsException.DirectoryNotEmpty(to + " is not empty", e);
    } catch (AfsException.CrossVolume e) {
      throw new AfsException.CrossDirectoryLink(from + " has other names", e);
    } catch (AfsException.TooManyLinks e) {
      throw new AfsException.InvalidArgument(to + " is below " + from, e);
    }
  }

  /** See {@link heddle.afs.AfsClient#link}. */
  public void link(Caller caller, AfsPath existing, AfsPath newPath) throws AfsException {
    Request request = files.begin(caller);
    Name from = name(existing, request);
    Name to = name(newPath, request);
    BulkStatusFetcher.Child child = walker.lookUp(from.directory(), from.bytes(), request);
    Vnode file = child.vnode();
    FileType type = fetchers.bulk().status(child, request).status().type();
    if (type != FileType.FILE) {
      throw new AfsException.NotPermitted(from + " is no file: it can have one name only");
    }
    if (from.directory() != to.directory()) {
      throw new AfsException.CrossDirectoryLink(from + " cannot be " + to + " too");
    }
    requireNew(to, request);
    directories.link(to, file, request);
    hidden.named(file, to);
  }

  /** See {@link heddle.afs.AfsClient#setStatus}. */
  public FileStatus setStatus(
      Caller caller, AfsPath path, PathWalker.LastLink lastLink, StatusUpdate update)
      throws AfsException {
    Request request = files.begin(caller);
    Place place = walker.resolve(path, lastLink, request);
    if (!(place instanceof Vnode vnode)) {
      throw readOnly(path);
    }
    KnownStatus known = storeAfterWritten(vnode, update, request);
    Optional<FileStatus> shown = vnode.shown(known, request.caller());
    return shown.isPresent() ? shown.get() : files.reader().shown(vnode, request);
  }

  /**
   * Stores what was written first: the new mode or owner may not allow it any more, and a new time
   * of modification has to stay. A time alone goes with the data, as programs have it that copy.
   */
  KnownStatus storeAfterWritten(Vnode vnode, StatusUpdate update, Request request)
      throws AfsException {
    StoreStatus status = toStore(update);
    if (status.mask() == StoreStatus.SET_MODIFIED) {
      Optional<KnownStatus> stored = files.writer().store(vnode, status.modified(), request);
      if (stored.isPresent()) {
        return stored.get();
      }
    } else {
      files.writer().store(vnode, Durability.STORED, request);
    }
    return statuses.store(vnode, status, request);
  }

  /** Sets parts of the status of a vnode that is at hand. */
  KnownStatus store(Vnode vnode, StatusUpdate update, Request request) throws AfsException {
    return statuses.store(vnode, toStore(update), request);
  }

  private static StoreStatus toStore(StatusUpdate update) {
    StoreStatus status = StoreStatus.NOTHING;
    if (update.mode().isPresent()) {
      status = status.withMode(update.mode().getAsInt());
    }
    if (update.owner().isPresent()) {
      status = status.withOwner(update.owner().getAsInt());
    }
    if (update.group().isPresent()) {
      status = status.withGroup(update.group().getAsInt());
    }
    if (update.modified().isPresent()) {
      status = status.withModified(update.modified().get().truncatedTo(ChronoUnit.SECONDS));
    }
    return status;
  }

  private Name name(AfsPath path, Request request) throws AfsException {
    if (path.nameCount() == 0) {
      throw new AfsException.FileExists("the root is there, and stays");
    }
    byte[] name = path.name(path.nameCount() - 1);
    if (OpenDirectory.isDots(name)) {
      throw new AfsException.InvalidArgument(path + " ends with dots");
    }
    if (name.length > AfsPath.MAX_NEW_NAME_BYTES) {
      throw new AfsException.NameTooLong("a name of " + name.length + " bytes");
    }
    Place parent = walker.resolve(path.parent(), PathWalker.LastLink.FOLLOW, request);
    if (!(parent instanceof Vnode directory)) {
      throw readOnly(path.parent());
    }
    return new Name(directory, name);
  }

  private static AfsException.ReadOnlyVolume readOnly(AfsPath path) {
    return new AfsException.ReadOnlyVolume(path + " is made up by the client");
  }

  /** Returns what has the name. */
  private Vnode entry(Name name, Request request) throws AfsException {
    return optionalEntry(name, request)
        .orElseThrow(() -> new AfsException.NoSuchFile(name + " does not exist"));
  }

  private Optional<Vnode> optionalEntry(Name name, Request request) throws AfsException {
    Optional<DirectoryContents.Entry> entry =
        walker.names(name.directory(), request).lookUp(name.bytes());
    return entry.map(found -> fetchers.table().entry(name.directory(), found));
  }

  /** Returns what has the name, if that is known without asking anybody. */
  private Optional<DirectoryContents.Entry> known(Name name, Request request) {
    KnownStatus believed = name.directory().believedBy(request);
    return believed != null
            && name.directory().contents().orElse(null) instanceof Contents.Names names
            && names.isOf(believed)
        ? names.names().lookUp(name.bytes())
        : Optional.empty();
  }
}
