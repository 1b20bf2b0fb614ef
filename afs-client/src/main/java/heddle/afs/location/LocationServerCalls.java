package heddle.afs.location;

import heddle.afs.rpc.ServerAddresses;
import heddle.afs.rpc.VldbEntry;
import java.util.UUID;

/**
 * The calls that the client makes to one volume location server. Each blocks until its reply is
 * complete. See {@link heddle.afs.rpc.VolumeLocationService} for what they do.
 */
public interface LocationServerCalls {
  /** Does nothing, to see whether the server answers. */
  void probe() throws CallFailure;

  /** Returns the entry of a volume by name or decimal id, servers by UUID. */
  VldbEntry getEntryByNameU(String nameOrId) throws CallFailure;

  /** The same for older servers: file servers by one address each. */
  VldbEntry getEntryByNameN(String nameOrId) throws CallFailure;

  /** Returns the addresses of the file server with that UUID. */
  ServerAddresses getAddrsU(UUID server) throws CallFailure;
}
