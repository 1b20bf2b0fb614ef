package heddle.fuse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.fuse.KernelAnswers.Answer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel was last told about each file and which content its page cache may hold: how an
 * open sees a change that another client made, whatever the attribute time-out. Thread-safe.
 *
 * <h2>The kernel's two caches</h2>
 *
 * Until the attribute time-out the kernel answers {@code fstat}, and decides where a read ends, by
 * the attributes that it was told last; libfuse 2 has no way to take them back by path. But an open
 * is always asked for, and the answer ESTALE makes the kernel look every name of the path up again,
 * believing nothing, and then repeat the open: it has the new attributes before the file is open.
 * So an open of a file whose data version (or fid) is not the one that the kernel was told of gets
 * ESTALE once. The caller never sees it. An open that went past the names ({@code /proc/PID/fd/N})
 * is repeated without a look-up; it is let through with direct I/O, where reads bypass both caches.
 *
 * <p>Pages are dropped by an ordinary open and kept by one with {@code keep_cache}: they are kept
 * when nothing has changed since they were last dropped.
 *
 * <h2>A moment of doubt</h2>
 *
 * Attributes are told to one thread, and another's open could overtake that thread on its way to
 * the kernel's caches. So until {@link KernelAnswers} knows that it is there only that thread is
 * believed to know it; others look up for themselves, and every open drops the pages. And the
 * kernel leaves attributes out whose question is older than what it has learned meanwhile, be that
 * from an older answer to another thread: where two were told of a file within a second and its
 * content changed between, nobody is believed to know it before a second is over.
 *
 * <p>libfuse 2 makes an inode of each path, so a path is the key. A file that is not known here is
 * treated as one that changed.
 *
 * <h2>Several paths of one file</h2>
 *
 * What is written through the mount is in the pages of the path that it was written by and in no
 * other's: for all other paths of the file it is a change that the kernel knows nothing of.
 */
final class KernelView {
  /** How to answer an open. */
  enum Opening {
    /** The kernel has to look the path up again: fail with ESTALE. */
    LOOK_UP_AGAIN,
    /** Pages that the kernel has of the file are out of date. */
    DROP_PAGES,
    /** Pages that the kernel has of the file are good. */
    KEEP_PAGES,
    /** Attributes of the kernel are out of date and it will not ask. */
    BYPASS_CACHES
  }

  private static final int MAX_FILES = 1 << 16;
  private static final int MAX_REPEATS = 1 << 12;

  /** What others wrote: what is written through the mount, the kernel knows. */
  private record Content(Fid fid, long foreignVersion) {
    private static final long NONE = -1;

    /** Differs from all that the file ever has. */
    Content outdated() {
      return new Content(fid, NONE);
    }

    static Content of(FileStatus status) {
      return new Content(status.fid(), status.foreignVersion());
    }
  }

  /**
   * @param told the content that the kernel's attributes are of
   * @param telling the answer that told it first
   * @param pages the content that cached pages are of
   * @param dropping the answer that dropped those of other content
   * @param last who was told anything of the path
   */
  private record Belief(
      Content told,
      Answer telling,
      @Nullable Content pages,
      Answer dropping,
      KernelAnswers.Last last) {
    Belief withTold(Content content, Answer by) {
      return new Belief(content, by, pages, dropping, last);
    }

    Belief withPages(Content content, Answer by) {
      return new Belief(told, telling, content, by, last);
    }

    Belief withoutPages() {
      return new Belief(told, telling, null, dropping, last);
    }

    Belief outdated() {
      return new Belief(
          told.outdated(), telling, pages == null ? null : pages.outdated(), dropping, last);
    }
  }

  private record Repeat(String path, int thread) {}

  private final KernelAnswers answers = new KernelAnswers();
  private final PathsOfFiles paths = new PathsOfFiles(); // those in beliefs, exactly
  private final Cache<String, Belief> beliefs =
      Caffeine.newBuilder()
          .executor(Runnable::run)
          .maximumSize(MAX_FILES)
          .evictionListener(this::evicted)
          .build();
  private final Cache<Repeat, Boolean> repeats =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(MAX_REPEATS).build();

  private void evicted(@Nullable String path, @Nullable Belief belief, RemovalCause cause) {
    if (path != null && belief != null) {
      paths.remove(belief.told.fid, path);
    }
  }

  private void forget(String path) {
    beliefs
        .asMap()
        .computeIfPresent(
            path,
            (key, belief) -> {
              paths.remove(belief.told.fid, path);
              return null;
            });
  }

