package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.testkit.LinkFaults;
import heddle.rxrpc.testkit.LinkFaults.Oversize;
import heddle.rxrpc.transport.LocalEndpoint.Sharing;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What one simulated run is about, drawn from its seed: two endpoints A and B, the paths between
 * them, what befalls them, and the calls.
 *
 * @param mild whether nothing happens that a call may fail of
 * @param upgrade whether calls of service 1 ask to be served by a better one, which is service 2
 */
record Scenario(
    long seed,
    boolean mild,
    Set<Fault> faults,
    Limits limits,
    int connectionsPerBundle,
    int maxActive,
    Upgrade upgrade,
    LinkFaults fromA,
    LinkFaults fromB,
    List<Trouble> troubles,
    List<CallPlan> calls) {

  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000 * MILLI;

  /** The kinds of fault that a run may have. */
  enum Fault {
    LOSS,
    DUPLICATION,
    REORDERING,
    JITTER,
    CORRUPTION,
    SHORT_PARTITION,
    SLOW_USERS,
    SLOW_PATH,
    MTU_SHRINKS,
    // from here on calls may fail
    HEAVY_LOSS,
    LONG_PARTITION,
    MTU_BLACK_HOLE,
    REBINDING,
    RESTART,
    FEW_PLACES,
    ABORTS,
    HARD_TIMEOUTS;

    boolean isMild() {
      return compareTo(HEAVY_LOSS) < 0;
    }
  }

  /** Something that happens to one side at a moment. */
  record Trouble(long atNanos, Kind kind, Side side, int value) {
    enum Kind {
      CUT_OFF,
      JOIN,
      MTU,
      REBIND,
      RESTART
    }
  }

  /** One of the two endpoints. */
  enum Side {
    A,
    B;

    Side other() {
      return this == A ? B : A;
    }
  }

  /**
   * One call.
   *
   * @param pauseNanos greatest pause of its users between two operations
   * @param abortNanos when the client aborts it, counted from its start; 0 for never
   * @param handlerAborts code with which the handler aborts it; 0 for not
   */
  record CallPlan(
      int index,
      Side client,
      int serviceId,
      int requestBytes,
      int replyBytes,
      long startNanos,
      long thinkNanos,
      long pauseNanos,
      long abortNanos,
      int handlerAborts,
      CallTimeouts timeouts,
      Sharing sharing) {
    static final int HEADER_BYTES = 8;
  }

  static Scenario draw(long seed, RandomGenerator random) {
    Set<Fault> faults = drawFaults(random);
    boolean mild = faults.stream().allMatch(Fault::isMild);
    Limits limits = drawLimits(random);
    Oversize oversize = faults.contains(Fault.MTU_BLACK_HOLE) ? Oversize.LOST : Oversize.FRAGMENTED;
    LinkFaults fromA = drawLink(faults, random).withOversize(oversize);
    LinkFaults fromB = drawLink(faults, random).withOversize(oversize);
    return new Scenario(
        seed,
        mild,
        faults,
        limits,
        1 + random.nextInt(4),
        faults.contains(Fault.FEW_PLACES) ? 1 + random.nextInt(4) : 1000,
        random.nextInt(5) == 0 ? Upgrade.ASKED : Upgrade.NONE,
        fromA,
        fromB,
        drawTroubles(faults, random),
        drawCalls(faults, limits, random));
  }

  private static Set<Fault> drawFaults(RandomGenerator random) {
    Fault[] all = Fault.values();
    Set<Fault> faults = EnumSet.noneOf(Fault.class);
    int mild = 2 + random.nextInt(3);
    while (faults.size() < mild) {
      faults.add(all[random.nextInt(Fault.HEAVY_LOSS.ordinal())]);
    }
    if (random.nextInt(3) == 0) {
      int severe = 1 + random.nextInt(2);
      for (int i = 0; i < severe; i++) {
        faults.add(
            all[
                Fault.HEAVY_LOSS.ordinal()
                    + random.nextInt(all.length - Fault.HEAVY_LOSS.ordinal())]);
      }
    }
    return faults;
  }

  private static Limits drawLimits(RandomGenerator random) {
    int packetBytes =
        switch (random.nextInt(4)) {
          case 0 -> 128;
          case 1 -> 600;
          default -> 1444;
        };
    Limits usual = Limits.DEFAULT;
    boolean narrow = random.nextInt(3) == 0;
    return new Limits(
        narrow ? 1 + random.nextInt(64) : usual.receiveWindow(),
        narrow ? 1 + random.nextInt(64) : usual.sendWindow(),
        usual.initialWindow(),
        packetBytes,
        random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 1,
        random.nextBoolean(),
        usual.ackDelayNanos(),
        usual.peerAckDelayNanos(),
        usual.minResendNanos(),
        usual.maxResendNanos());
  }

  private static LinkFaults drawLink(Set<Fault> faults, RandomGenerator random) {
    LinkFaults link = LinkFaults.NONE.withDelay(delay(random));
    if (random.nextInt(3) == 0) {
      link = link.withMtu(9000); // jumbograms fit
    }
    if (faults.contains(Fault.LOSS)) {
      link = link.withLoss(random.nextDouble() * 0.2);
    }
    if (faults.contains(Fault.HEAVY_LOSS)) {
      link = link.withLoss(0.2 + random.nextDouble() * 0.5);
    }
    if (faults.contains(Fault.DUPLICATION)) {
      link = link.withDuplicate(random.nextDouble() * 0.3);
    }
    if (faults.contains(Fault.REORDERING)) {
      link = link.withReorder(random.nextDouble() * 0.3);
    }
    if (faults.contains(Fault.JITTER)) {
      link = link.withJitter(1 + (long) (random.nextDouble() * 2 * link.delayNanos()));
    }
    if (faults.contains(Fault.CORRUPTION)) {
      link = link.withCorrupt(random.nextDouble() * 0.1);
    }
    if (faults.contains(Fault.SLOW_PATH)) {
      link = link.withRate(100_000 + random.nextInt(10_000_000));
    }
    return link;
  }

  /** From 10 us to 100 ms, each magnitude as likely as any. */
  private static long delay(RandomGenerator random) {
    return (long) (10_000 * Math.pow(10, random.nextDouble() * 4));
  }

  private static List<Trouble> drawTroubles(Set<Fault> faults, RandomGenerator random) {
    List<Trouble> troubles = new ArrayList<>();
    if (faults.contains(Fault.SHORT_PARTITION)) {
      partition(troubles, random, 5 * SECOND);
    }
    if (faults.contains(Fault.LONG_PARTITION)) {
      partition(troubles, random, 100 * SECOND);
    }
    if (faults.contains(Fault.MTU_SHRINKS) || faults.contains(Fault.MTU_BLACK_HOLE)) {
      int mtu = 576 + random.nextInt(900);
      long at = moment(random);
      troubles.add(new Trouble(at, Trouble.Kind.MTU, Side.A, mtu));
      troubles.add(new Trouble(at, Trouble.Kind.MTU, Side.B, mtu));
    }
    if (faults.contains(Fault.REBINDING)) {
      troubles.add(new Trouble(moment(random), Trouble.Kind.REBIND, side(random), 0));
    }
    if (faults.contains(Fault.RESTART)) {
      troubles.add(new Trouble(moment(random), Trouble.Kind.RESTART, side(random), 0));
    }
    troubles.sort((one, other) -> Long.compare(one.atNanos, other.atNanos));
    return troubles;
  }

  private static void partition(List<Trouble> troubles, RandomGenerator random, long greatest) {
    long from = moment(random);
    long until = from + (long) (random.nextDouble() * greatest);
    Side first = side(random);
    boolean both = random.nextBoolean();
    troubles.add(new Trouble(from, Trouble.Kind.CUT_OFF, first, 0));
    troubles.add(new Trouble(until, Trouble.Kind.JOIN, first, 0));
    if (both) {
      troubles.add(new Trouble(from, Trouble.Kind.CUT_OFF, first.other(), 0));
      troubles.add(new Trouble(until, Trouble.Kind.JOIN, first.other(), 0));
    }
  }

  private static long moment(RandomGenerator random) {
    return (long) (Math.pow(random.nextDouble(), 2) * 2 * SECOND);
  }

  private static Side side(RandomGenerator random) {
    return random.nextBoolean() ? Side.A : Side.B;
  }

  private static List<CallPlan> drawCalls(
      Set<Fault> faults, Limits limits, RandomGenerator random) {
    int count = random.nextInt(10) == 0 ? 8 + random.nextInt(33) : 8;
    boolean bothWays = random.nextInt(4) == 0;
    long span = random.nextInt(3) * (300 * MILLI);
    List<CallPlan> calls = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      calls.add(
          new CallPlan(
              i,
              bothWays ? side(random) : Side.A,
              1 + i % 2, // two services, so at least two connections
              CallPlan.HEADER_BYTES + size(limits, count, random),
              size(limits, count, random),
              (long) (random.nextDouble() * span),
              random.nextInt(4) == 0 ? (long) (random.nextDouble() * 3 * SECOND) : 0,
              faults.contains(Fault.SLOW_USERS) && random.nextBoolean()
                  ? (long) (random.nextDouble() * 50 * MILLI)
                  : 0,
              faults.contains(Fault.ABORTS) && random.nextInt(3) == 0
                  ? 1 + (long) (Math.pow(random.nextDouble(), 3) * SECOND)
                  : 0,
              faults.contains(Fault.ABORTS) && random.nextInt(4) == 0 ? random.nextInt() | 1 : 0,
              drawTimeouts(faults, random),
              random.nextInt(10) == 0 ? Sharing.EXCLUSIVE : Sharing.SHARED));
    }
    return calls;
  }

  private static CallTimeouts drawTimeouts(Set<Fault> faults, RandomGenerator random) {
    boolean hard = faults.contains(Fault.HARD_TIMEOUTS) && random.nextBoolean();
    long hardNanos = hard ? 1 + (long) (random.nextDouble() * SECOND) : 0;
    long busyNanos = random.nextBoolean() ? 0 : (long) (random.nextDouble() * SECOND);
    return faults.stream().allMatch(Fault::isMild)
        ? new CallTimeouts(hardNanos, 120 * SECOND, 60 * SECOND, busyNanos)
        : new CallTimeouts(hardNanos, 60 * SECOND, 20 * SECOND, busyNanos);
  }

  /** Mostly less than a packet, sometimes hundreds. */
  private static int size(Limits limits, int calls, RandomGenerator random) {
    int data = limits.packetBytes() - 28;
    int packets =
        switch (random.nextInt(calls > 8 ? 12 : 20)) {
          case 12, 13, 14, 15, 16 -> 1 + random.nextInt(10);
          case 17, 18 -> 1 + random.nextInt(60);
          case 19 -> 1 + random.nextInt(298);
          default -> 0;
        };
    return packets == 0
        ? random.nextInt(data)
        : packets * data + (random.nextInt(3) == 0 ? 0 : random.nextInt(data) - data / 2);
  }
}
