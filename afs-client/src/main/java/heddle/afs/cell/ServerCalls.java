package heddle.afs.cell;

import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * The calls about the file server itself: promises given up, time, what it can do, statistics.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, common.xg (behaviour: src/viced/afsfileprocs.c).
 */
final class ServerCalls {
  private static final int CAPABILITIES =
      Capabilities.ERROR_TRANSLATION | Capabilities.FILES_64_BIT | Capabilities.WRITE_LOCK_ACL;

  private static final int STATISTICS_64_WORDS = 16;
  private static final int EXTENDED_VERSION = 2;
  private static final int DISKS = 10;
  private static final int DISK_NAME_BYTES = 32;
  private static final int WORDS_AFTER_STORES = 45 - 14; // of ViceStatistics, before the disks
  private static final int NANOS_PER_MICRO = 1000;

  private final FileServerState server;
  private final CallCounts counts;

  ServerCalls(FileServerState server, CallCounts counts) {
    this.server = server;
    this.counts = counts;
  }

  /** GiveUpCallBacks; no fids at all means all of them. */
  XdrWriter giveUpCallBacks(Request request) throws IOException {
    List<WireFid> fids = ReadCalls.readFids(request.in());
    int promises = request.in().arrayLength(FileService.MAX_BULK_FIDS);
    for (int i = 0; i < promises; i++) {
      CallbackPromise.readFrom(request.in());
    }
    request.end();
    if (promises > fids.size()) {
      throw Refusal.of(Errno.EINVAL);
    }
    ClientHost host = server.host(request);
    if (fids.isEmpty()) {
      server.promises().giveUpAll(host);
    } else {
      server.promises().giveUp(host, fids);
    }
    return Replies.none();
  }

  XdrWriter giveUpAllCallBacks(Request request) throws IOException {
    request.end();
    server.promises().giveUpAll(server.host(request));
    return Replies.none();
  }

  XdrWriter getTime(Request request) throws IOException {
    request.end();
    server.host(request).greet();
    Instant now = Instant.now();
    return new XdrWriter().int32((int) now.getEpochSecond()).int32(now.getNano() / NANOS_PER_MICRO);
  }

  XdrWriter getCapabilities(Request request) throws IOException {
    request.end();
    server.host(request).greet();
    XdrWriter out = new XdrWriter();
    new Capabilities(CAPABILITIES).writeTo(out);
    return out;
  }

  XdrWriter getStatistics(Request request) throws IOException {
    request.end();
    server.host(request).greet();
    int now = (int) Instant.now().getEpochSecond();
    int started = (int) counts.startedSeconds();
    XdrWriter out = new XdrWriter();
    out.int32(0).int32(0).int32(now).int32(started).int32(started).int32(0);
    out.int32((int) counts.all()).int32((int) counts.fetches()).int32((int) counts.fetches());
    out.int32(0).int32(0).int32((int) counts.stores()).int32((int) counts.stores()).int32(0);
    for (int i = 0; i < WORDS_AFTER_STORES; i++) {
      out.int32(0);
    }
    for (int i = 0; i < DISKS; i++) {
      out.int32(0).int32(0).fixedOpaque(new byte[DISK_NAME_BYTES]);
    }
    return out;
  }

  /** GetStatistics64: as many numbers as are asked for. */
  XdrWriter getStatistics64(Request request) throws IOException {
    int wanted = request.in().int32();
    request.end();
    server.host(request).greet();
    if (wanted < 0 || wanted > STATISTICS_64_WORDS) {
      throw Refusal.of(Errno.EINVAL);
    }
    long[] values = new long[STATISTICS_64_WORDS];
    values[0] = Instant.now().getEpochSecond();
    values[1] = counts.startedSeconds();
    values[2] = counts.startedSeconds();
    values[4] = counts.fetches();
    values[5] = counts.fetches();
    values[8] = counts.stores();
    values[9] = counts.stores();
    values[12] = counts.all();
    XdrWriter out = new XdrWriter().int32(wanted);
    for (int i = 0; i < wanted; i++) {
      out.int64(values[i]);
    }
    return out;
  }

  XdrWriter xStatsVersion(Request request) throws IOException {
    request.end();
    return new XdrWriter().int32(EXTENDED_VERSION);
  }

  /** GetXStats: every collection is there and has no numbers. */
  XdrWriter getXStats(Request request) throws IOException {
    request.in().int32();
    request.in().int32();
    request.end();
    int now = (int) Instant.now().getEpochSecond();
    return new XdrWriter().int32(EXTENDED_VERSION).int32(now).int32(0);
  }
}
