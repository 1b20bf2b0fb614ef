package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallMachine;
import heddle.rxrpc.wire.Packet;
import java.util.function.LongConsumer;

/**
 * The steps of a call's machine, and what leaves by them: an event under the core lock, then
 * without it what the machine wants sent, the wake-up of the user, and the end of the call if it
 * has come.
 *
 * <p>Packets leave in the order of their numbers whichever threads make steps: see {@link
 * SendTurn}.
 */
final class CallSteps {
  private static final int ROUNDS_FOR_OTHERS = 16; // a window is out after 4 to 9

  private final CallDriver call;
  private final CallReadiness readiness;
  private final CoreLock core;
  private final CallMachine machine; // guarded by core
  private final SendTurn turn = new SendTurn(); // guarded by core

  CallSteps(CallDriver call, CallReadiness readiness, CoreLock core, CallMachine machine) {
    this.call = call;
    this.readiness = readiness;
    this.core = core;
    this.machine = machine;
  }

  // ---- any thread

  /** One step of the machine. Does nothing once the call is finished. */
  void step(LongConsumer event) {
    step(event, Integer.MAX_VALUE);
  }

  /**
   * The same by a thread that serves other calls, too: it sends what others leave to it only so
   * long.
   */
  void shortStep(LongConsumer event) {
    step(event, ROUNDS_FOR_OTHERS);
  }

  /**
   * One step of the machine.
   *
   * @param rounds how often this thread sends what others have left to it meanwhile
   */
  private void step(LongConsumer event, int rounds) {
    assert !core.isHeldByCurrentThread();
    LocalEndpoint local = call.endpoint();
    if (local == null) {
      return;
    }
    SendBatch batch = local.sender().borrowBatch();
    boolean mine;
    core.lock();
    try {
      long nowNanos = local.nanoTime();
      event.accept(nowNanos);
      mine = turn.take(SendTurn.Holder.STEP);
      if (mine) {
        turn.noteMore(transmitInTurn(nowNanos, batch, local));
      } else if (local.isClosed()) {
        transmit(nowNanos, batch, local); // the holder may come too late, and order matters no more
      } else {
        call.publish(local);
      }
    } finally {
      core.unlock();
    }
    if (mine) {
      postInTurn(SendTurn.Holder.STEP, batch, local);
      sendRest(SendTurn.Holder.STEP, batch, local, rounds);
    } else {
      local.sender().post(batch);
    }
    local.sender().returnBatch(batch);
    readiness.wake(local);
    if (mine && call.hasEnded()) {
      call.finish(); // else whoever has the turn does, when the last packet is out
    }
  }

  // ---- receive thread

  /** Takes the core lock for a run of packets of this call; {@link #endPackets} gives it back. */
  void beginPackets() {
    core.lock();
  }

  /** Takes one packet of the run. */
  void handlePacket(long nowNanos, Packet packet) {
    machine.handlePacket(nowNanos, packet);
  }

  /**
   * Ends the run: adds what is to be sent to {@code batch}, which is sent when it is full.
   *
   * @return who sends for the call now; if that is who receives, {@link #sent} must follow
   */
  SendTurn.Holder endPackets(long nowNanos, SendBatch batch, LocalEndpoint local) {
    SendTurn.Holder holder;
    boolean full;
    try {
      full = transmitAsReceiver(nowNanos, batch, local);
      holder = turn.holder();
    } finally {
      core.unlock();
    }
    while (full) {
      local.sender().send(batch);
      core.lock();
      try {
        full = transmitInTurn(nowNanos, batch, local);
      } finally {
        core.unlock();
      }
    }
    readiness.wake(local);
    return holder;
  }

  private boolean transmitAsReceiver(long nowNanos, SendBatch batch, LocalEndpoint local) {
    boolean wasFree = turn.holder() == SendTurn.Holder.NOBODY;
    if (!turn.take(SendTurn.Holder.RECEIVER)) {
      call.publish(local);
      return false;
    }
    int before = batch.count();
    boolean full = transmitInTurn(nowNanos, batch, local);
    if (wasFree && !full && batch.count() == before) {
      turn.giveBack();
    }
    return full;
  }

  /** The batch with packets of {@link #endPackets} is out. */
  void sent(LocalEndpoint local) {
    SendBatch batch = local.sender().borrowBatch();
    sendRest(SendTurn.Holder.RECEIVER, batch, local, ROUNDS_FOR_OTHERS);
    local.sender().returnBatch(batch);
    readiness.wake(local);
    if (call.hasEnded()) {
      call.finish();
    }
  }

  /**
   * The batch with packets of {@link #endPackets} could not be sent: the next event sends again.
   */
  void notSent() {
    dropTurn(SendTurn.Holder.RECEIVER);
  }

  // ---- by the holder of the turn

  /**
   * Sends what is left, and gives the turn back. A thread that serves other calls, too, does not
   * send for ever for one whose user writes as fast as it sends: after some rounds it leaves the
   * rest to a thread of its own.
   */
  private void sendRest(SendTurn.Holder self, SendBatch batch, LocalEndpoint local, int rounds) {
    for (int round = 0; ; round++) {
      core.lock();
      try {
        if (!turn.goOn(self)) {
          return;
        }
        if (round == rounds) {
          turn.drop();
          break;
        }
        turn.noteMore(transmitInTurn(local.nanoTime(), batch, local));
      } finally {
        core.unlock();
      }
      postInTurn(self, batch, local);
    }
    Thread.startVirtualThread(() -> step(nowNanos -> {})); // sends, and ends the call if it is over
  }

  /** As {@link #transmit}, by the holder of the turn. */
  private boolean transmitInTurn(long nowNanos, SendBatch batch, LocalEndpoint local) {
    boolean done = false;
    try {
      boolean full = transmit(nowNanos, batch, local);
      done = true;
      return full;
    } finally {
      if (!done) {
        turn.drop(); // a fault may cost packets, but not the call
      }
    }
  }

  private void postInTurn(SendTurn.Holder self, SendBatch batch, LocalEndpoint local) {
    boolean done = false;
    try {
      local.sender().post(batch);
      done = true;
    } finally {
      if (!done) {
        dropTurn(self);
      }
    }
  }

  /** What {@code self} was sending has failed: the next event sends again. */
  private void dropTurn(SendTurn.Holder self) {
    core.lock();
    try {
      if (turn.holder() == self) {
        turn.drop();
      }
    } finally {
      core.unlock();
    }
    if (call.hasEnded()) {
      call.finish();
    }
  }

  /** Under the core lock: encodes what is to be sent; returns true if the batch is full. */
  private boolean transmit(long nowNanos, SendBatch batch, LocalEndpoint local) {
    ConnectionDriver ours = call.connection();
    if (ours != null) {
      ours.address(batch);
    }
    boolean more = machine.pollTransmit(nowNanos, batch);
    machine.countTraffic(nowNanos, batch);
    batch.note(machine.takeEvents());
    call.publish(local);
    return more;
  }
}
