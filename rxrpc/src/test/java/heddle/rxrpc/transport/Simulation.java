package heddle.rxrpc.transport;

import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.Upgrade;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.SecuredCell;
import heddle.rxrpc.testkit.SimulatedClock;
import heddle.rxrpc.testkit.SimulatedNetwork;
import heddle.rxrpc.testkit.SimulatedPort;
import heddle.rxrpc.trace.PacketLog;
import heddle.rxrpc.transport.Scenario.CallPlan;
import heddle.rxrpc.transport.Scenario.Side;
import heddle.rxrpc.transport.Scenario.Trouble;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One run of a {@link Scenario}: two whole endpoints, their users and the network between them, on
 * one thread and in virtual time. {@link SimulationCheck} says what must hold.
 */
final class Simulation {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int MAX_STEPS = 400_000;
  private static final long MAX_NANOS = 3600 * Scenario.SECOND;

  /** Idle connections go soon after the last call, so that a run ends with empty tables. */
  private static final EndpointSettings.Expiry EXPIRY =
      new EndpointSettings.Expiry(
          60 * Scenario.SECOND, 30 * Scenario.SECOND, 1000, 150 * Scenario.SECOND);

  final Scenario scenario;
  final Optional<RxkadLevel> level;
  private final Security security;
  final WireWatch watch = new WireWatch();
  final List<SimulatedClient> clients = new ArrayList<>();
  final List<SimulatedService> services = new ArrayList<>();
  final Set<String> callers = new HashSet<>();
  private final SplittableRandom random;
  private final long startNanos;
  private final SimulatedClock clock;
  private final SimulatedNetwork network;
  private final Map<Side, Host> hosts = new EnumMap<>(Side.class);
  private final ArrayDeque<Trouble> troubles;
  private int steps;
  private boolean released;

  /** Made once: tickets take some time. */
  private static final class Cell {
    static final SecuredCell CELL = new SecuredCell();
    static final RxkadToken TOKEN = CELL.token("alice");
  }

  /** One side: its endpoint, the services that it hosts, its bundles to the other side. */
  final class Host {
    final Side side;
    final SimulatedEndpoint endpoint;
    final List<HostedService> hosted = new ArrayList<>();
    final Bundle[] bundles = new Bundle[2];
    long deadlineNanos;

    Host(Side side) {
      this.side = side;
      EndpointSettings settings =
          new EndpointSettings(
              scenario.limits(), scenario.connectionsPerBundle(), 1000, 1000, EXPIRY);
      endpoint = new SimulatedEndpoint(network, clock, address(side), settings, random.split());
      endpoint.port().outgoing(side == Side.A ? scenario.fromA() : scenario.fromB());
      for (int service = 1; service <= 2; service++) {
        hosted.add(endpoint.listen(service, options(service)));
        Upgrade upgrade = service == 1 ? scenario.upgrade() : Upgrade.NONE;
        bundles[service - 1] = endpoint.bundle(address(side.other()), service, security, upgrade);
      }
    }

    private HostedService.Options options(int service) {
      CallTimeouts timeouts =
          new CallTimeouts(
              0,
              scenario.mild() ? 120 * Scenario.SECOND : 60 * Scenario.SECOND,
              scenario.mild() ? 60 * Scenario.SECOND : 20 * Scenario.SECOND);
      return new HostedService.Options(
          HostedService.MIN_BACKLOG,
          scenario.maxActive(),
          scenario.maxActive(),
          HostedService.Charging.AUTOMATIC,
          timeouts,
          service == 1 ? 2 : HostedService.NO_UPGRADE,
          List.of(level.isPresent() ? Cell.CELL.service(random) : ServiceSecurity.none()));
    }

    boolean run() {
      boolean any = endpoint.receive();
      deadlineNanos = endpoint.fireTimers();
      for (HostedService service : hosted) {
        CallDriver call = service.tryAccept();
        while (call != null) {
          callers.add(String.valueOf(call.caller()));
          services.add(new SimulatedService(call, scenario.calls(), random));
          any = true;
          call = service.tryAccept();
        }
      }
      return any;
    }

