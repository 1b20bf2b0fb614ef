package heddle.afs.rpc;

import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.util.UUID;

/**
 * The calls of a volume location server. Cheap: make one per connection and options. Thread-safe.
 * What each method throws is as for {@link FileService}; a volume that does not exist is an abort
 * with {@link AfsErrorCode#VL_NOENT}.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg, vl_opcodes.h.
 */
public final class VolumeLocationService {
  public static final int SERVICE_ID = 52;
  public static final int PORT = 7003;

  private static final int PROBE = 514;
  private static final int GET_ENTRY_BY_ID_N = 518;
  private static final int GET_ENTRY_BY_NAME_N = 519;
  private static final int GET_ENTRY_BY_NAME_U = 527;
  private static final int GET_ADDRS_U = 533;

  private static final int ANY_TYPE = -1;
  private static final int BY_UUID = 4; // mask of the attributes that count

  private final RpcClient client;

  /** Makes the stubs that call over {@code connection} with {@code options}. */
  public VolumeLocationService(Connection connection, CallOptions options) {
    this(new RpcClient(connection, options));
  }

  VolumeLocationService(RpcClient client) {
    this.client = client;
  }

  /** Does nothing, to see whether the server answers. */
  public void probe() throws IOException {
    client.tell(PROBE, out -> {});
  }

  /**
   * Returns the entry of a volume by its name, suffix allowed; servers by UUID if they have one.
   */
  public VldbEntry getEntryByNameU(String name) throws IOException {
    return client.invoke(
        GET_ENTRY_BY_NAME_U,
        out -> out.string(name, VldbEntry.MAX_NAME_BYTES),
        VldbEntry::readByUuid);
  }

  /**
   * Returns the entry of the volume with that id, of any type. Servers take a decimal number for an
   * id wherever a name may stand; for an operation of its own (526) they have only the number.
   */
  public VldbEntry getEntryByIdU(int volume) throws IOException {
    return getEntryByNameU(Integer.toUnsignedString(volume));
  }

  /** Returns the entry of a volume by its name, servers by one address each. */
  public VldbEntry getEntryByNameN(String name) throws IOException {
    return client.invoke(
        GET_ENTRY_BY_NAME_N,
        out -> out.string(name, VldbEntry.MAX_NAME_BYTES),
        VldbEntry::readByAddress);
  }

  /** Returns the entry of the volume with that id, of any type, servers by one address each. */
  public VldbEntry getEntryByIdN(int volume) throws IOException {
    return client.invoke(
        GET_ENTRY_BY_ID_N, out -> out.int32(volume).int32(ANY_TYPE), VldbEntry::readByAddress);
  }

  /** Returns the addresses of the server with that UUID. */
  public ServerAddresses getAddrsU(UUID server) throws IOException {
    return client.invoke(
        GET_ADDRS_U, out -> writeAttributes(out, server), ServerAddresses::readFrom);
  }

  private static void writeAttributes(XdrWriter out, UUID server) {
    out.int32(BY_UUID).int32(0).int32(0).int32(0); // mask, address, index, spare
    WireUuid.writeTo(out, server);
  }
}
