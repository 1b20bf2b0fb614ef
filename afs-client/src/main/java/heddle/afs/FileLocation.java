package heddle.afs;

import java.net.InetAddress;
import java.util.List;

/**
 * Where a file is.
 *
 * @param fid the file, with the cell it is in
 * @param volume name of its volume, suffix included
 * @param servers the file servers that have the volume, one address each, in the order in which
 *     they would be asked; none for what the client makes up
 */
public record FileLocation(Fid fid, String volume, List<InetAddress> servers) {
  /** Copies what was given. */
  public FileLocation {
    servers = List.copyOf(servers);
  }
}
