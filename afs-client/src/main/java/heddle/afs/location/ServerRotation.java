package heddle.afs.location;

import heddle.afs.rpc.AfsErrorCode;
import java.time.Duration;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which server of a volume is asked next, and when that ends. A pure decision: it is told the
 * outcome of each step and returns the next one; it makes no call, knows no clock and never waits.
 * Not thread-safe: one for each operation.
 *
 * <p>In short: what concerns the file goes to the user at once. What concerns the volume at this
 * server leads to the next server, once by way of the location database where that may know better.
 * What passes by itself (busy, restarting, silent) is tried again after a pause when every server
 * was tried, for as long as the caller's time lasts.
 *
 * <p>Protocol source: Linux fs/afs/rotate.c (behaviour); OpenAFS src/afs/afs_analyze.c (behaviour).
 * Deviation: a volume that is offline or not attached is waited for a few rounds only (Linux waits
 * for ever when offline, OpenAFS not at all), and VMOVED without a new place in the database is
 * waited out (Linux: fails).
 */
public final class ServerRotation {
  /** How long to go on when no server answers. */
  public enum Patience {
    /** One round: the servers have been down for long. */
    ONE_ROUND,
    /** As long as the caller's time lasts. */
    UNTIL_DEADLINE
  }

  /** What to do next. */
  public sealed interface Step {
    /** Call the server of that index. */
    record Try(int server) implements Step {}

    /** Ask the location database where the volume is; tell with {@link #lookedUp}. */
    record LookUp() implements Step {}

    /**
     * Wait; tell with {@link #waited}. If there is no time for that, fail with the last failure.
     */
    record Wait(Duration duration) implements Step {}

    /** Fail with that. */
    record GiveUp(CallFailure failure) implements Step {}
  }

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MAX_LOOK_UPS_AFTER_MOVE = 4;
  private static final int MAX_OFFLINE_ROUNDS = 3;

  private final Patience patience;
  private final BitSet tried = new BitSet();
  private int servers;
  private int current;
  private int lookUps;
  private int rounds;
  private Ending ending = Ending.FAIL;
  private @Nullable CallFailure last;

  /** What happens when every server has been tried; the most hopeful of what was met. */
  private enum Ending {
    FAIL,
    WAIT_IF_SILENT,
    WAIT_A_FEW_ROUNDS,
    WAIT
  }

  /**
   * Begins with servers 0 to {@code servers} - 1, to be tried in that order.
   *
   * @param patience how long to go on when none answers
   */
  public ServerRotation(int servers, Patience patience) {
    this.servers = servers;
    this.patience = patience;
  }

  /** Returns the first step. */
  public Step first() {
    return servers == 0 ? lookUpOnce() : nextServer();
  }

  /** Returns the step after the current server failed like that. */
  public Step after(CallFailure failure) {
    last = failure;
    return switch (failure.kind()) {
      case ABORTED -> afterAbort(failure);
      case SILENT, UNREACHABLE -> next(Ending.WAIT_IF_SILENT);
      case BUSY -> next(Ending.WAIT);
      case MALFORMED -> next(Ending.FAIL);
      case CLOSED, INTERRUPTED, LOCAL -> new Step.GiveUp(failure);
    };
  }

  private Step afterAbort(CallFailure failure) {
    return switch (AfsErrorCode.kind(failure.abortCode())) {
      case VOLUME_BUSY -> next(Ending.WAIT);
      case VOLUME_MOVED -> lookUps <= MAX_LOOK_UPS_AFTER_MOVE ? lookUp() : next(Ending.FAIL);
      case NO_SUCH_VOLUME, VOLUME_OFFLINE -> {
        raise(Ending.WAIT_A_FEW_ROUNDS);
        yield lookUpOnce();
      }
      case SERVER_FAILURE, DATABASE_UNAVAILABLE -> next(Ending.FAIL);
      default -> new Step.GiveUp(failure); // it concerns the file or the caller
    };
  }

  /**
   * Returns the step after the location database was asked.
   *
   * @param changed whether the volume is elsewhere now
   * @param serversNow number of servers now
   */
  public Step lookedUp(boolean changed, int serversNow) {
    CallFailure why = last;
    boolean moved =
        why != null
            && why.kind() == CallFailure.Kind.ABORTED
            && why.abortCode() == AfsErrorCode.VMOVED;
    if (changed) {
      servers = serversNow;
      tried.clear();
    } else if (moved) {
      tried.clear();
      return new Step.Wait(PAUSE); // the database will follow
    }
    return nextServer();
  }

  /** Returns the step after a wait. */
  public Step waited() {
    rounds++;
    tried.clear();
    return nextServer();
  }

  /** Returns the server of the step last returned, if that was a try. */
  public int current() {
    return current;
  }

  /** Returns whether a server is left that has not been tried in this round. */
  public boolean othersLeft() {
    return tried.cardinality() < servers;
  }

  /** Returns the failure met last, or that there was no server to call. */
  public CallFailure lastFailure() {
    CallFailure met = last; // none is made beforehand: most operations succeed at once
    return met != null ? met : CallFailure.of(CallFailure.Kind.UNREACHABLE, "it is on no server");
  }

  private Step next(Ending met) {
    raise(met);
    return nextServer();
  }

  private void raise(Ending met) {
    if (met.compareTo(ending) > 0) {
      ending = met;
    }
  }

  private Step lookUpOnce() {
    return lookUps == 0 ? lookUp() : nextServer();
  }

  private Step lookUp() {
    lookUps++;
    return new Step.LookUp();
  }

  private Step nextServer() {
    int next = tried.nextClearBit(0);
    if (next < servers) {
      tried.set(next);
      current = next;
      return new Step.Try(next);
    }
    return switch (ending) {
      case FAIL -> new Step.GiveUp(lastFailure());
      case WAIT_A_FEW_ROUNDS ->
          rounds < MAX_OFFLINE_ROUNDS ? pause() : new Step.GiveUp(lastFailure());
      case WAIT_IF_SILENT -> afterSilence();
      case WAIT -> pause();
    };
  }

  private Step afterSilence() {
    if (lookUps == 0) {
      return lookUp(); // the server may have another address now
    }
    return patience == Patience.ONE_ROUND ? new Step.GiveUp(lastFailure()) : pause();
  }

  private Step pause() {
    ending = Ending.FAIL; // the next round shows anew
    return new Step.Wait(PAUSE);
  }
}
