package heddle.afs.callback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import heddle.afs.Fid;
import heddle.afs.rpc.WireFid;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which promises of file servers stand. Thread-safe; nothing here blocks.
 *
 * <p><b>Promises.</b> A file server that is asked for a status promises to call back before the
 * file changes, for a time. While the promise stands, what is known of the file is the truth. A
 * promise about a file of a read-only volume is one about the whole volume.
 *
 * <p><b>How they end.</b> Three things end promises before their time: a break of the fid, a break
 * of its volume, and the server's word that it has forgotten all its promises. Each is a {@link
 * Generation} that counts; a {@link Ticket} notes the three numbers before the request is sent, and
 * the {@link Grant} made of the reply stands only as long as the three are what they were. Nothing
 * has to be found and removed, and there is no moment at which a break can be missed:
 *
 * <ul>
 *   <li>break before the request: the ticket has the new number; the reply is newer than the break;
 *   <li>break while the request or the reply is on its way: the grant is born ended. It does not
 *       matter whether the server gave the promise before or after the break;
 *   <li>break afterwards: the grant ends.
 * </ul>
 *
 * <p>The break is answered when the number has moved. So when the writer's store returns, nobody
 * here believes the old status any more.
 *
 * <p><b>Time.</b> A promise counts from before the request was sent: it ends here before it ends at
 * the server, however long the reply took.
 *
 * <p><b>Memory.</b> A fid is in the table as long as somebody holds its {@link Watched}; a volume
 * or server, once used, for ever (one small object each).
 */
public final class CallbackTable {
  private record VolumeKey(String cell, int volume) {}

  private final Cache<Fid, Watched> watched =
      Caffeine.newBuilder().executor(Runnable::run).weakValues().build();
  private final ConcurrentHashMap<VolumeKey, Generation> volumes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<UUID, ServerPromises> servers = new ConcurrentHashMap<>();
  private final Generation strays = new Generation(); // breaks of fids that nobody knows
  private final Set<String> cells = ConcurrentHashMap.newKeySet();

  /** Creates an empty table. */
  public CallbackTable() {}

  /** Returns the one object for {@code fid}. */
  public Watched watch(Fid fid) {
    return watched.get(fid, key -> new Watched(key, volume(key.cell(), key.volume())));
  }

  private Generation volume(String cell, int id) {
    cells.add(cell);
    return volumes.computeIfAbsent(new VolumeKey(cell, id), key -> new Generation());
  }

  private ServerPromises server(UUID uuid) {
    return servers.computeIfAbsent(uuid, ServerPromises::new);
  }

  /** Notes what is to be noted before a request about {@code fid} is sent to {@code server}. */
  public Ticket begin(Watched fid, UUID server, long nowNanos) {
    return new Ticket(server(server), fid, nowNanos);
  }

  /** Notes what is to be noted before {@code server} is asked to make a fid in a volume. */
  public NewFidTicket beginNew(Fid directory, UUID server, long nowNanos) {
    Generation volume = volume(directory.cell(), directory.volume());
    return new NewFidTicket(server(server), volume, strays, nowNanos);
  }

  /**
   * Ends the promises about {@code fid}, in whatever cell: servers do not say which, and ending one
   * too many costs a fetch only. A fid with vnode 0 means the volume.
   */
  public void end(WireFid fid) {
    for (String cell : cells) {
      if (fid.vnode() == 0) {
        endVolume(cell, fid.volume());
      } else {
        end(fid.in(cell));
      }
    }
  }

  /** Ends the promises about a fid. */
  void end(Fid fid) {
    Watched known = watched.getIfPresent(fid);
    if (known == null) {
      strays.end();
      known = watched.getIfPresent(fid); // it may have become known before that was counted
    }
    if (known != null) {
      known.file().end();
    }
  }

  /** Ends the promises about all of a volume. */
  public void endVolume(String cell, int volume) {
    Generation known = volumes.get(new VolumeKey(cell, volume));
    if (known != null) {
      known.end();
    }
  }

  /** Ends the promises about one fid that we ourselves do not trust any more. */
  public void end(Watched fid) {
    fid.file().end();
  }

  /** Ends all promises of a server. */
  public void endServer(UUID server) {
    server(server).generation().end();
  }

  /** Ends all promises of all servers. */
  public void endAll() {
    servers.values().forEach(server -> server.generation().end());
  }

  /** Returns how often all promises of a server were ended. */
  public int endsOf(UUID server) {
    return server(server).generation().number();
  }

  /** Returns whether the server ever gave a promise. */
  public boolean hasPromised(UUID server) {
    ServerPromises known = servers.get(server);
    return known != null && known.hasPromised();
  }

  /** Returns the cells that fids of are, or were, in the table. */
  public Set<String> cells() {
    return Set.copyOf(cells);
  }
}
