package heddle.afs.rpc;

import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import java.util.List;

/**
 * The calls of a file server. Cheap: make one per connection and options. Thread-safe.
 *
 * <p>Every method makes one call and blocks until its reply is complete. All throw {@link
 * heddle.rxrpc.CallException} as the call did; {@link AfsErrorCode} tells what an abort code means.
 * A reply that breaks the interface definition throws {@link heddle.rxrpc.xdr.XdrException}, and
 * the server is told with RXGEN_CC_UNMARSHAL.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg.
 */
public final class FileService {
  public static final int SERVICE_ID = 1;
  public static final int PORT = 7000;

  /** Greatest number of fids in one bulk call. */
  public static final int MAX_BULK_FIDS = 50;

  /** Greatest number of bytes of a name. */
  public static final int MAX_NAME_BYTES = 256;

  private static final int FETCH_DATA = 130;
  private static final int FETCH_STATUS = 132;
  private static final int GIVE_UP_CALL_BACKS = 147;
  private static final int GET_VOLUME_STATUS = 149;
  private static final int GET_TIME = 153;
  private static final int BULK_STATUS = 155;
  private static final int LOOKUP = 161;
  private static final int INLINE_BULK_STATUS = 65536;
  private static final int FETCH_DATA_64 = 65537;
  private static final int GIVE_UP_ALL_CALL_BACKS = 65539;
  private static final int GET_CAPABILITIES = 65540;

  private static final int NANOS_PER_MICRO = 1000;

  private final RpcClient client;

  /** Makes the stubs that call over {@code connection} with {@code options}. */
  public FileService(Connection connection, CallOptions options) {
    this(new RpcClient(connection, options));
  }

  FileService(RpcClient client) {
    this.client = client;
  }

  /** Returns the status of a vnode, with a callback promise. */
  public FetchStatusReply fetchStatus(WireFid fid) throws IOException {
    return client.invoke(FETCH_STATUS, fid::writeTo, FetchStatusReply::readFrom);
  }

  /**
   * Fetches {@code target.remaining()} bytes from {@code offset} on straight into {@code target}.
   * If the call fails, what came before is in the buffer.
   */
  public FetchDataReply fetchData64(WireFid fid, long offset, ByteBuffer target)
      throws IOException {
    return fetchData64(fid, offset, target.remaining(), DataReply.into(target));
  }

  /**
   * Fetches up to {@code length} bytes from {@code offset} on and writes them to {@code sink}. If
   * the call fails, what came before is in the sink; an exception of the sink ends the call.
   */
  public FetchDataReply fetchData64(
      WireFid fid, long offset, long length, WritableByteChannel sink) throws IOException {
    return fetchData64(fid, offset, length, DataReply.into(sink));
  }

  private FetchDataReply fetchData64(
      WireFid fid, long offset, long length, DataReply.Receiver receiver) throws IOException {
    return client.invoke(
        FETCH_DATA_64,
        out -> writeRange(out, fid, offset, length),
        call -> {},
        call -> DataReply.read(call, XdrReader::int64, length, receiver));
  }

  private static void writeRange(XdrWriter out, WireFid fid, long offset, long length) {
    fid.writeTo(out);
    out.int64(offset).int64(length);
  }

  /**
   * Fetches {@code target.remaining()} bytes from {@code offset} on, as {@link
   * #fetchData64(WireFid, long, ByteBuffer)} does, from a server without {@link
   * Capabilities#FILES_64_BIT}.
   *
   * @param offset in bytes; range and file must end below 2^31
   */
  public FetchDataReply fetchData(WireFid fid, int offset, ByteBuffer target) throws IOException {
    int length = target.remaining();
    return client.invoke(
        FETCH_DATA,
        out -> {
          fid.writeTo(out);
          out.int32(offset).int32(length);
        },
        call -> {},
        call -> DataReply.read(call, XdrReader::int32, length, DataReply.into(target)));
  }

  /** Returns status or error of each of 1 to {@value #MAX_BULK_FIDS} fids. */
  public BulkStatusReply inlineBulkStatus(List<WireFid> fids) throws IOException {
    return bulkStatus(INLINE_BULK_STATUS, fids);
  }

  /** The same for older servers: one bad fid fails the call. */
  public BulkStatusReply bulkStatus(List<WireFid> fids) throws IOException {
    return bulkStatus(BULK_STATUS, fids);
  }

  private BulkStatusReply bulkStatus(int opcode, List<WireFid> fids) throws IOException {
    return client.invoke(
        opcode, out -> writeFids(out, fids), in -> BulkStatusReply.readFrom(in, fids.size()));
  }

  /** Looks {@code name} up in a directory on the server; OpenAFS servers refuse it to most. */
  public LookupReply lookup(WireFid directory, byte[] name) throws IOException {
    return client.invoke(LOOKUP, out -> writeEntry(out, directory, name), LookupReply::readFrom);
  }

  /** Returns the status of a volume and of its partition. */
  public FetchVolumeStatus getVolumeStatus(int volume) throws IOException {
    return client.invoke(
        GET_VOLUME_STATUS, out -> out.int32(volume), FetchVolumeStatus::readFrom);
  }

  /** Gives up the promises about at most {@value #MAX_BULK_FIDS} fids. */
  public void giveUpCallBacks(List<WireFid> fids) throws IOException {
    client.invoke(
        GIVE_UP_CALL_BACKS, out -> writeGivenUp(out, fids), RpcClient::noResults);
  }

  private static void writeGivenUp(XdrWriter out, List<WireFid> fids) {
    writeFids(out, fids);
    out.int32(fids.size());
    fids.forEach(fid -> CallbackPromise.GIVEN_UP.writeTo(out));
  }

  /** Gives up every promise of the server to this client. */
  public void giveUpAllCallBacks() throws IOException {
    client.invoke(GIVE_UP_ALL_CALL_BACKS, RpcClient::noArguments, RpcClient::noResults);
  }

  /** Returns what the server can do. */
  public Capabilities getCapabilities() throws IOException {
    return client.invoke(GET_CAPABILITIES, RpcClient::noArguments, Capabilities::readFrom);
  }

  /** Returns the server's clock: the cheapest probe that every server knows. */
  public Instant getTime() throws IOException {
    return client.invoke(
        GET_TIME,
        RpcClient::noArguments,
        in -> Instant.ofEpochSecond(in.uint32(), in.uint32() * NANOS_PER_MICRO));
  }

  private static void writeFids(XdrWriter out, List<WireFid> fids) {
    if (fids.isEmpty() || fids.size() > MAX_BULK_FIDS) {
      throw new IllegalArgumentException(fids.size() + " fids, not 1 to " + MAX_BULK_FIDS);
    }
    out.int32(fids.size());
    fids.forEach(fid -> fid.writeTo(out));
  }

  private static void writeEntry(XdrWriter out, WireFid directory, byte[] name) {
    directory.writeTo(out);
    out.opaque(name, MAX_NAME_BYTES);
  }
}
