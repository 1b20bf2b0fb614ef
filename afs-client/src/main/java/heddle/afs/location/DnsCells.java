package heddle.afs.location;

import static java.util.Objects.requireNonNull;

import heddle.afs.AfsException;
import heddle.afs.location.CellDatabase.Cell;
import heddle.afs.location.CellDatabase.Host;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AFSDBRecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Finds cells in DNS: by SRV records of {@code _afs3-vlserver._udp.CELL}, else by AFSDB records of
 * the cell's name. Thread-safe.
 *
 * <p>Protocol source: RFC 5864 (SRV), RFC 1183 section 1 (AFSDB, subtype 1).
 */
public final class DnsCells implements CellResolver {
  private static final Logger LOG = LoggerFactory.getLogger(DnsCells.class);
  private static final String SRV_PREFIX = "_afs3-vlserver._udp.";
  private static final int AFSDB_CELL = 1; // a volume location server, not a DCE one
  private static final int MAX_SERVERS = 16;
  private static final Duration TRY = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final Resolver resolver;
  private final Lifetime lifetime;

  /** Asks {@code resolver}, until the end of the client at most. */
  public DnsCells(Resolver resolver, Lifetime lifetime) {
    this.resolver = resolver;
    this.lifetime = lifetime;
  }

  /** Asks the name servers that this machine is configured to ask. */
  public static DnsCells ofThisMachine(Lifetime lifetime) {
    ExtendedResolver resolver = new ExtendedResolver(); // reads /etc/resolv.conf
    resolver.setTimeout(TRY);
    resolver.setRetries(2);
    return new DnsCells(resolver, lifetime);
  }

  /** One server as DNS names it. */
  private record Target(Name name, int port, int priority, int weight, long ttlSeconds) {}

  /** What a thread has found, or why it has not. */
  private record Outcome(Optional<Found> found, @Nullable AfsException failure) {}

  @Override
  public Optional<Found> resolve(String cell) throws AfsException {
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<Outcome> outcome = new AtomicReference<>(silence(cell));
    Thread.ofVirtual()
        .name("heddle-dns-" + cell)
        .start(
            () -> {
              try {
                outcome.set(new Outcome(lookUp(cell), null));
              } catch (AfsException e) {
                outcome.set(new Outcome(Optional.empty(), e));
              } catch (RuntimeException e) {
                LOG.error("DNS about cell {}", cell, e); // who waits is told of silence
              } finally {
                done.countDown();
              }
            });
    lifetime.await(done, LIMIT);
    Outcome now = requireNonNull(outcome.get());
    if (now.failure() != null) {
      throw now.failure();
    }
    return now.found();
  }

  private static Outcome silence(String cell) {
    return new Outcome(
        Optional.empty(),
        new AfsException.ServersUnreachable(
            "no name server answered about cell "
                + cell
                + "; see /etc/resolv.conf, or name its servers: --cell "
                + cell
                + " --vlserver ADDRESS"));
  }

  private Optional<Found> lookUp(String cell) throws AfsException {
    List<Target> targets = new ArrayList<>();
    for (Record record : ask(SRV_PREFIX + cell, Type.SRV, cell)) {
      if (record instanceof SRVRecord srv && !srv.getTarget().equals(Name.root)) {
        targets.add(
            new Target(
                srv.getTarget(), srv.getPort(), srv.getPriority(), srv.getWeight(), srv.getTTL()));
      }
    }
    if (targets.isEmpty()) {
      for (Record record : ask(cell, Type.AFSDB, cell)) {
        if (record instanceof AFSDBRecord afsdb && afsdb.getSubtype() == AFSDB_CELL) {
          targets.add(new Target(afsdb.getHost(), Host.USUAL_PORT, 0, 0, afsdb.getTTL()));
        }
      }
    }
    return targets.isEmpty() ? Optional.empty() : Optional.of(found(cell, targets));
  }

  private Found found(String cell, List<Target> targets) throws AfsException {
    List<Host> hosts = new ArrayList<>();
    long ttlSeconds = Long.MAX_VALUE;
    for (Target target :
        targets.stream()
            .sorted(
                Comparator.comparingInt(Target::priority)
                    .thenComparing(Target::weight, Comparator.reverseOrder()))
            .limit(MAX_SERVERS)
            .toList()) {
      ttlSeconds = Math.min(ttlSeconds, target.ttlSeconds());
      String host = target.name().toString(true);
      for (Record record : ask(target.name().toString(), Type.A, cell)) {
        if (record instanceof ARecord address && hosts.size() < MAX_SERVERS) {
          ttlSeconds = Math.min(ttlSeconds, address.getTTL());
          hosts.add(new Host(plain(address.getAddress()), host, false, target.port()));
        }
      }
    }
    if (hosts.isEmpty()) {
      throw new AfsException.NoSuchCell(
          "DNS names servers of cell " + cell + ", but has no address of any of them");
    }
    return new Found(
        new Cell(cell, Optional.empty(), "from DNS", hosts), Duration.ofSeconds(ttlSeconds));
  }

  /** Drops the host name, which the address has from dnsjava. */
  private static InetAddress plain(InetAddress address) throws AfsException {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new AfsException.NoSuchCell("an address of DNS is none", e);
    }
  }

  /** Returns the records of a name; none if it has none. */
  private List<Record> ask(String name, int type, String cell) throws AfsException {
    Lookup lookup;
    try {
      lookup = new Lookup(Name.fromString(name, Name.root), type, DClass.IN);
    } catch (TextParseException e) {
      return List.of(); // no name
    }
    lookup.setResolver(resolver);
    lookup.setCache(null); // we keep it ourselves
    lookup.setHostsFileParser(null);
    Record[] records = lookup.run();
    return switch (lookup.getResult()) {
      case Lookup.SUCCESSFUL -> List.of(records);
      case Lookup.HOST_NOT_FOUND, Lookup.TYPE_NOT_FOUND -> List.of();
      default ->
          throw new AfsException.ServersUnreachable(
              "DNS did not tell of cell " + cell + ": " + lookup.getErrorString());
    };
  }
}
