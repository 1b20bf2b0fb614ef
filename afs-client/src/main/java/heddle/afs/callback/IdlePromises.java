package heddle.afs.callback;

import heddle.afs.Fid;
import heddle.afs.location.CallFailure;
import heddle.afs.location.ClientClock;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.WireFid;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Promises about what is not kept here any more. They are given up, many in one call: servers have
 * room for so many only, and need not break them then. Thread-safe.
 *
 * <p><b>The race.</b> A server may get the request for a status first and then the call that gives
 * promises up; so it may forget a promise that it has just made, and nobody would tell of a change.
 * So while a fid is being given up, no promise about it is believed, and whatever was asked for
 * before the server's answer to that is not believed afterwards either.
 *
 * <p>If there is no answer the call may still reach the server, some time. So for a while after
 * that, no promise about these fids is believed.
 */
public final class IdlePromises {
  private static final Logger LOG = LoggerFactory.getLogger(IdlePromises.class);

  /** More wait for a round than this only if many at once are not needed; these lapse instead. */
  private static final int MAX_WAITING = 10_000;

  private static final Duration DOUBT = Duration.ofMinutes(2);

  private final Giver giver;
  private final ClientClock clock;
  private final ConcurrentLinkedQueue<Idle> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Deque<Doubted> doubted = new ArrayDeque<>(); // of the one who does rounds

  /** Tells a server. */
  @FunctionalInterface
  public interface Giver {
    /**
     * Gives the promises about {@code fids} up; blocks for the answer.
     *
     * @return whether the server was told; it is not if it seems to be down
     * @throws CallFailure if it may or may not have heard of it
     */
    boolean giveUp(UUID server, List<WireFid> fids) throws CallFailure;
  }

  private record Idle(Watched watched, Grant grant) {}

  private record Doubted(List<Watched> fids, long untilNanos) {}

  /** Gives up through {@code giver}. */
  public IdlePromises(Giver giver, ClientClock clock) {
    this.giver = giver;
    this.clock = clock;
  }

  /** Has the promise given up some time, if it still stands then; never blocks. */
  public void offer(Watched watched, Grant grant) {
    if (count.incrementAndGet() > MAX_WAITING) {
      count.decrementAndGet();
    } else {
      waiting.add(new Idle(watched, grant));
    }
  }

  /**
   * Gives up what was offered; blocks for the servers. One thread at a time.
   *
   * @param needed what is in use again
   */
  public void round(Predicate<Fid> needed) {
    endDoubts();
    for (Map.Entry<UUID, List<Watched>> each : idle(needed).entrySet()) {
      List<Watched> fids = each.getValue();
      boolean heard = true;
      for (int i = 0; heard && i < fids.size(); i += FileService.MAX_BULK_FIDS) {
        int end = Math.min(fids.size(), i + FileService.MAX_BULK_FIDS);
        heard = giveUp(each.getKey(), fids.subList(i, end));
      }
    }
  }

  /** Takes what waits, and returns what of it servers still keep promises about. */
  private Map<UUID, List<Watched>> idle(Predicate<Fid> needed) {
    Map<UUID, Map<Fid, Watched>> found = new LinkedHashMap<>();
    Idle next = waiting.poll();
    while (next != null) {
      count.decrementAndGet();
      Watched watched = next.watched();
      if (next.grant().stands(clock.nanoTime()) && !needed.test(watched.fid())) {
        found
            .computeIfAbsent(next.grant().server(), server -> new LinkedHashMap<>())
            .put(watched.fid(), watched);
      }
      next = waiting.poll();
    }
    Map<UUID, List<Watched>> lists = new LinkedHashMap<>();
    found.forEach((server, fids) -> lists.put(server, List.copyOf(fids.values())));
    return lists;
  }

  /** Returns whether it makes sense to go on with this server. */
  private boolean giveUp(UUID server, List<Watched> fids) {
    fids.forEach(Watched::beginGivingUp);
    boolean known = false;
    try {
      boolean told =
          giver.giveUp(server, fids.stream().map(each -> WireFid.of(each.fid())).toList());
      known = true;
      return told;
    } catch (CallFailure e) {
      LOG.debug("giving promises of {} up: {}", server, e.getMessage());
      return false;
    } finally {
      if (known) {
        fids.forEach(Watched::endGivingUp);
      } else {
        doubted.add(new Doubted(List.copyOf(fids), clock.nanoTime() + DOUBT.toNanos()));
      }
    }
  }

  private void endDoubts() {
    Doubted first = doubted.peek();
    while (first != null && first.untilNanos() - clock.nanoTime() <= 0) {
      doubted.remove();
      first.fids().forEach(Watched::endGivingUp);
      first = doubted.peek();
    }
  }
}
