package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.FileType;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.location.Request;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.vnode.DirectoryChanger.Name;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds out what came of a change that a server did not answer: looks at what is there now. Where
 * that does not show that the change was made, the operation fails: the server may still make it.
 */
final class UnknownOutcome {
  private final StatusFetcher statuses;
  private final ContentsFetcher contents;
  private final VnodeTable table;

  UnknownOutcome(Fetchers fetchers) {
    this.statuses = fetchers.statuses();
    this.contents = fetchers.contents();
    this.table = fetchers.table();
  }

  /** Looks; empty if it was not made, or that cannot be seen. */
  @FunctionalInterface
  private interface Look<T> {
    Optional<T> look() throws AfsException;
  }

  private static <T> T find(AfsException.OutcomeUnknown failure, Look<T> look) throws AfsException {
    try {
      Optional<T> found = look.look();
      if (found.isPresent()) {
        return found.get();
      }
    } catch (AfsException.Interrupted e) { // the change may have been made all the same
      throw new AfsException.Interrupted(String.valueOf(failure.getMessage()), failure);
    } catch (AfsException.ClientClosed e) {
      throw e;
    } catch (AfsException e) {
      failure.addSuppressed(e);
    }
    throw failure;
  }

  /**
   * Returns what has the name, if it is what was to be made. Its time of modification is the one
   * that was to be set.
   */
  Vnode created(
      Name name, DirectoryChanger.Blank blank, AfsException.OutcomeUnknown failure, Request request)
      throws AfsException {
    return find(
        failure,
        () -> {
          Optional<Vnode> there = lookUp(name, request);
          return there.isPresent() && isMade(there.get(), blank, request)
              ? there
              : Optional.empty();
        });
  }

  private boolean isMade(Vnode vnode, DirectoryChanger.Blank blank, Request request)
      throws AfsException {
    KnownStatus known = statuses.status(vnode, request);
    FetchStatus status = known.status();
    return status.type() == blank.type()
        && status.clientModified().equals(blank.status().modified())
        && (status.type() != FileType.SYMLINK
            || Arrays.equals(contents.target(vnode, known, request), blank.data()));
  }

  /** Returns if {@code file} has the name. */
  void named(Name name, Vnode file, AfsException.OutcomeUnknown failure, Request request)
      throws AfsException {
    find(failure, () -> lookUp(name, request).filter(there -> there == file));
  }

  /** Returns if {@code removed} does not have the name. */
  void removed(Name name, Vnode removed, AfsException.OutcomeUnknown failure, Request request)
      throws AfsException {
    find(
        failure,
        () ->
            lookUp(name, request).filter(there -> there == removed).isEmpty()
                ? Optional.of(removed)
                : Optional.empty());
  }

  /** Returns if what was moved has the new name and not the old one. */
  void moved(Renamer.Move move, AfsException.OutcomeUnknown failure, Request request)
      throws AfsException {
    Vnode moved = move.moved();
    find(
        failure,
        () ->
            lookUp(move.from(), request).filter(there -> there == moved).isEmpty()
                ? lookUp(move.to(), request).filter(there -> there == moved)
                : Optional.empty());
  }

  /** Returns the status, if it is what was to be set. */
  KnownStatus stored(
      Vnode vnode, StoreStatus wanted, AfsException.OutcomeUnknown failure, Request request)
      throws AfsException {
    return find(
        failure,
        () -> Optional.of(statuses.status(vnode, request)).filter(now -> isStored(now, wanted)));
  }

  private static boolean isStored(KnownStatus known, StoreStatus wanted) {
    FetchStatus now = known.status();
    StoreStatus same =
        new StoreStatus(
            wanted.mask(),
            wanted.sets(StoreStatus.SET_MODIFIED) ? now.clientModified() : wanted.modified(),
            wanted.sets(StoreStatus.SET_OWNER) ? now.owner() : wanted.owner(),
            wanted.sets(StoreStatus.SET_GROUP) ? now.group() : wanted.group(),
            wanted.sets(StoreStatus.SET_MODE) ? now.mode() : wanted.mode());
    return same.equals(wanted);
  }

  private Optional<Vnode> lookUp(Name name, Request request) throws AfsException {
    Vnode directory = name.directory();
    KnownStatus known = statuses.status(directory, request);
    Optional<DirectoryContents.Entry> entry =
        contents.names(directory, known, request).lookUp(name.bytes());
    return entry.map(found -> table.entry(directory, found));
  }
}
