package heddle.afs.rpc;

import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
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

  /** Makes the stubs that call over {@code connection} with {@code options}. */
  public FileService(Connection connection, CallOptions options) {}

  /** Returns the status of a vnode, with a callback promise. */
  public FetchStatusReply fetchStatus(WireFid fid) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Fetches {@code target.remaining()} bytes from {@code offset} on straight into {@code target}.
   * If the call fails, what came before is in the buffer.
   */
  public FetchDataReply fetchData64(WireFid fid, long offset, ByteBuffer target)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Fetches up to {@code length} bytes from {@code offset} on and writes them to {@code sink}. */
  public FetchDataReply fetchData64(
      WireFid fid, long offset, long length, WritableByteChannel sink) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * The same for servers without {@link Capabilities#FILES_64_BIT}.
   *
   * @throws IllegalArgumentException if the range does not end below 2^31
   */
  public FetchDataReply fetchData(WireFid fid, long offset, ByteBuffer target) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns status or error of each of at most {@value #MAX_BULK_FIDS} fids. */
  public BulkStatusReply inlineBulkStatus(List<WireFid> fids) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** The same for older servers: one bad fid fails the call. */
  public BulkStatusReply bulkStatus(List<WireFid> fids) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Looks {@code name} up in a directory on the server; OpenAFS servers refuse it to most. */
  public LookupReply lookup(WireFid directory, byte[] name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the status of a volume and of its partition. */
  public FetchVolumeStatus getVolumeStatus(int volume) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Gives up the promises about at most {@value #MAX_BULK_FIDS} fids. */
  public void giveUpCallBacks(List<WireFid> fids) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Gives up every promise of the server to this client. */
  public void giveUpAllCallBacks() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns what the server can do. */
  public Capabilities getCapabilities() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the server's clock: the cheapest probe that every server knows. */
  public Instant getTime() throws IOException {
    throw new UnsupportedOperationException();
  }
}
