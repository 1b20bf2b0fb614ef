package heddle.control;

import heddle.afs.AfsStatistics;
import heddle.control.FsService.Authority;
import heddle.fuse.AfsTree;
import java.util.List;
import java.util.Map;

/** Tells what a client does. */
final class StatusReport {
  private StatusReport() {}

  /** Returns it as one of such authority may know it. */
  static MountStatus of(AfsTree tree, Authority authority) {
    AfsStatistics counts = tree.statistics();
    return new MountStatus(
        tree.settings().servers(),
        authority == Authority.OWNER ? calls(tree) : List.of(),
        new MountStatus.Cache(
            counts.statusHits(),
            counts.statusMisses(),
            counts.chunkHits(),
            counts.chunkMisses(),
            counts.breaksReceived(),
            counts.dirtyBytes(),
            counts.diskHits(),
            counts.diskBytes(),
            counts.diskMaxBytes()),
        counts.calls().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> new MountStatus.Count(entry.getKey(), entry.getValue()))
            .toList());
  }

  private static List<MountStatus.Call> calls(AfsTree tree) {
    return tree.callsInFlight().stream()
        .map(
            call ->
                new MountStatus.Call(
                    call.operation(),
                    call.argument(),
                    call.server().getAddress().getHostAddress() + ":" + call.server().getPort(),
                    call.age().toMillis(),
                    call.waiting()))
        .toList();
  }
}
