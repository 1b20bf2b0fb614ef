package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileType;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.location.CallFailure;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.EntryReply;
import heddle.afs.rpc.LinkReply;
import heddle.afs.rpc.StatusReply;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.WireFid;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Changes directories on their servers, and what is known of them here. Thread-safe.
 *
 * <p>Whoever changes a directory holds its {@link Vnode#lock} meanwhile, so that replies come in
 * order and the names that are kept can be changed along: if the reply's data version is the next
 * one, nobody else has changed anything in between.
 */
final class DirectoryChanger {
  /**
   * How long a new link is believed to be as the reply describes it: that reply is the only one to
   * a creation without a promise, and programs look at what they have made.
   *
   * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, SRXAFS_Symlink; OpenAFS's own client
   * believes it for ever.
   */
  private static final CallbackPromise OF_NEW_LINK =
      new CallbackPromise(1, Duration.ofSeconds(1), CallbackPromise.SHARED);

  private final ChangeCalls changes;
  private final VnodeTable table;
  private final Lifetime lifetime;
  private final UnknownOutcome unknownOutcome;

  DirectoryChanger(ChangeCalls changes, Fetchers fetchers, Lifetime lifetime) {
    this.changes = changes;
    this.table = fetchers.table();
    this.lifetime = lifetime;
    this.unknownOutcome = new UnknownOutcome(fetchers);
  }

  /** A name in a directory. */
  record Name(Vnode directory, byte[] bytes) {
    @Override
    public String toString() {
      return "\"" + new String(bytes, StandardCharsets.UTF_8) + "\" in " + directory;
    }
  }

  /**
   * What is to be made.
   *
   * @param data the contents of a link or mount point, else empty
   */
  record Blank(FileType type, byte[] data, StoreStatus status) {
    EntryReply call(FileServerCalls calls, Name name) throws CallFailure {
      WireFid directory = name.directory().wireFid();
      return switch (type) {
        case FILE -> calls.createFile(directory, name.bytes(), status);
        case DIRECTORY -> calls.makeDir(directory, name.bytes(), status);
        case SYMLINK, MOUNT_POINT -> calls.symlink(directory, name.bytes(), data, status);
      };
    }
  }

  /** Makes a file, directory, link or mount point; returns it. */
  Vnode create(Name name, Blank blank, Request request) throws AfsException {
    Vnode directory = name.directory();
    directory.lock(request, lifetime);
    try {
      ChangeCalls.Changed<EntryReply> changed =
          changes.make(
              List.of(directory),
              () -> "creating " + name,
              calls -> blank.call(calls, name),
              request);
      return learnCreated(name, blank, changed, request);
    } catch (AfsException.OutcomeUnknown e) {
      return unknownOutcome.created(name, blank, e, request);
    } finally {
      directory.unlock();
    }
  }

  private Vnode learnCreated(
      Name name, Blank blank, ChangeCalls.Changed<EntryReply> changed, Request request) {
    Vnode directory = name.directory();
    EntryReply reply = changed.reply();
    Fid fid = reply.fid().in(directory.fid().cell());
    int creation = directory.volume().note(reply.volSync());
    edit(
        directory,
        changed.changes().getFirst().made(reply.directoryStatus(), request),
        names -> names.with(name.bytes(), fid.vnode(), fid.uniquifier()));
    Vnode made = table.vnode(fid, directory.volume());
    KnownStatus known =
        made.learn(
            reply.status(),
            creation,
            blank.type() == FileType.SYMLINK ? OF_NEW_LINK : reply.callback(),
            changed.newFid().of(made.watched()),
            request.caller());
    if (known.status().type() == FileType.DIRECTORY) {
      Fid parent = directory.fid();
      keep(
          made,
          known,
          DirectoryContents.empty(
              fid.vnode(), fid.uniquifier(), parent.vnode(), parent.uniquifier()));
    } else if (known.status().type() == FileType.SYMLINK) {
      made.keep(new Contents.Target(known.dataVersion(), known.instance(), blank.data()));
      table.reweigh(made);
    }
    return made;
  }

  /** Gives {@code file} one more name, in the directory that it is in. */
  void link(Name name, Vnode file, Request request) throws AfsException {
    Vnode directory = name.directory();
    directory.lock(request, lifetime);
    try {
      ChangeCalls.Changed<LinkReply> changed =
          changes.make(
              List.of(directory, file),
              () -> "naming " + file + " " + name,
              calls -> calls.link(directory.wireFid(), name.bytes(), file.wireFid()),
              request);
      LinkReply reply = changed.reply();
      directory.volume().note(reply.volSync());
      edit(
          directory,
          changed.changes().getFirst().made(reply.directoryStatus(), request),
          names -> names.with(name.bytes(), file.fid().vnode(), file.fid().uniquifier()));
      changed.changes().getLast().made(reply.status(), request);
    } catch (AfsException.OutcomeUnknown e) {
      unknownOutcome.named(name, file, e, request);
    } finally {
      directory.unlock();
    }
  }

  /** How a name is removed. */
  @FunctionalInterface
  interface Removal {
    StatusReply call(FileServerCalls calls, WireFid directory, byte[] name) throws CallFailure;
  }

  /** Removes the name of {@code removed}. */
  void remove(Name name, Vnode removed, Removal removal, Request request) throws AfsException {
    Vnode directory = name.directory();
    directory.lock(request, lifetime);
    try {
      ChangeCalls.Changed<StatusReply> changed =
          changes.make(
              List.of(directory, removed),
              () -> "removing " + name,
              calls -> removal.call(calls, directory.wireFid(), name.bytes()),
              request);
      directory.volume().note(changed.reply().volSync());
      edit(
          directory,
          changed.changes().getFirst().made(changed.reply().status(), request),
          names -> names.without(name.bytes()));
      changed.changes().getLast().unknown(); // it is gone, or has one name less
    } catch (AfsException.OutcomeUnknown e) {
      unknownOutcome.removed(name, removed, e, request);
    } finally {
      directory.unlock();
    }
  }

  /** Changes the names of a directory along, whose status after the change is {@code told}. */
  void edit(
      Vnode directory,
      KnownStatus told,
      Function<DirectoryContents, Optional<DirectoryContents>> change) {
    namesBefore(directory, told)
        .flatMap(change)
        .filter(names -> names.byteCount() == told.status().length())
        .ifPresent(names -> keep(directory, told, names));
  }

  /** Returns the names of the version before {@code told}, if they are kept. */
  static Optional<DirectoryContents> namesBefore(Vnode directory, KnownStatus told) {
    return directory.contents().orElse(null) instanceof Contents.Names names
            && names.instance() == told.instance()
            && names.dataVersion() + 1 == told.dataVersion()
        ? Optional.of(names.names())
        : Optional.empty();
  }

  private void keep(Vnode directory, KnownStatus known, DirectoryContents names) {
    directory.keep(
        new Contents.Names(known.dataVersion(), known.instance(), names, names.byteCount()));
    table.reweigh(directory);
  }
}
