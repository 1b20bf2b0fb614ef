package heddle.afs.cell;

import heddle.afs.rpc.FileService;
import heddle.afs.rpc.WireFid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * The promises that one change has ended: who has to be told of what. Belongs to one thread.
 *
 * <p>Clients are told at the same time, and each for a limited time; whoever does not answer loses
 * all promises, and hears of it when he calls again. No lock is held meanwhile.
 */
final class CallbackBreaks {
  private final PromiseTable promises;
  private final Optional<ClientHost> changer;
  private final Map<WireFid, Whom> changed = new LinkedHashMap<>();

  /** Who hears of a change. */
  private enum Whom {
    /** All but the changer, who sees it in his reply. */
    OTHERS,
    ALL,
    /** There is nothing left to know of. */
    NOBODY
  }

  /** Begins, for a change that this client makes. */
  CallbackBreaks(PromiseTable promises, ClientHost changer) {
    this.promises = promises;
    this.changer = Optional.of(changer);
  }

  /** Begins, for a change that no client makes. */
  CallbackBreaks(PromiseTable promises) {
    this.promises = promises;
    this.changer = Optional.empty();
  }

  /** All others are to hear of a change. */
  void others(WireFid fid) {
    changed.put(fid, Whom.OTHERS);
  }

  /** All are to hear of a change, the changer too. */
  void all(WireFid fid) {
    changed.put(fid, Whom.ALL);
  }

  /** A vnode is gone: there is nothing to promise any more, and nobody to tell. */
  void nobody(WireFid fid) {
    changed.put(fid, Whom.NOBODY);
  }

  private Map<ClientHost, List<WireFid>> take() {
    Map<ClientHost, List<WireFid>> broken = new LinkedHashMap<>();
    changed.forEach(
        (fid, whom) -> {
          switch (whom) {
            case OTHERS -> add(broken, fid, takeOthers(fid));
            case ALL -> add(broken, fid, promises.takeAll(fid));
            case NOBODY -> promises.takeAll(fid);
          }
        });
    return broken;
  }

  private Set<ClientHost> takeOthers(WireFid fid) {
    return changer
        .map(host -> promises.takeOthers(fid, host))
        .orElseGet(() -> promises.takeAll(fid));
  }

  private static void add(
      Map<ClientHost, List<WireFid>> broken, WireFid fid, Set<ClientHost> hosts) {
    hosts.forEach(host -> broken.computeIfAbsent(host, key -> new ArrayList<>()).add(fid));
  }

  /**
   * Ends the promises and tells who had them; returns when all know, or are known not to. To be
   * called when the change has been made.
   */
  void deliver() {
    List<Map.Entry<ClientHost, List<WireFid>>> all = List.copyOf(take().entrySet());
    if (all.isEmpty()) {
      return;
    }
    if (all.size() == 1) {
      tell(all.getFirst().getKey(), all.getFirst().getValue());
      return;
    }
    CountDownLatch told = new CountDownLatch(all.size());
    for (Map.Entry<ClientHost, List<WireFid>> each : all) {
      Thread.startVirtualThread(
          () -> {
            try {
              tell(each.getKey(), each.getValue());
            } finally {
              told.countDown();
            }
          });
    }
    try {
      told.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the cell is being closed
    }
  }

  private void tell(ClientHost host, List<WireFid> fids) {
    for (int from = 0; from < fids.size(); from += FileService.MAX_BULK_FIDS) {
      int to = Math.min(fids.size(), from + FileService.MAX_BULK_FIDS);
      if (!host.breakPromises(fids.subList(from, to), () -> promises.giveUpAll(host))) {
        return;
      }
    }
  }
}