    void release() {
      for (Bundle bundle : bundles) {
        bundle.release();
      }
    }
  }

  Simulation(long seed) {
    this(seed, random -> Scenario.draw(seed, random), drawSecurity(seed));
  }

  /** Half of the runs are without security, the others at one of the three levels of rxkad. */
  private static Optional<RxkadLevel> drawSecurity(long seed) {
    SplittableRandom random = new SplittableRandom(~seed); // the scenario is what it is without
    RxkadLevel[] levels = RxkadLevel.values();
    return random.nextBoolean()
        ? Optional.empty()
        : Optional.of(levels[random.nextInt(levels.length)]);
  }

  /** Makes a run of a scenario, in which {@code seed} decides what the scenario leaves open. */
  Simulation(long seed, Function<RandomGenerator, Scenario> what) {
    this(seed, what, Optional.empty());
  }

  /** Makes a run of a scenario in which all calls are protected by rxkad, if a level is given. */
  Simulation(long seed, Function<RandomGenerator, Scenario> what, Optional<RxkadLevel> protection) {
    level = protection;
    security =
        protection
            .<Security>map(wanted -> Rxkad.with(Cell.TOKEN, wanted))
            .orElseGet(Security::none);
    random = new SplittableRandom(seed);
    scenario = what.apply(random);
    startNanos = random.nextLong();
    clock = new SimulatedClock(startNanos);
    network = new SimulatedNetwork(clock, random.split());
    network.tap(watch);
    troubles = new ArrayDeque<>(scenario.troubles());
    for (Side side : Side.values()) {
      hosts.put(side, new Host(side));
    }
    for (CallPlan plan : scenario.calls()) {
      clients.add(new SimulatedClient(plan, startNanos, random, this::call));
    }
  }

  private static InetSocketAddress address(Side side) {
    return side == Side.A ? Addresses.A : Addresses.B;
  }

  private static final class Addresses {
    static final InetSocketAddress A = new InetSocketAddress("10.0.0.1", 7001);
    static final InetSocketAddress B = new InetSocketAddress("10.0.0.2", 7000);
    static final InetSocketAddress A_REBOUND = new InetSocketAddress("10.0.0.1", 40001);
    static final InetSocketAddress B_REBOUND = new InetSocketAddress("10.0.0.2", 40002);
  }

  private CallDriver call(SimulatedClient client) {
    CallPlan plan = client.plan();
    Host host = host(plan.client());
    CallDriver call =
        host.endpoint.newCall(host.bundles[plan.serviceId() - 1], plan.timeouts(), plan.sharing());
    client.letGo = () -> host.endpoint.local().calls().remove(call);
    return call;
  }

  /** Lets {@code log} have a line for each datagram that is sent or arrives. */
  void trace(Consumer<String> log) {
    network.tap(
        new SimulatedNetwork.Wiretap() {
          @Override
          public void sent(SimulatedPort from, InetSocketAddress to, ByteBuffer datagram) {
            line(from, PacketLog.lines(PacketLog.Direction.SENT, datagram.slice()));
            watch.sent(from, to, datagram);
          }

          @Override
          public void arrived(SimulatedPort at, ByteBuffer datagram) {
            line(at, PacketLog.lines(PacketLog.Direction.RECEIVED, datagram.slice()));
          }

          private void line(SimulatedPort port, String packet) {
            Side side = host(Side.A).endpoint.port() == port ? Side.A : Side.B;
            log.accept(String.format("%12.3f ms %s %s", elapsedNanos() / 1e6, side, packet));
          }
        });
  }

  /** Lets somebody on the path change this share of the packets of data. */
  void tamper(double share) {
    network.tamper(share);
  }

  Host host(Side side) {
    return hosts.get(side);
  }

