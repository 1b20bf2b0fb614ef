package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.Completion;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.RxCode;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.trace.BundleSnapshot;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The wire connections that carry one client's calls to one service of one peer, and the calls that
 * wait for a channel of theirs, first come, first served.
 *
 * <p>The lock guards channels and queue; nothing waits and nothing is sent under it. Who grants a
 * channel to a waiter does so after the unlock.
 */
public final class Bundle {
  private static final int MAX_CALL_NUMBER = Integer.MAX_VALUE - 1; // a response names the next
  private static final int ALL_CHANNELS = (1 << ConnectionDriver.CHANNELS) - 1;
  static final int MAX_ABORTS = 8; // in a row on one channel; OpenAFS sends 10 at once

  /** What calls share connections. */
  record Key(InetSocketAddress peer, int serviceId, Security security, Upgrade upgrade) {
    Key(InetSocketAddress peer, int serviceId, Security security) {
      this(peer, serviceId, security, Upgrade.NONE);
    }
  }

  private final Key key;
  private final Peer peer;
  private final EndpointLink link;
  private final int maxConnections;
  private final UseCount uses = new UseCount();
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Member> members = new ArrayList<>();
  private final LinkedHashSet<CallDriver> waiting = new LinkedHashSet<>();
  private volatile int servedBy; // the service that calls reach; the one named until it is known
  private boolean serviceKnown;
  private @Nullable Asking asking; // no other call may go before the answer has come

  /** A connection with the books of its channels. */
  private static final class Member {
    final ConnectionDriver connection;
    final int[] callNumbers = new int[ConnectionDriver.CHANNELS];
    final int[] aborts = new int[ConnectionDriver.CHANNELS]; // the peer's, in a row, with one code
    final int[] codes = new int[ConnectionDriver.CHANNELS]; // of the last abort
    int busy; // bit per channel
    int doubtful; // bit per channel: the peer may still be at work for its last call
    int slow; // bit per channel: the peer may put its next abort off
    boolean retired; // takes no further call, as one that is slow takes none

    Member(ConnectionDriver connection) {
      this.connection = connection;
    }

    /**
     * A channel's call has ended. OpenAFS's file servers abort at once ten times in a row with one
     * code, and after that each time three seconds late, until a call of that channel succeeds.
     * They count packets: each of a call that they have aborted is answered with one more. How many
     * those will be is not known when the next call begins; one for each packet that is not
     * acknowledged is the most, since one of them brought the first. (A jumbogram is answered once:
     * then the channel is given up early, which costs a connection now and then.) Aborts that say
     * that there is no such operation do not count.
     *
     * <p>Protocol source: OpenAFS src/rx/rx.c, rxi_SendCallAbort, rx_EndCall (behaviour).
     */
    void ended(int channel, LastCall last) {
      int bit = 1 << channel;
      doubtful &= ~bit;
      switch (last.how()) {
        case Completion.RemotelyAborted(int code) when code == RxCode.OPCODE -> {}
        case Completion.RemotelyAborted(int code) -> {
          int before = code == codes[channel] ? aborts[channel] : 0;
          aborts[channel] = before + Math.max(1, last.unanswered());
          codes[channel] = code;
          if (aborts[channel] >= MAX_ABORTS) {
            slow |= bit;
          }
        }
        case Completion.Plain plain when plain == Completion.Plain.SUCCEEDED -> {
          aborts[channel] = 0;
          slow &= ~bit;
        }
        default -> doubtful |= bit;
      }
    }

    /** Returns whether every channel is slow. */
    boolean isSlow() {
      return slow == ALL_CHANNELS;
    }
  }

  private record Grant(Member member, int channel, int callNumber, Upgrade upgrade) {}

  /** A call that asks the peer for an upgrade, and the channel that it has. */
  private record Asking(ConnectionDriver connection, int channel) {}

  Bundle(Key key, Peer peer, EndpointLink link, int maxConnections) {
    this.key = key;
    this.peer = peer;
    this.link = link;
    this.maxConnections = maxConnections;
    this.servedBy = key.serviceId;
    this.serviceKnown = key.upgrade == Upgrade.NONE;
  }

  /** Gives {@code call} a wire connection of its own, which no other call ever uses. */
  void requestExclusive(CallDriver call) {
    LocalEndpoint endpoint = link.get();
    if (endpoint == null) {
      call.fail(Completion.Plain.ENDPOINT_CLOSED);
      return;
    }
    Grant grant;
    lock.lock();
    try {
      if (uses.get() == 0 || endpoint.isClosed()) {
        return; // the call has ended, or does now, and the bundle after it
      }
      Member member = addMember(endpoint);
      grant = take(member, 0, serviceKnown ? Upgrade.NONE : Upgrade.ASKED);
      member.retired = true;
    } finally {
      lock.unlock();
    }
    give(grant, call);
  }

