package heddle.afs.location;

import heddle.afs.rpc.VolumeType;
import heddle.rxrpc.thread.WaitingThread;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A volume of a cell and the file servers that have it. Thread-safe: where it is, is replaced as a
 * whole when the volume was looked up again.
 */
public final class Volume implements WaitingThread.Peer {
  private final String cell;
  private final int id;
  private final VolumeType type;
  private volatile Location location;
  private volatile boolean gone;
  private volatile Optional<FileServer> answeredLast = Optional.empty();

  /**
   * Where a volume was when the location database was asked.
   *
   * @param name name of the volume, suffix included
   * @param servers the file servers that have it, as the database lists them
   * @param askedNanos when the database was asked
   */
  record Location(String name, List<FileServer> servers, long askedNanos) {}

  Volume(String cell, int id, VolumeType type, Location location) {
    this.cell = cell;
    this.id = id;
    this.type = type;
    this.location = location;
  }

  /** Returns the cell that the volume is in. */
  public String cell() {
    return cell;
  }

  /** Returns the volume's id. */
  public int id() {
    return id;
  }

  /** Returns which of its siblings the volume is. */
  public VolumeType type() {
    return type;
  }

  /** Returns whether the volume cannot be written. */
  public boolean isReadOnly() {
    return type != VolumeType.READ_WRITE;
  }

  /** Returns the volume's name, suffix included. */
  public String name() {
    return location.name();
  }

  /** Returns the file servers that have it, as the database listed them last. */
  public List<FileServer> servers() {
    return location.servers();
  }

  /**
   * Returns them in the order in which they are to be asked: those that are not down first, of
   * these the one with the lowest rank. As long as nobody gave it a rank, the one that answered
   * last takes the place of the fastest.
   */
  public List<FileServer> serversInOrder() {
    List<FileServer> servers = servers();
    if (servers.size() <= 1) {
      return servers;
    }
    FileServer last =
        answeredLast.filter(server -> !server.isRanked()).orElse(null); // else its rank counts
    int fastest =
        servers.stream()
            .filter(server -> !server.isRanked())
            .mapToInt(FileServer::rank)
            .min()
            .orElse(0);
    return servers.stream()
        .sorted(
            Comparator.<FileServer, Boolean>comparing(
                    server -> server.state() == FileServer.State.DOWN)
                .thenComparingInt(server -> server == last ? fastest : server.rank())
                .thenComparing(server -> server != last)
                .thenComparingLong(FileServer::answerNanos))
        .toList();
  }

  Location location() {
    return location;
  }

  void moveTo(Location newLocation) {
    location = newLocation;
    gone = false;
    answeredLast = Optional.empty();
  }

  /**
   * Returns the server that answered last since the volume was looked up. As long as it is up it
   * stays the first to be asked: replicas may be of different releases, and its promises stand.
   */
  Optional<FileServer> answeredLast() {
    return answeredLast;
  }

  void answered(FileServer server) {
    if (answeredLast.orElse(null) != server) {
      answeredLast = Optional.of(server);
    }
  }

  /** The location database does not have it any more. */
  void vanish() {
    gone = true;
  }

  /** Returns whether the location database did not have it when it was asked last. */
  public boolean isGone() {
    return gone;
  }

  /** Returns whether none of the servers that have it answers. */
  @Override
  public boolean isSilent() {
    return servers().stream().allMatch(server -> server.state() == FileServer.State.DOWN);
  }

  /** Returns the servers of the volume as a log line names them. */
  public String serversText() {
    return servers().stream().map(FileServer::toString).collect(Collectors.joining("; "));
  }

  @Override
  public String toString() {
    return "volume " + name() + " (" + Integer.toUnsignedString(id) + ") of cell " + cell;
  }
}