  long elapsedNanos() {
    return clock.nanoTime() - startNanos;
  }

  /** Returns how long after the start of the run the user was done. */
  long elapsedNanos(SimulatedUser user) {
    return user.doneNanos - startNanos;
  }

  /** Runs until every user is done and the network and the endpoints are quiet. */
  void run() {
    do {
      settle();
    } while (advance());
  }

  /** Lets everybody do what can be done at this moment. */
  private void settle() {
    boolean any = true;
    while (any) {
      any = false;
      network.deliverDue();
      for (Host host : hosts.values()) {
        any |= host.run();
      }
      for (int i = 0; i < clients.size(); i++) {
        SimulatedClient client = clients.get(i);
        any |= client.abortIfDue(clock.nanoTime(), startNanos);
        any |= client.step(clock.nanoTime());
      }
      for (int i = 0; i < services.size(); i++) {
        any |= services.get(i).step(clock.nanoTime());
      }
    }
  }

  /** Moves to the next moment at which something happens; returns false if there is none. */
  private boolean advance() {
    if (!released && clients.stream().allMatch(client -> client.done)) {
      released = true;
      hosts.values().forEach(Host::release);
    }
    long now = clock.nanoTime();
    long next = network.nextArrivalNanos();
    for (Host host : hosts.values()) {
      next = earlier(next, host.endpoint.fireTimers(), now);
    }
    for (SimulatedClient client : clients) {
      next = earlier(next, client.wakeAtNanos(), now);
      if (client.abortPlanned()) {
        next = earlier(next, client.abortAt(startNanos), now);
      }
    }
    for (SimulatedService service : services) {
      next = earlier(next, service.wakeAtNanos(), now);
    }
    Trouble trouble = troubles.peek();
    if (trouble != null) {
      next = earlier(next, startNanos + trouble.atNanos(), now);
    }
    if (next == NEVER) {
      return false;
    }
    clock.advanceTo(next);
    steps++;
    if (steps > MAX_STEPS || elapsedNanos() > MAX_NANOS) {
      throw new AssertionError("goes on for ever: " + undone());
    }
    makeTrouble();
    return true;
  }

  private List<SimulatedUser> undone() {
    return Stream.concat(clients.stream(), services.stream()).filter(user -> !user.done).toList();
  }

  private static long earlier(long a, long b, long now) {
    if (a == NEVER || b == NEVER) {
      return a == NEVER ? b : a;
    }
    return a - now < b - now ? a : b;
  }

  private void makeTrouble() {
    Trouble next = troubles.peek();
    while (next != null && startNanos + next.atNanos() - clock.nanoTime() <= 0) {
      troubles.remove();
      befall(next);
      next = troubles.peek();
    }
  }

  private void befall(Trouble trouble) {
    Host host = host(trouble.side());
    switch (trouble.kind()) {
      case CUT_OFF -> host.endpoint.port().cutOff(true);
      case JOIN -> host.endpoint.port().cutOff(false);
      case MTU -> {
        var port = host.endpoint.port();
        port.outgoing(port.outgoing().withMtu(trouble.value()));
      }
      case REBIND -> {
        watch.closeEyes();
        network.rebind(
            host.endpoint.port(),
            trouble.side() == Side.A ? Addresses.A_REBOUND : Addresses.B_REBOUND);
      }
      case RESTART -> restart(host);
    }
  }

  /** The endpoint dies without a word; another is started in its place. */
  private void restart(Host host) {
    host.endpoint.port().cutOff(true);
    host.endpoint.close();
    SimulationCheck.empty(host);
    watch.closeEyes();
    Host next = new Host(host.side);
    hosts.put(host.side, next);
    if (released) {
      next.release(); // nobody will call any more
    }
  }

  /** Closes both endpoints in the middle of whatever they do. */
  void close() {
    for (Host host : hosts.values()) {
      host.endpoint.close();
    }
  }
}
