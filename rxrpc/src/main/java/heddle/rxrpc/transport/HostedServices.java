package heddle.rxrpc.transport;

import heddle.rxrpc.trace.ServiceSnapshot;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The services that an endpoint hosts, by their IDs. Thread-safe. */
final class HostedServices {
  private final EndpointLink link;
  private final Map<Integer, HostedService> services = new ConcurrentHashMap<>();
  private volatile boolean callsLeft; // by services to threads that look for calls
  private volatile boolean closed;

  HostedServices(EndpointLink link) {
    this.link = link;
  }

  /** Hosts {@code serviceId}; somebody must accept its calls. */
  HostedService listen(int serviceId, HostedService.Options options) {
    HostedService service = new HostedService(serviceId, link, options);
    HostedService hosted = services.compute(serviceId, (id, other) -> hosted(other, service));
    if (hosted == service && !closed) { // who closes may not have seen one that was being added
      return service;
    }
    remove(service);
    service.close();
    throw new IllegalStateException(
        hosted == null || hosted == service
            ? "the endpoint is closed"
            : "service " + serviceId + " is served already");
  }

  private @Nullable HostedService hosted(@Nullable HostedService other, HostedService service) {
    return other != null || closed ? other : service;
  }

  void remove(HostedService service) {
    services.remove(service.serviceId(), service);
  }

  @Nullable HostedService find(int serviceId) {
    return services.get(serviceId);
  }

  /** A call was announced, and nobody woken for it: somebody must look whether it is taken. */
  void callLeft() {
    callsLeft = true;
  }

  /** Calls that nobody takes are seen to. */
  void attend() {
    if (callsLeft) {
      callsLeft = false; // then look: see callLeft
      boolean more = false;
      for (HostedService service : services.values()) {
        more |= service.attend();
      }
      if (more) {
        callsLeft = true;
      }
    }
  }

  List<ServiceSnapshot> snapshots() {
    return services.values().stream().map(HostedService::snapshot).toList();
  }

  int count() {
    return services.size();
  }

  /** Closes all services, and takes no further ones. */
  void close() {
    closed = true;
    List<HostedService> hosted = List.copyOf(services.values());
    hosted.forEach(HostedService::close);
    services.clear();
    assert hosted.stream().allMatch(service -> service.queuedCalls() == 0);
  }
}
