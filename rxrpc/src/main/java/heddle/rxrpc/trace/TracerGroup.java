package heddle.rxrpc.trace;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Several tracers as one; each gets what it wants. */
final class TracerGroup implements Tracer {
  private final List<Member> members;

  private record Member(Tracer tracer, Set<TraceEvent.Kind> wants) {}

  TracerGroup(List<Tracer> tracers) {
    members = tracers.stream().map(tracer -> new Member(tracer, tracer.wants())).toList();
  }

  @Override
  public Set<TraceEvent.Kind> wants() {
    EnumSet<TraceEvent.Kind> all = EnumSet.noneOf(TraceEvent.Kind.class);
    members.forEach(member -> all.addAll(member.wants));
    return all;
  }

  @Override
  public void trace(TraceEvent event) {
    for (Member member : members) {
      if (member.wants.contains(event.kind())) {
        member.tracer.trace(event);
      }
    }
  }

  @Override
  public void begun(Supplier<EndpointSnapshot> endpoint) {
    members.forEach(member -> member.tracer.begun(endpoint));
  }

  @Override
  public void ended(Supplier<EndpointSnapshot> endpoint) {
    members.forEach(member -> member.tracer.ended(endpoint));
  }
}
