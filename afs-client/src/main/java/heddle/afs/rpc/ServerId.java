package heddle.afs.rpc;

import java.net.Inet4Address;
import java.util.UUID;

/** How the volume location database names a file server. */
public sealed interface ServerId {
  /** A server with one address, which is its name. */
  record ByAddress(Inet4Address address) implements ServerId {}

  /**
   * A server registered with a UUID; its addresses are asked for with {@link
   * VolumeLocationService#getAddrsU}.
   *
   * @param uniquifier changes when the server's addresses change
   */
  record ByUuid(UUID uuid, int uniquifier) implements ServerId {}
}
