package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.callback.Ticket;
import heddle.afs.location.CallFailure;
import heddle.afs.location.FileServer;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.Request;
import heddle.afs.location.VolumeOperations;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.FetchDataReply;
import java.nio.channels.WritableByteChannel;
import java.util.function.Supplier;

/** Fetches data of vnodes from servers. Keeps the status that comes along, but no data. */
final class DataFetcher {
  private final VolumeOperations operations;
  private final StatusFetcher statuses;

  DataFetcher(VolumeOperations operations, StatusFetcher statuses) {
    this.operations = operations;
    this.statuses = statuses;
  }

  /**
   * What came.
   *
   * @param sink where the data went: of the last try, if there were several
   * @param known the status that the data are of
   */
  record Fetched<S>(S sink, long byteCount, KnownStatus known) {}

  private record Told<S>(S sink, FetchDataReply reply, Ticket ticket) {}

  /**
   * Fetches up to {@code length} bytes from {@code offset} on; blocks for the server.
   *
   * @param sinks makes a place for the data, for each try a new one
   */
  <S extends WritableByteChannel> Fetched<S> fetch(
      Vnode vnode, long offset, long length, Supplier<S> sinks, Request request)
      throws AfsException {
    Told<S> told =
        operations.run(
            vnode.volume().volume(),
            request,
            () -> "reading " + vnode,
            (calls, server) -> {
              S sink = sinks.get();
              Ticket ticket = statuses.begin(vnode, server);
              FetchDataReply reply = call(calls, server, vnode, new Range(offset, length), sink);
              return new Told<>(sink, reply, ticket);
            });
    FetchDataReply reply = told.reply();
    int creation = vnode.volume().note(reply.volSync());
    KnownStatus known =
        vnode.learn(reply.status(), creation, reply.callback(), told.ticket(), request.caller());
    return new Fetched<>(told.sink(), reply.byteCount(), known);
  }

  private record Range(long offset, long length) {}

  private static FetchDataReply call(
      FileServerCalls calls, FileServer server, Vnode vnode, Range range, WritableByteChannel sink)
      throws CallFailure {
    if (server.can(Capabilities.FILES_64_BIT)) {
      return calls.fetchData64(vnode.wireFid(), range.offset(), range.length(), sink);
    }
    if (range.offset() + range.length() > Integer.MAX_VALUE) {
      throw CallFailure.of(
          CallFailure.Kind.LOCAL, "the server cannot read beyond 2 GiB, it is too old");
    }
    return calls.fetchData(vnode.wireFid(), (int) range.offset(), (int) range.length(), sink);
  }
}
