package heddle.afs.rpc;

import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import java.io.IOException;
import java.util.UUID;

/**
 * The calls of a volume location server. Cheap: make one per connection and options. Thread-safe.
 * What each method throws is as for {@link FileService}; a volume that does not exist is an abort
 * with {@link AfsErrorCode#VL_NOENT}.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg.
 */
public final class VolumeLocationService {
  public static final int SERVICE_ID = 52;
  public static final int PORT = 7003;

  /** Makes the stubs that call over {@code connection} with {@code options}. */
  public VolumeLocationService(Connection connection, CallOptions options) {}

  /** Does nothing, to see whether the server answers. */
  public void probe() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the entry of a volume by its name, suffix allowed; servers by UUID where they have one. */
  public VldbEntry getEntryByNameU(String name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the entry of the volume with that id, of any type. Servers take a decimal number for an
   * id wherever a name may stand; of an operation of its own (526) they have only the number.
   */
  public VldbEntry getEntryByIdU(int volume) throws IOException {
    return getEntryByNameU(Integer.toUnsignedString(volume));
  }

  /** Returns the entry of a volume by its name, servers by one address each. */
  public VldbEntry getEntryByNameN(String name) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the entry of the volume with that id, of any type, servers by one address each. */
  public VldbEntry getEntryByIdN(int volume) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Returns the addresses of the server with that UUID. */
  public ServerAddresses getAddrsU(UUID server) throws IOException {
    throw new UnsupportedOperationException();
  }
}
