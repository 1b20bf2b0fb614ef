package heddle.afs.testkit;

import heddle.afs.location.CallFailure;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.WireFid;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A file server of a {@link FakeCell}: answers on the caller's thread. */
public final class FakeServer {
  /** How long each promise stands. */
  public static final Duration PROMISE = Duration.ofHours(2);

  final UUID uuid;
  final List<Inet4Address> addresses = new ArrayList<>();
  private final FakeCell cell;
  private final Map<Integer, FakeVolume> volumes = new ConcurrentHashMap<>();
  private final Map<WireFid, Set<FakeHost>> promises = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<CallFailure> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger lostReplies = new AtomicInteger();
  private volatile Instant started = Instant.EPOCH;
  private volatile boolean up = true;
  private volatile boolean knowsStoreAcl = true;

  FakeServer(FakeCell cell, Inet4Address address) {
    this.cell = cell;
    this.uuid = new UUID(1, address.hashCode());
    addresses.add(address);
  }

  public UUID uuid() {
    return uuid;
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(addresses.getFirst(), 7000);
  }

  /** Stops or starts answering. */
  public void setUp(boolean value) {
    up = value;
  }

  /** The next calls fail like that, one after the other. */
  public void failNext(CallFailure... next) {
    failures.addAll(List.of(next));
  }

  void add(FakeVolume volume) {
    volumes.put(volume.id, volume);
    if (!volume.sites.contains(this)) {
      volume.sites.add(this);
    }
  }

  /** The volume is not here any more. */
  public void remove(FakeVolume volume) {
    volumes.remove(volume.id);
    volume.sites.remove(this);
  }

  /** Returns how many promises the server thinks it has to keep. */
  public int promiseCount() {
    return promises.values().stream().mapToInt(Set::size).sum();
  }

  /** The server's process is started anew: it has forgotten its promises, and says so. */
  public void restart() {
    started = started.plusSeconds(1);
    forgetPromises();
  }

  Instant started() {
    return started;
  }

  /** The server forgets its promises, as after a time without network, and says so. */
  public void forgetPromises() {
    promises.clear();
    cell.hosts().forEach(host -> host.handler().initCallBackState(address(), uuid));
  }

  CallbackPromise promise(WireFid fid, FakeHost host) {
    promises.computeIfAbsent(fid, key -> ConcurrentHashMap.newKeySet()).add(host);
    return new CallbackPromise(1, PROMISE, CallbackPromise.SHARED);
  }

  void giveUpPromises(FakeHost host) {
    promises.values().forEach(holders -> holders.remove(host));
  }

  void giveUpPromises(FakeHost host, List<WireFid> fids) {
    fids.forEach(fid -> promises.getOrDefault(fid, new HashSet<>()).remove(host));
  }

  /** The vnode is gone; nobody is told. */
  void dropPromises(WireFid fid) {
    promises.remove(fid);
  }

  /** Breaks the promises about a fid, or with vnode 0 about its volume. */
  void breakPromises(WireFid fid) {
    cell.hosts().forEach(host -> breakPromise(fid, host));
  }

  /** Breaks the promises to everybody but the one whose call changes something. */
  void breakPromisesExcept(WireFid fid, FakeHost changing) {
    cell.hosts().stream().filter(host -> host != changing).forEach(host -> breakPromise(fid, host));
  }

  private void breakPromise(WireFid fid, FakeHost host) {
    boolean promised = false;
    for (Map.Entry<WireFid, Set<FakeHost>> each : promises.entrySet()) {
      boolean meant =
          each.getKey().equals(fid) || (fid.vnode() == 0 && each.getKey().volume() == fid.volume());
      promised |= meant && each.getValue().remove(host);
    }
    if (promised) {
      host.handler().callBack(address(), List.of(fid), List.of(CallbackPromise.GIVEN_UP));
    }
  }

  boolean isUp() {
    return up;
  }

  /** Fails as a test has asked for. */
  void failIfAsked() throws CallFailure {
    CallFailure failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
  }

  /** Returns the volume; fails as a test has asked for, or if it is not here. */
  FakeVolume volume(int id) throws CallFailure {
    failIfAsked();
    FakeVolume volume = volumes.get(id);
    if (volume == null) {
      throw CallFailure.aborted(AfsErrorCode.VNOVOL);
    }
    return volume;
  }

  /** The next changing call is executed, but its reply never comes. */
  public void loseNextReply() {
    lostReplies.incrementAndGet();
  }

  void failIfReplyIsLost() throws CallFailure {
    if (lostReplies.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw CallFailure.of(CallFailure.Kind.SILENT, "no answer");
    }
  }

  /** Returns whether the server knows the newer way to store access lists. */
  boolean knowsStoreAcl() {
    return knowsStoreAcl;
  }

  /** Makes a server as OpenAFS 1.8.9 is. */
  public void forgetStoreAcl() {
    knowsStoreAcl = false;
  }
}
