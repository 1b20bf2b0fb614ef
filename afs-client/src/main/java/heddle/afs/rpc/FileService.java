package heddle.afs.rpc;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import java.util.List;

/**
 * The calls of a file server. Cheap: make one per connection and options. Thread-safe.
 *
 * <p>Every method makes one call and blocks until its reply is complete. All throw {@link
 * heddle.rxrpc.CallException} as the call did; {@link AfsErrorCode} tells what an abort code means.
 * A reply that breaks the interface definition throws {@link heddle.rxrpc.xdr.XdrException}, and
 * the server is told with RXGEN_CC_UNMARSHAL; it has executed the call. An argument that breaks it
 * throws {@link IllegalArgumentException} before anything is sent.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, common.xg.
 */
public final class FileService {
  public static final int SERVICE_ID = 1;
  public static final int PORT = 7000;

  /** Greatest number of fids in one bulk call. */
  public static final int MAX_BULK_FIDS = 50;

  /** Greatest number of bytes of a name. */
  public static final int MAX_NAME_BYTES = 256;

  /** Greatest number of bytes of a symbolic link's contents. */
  public static final int MAX_LINK_BYTES = 1024;

  /** Greatest number of bytes of an access control list. */
  public static final int MAX_ACL_BYTES = 1024;

  private static final int FETCH_DATA = 130;
  private static final int FETCH_ACL = 131;
  private static final int FETCH_STATUS = 132;
  private static final int OLD_STORE_ACL = 134;
  private static final int STORE_STATUS = 135;
  private static final int REMOVE_FILE = 136;
  private static final int CREATE_FILE = 137;
  private static final int RENAME = 138;
  private static final int SYMLINK = 139;
  private static final int LINK = 140;
  private static final int MAKE_DIR = 141;
  private static final int REMOVE_DIR = 142;
  private static final int GIVE_UP_CALL_BACKS = 147;
  private static final int GET_STATISTICS = 146;
  private static final int GET_VOLUME_STATUS = 149;
  private static final int SET_VOLUME_STATUS = 150;
  private static final int GET_TIME = 153;
  private static final int BULK_STATUS = 155;
  private static final int SET_LOCK = 156;
  private static final int EXTEND_LOCK = 157;
  private static final int RELEASE_LOCK = 158;
  private static final int LOOKUP = 161;
  private static final int STORE_ACL = 164;
  private static final int INLINE_BULK_STATUS = 65536;
  private static final int FETCH_DATA_64 = 65537;
  private static final int STORE_DATA_64 = 65538;
  private static final int GIVE_UP_ALL_CALL_BACKS = 65539;
  private static final int GET_CAPABILITIES = 65540;

  private static final int NANOS_PER_MICRO = 1000;