  /** The kernel's {@code thread} is being told {@code status} of the file at {@code path}. */
  void told(String path, FileStatus status, int thread, long nowNanos) {
    Content content = Content.of(status);
    Answer answer = answers.toNextQuestionOf(thread, nowNanos);
    Belief old = beliefs.getIfPresent(path);
    if (old != null && old.told.equals(content)) {
      old.last.told(answer);
      return; // the common case takes no lock
    }
    beliefs
        .asMap()
        .compute(
            path,
            (key, before) -> {
              if (before != null && !before.told.fid.equals(content.fid)) {
                paths.remove(before.told.fid, path);
              }
              paths.add(content.fid, path);
              return before == null
                  ? new Belief(
                      content,
                      KernelAnswers.longAgo(nowNanos), // the kernel knew of no other
                      null,
                      answer,
                      new KernelAnswers.Last(answer))
                  : before.withTold(content, before.last.told(answer));
            });
  }

  /** The file {@code fid} was written to or truncated by that path of it. */
  void written(String path, Fid fid) {
    for (String other : paths.of(fid)) {
      if (!other.equals(path)) {
        beliefs
            .asMap()
            .computeIfPresent(
                other, (key, belief) -> belief.told.fid.equals(fid) ? belief.outdated() : belief);
      }
    }
  }

  /** Returns a path of the file, if the kernel was told of one lately. */
  Optional<MountPath> pathOf(Fid file) {
    return paths.of(file).stream().findFirst().map(MountPath::ofKey);
  }

  /** Something was written to the file past the kernel's pages. */
  void writtenDirectly(String path) {
    beliefs.asMap().computeIfPresent(path, (key, belief) -> belief.withoutPages());
  }

  /** Nothing is at {@code path} any more. */
  void gone(String path) {
    forget(path);
  }

  /**
   * What was at one path is at another now, with all that is below it. The kernel moves what it has
   * along; it is forgotten here, so that the next open looks it up again.
   */
  void moved(String from, String to) {
    forget(from);
    forget(to);
    String below = from + "/";
    for (String path : beliefs.asMap().keySet()) {
      if (path.startsWith(below)) {
        forget(path);
      }
    }
  }

  /**
   * Decides how {@code thread}'s open of {@code path} is answered, now that the file has that
   * status.
   */
  Opening open(String path, FileStatus status, int thread, long nowNanos) {
    Content content = Content.of(status);
    Answer answer = answers.toNextQuestionOf(thread, nowNanos);
    Opening opening = attributes(path, content, thread, nowNanos);
    return opening == Opening.DROP_PAGES
        ? dropOrKeepPages(path, content, answer, nowNanos)
        : opening;
  }

  /** The same for somebody who must not see pages that others have read: never by the caches. */
  Opening openDirectly(String path, FileStatus status, int thread, long nowNanos) {
    answers.toNextQuestionOf(thread, nowNanos);
    return attributes(path, Content.of(status), thread, nowNanos) == Opening.LOOK_UP_AGAIN
        ? Opening.LOOK_UP_AGAIN
        : Opening.BYPASS_CACHES;
  }

  /** Decides as if there were no pages that could be kept. */
  private Opening attributes(String path, Content content, int thread, long nowNanos) {
    var repeat = new Repeat(path, thread);
    boolean repeated = repeats.asMap().remove(repeat) != null;
    Belief belief = beliefs.getIfPresent(path);
    if (belief != null
        && belief.told.equals(content)
        && (repeated || answers.isTakenIn(belief.telling, nowNanos))) {
      return Opening.DROP_PAGES;
    }
    if (repeated) {
      return Opening.BYPASS_CACHES;
    }
    repeats.put(repeat, true);
    return Opening.LOOK_UP_AGAIN;
  }

  /**
   * Decides whether an open that finds nothing at {@code path} is repeated: true where the kernel
   * believes that there is something and may have missed a chance to create it.
   */
  boolean missing(String path, int thread) {
    forget(path);
    var repeat = new Repeat(path, thread);
    if (repeats.asMap().remove(repeat) != null) {
      return false;
    }
    repeats.put(repeat, true);
    return true;
  }

  private Opening dropOrKeepPages(String path, Content content, Answer answer, long nowNanos) {
    Opening[] opening = {Opening.DROP_PAGES};
    beliefs
        .asMap()
        .computeIfPresent(
            path,
            (key, belief) -> {
              if (content.equals(belief.pages) && answers.isTakenIn(belief.dropping, nowNanos)) {
                opening[0] = Opening.KEEP_PAGES;
                return belief;
              }
              return belief.withPages(content, answer);
            });
    return opening[0];
  }
}
