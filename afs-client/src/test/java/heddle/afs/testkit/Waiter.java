package heddle.afs.testkit;

import heddle.rxrpc.thread.WaitingThread;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** A thread that notes for whom it waits. */
public final class Waiter extends Thread implements WaitingThread {
  private final List<Peer> peers = new CopyOnWriteArrayList<>(List.of(Peer.NONE));
  private final FutureTask<?> task;
  private volatile @Nullable Peer waitedFor;

  private Waiter(FutureTask<?> task) {
    super(task);
    this.task = task;
  }

  /** Starts one that does that. */
  public static Waiter start(Callable<?> body) {
    Waiter waiter = new Waiter(new FutureTask<>(body));
    waiter.start();
    return waiter;
  }

  @Override
  public void goesToWait() {
    waitedFor = peer();
  }

  @Override
  public Peer turnsTo(Peer peer) {
    Peer before = peer();
    peers.add(peer);
    return before;
  }

  /** Returns whom it has turned to last. */
  public Peer peer() {
    return peers.getLast();
  }

  /** Returns all whom it has turned to, one after the other; at first that is nobody. */
  public List<Peer> peers() {
    return peers;
  }

  /** Returns whom it has turned to when it last went to wait; null if it did not. */
  public @Nullable Peer waitedFor() {
    return waitedFor;
  }

  /** Blocks until it is done; throws what it has. */
  public void await() throws Exception {
    task.get();
    join();
  }
}
