package heddle.rxrpc;

import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.transport.HostedService;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a service is hosted; immutable, each {@code with} method returns a changed copy.
 *
 * @param backlog calls that are made ready before they come, 4 to 31
 * @param maxActive most calls under way at a time; further clients are told BUSY
 * @param maxActivePerPeer most calls under way at a time from one client address
 * @param charging who makes calls ready
 * @param upgrade service that serves clients which ask for an upgrade, if there is a better one
 * @param securities the security classes of which clients may use one. A class may have a floor:
 *     clients that want less protection are refused
 */
public record ServiceOptions(
    int backlog,
    int maxActive,
    int maxActivePerPeer,
    Charging charging,
    OptionalInt upgrade,
    List<ServiceSecurity> securities) {
  /**
   * Backlog 10, charged by itself; 10,000 calls at a time, 2,500 of one address; anybody may call.
   */
  public static final ServiceOptions DEFAULT =
      new ServiceOptions(
          10,
          10_000,
          2_500,
          Charging.AUTOMATIC,
          OptionalInt.empty(),
          List.of(ServiceSecurity.none()));

  /** Who makes calls ready before they come. */
  public enum Charging {
    /** The service itself. */
    AUTOMATIC,
    /** The user, with {@link Service#charge}; clients are told BUSY when none is left. */
    BY_USER
  }

  public ServiceOptions {
    if (backlog < HostedService.MIN_BACKLOG || backlog > HostedService.MAX_BACKLOG) {
      throw new IllegalArgumentException("backlog is 4 to 31, not " + backlog);
    }
    securities = List.copyOf(securities);
    if (securities.isEmpty()) {
      throw new IllegalArgumentException("nobody could call a service without a security class");
    }
    if (securities.stream().mapToInt(ServiceSecurity::index).distinct().count()
        < securities.size()) {
      throw new IllegalArgumentException("a security class was given twice: " + securities);
    }
  }

  /** Returns a copy with another backlog. */
  public ServiceOptions withBacklog(int calls) {
    return new ServiceOptions(calls, maxActive, maxActivePerPeer, charging, upgrade, securities);
  }

  /** Returns a copy with other limits on calls under way. */
  public ServiceOptions withMaxActive(int calls, int callsPerPeer) {
    return new ServiceOptions(backlog, calls, callsPerPeer, charging, upgrade, securities);
  }

  /** Returns a copy in which the user charges the backlog. */
  public ServiceOptions chargedByUser() {
    return new ServiceOptions(
        backlog, maxActive, maxActivePerPeer, Charging.BY_USER, upgrade, securities);
  }

  /**
   * Returns a copy that lets clients which ask for it reach another service in place of this one,
   * as long as that one is hosted too. Which one it was they see in the answer.
   *
   * <p>Protocol source: Linux Documentation/networking/rxrpc.rst, RXRPC_UPGRADEABLE_SERVICE.
   */
  public ServiceOptions upgradableTo(int serviceId) {
    return new ServiceOptions(
        backlog, maxActive, maxActivePerPeer, charging, OptionalInt.of(serviceId), securities);
  }

  /**
   * Returns a copy that takes calls of these security classes only: {@link ServiceSecurity#none}
   * must be among them for callers whom nobody knows to get in.
   */
  public ServiceOptions withSecurity(ServiceSecurity... classes) {
    return new ServiceOptions(
        backlog, maxActive, maxActivePerPeer, charging, upgrade, List.of(classes));
  }
}
