package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.Fid;
import heddle.afs.FileType;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.RenameReply;
import heddle.afs.vnode.DirectoryChanger.Name;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Moves names within a volume. Thread-safe. */
final class Renamer {
  private static final Comparator<Fid> LOCK_ORDER =
      Comparator.comparingInt(Fid::vnode).thenComparingInt(Fid::uniquifier);

  private final ChangeCalls changes;
  private final DirectoryChanger directories;
  private final Lifetime lifetime;
  private final UnknownOutcome unknownOutcome;

  Renamer(ChangeCalls changes, DirectoryChanger directories, Fetchers fetchers, Lifetime lifetime) {
    this.changes = changes;
    this.directories = directories;
    this.lifetime = lifetime;
    this.unknownOutcome = new UnknownOutcome(fetchers);
  }

  /**
   * What is moved where.
   *
   * @param moved what {@code from} names
   * @param replaced what {@code to} names, if it names anything
   */
  record Move(Name from, Name to, Vnode moved, Optional<Vnode> replaced) {
    boolean isWithinDirectory() {
      return from.directory() == to.directory();
    }

    @Override
    public String toString() {
      return "moving " + from + " to " + to;
    }

    /** The vnodes that it changes: the two directories, then the others. */
    List<Vnode> concerned() {
      List<Vnode> all = new ArrayList<>(List.of(from.directory(), to.directory()));
      all.add(moved);
      replaced.ifPresent(all::add);
      return all;
    }
  }

  /** Moves; blocks for whoever changes one of the directories, and for the server. */
  void rename(Move move, Request request) throws AfsException {
    Vnode one = move.from().directory();
    Vnode other = move.to().directory();
    boolean ordered = LOCK_ORDER.compare(one.fid(), other.fid()) <= 0;
    Vnode first = ordered ? one : other;
    Vnode second = ordered ? other : one;
    first.lock(request, lifetime);
    try {
      second.lock(request, lifetime);
      try {
        renameLocked(move, request);
      } finally {
        second.unlock();
      }
    } finally {
      first.unlock();
    }
  }

  private void renameLocked(Move move, Request request) throws AfsException {
    Name from = move.from();
    Name to = move.to();
    try {
      learn(
          move,
          changes.make(
              move.concerned(),
              move::toString,
              calls ->
                  calls.rename(
                      from.directory().wireFid(),
                      from.bytes(),
                      to.directory().wireFid(),
                      to.bytes()),
              request),
          request);
    } catch (AfsException.OutcomeUnknown e) {
      unknownOutcome.moved(move, e, request);
    }
  }

  private void learn(Move move, ChangeCalls.Changed<RenameReply> changed, Request request) {
    Vnode from = move.from().directory();
    Vnode to = move.to().directory();
    RenameReply reply = changed.reply();
    from.volume().note(reply.volSync());
    List<VnodeChange> changes = changed.changes();
    if (move.isWithinDirectory()) {
      KnownStatus told = changes.getFirst().made(reply.newDirectoryStatus(), request);
      directories.edit(from, told, names -> moveWithin(names, move));
    } else {
      KnownStatus toldOld = changes.get(0).made(reply.oldDirectoryStatus(), request);
      KnownStatus toldNew = changes.get(1).made(reply.newDirectoryStatus(), request);
      Optional<DirectoryContents.Entry> moved =
          DirectoryChanger.namesBefore(from, toldOld)
              .flatMap(names -> names.lookUp(move.from().bytes()));
      directories.edit(from, toldOld, names -> names.without(move.from().bytes()));
      directories.edit(
          to, toldNew, names -> moved.flatMap(entry -> put(names, move.to().bytes(), entry)));
      learnMoved(move, changes.get(2), request);
    }
    if (move.replaced().isPresent()) {
      changes.get(3).unknown(); // it is gone, or has one name less
    }
  }

  /** A directory has another "..": its server breaks the promise. A file has another directory. */
  private static void learnMoved(Move move, VnodeChange change, Request request) {
    Optional<FetchStatus> before = change.before();
    if (before.isEmpty() || before.get().type() == FileType.DIRECTORY) {
      change.unknown();
    } else {
      Fid parent = move.to().directory().fid();
      change.made(before.get().withParent(parent.vnode(), parent.uniquifier()), request);
    }
  }

  private static Optional<DirectoryContents> moveWithin(DirectoryContents names, Move move) {
    return names
        .lookUp(move.from().bytes())
        .flatMap(entry -> put(names, move.to().bytes(), entry))
        .flatMap(changed -> changed.without(move.from().bytes()));
  }

  private static Optional<DirectoryContents> put(
      DirectoryContents names, byte[] name, DirectoryContents.Entry entry) {
    return names.without(name).orElse(names).with(name, entry.vnode(), entry.uniquifier());
  }
}
