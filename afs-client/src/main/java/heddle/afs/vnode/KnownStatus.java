package heddle.afs.vnode;

import heddle.afs.AccessRights;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.callback.Grant;
import heddle.afs.rpc.FetchStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of a vnode: its status, once; the rights of each caller who asked; and the
 * promise that all of it is believed under. Immutable.
 */
final class KnownStatus {
  /** Rights of more callers than this are forgotten, oldest first. */
  private static final int MAX_CALLERS = 64;

  private record View(Caller caller, FileStatus status) {}

  private final FetchStatus status;
  private final int instance;
  private final @Nullable Grant grant;
  private final List<View> views; // newest first
  private final Lineage lineage;

  private KnownStatus(
      FetchStatus status, int instance, @Nullable Grant grant, List<View> views, Lineage lineage) {
    this.status = status;
    this.instance = instance;
    this.grant = grant;
    this.views = views;
    this.lineage = lineage;
  }

  /** Returns what one caller was told. */
  static KnownStatus told(
      Fid fid, FetchStatus status, int instance, Optional<Grant> grant, Caller caller) {
    View view = new View(caller, status.toFileStatus(fid));
    Lineage lineage = Lineage.of(status.dataVersion());
    return new KnownStatus(status, instance, grant.orElse(null), List.of(view), lineage);
  }

  /**
   * Returns this, with the rights that {@code older} has of other callers; not if the file was in
   * another directory then: rights come from there.
   */
  KnownStatus withRightsOf(KnownStatus older) {
    if (!hasParent(older.status.parentVnode(), older.status.parentUniquifier())) {
      return this;
    }
    View mine = views.getFirst();
    List<View> merged = new ArrayList<>();
    merged.add(mine);
    for (View other : older.views) {
      if (!other.caller().equals(mine.caller()) && merged.size() < MAX_CALLERS) {
        merged.add(new View(other.caller(), withRights(mine.status(), other.status().rights())));
      }
    }
    return new KnownStatus(status, instance, grant, List.copyOf(merged), lineage);
  }

  /** Returns this, with what {@code older} knows of this version's ancestors, if it is of it. */
  KnownStatus inLineOf(@Nullable KnownStatus older) {
    return older != null
            && older.dataVersion() == dataVersion()
            && older.instance == instance
            && older.lineage.base() < lineage.base()
        ? withLineage(older.lineage)
        : this;
  }

  /** Returns this with what is known of this version's ancestors. */
  KnownStatus withLineage(Lineage known) {
    return new KnownStatus(status, instance, grant, views, known);
  }

  /** Returns which older versions have the same data in which chunk. */
  Lineage lineage() {
    return lineage;
  }

  private static FileStatus withRights(FileStatus status, AccessRights rights) {
    return new FileStatus(
        status.fid(),
        status.type(),
        status.length(),
        status.dataVersion(),
        status.linkCount(),
        status.owner(),
        status.group(),
        status.mode(),
        status.modified(),
        rights,
        status.anonymousRights());
  }

  /** Returns whether it is the truth as of {@code nowNanos}. */
  boolean isBelieved(long nowNanos) {
    return grant != null && grant.stands(nowNanos);
  }

  /** Returns whether it is the truth, and {@code caller} has asked for it. */
  boolean isBelievedFor(Caller caller, long nowNanos) {
    return isBelieved(nowNanos) && isKnownTo(caller);
  }

  /** Returns whether {@code caller} has asked for it. */
  boolean isKnownTo(Caller caller) {
    return viewOf(caller) != null;
  }

  /** Returns the promise that it is believed under, if there is one. */
  Optional<Grant> grant() {
    return Optional.ofNullable(grant);
  }

  FetchStatus status() {
    return status;
  }

  /** Returns the directory that the file {@code fid} is in; empty where the server does not say. */
  Optional<Fid> parent(Fid fid) {
    return status.parentVnode() == 0
        ? Optional.empty()
        : Optional.of(
            new Fid(fid.cell(), fid.volume(), status.parentVnode(), status.parentUniquifier()));
  }

  /**
   * Returns whether that is what a client knows of an entry of {@code directory}. If another client
   * moves a file, servers break the promises of both directories, but not that of the file.
   *
   * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, SAFSS_Rename.
   */
  boolean mayBeIn(Fid directory) {
    return status.type() != FileType.FILE
        || status.parentVnode() == 0
        || hasParent(directory.vnode(), directory.uniquifier());
  }

  private boolean hasParent(int vnode, int uniquifier) {
    return status.parentVnode() == vnode && status.parentUniquifier() == uniquifier;
  }

  long dataVersion() {
    return status.dataVersion();
  }

  /** Returns what the data version belongs to, see {@link MountedVolume#instance}. */
  int instance() {
    return instance;
  }

  /** Returns the status as {@code caller} sees it, who must have asked for it. */
  FileStatus statusFor(Caller caller) {
    View view = viewOf(caller);
    if (view == null) {
      throw new IllegalStateException(caller + " never asked for the status");
    }
    return view.status();
  }

  AccessRights rightsOf(Caller caller) {
    return statusFor(caller).rights();
  }

  private @Nullable View viewOf(Caller caller) {
    for (int i = 0; i < views.size(); i++) { // no iterator: this is the hottest path there is
      View view = views.get(i);
      if (view.caller().equals(caller)) {
        return view;
      }
    }
    return null;
  }
}