  private static final int STATISTICS_BYTES = 45 * 4 + 10 * (2 * 4 + 32); // words, then disks
  private static final int START_TIME_OFFSET = 4 * 4;

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
    return fetchData64(fid, offset, target.remaining(), FetchedData.into(target));
  }

  /**
   * Fetches up to {@code length} bytes from {@code offset} on and writes them to {@code sink}. If
   * the call fails, what came before is in the sink; an exception of the sink ends the call.
   */
  public FetchDataReply fetchData64(WireFid fid, long offset, long length, WritableByteChannel sink)
      throws IOException {
    return fetchData64(fid, offset, length, FetchedData.into(sink));
  }

  private FetchDataReply fetchData64(
      WireFid fid, long offset, long length, FetchedData.Receiver receiver) throws IOException {
    return client.receive(
        FETCH_DATA_64,
        out -> {
          fid.writeTo(out);
          out.int64(offset).int64(length);
        },
        call -> FetchedData.readReply(call, XdrReader::int64, length, receiver));
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
    return client.receive(
        FETCH_DATA,
        out -> {
          fid.writeTo(out);
          out.int32(offset).int32(length);
        },
        call -> FetchedData.readReply(call, XdrReader::int32, length, FetchedData.into(target)));
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
  public EntryReply lookup(WireFid directory, byte[] name) throws IOException {
    return client.invoke(LOOKUP, out -> writeEntry(out, directory, name), EntryReply::readFrom);
  }

  /** Returns the access control list of a directory. */
  public FetchAclReply fetchAcl(WireFid directory) throws IOException {
    return client.invoke(FETCH_ACL, directory::writeTo, FetchAclReply::readFrom);
  }

  /** Returns the status of a volume and of its partition. */
  public FetchVolumeStatus getVolumeStatus(int volume) throws IOException {
    return client.invoke(GET_VOLUME_STATUS, out -> out.int32(volume), FetchVolumeStatus::readFrom);
  }

  /** Gives up the promises about 1 to {@value #MAX_BULK_FIDS} fids. */
  public void giveUpCallBacks(List<WireFid> fids) throws IOException {
    client.tell(
        GIVE_UP_CALL_BACKS,
        out -> {
          writeFids(out, fids);
          out.int32(fids.size());
          fids.forEach(fid -> CallbackPromise.GIVEN_UP.writeTo(out));
        });
  }

  /** Gives up every promise of the server to this client. */
  public void giveUpAllCallBacks() throws IOException {
    client.tell(GIVE_UP_ALL_CALL_BACKS, out -> {});
  }

  /** Returns what the server can do. */
  public Capabilities getCapabilities() throws IOException {
    return client.ask(GET_CAPABILITIES, Capabilities::readFrom);
  }

  /** Returns the server's clock: the cheapest probe that every server knows. */
  public Instant getTime() throws IOException {
    return client.ask(
        GET_TIME, in -> Instant.ofEpochSecond(in.uint32(), in.uint32() * NANOS_PER_MICRO));
  }

  /** Returns when the server's process was started, by its clock; of its statistics only that. */
  public Instant getStartTime() throws IOException {
    return client.ask(GET_STATISTICS, FileService::readStartTime);
  }

  private static Instant readStartTime(XdrReader in) throws IOException {
    in.fixedOpaque(START_TIME_OFFSET);
    Instant started = Instant.ofEpochSecond(in.uint32());
    in.fixedOpaque(STATISTICS_BYTES - START_TIME_OFFSET - Integer.BYTES);
    return started;
  }

  /**
   * Stores the remaining bytes of {@code data} from {@code offset} on.
   *
   * @param fileLength length of the file after the store, in bytes
   */
  public StatusReply storeData64(
      WireFid fid, StoreStatus status, long offset, long fileLength, ByteBuffer data)
      throws IOException {
    StoreRange range = new StoreRange(offset, data.remaining(), fileLength);
    return storeData64(fid, status, range, call -> call.send(data));
  }

  /**
   * Stores the bytes that {@code source} gives. If it gives too few or fails, the call is aborted;
   * the server may have stored part of them.
   */
  public StatusReply storeData64(
      WireFid fid, StoreStatus status, StoreRange range, ReadableByteChannel source)
      throws IOException {
    return storeData64(
        fid,
        status,
        range,
        call -> {
          if (source instanceof StoreSource store) {
            store.begun(() -> call.abort(AbortCodes.RX_USER_ABORT));
          }
          StoredData.send(call, source, range.length());
        });
  }

  private StatusReply storeData64(
      WireFid fid, StoreStatus status, StoreRange range, RpcClient.RequestBody body)
      throws IOException {
    return client.store(
        STORE_DATA_64,
        out -> {
          fid.writeTo(out);
          status.writeTo(out);
          out.int64(range.offset()).int64(range.length()).int64(range.fileLength());
        },
        body,
        StatusReply::readFrom);
  }

  /** Sets parts of a vnode's status. */
  public StatusReply storeStatus(WireFid fid, StoreStatus status) throws IOException {
    return client.invoke(
        STORE_STATUS,
        out -> {
          fid.writeTo(out);
          status.writeTo(out);
        },
        StatusReply::readFrom);
  }

  /**
   * Replaces the access control list of a directory. Older servers (OpenAFS 1.8.9 is one) abort
   * with RXGEN_OPCODE; they know {@link #oldStoreAcl} only.
   */
  public StatusReply storeAcl(WireFid directory, byte[] accessList) throws IOException {
    return storeAcl(STORE_ACL, directory, accessList);
  }

  /** Replaces the access control list of a directory on a server without {@link #storeAcl}. */
  public StatusReply oldStoreAcl(WireFid directory, byte[] accessList) throws IOException {
    return storeAcl(OLD_STORE_ACL, directory, accessList);
  }

  private StatusReply storeAcl(int opcode, WireFid directory, byte[] accessList)
      throws IOException {
    return client.invoke(
        opcode,
        out -> {
          directory.writeTo(out);
          out.opaque(accessList, MAX_ACL_BYTES);
        },
        StatusReply::readFrom);
  }

  /** Makes an empty file. */
  public EntryReply createFile(WireFid directory, byte[] name, StoreStatus status)
      throws IOException {
    return client.invoke(
        CREATE_FILE, out -> writeNew(out, directory, name, status), EntryReply::readFrom);
  }

  /** Makes an empty directory. */
  public EntryReply makeDir(WireFid directory, byte[] name, StoreStatus status) throws IOException {
    return client.invoke(
        MAKE_DIR, out -> writeNew(out, directory, name, status), EntryReply::readFrom);
  }

  /** Makes a symbolic link, or with mode 0644 a mount point. The reply has no callback promise. */
  public EntryReply symlink(WireFid directory, byte[] name, byte[] contents, StoreStatus status)
      throws IOException {
    return client.invoke(
        SYMLINK,
        out -> {
          writeEntry(out, directory, name);
          out.opaque(contents, MAX_LINK_BYTES);
          status.writeTo(out);
        },
        EntryReply::readWithoutCallback);
  }

  /** Gives a file one more name, in the directory that has the others. */
  public LinkReply link(WireFid directory, byte[] name, WireFid file) throws IOException {
    return client.invoke(
        LINK,
        out -> {
          writeEntry(out, directory, name);
          file.writeTo(out);
        },
        LinkReply::readFrom);
  }

  /** Moves a name, replacing what had the new one. Both directories are of one volume. */
  public RenameReply rename(
      WireFid oldDirectory, byte[] oldName, WireFid newDirectory, byte[] newName)
      throws IOException {
    return client.invoke(
        RENAME,
        out -> {
          writeEntry(out, oldDirectory, oldName);
          writeEntry(out, newDirectory, newName);
        },
        RenameReply::readFrom);
  }

  /** Removes a name of a file, link or mount point; returns the directory's status. */
  public StatusReply removeFile(WireFid directory, byte[] name) throws IOException {
    return client.invoke(
        REMOVE_FILE, out -> writeEntry(out, directory, name), StatusReply::readFrom);
  }

  /** Removes an empty directory; returns the status of the one that it was in. */
  public StatusReply removeDir(WireFid directory, byte[] name) throws IOException {
    return client.invoke(
        REMOVE_DIR, out -> writeEntry(out, directory, name), StatusReply::readFrom);
  }

  /** Takes a lock on a file, or fails at once; it lapses after 5 minutes unless it is extended. */
  public VolSync setLock(WireFid fid, LockType type) throws IOException {
    return client.invoke(
        SET_LOCK,
        out -> {
          fid.writeTo(out);
          out.int32(type.ordinal());
        },
        VolSync::readFrom);
  }

  /** Has the lock last for 5 minutes from now. */
  public VolSync extendLock(WireFid fid) throws IOException {
    return client.invoke(EXTEND_LOCK, fid::writeTo, VolSync::readFrom);
  }

  /**
   * Releases one lock on a file, whoever has it: locks have no owners, so a call whose outcome is
   * not known must never be made again.
   */
  public VolSync releaseLock(WireFid fid) throws IOException {
    return client.invoke(RELEASE_LOCK, fid::writeTo, VolSync::readFrom);
  }

  /** Sets parts of a volume's status. */
  public void setVolumeStatus(int volume, StoreVolumeStatus status) throws IOException {
    client.tell(
        SET_VOLUME_STATUS,
        out -> {
          out.int32(volume);
          status.writeTo(out);
        });
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

  private static void writeNew(XdrWriter out, WireFid directory, byte[] name, StoreStatus status) {
    writeEntry(out, directory, name);
    status.writeTo(out);
  }
}