  /** Gives {@code call} a channel at once, or queues it, or ends it if too many wait. */
  void request(CallDriver call) {
    LocalEndpoint endpoint = link.get();
    if (endpoint == null) {
      call.fail(Completion.Plain.ENDPOINT_CLOSED);
      return;
    }
    Grant grant;
    lock.lock();
    try {
      if (uses.get() == 0 || endpoint.isClosed()) {
        return; // the call has ended, or does now, and the bundle after it
      }
      grant = waiting.isEmpty() ? freeChannel(endpoint) : null;
      if (grant == null && endpoint.mayWaitForChannel()) {
        waiting.add(call);
        return;
      }
    } finally {
      lock.unlock();
    }
    if (grant == null) {
      call.fail(Completion.Plain.TOO_MANY_CALLS);
    } else {
      give(grant, call);
    }
  }

  /** The call ended before it had a channel. */
  void cancel(CallDriver call) {
    lock.lock();
    try {
      if (waiting.remove(call)) {
        countDown();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * A channel is free again: the next waiter gets it.
   *
   * @param last the channel's call; null if none came to it
   */
  void release(ConnectionDriver connection, int channel, @Nullable LastCall last) {
    CallDriver next;
    Grant grant;
    lock.lock();
    try {
      Member member = memberOf(connection);
      if (member == null) {
        return;
      }
      if (asking != null && asking.connection == connection && asking.channel == channel) {
        asking = null; // there was no answer: the next call asks again
      }
      member.busy &= ~(1 << channel);
      if (last != null) {
        member.ended(channel, last);
      }
      LocalEndpoint endpoint = link.get();
      if (endpoint == null || endpoint.isClosed() || waiting.isEmpty()) {
        return;
      }
      grant = freeChannel(endpoint); // none if the channel was that of an exclusive call
      if (grant == null) {
        return;
      }
      next = pollWaiting();
    } finally {
      lock.unlock();
    }
    give(grant, next);
  }

  private void give(Grant grant, CallDriver call) {
    Completion refused = grant.member.connection.refused();
    if (refused != null) {
      refuseAll(grant, call, refused);
      return;
    }
    LocalEndpoint endpoint = link.get();
    if (grant.channel == 0 && grant.callNumber == 1 && endpoint != null) {
      endpoint.observer().connectionMade(grant.member.connection);
    }
    ConnectionDriver connection = grant.member.connection;
    if (!call.granted(connection, grant.channel, grant.callNumber, grant.upgrade)) {
      release(connection, grant.channel, null);
    }
  }

  /** There can be no connection: {@code first} and all that wait for one end. */
  private void refuseAll(Grant grant, CallDriver first, Completion how) {
    List<CallDriver> calls = new ArrayList<>();
    calls.add(first);
    lock.lock();
    try {
      members.remove(grant.member);
      if (asking != null && asking.connection == grant.member.connection) {
        asking = null;
      }
      while (!waiting.isEmpty()) {
        calls.add(pollWaiting());
      }
    } finally {
      lock.unlock();
    }
    LocalEndpoint endpoint = link.get();
    if (endpoint != null) {
      endpoint.forget(grant.member.connection);
    }
    calls.forEach(call -> call.fail(how));
  }

  /** No further call gets a channel of {@code connection}. */
  void retire(ConnectionDriver connection) {
    lock.lock();
    try {
      Member member = memberOf(connection);
      if (member != null) {
        member.retired = true;
      }
    } finally {
      lock.unlock();
    }
  }

  /** The peer has answered as this service: the calls that waited for that may go. */
  void servedBy(int serviceId) {
    List<Grant> grants = new ArrayList<>();
    List<CallDriver> calls = new ArrayList<>();
    lock.lock();
    try {
      if (!serviceKnown) {
        serviceKnown = true;
        servedBy = serviceId;
        asking = null;
        members.forEach(member -> member.connection.reaches(serviceId));
      }
      LocalEndpoint endpoint = link.get();
      Grant grant;
      while (endpoint != null
          && !endpoint.isClosed()
          && !waiting.isEmpty()
          && (grant = freeChannel(endpoint)) != null) {
        grants.add(grant);
        calls.add(pollWaiting());
      }
    } finally {
      lock.unlock();
    }
    for (int i = 0; i < grants.size(); i++) {
      give(grants.get(i), calls.get(i));
    }
  }

  private CallDriver pollWaiting() {
    Iterator<CallDriver> first = waiting.iterator();
    CallDriver call = first.next();
    first.remove();
    countDown();
    return call;
  }

  private void countDown() {
    LocalEndpoint endpoint = link.get();
    if (endpoint != null) {
      endpoint.waitsNoMore();
    }
  }

  /**
   * Takes the first free channel, but one where the peer may answer BUSY, or be slow to abort, only
   * if there is no other and no room for another connection.
   */
  private @Nullable Grant freeChannel(LocalEndpoint endpoint) {
    if (serviceKnown) {
      return anyFreeChannel(endpoint);
    }
    if (asking != null) {
      return null;
    }
    Grant grant = anyFreeChannel(endpoint);
    if (grant == null) {
      return null;
    }
    asking = new Asking(grant.member.connection, grant.channel);
    return new Grant(grant.member, grant.channel, grant.callNumber, Upgrade.ASKED);
  }

  private @Nullable Grant anyFreeChannel(LocalEndpoint endpoint) {
    int open = 0;
    Member lastResort = null;
    for (Member member : members) {
      if (member.retired || member.isSlow()) {
        continue;
      }
      open++;
      int free = Integer.numberOfTrailingZeros(~(member.busy | member.doubtful | member.slow));
      if (free < ConnectionDriver.CHANNELS) {
        return take(member, free);
      }
      if (lastResort == null && member.busy != ALL_CHANNELS) {
        lastResort = member;
      }
    }
    if (open < maxConnections) {
      return take(addMember(endpoint), 0);
    }
    return lastResort == null
        ? null
        : take(lastResort, Integer.numberOfTrailingZeros(~lastResort.busy));
  }

  private Member addMember(LocalEndpoint endpoint) {
    Member member = new Member(endpoint.newClientConnection(this, key));
    members.add(member);
    return member;
  }

  /** A call number must never come twice on a channel: a connection is left before that. */
  private static Grant take(Member member, int channel) {
    return take(member, channel, Upgrade.NONE);
  }

  private static Grant take(Member member, int channel, Upgrade upgrade) {
    member.busy |= 1 << channel;
    int callNumber = ++member.callNumbers[channel];
    if (callNumber >= MAX_CALL_NUMBER) {
      member.retired = true;
    }
    return new Grant(member, channel, callNumber, upgrade);
  }

  /**
   * Takes out and returns the wire connections that nobody has used for {@code idleNanos}, and
   * those that were given up: they hold copies of keys.
   */
  List<ConnectionDriver> removeIdle(long nowNanos, long idleNanos) {
    List<ConnectionDriver> idle = new ArrayList<>();
    lock.lock();
    try {
      members.removeIf(
          member -> {
            boolean goes =
                member.busy == 0
                    && (member.connection.idleNanos(nowNanos) >= idleNanos || isGivenUp(member));
            if (goes) {
              idle.add(member.connection);
            }
            return goes;
          });
    } finally {
      lock.unlock();
    }
    return idle;
  }

  private static boolean isGivenUp(Member member) {
    boolean refused = member.retired && member.connection.refused() != null;
    boolean tooSlow = member.isSlow() && member.doubtful == 0;
    return (refused || tooSlow) && !member.connection.lastCalls().owesAck();
  }

  /**
   * Ends the bundle if nobody holds it and it has nothing left. What is in it was put there under
   * the lock by a call that holds it, so that nothing can come in between.
   */
  boolean retire() {
    lock.lock();
    try {
      return members.isEmpty() && waiting.isEmpty() && uses.retire();
    } finally {
      lock.unlock();
    }
  }

  /** The endpoint is closed, and its calls with it: none waits for a channel any more. */
  void close() {
    lock.lock();
    try {
      while (!waiting.isEmpty()) {
        pollWaiting();
      }
      members.clear();
    } finally {
      lock.unlock();
    }
  }

  UseCount uses() {
    return uses;
  }

  /** Gives back a hold on the bundle. */
  public void release() {
    uses.release();
    LocalEndpoint endpoint = link.get();
    if (endpoint != null) {
      endpoint.released();
    }
  }

  /** Returns the endpoint, until it is closed. */
  @Nullable LocalEndpoint endpoint() {
    return link.get();
  }

  private @Nullable Member memberOf(ConnectionDriver connection) {
    for (Member member : members) {
      if (member.connection == connection) {
        return member;
      }
    }
    return null;
  }

  /** Returns how many calls wait for a channel. */
  int waitingCalls() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  BundleSnapshot snapshot() {
    lock.lock();
    try {
      return new BundleSnapshot(
          peer.address(),
          servedBy,
          key.security.toString(),
          uses.get(),
          waiting.size(),
          members.stream().map(member -> member.connection.connectionId()).toList());
    } finally {
      lock.unlock();
    }
  }

  /** Returns the peer. */
  public Peer peer() {
    return peer;
  }

  /** Returns the service ID: the one named, or the one that has answered in its place. */
  public int serviceId() {
    return servedBy;
  }

  Key key() {
    return key;
  }
}
