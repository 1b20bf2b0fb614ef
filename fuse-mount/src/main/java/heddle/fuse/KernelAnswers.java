package heddle.fuse;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Which answers have reached the kernel's caches. An answer is written to one thread of the
 * kernel's, which takes it in when it runs again; until then another thread may overtake it.
 * Whoever asks the next question has taken in the answer to the one before, for a thread asks one
 * thing at a time. Of a thread that asks nothing more, or that has no number here, it is taken to
 * be so after a second. Thread-safe.
 *
 * <p>Only for questions that a thread waits for: reading ahead and writing back overlap.
 */
final class KernelAnswers {
  private static final long SURELY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int PLACES = 1 << 12; // two threads in one place only cost the second
  private static final int NUMBER_BITS = 40;
  private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;

  /**
   * An answer to a thread.
   *
   * @param question the thread's id above the question's number
   */
  record Answer(long question, long nanos) {
    private int thread() {
      return (int) (question >>> NUMBER_BITS);
    }
  }

  private final AtomicLong lastNumber = new AtomicLong();
  private final AtomicLongArray questions = new AtomicLongArray(PLACES); // of each thread, the last

  /**
   * The kernel's thread asks, and is about to be answered.
   *
   * @param thread its id, or 0 if it is not of our PID namespace
   */
  Answer toNextQuestionOf(int thread, long nowNanos) {
    long number = lastNumber.incrementAndGet() & NUMBER_MASK;
    long question = (long) thread << NUMBER_BITS | number;
    if (thread != 0) {
      questions.set(place(thread), question);
    }
    return new Answer(question, nowNanos);
  }

  /** Returns an answer that was taken in already. */
  static Answer longAgo(long nowNanos) {
    return new Answer(0, nowNanos - 2 * SURELY_NANOS);
  }

  /** To whom answers about one file went last. Races only lose what came at the same time. */
  static final class Last {
    private volatile Answer latest;
    private volatile @Nullable Answer another; // the latest to another thread than that

    Last(Answer first) {
      latest = first;
    }

    /**
     * Notes one more.
     *
     * @return the answer; as one to nobody if an older one to another thread may yet arrive, or may
     *     have arrived between its question and now
     */
    Answer told(Answer answer) {
      Answer before = latest;
      if (before.thread() != answer.thread()) {
        another = before;
      }
      latest = answer;
      Answer other = another;
      return other == null || answer.nanos - other.nanos > SURELY_NANOS
          ? answer
          : new Answer(0, answer.nanos);
    }
  }

  /** Returns whether the thread that was answered has gone on. */
  boolean isTakenIn(Answer answer, long nowNanos) {
    if (nowNanos - answer.nanos > SURELY_NANOS) {
      return true;
    }
    int thread = answer.thread();
    long last = questions.get(place(thread));
    return thread != 0 && last >>> NUMBER_BITS == thread && last != answer.question;
  }

  private static int place(int thread) {
    return thread & PLACES - 1;
  }
}
