package heddle.afs.testkit;

import heddle.afs.auth.Caller;
import heddle.afs.location.CallFailure;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.LocationServerCalls;
import heddle.afs.location.ServerNetwork;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.CallbackHandler;
import heddle.afs.rpc.ServerAddresses;
import heddle.afs.rpc.ServerId;
import heddle.afs.rpc.VldbEntry;
import heddle.afs.rpc.VldbSite;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.CallOptions;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A cell in memory: one volume location server, file servers, volumes. Calls are answered on the
 * caller's own thread, and a test can do something when a call arrives or its reply leaves, so that
 * every interleaving of calls and callbacks can be had without a second thread.
 */
public final class FakeCell implements ServerNetwork {
  /** Does something at a point of a call. */
  @FunctionalInterface
  public interface Hook {
    void at(String operation, Object argument);
  }

  private final String name;
  private final List<FakeServer> servers = new ArrayList<>();
  private final Map<String, FakeVolume> readWrite = new LinkedHashMap<>();
  private final Map<String, FakeVolume> readOnly = new LinkedHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<FakeHost> hosts = new CopyOnWriteArrayList<>();
  private final FakeHost firstHost = otherClient();

  /** Held by whoever serves a call. */
  final ReentrantLock serving = new ReentrantLock();

  private volatile Hook onArrival = (operation, argument) -> {};
  private volatile Hook onReply = (operation, argument) -> {};
  private volatile boolean locationServersUp = true;
  private int nextId = 500;

  public FakeCell(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  /** Returns the addresses of the volume location servers. */
  public List<InetAddress> locationServers() {
    return List.of(address(1), address(2));
  }

  private static Inet4Address address(int last) {
    try {
      return (Inet4Address) InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** Connects the first client, for which the cell itself is the network. */
  public void connect(CallbackHandler client) {
    firstHost.connect(client);
  }

  /** Returns the network as one more client has it. */
  public FakeHost otherClient() {
    FakeHost host = new FakeHost(this);
    hosts.add(host);
    return host;
  }

  List<FakeHost> hosts() {
    return hosts;
  }

  public FakeServer server() {
    FakeServer server = new FakeServer(this, address(11 + servers.size()));
    servers.add(server);
    return server;
  }

  public FakeVolume volume(String volumeName, FakeServer server) {
    FakeVolume volume = new FakeVolume(this, volumeName, nextId, false);
    nextId += 3;
    readWrite.put(volumeName, volume);
    server.add(volume);
    return volume;
  }

  /** Makes or renews the read-only volume from the read-write one, on these servers. */
  public FakeVolume release(FakeVolume from, FakeServer... sites) {
    FakeVolume before = readOnly.get(from.name);
    FakeVolume copy = before == null ? new FakeVolume(this, from.name, from.id + 1, true) : before;
    if (before != null) {
      copy.creation = copy.creation.plusSeconds(60);
    }
    copy.vnodes.clear();
    copy.root = from.root.copy(null, copy.vnodes);
    readOnly.put(from.name, copy);
    for (FakeServer site : sites) {
      site.add(copy);
      site.breakPromises(new WireFid(copy.id, 0, 0));
    }
    return copy;
  }

  /** The volume vanishes from the database and from its servers. */
  public void delete(FakeVolume volume) {
    (volume.readOnly ? readOnly : readWrite).remove(volume.name);
    List.copyOf(volume.sites).forEach(site -> site.remove(volume));
  }

  /** The volume is on that server from now on, and the database knows. */
  public void moveTo(FakeVolume volume, FakeServer server) {
    server.add(volume);
  }

  public void onArrival(Hook hook) {
    onArrival = hook;
  }

  public void onReply(Hook hook) {
    onReply = hook;
  }

  public void setLocationServersUp(boolean value) {
    locationServersUp = value;
  }

  void arrive(String operation, Object argument) {
    calls.add(operation);
    onArrival.at(operation, argument);
  }

  void reply(String operation, Object argument) {
    onReply.at(operation, argument);
  }

  /** Returns how many calls of that name were made since the last {@link #forgetCalls}. */
  public long calls(String operation) {
    return calls.stream().filter(operation::equals).count();
  }

  public List<String> calls() {
    return List.copyOf(calls);
  }

  public void forgetCalls() {
    calls.clear();
  }

  @Override
  public FileServerCalls fileServer(
      InetSocketAddress address, String cell, Caller caller, CallOptions options) {
    return firstHost.fileServer(address, cell, caller, options);
  }

  FakeServer serverAt(InetSocketAddress address) {
    return servers.stream()
        .filter(server -> server.addresses.contains(address.getAddress()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public LocationServerCalls locationServer(InetSocketAddress address, CallOptions options) {
    return new Locations();
  }

  private final class Locations implements LocationServerCalls {
    private void begin(String operation, Object argument) throws CallFailure {
      arrive(operation, argument);
      failUnlessUp();
    }

    private void failUnlessUp() throws CallFailure {
      if (!locationServersUp) {
        throw CallFailure.of(CallFailure.Kind.SILENT, "no answer");
      }
    }

    @Override
    public void probe() throws CallFailure {
      // is no call that a test could count: the client goes on at the first server's answer, and
      // the others are asked by threads that nobody waits for
      failUnlessUp();
    }

    @Override
    public VldbEntry getEntryByNameU(String nameOrId) throws CallFailure {
      begin("GetEntryByNameU", nameOrId);
      for (String each : List.copyOf(readWrite.keySet())) {
        VldbEntry entry = entry(each);
        if (each.equals(nameOrId)
            || nameOrId.equals("" + entry.readWriteId())
            || nameOrId.equals("" + entry.readOnlyId())) {
          return entry;
        }
      }
      throw CallFailure.aborted(AfsErrorCode.VL_NOENT);
    }

    private VldbEntry entry(String volumeName) {
      FakeVolume rw = readWrite.get(volumeName);
      FakeVolume ro = readOnly.get(volumeName);
      List<VldbSite> sites = new ArrayList<>();
      for (FakeServer server : servers) {
        int flags = rw.sites.contains(server) ? VldbSite.READ_WRITE : 0;
        flags |= ro != null && ro.sites.contains(server) ? VldbSite.READ_ONLY : 0;
        if (flags != 0) {
          sites.add(new VldbSite(new ServerId.ByUuid(server.uuid, 1), 0, flags));
        }
      }
      int flags = VldbEntry.RW_EXISTS | (ro == null ? 0 : VldbEntry.RO_EXISTS);
      return new VldbEntry(volumeName, rw.id, rw.id + 1, rw.id + 2, 0, flags, sites);
    }

    @Override
    public VldbEntry getEntryByNameN(String nameOrId) throws CallFailure {
      throw CallFailure.aborted(-455); // RXGEN_OPCODE
    }

    @Override
    public ServerAddresses getAddrsU(UUID uuid) throws CallFailure {
      begin("GetAddrsU", uuid);
      return servers.stream()
          .filter(server -> server.uuid.equals(uuid))
          .findFirst()
          .map(server -> new ServerAddresses(uuid, 1, List.copyOf(server.addresses)))
          .orElseThrow(() -> CallFailure.aborted(AfsErrorCode.VL_NOENT));
    }
  }
}
