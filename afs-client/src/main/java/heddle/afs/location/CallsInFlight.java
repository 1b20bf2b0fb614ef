package heddle.afs.location;

import heddle.afs.CallInFlight;
import heddle.rxrpc.trace.CallSnapshot;
import heddle.rxrpc.trace.EndpointSnapshot;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The calls that have begun and not ended, by the numbers that they have in snapshots of the Rx
 * endpoint. Thread-safe.
 */
final class CallsInFlight {
  private final AtomicLong lastId = new AtomicLong();
  private final ConcurrentHashMap<Long, Begun> calls = new ConcurrentHashMap<>();

  private record Begun(
      String operation, Object argument, InetSocketAddress server, long sinceNanos) {}

  /** Notes the beginning of a call; returns its number. */
  long begin(String operation, Object argument, InetSocketAddress server) {
    long id = lastId.incrementAndGet();
    calls.put(id, new Begun(operation, argument, server, System.nanoTime()));
    return id;
  }

  /** Notes its end. */
  void end(long id) {
    calls.remove(id);
  }

  /** Returns them, the oldest first. */
  List<CallInFlight> list(EndpointSnapshot endpoint) {
    Map<Long, CallSnapshot> known =
        endpoint.calls().stream()
            .filter(call -> call.userId() != 0)
            .collect(Collectors.toMap(CallSnapshot::userId, Function.identity(), (a, b) -> b));
    long nowNanos = System.nanoTime();
    return calls.entrySet().stream()
        .sorted(Comparator.comparing(Map.Entry::getKey))
        .map(
            entry -> {
              Begun begun = entry.getValue();
              CallSnapshot call = known.get(entry.getKey());
              return new CallInFlight(
                  begun.operation,
                  begun.argument.toString(),
                  begun.server,
                  Duration.ofNanos(nowNanos - begun.sinceNanos),
                  call == null ? "to begin" : waiting(call));
            })
        .toList();
  }

  private static String waiting(CallSnapshot call) {
    return switch (call.waiting()) {
      case NOBODY -> "the caller to go on";
      case FOR_ACCEPT -> "a thread";
      case FOR_CHANNEL -> "a channel: others to the same server must end first";
      case FOR_ROOM -> "the server to take data";
      case FOR_DATA ->
          call.receiving().highest() == 0 ? "the server's answer" : "more of the answer";
    };
  }
}
