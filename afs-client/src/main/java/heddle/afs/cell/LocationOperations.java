package heddle.afs.cell;

import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.ServerAddresses;
import heddle.afs.rpc.ServerId;
import heddle.afs.rpc.VldbEntry;
import heddle.afs.rpc.WireAddress;
import heddle.afs.rpc.WireUuid;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.List;
import java.util.UUID;

/**
 * The operations of the volume location server that look things up; those that change the database
 * are for administrators of real cells, and unknown here.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg, vl_opcodes.h; vlprocs.c (behaviour).
 */
final class LocationOperations implements RpcHandler.Operations {
  private static final int BY_ADDRESS = 1; // masks of GetAddrsU
  private static final int BY_INDEX = 2;
  private static final int BY_UUID = 4;
  private static final int BY_SERVER = 1; // masks of ListAttributes
  private static final int BY_PARTITION = 2;
  private static final int BY_VOLUME = 8;
  private static final int MAX_ENTRIES = 10_000;

  private final LocationEntries entries;
  private final ServerId.ByUuid byUuid;
  private final ServerId.ByAddress byAddress;

  LocationOperations(LocationEntries entries, UUID server, Inet4Address address) {
    this.entries = entries;
    // clients ask for the addresses of a server anew when its uniquifier is another one
    this.byUuid = new ServerId.ByUuid(server, WireAddress.toWire(address));
    this.byAddress = new ServerId.ByAddress(address);
  }

  @Override
  public XdrWriter serve(int opcode, Request request) throws IOException {
    return switch (opcode) {
      case 503 -> old(entries.find(readId(request)));
      case 504 -> old(entries.find(readName(request)));
      case 514 -> probe(request);
      case 515 -> getAddresses(request);
      case 518 -> byAddress(entries.find(readId(request)));
      case 519 -> byAddress(entries.find(readName(request)));
      case 521 -> listEntry(request);
      case 526 -> byUuid(entries.find(readId(request)));
      case 527 -> byUuid(entries.find(readName(request)));
      case 522 -> listAttributes(request);
      case 533 -> getAddressesByUuid(request);
      case 534 -> listAttributesInParts(request);
      default -> throw RpcHandler.unknownOperation();
    };
  }

  private static XdrWriter probe(Request request) throws IOException {
    request.end();
    return Replies.none();
  }

  private static String readName(Request request) throws IOException {
    String name = request.in().string(VldbEntry.MAX_NAME_BYTES);
    request.end();
    return name;
  }

  /** Reads an id and the kind of volume, which makes no difference. */
  private static int readId(Request request) throws IOException {
    int id = request.in().int32();
    request.in().int32();
    request.end();
    return id;
  }

  private XdrWriter byUuid(Volume volume) {
    XdrWriter out = new XdrWriter();
    entries.entry(volume, byUuid).writeByUuid(out);
    return out;
  }

  private XdrWriter byAddress(Volume volume) {
    XdrWriter out = new XdrWriter();
    entries.entry(volume, byAddress).writeByAddress(out);
    return out;
  }

  private XdrWriter old(Volume volume) {
    XdrWriter out = new XdrWriter();
    entries.entry(volume, byAddress).writeOldest(out);
    return out;
  }

  private XdrWriter getAddressesByUuid(Request request) throws IOException {
    XdrReader in = request.in();
    int mask = in.int32();
    int address = in.int32();
    int index = in.int32();
    in.int32();
    UUID uuid = WireUuid.readFrom(in);
    request.end();
    boolean ours =
        ((mask & BY_UUID) == 0 || uuid.equals(byUuid.uuid()))
            && ((mask & BY_ADDRESS) == 0 || address == ourAddress())
            && ((mask & BY_INDEX) == 0 || index == 1);
    if (!ours || mask == 0) {
      throw Refusal.of(AfsErrorCode.VL_NOENT);
    }
    XdrWriter out = new XdrWriter();
    new ServerAddresses(byUuid.uuid(), byUuid.uniquifier(), List.of(byAddress.address()))
        .writeTo(out);
    return out;
  }

  private int ourAddress() {
    return WireAddress.toWire(byAddress.address());
  }

  /** GetAddrs: all servers, each by one address. */
  private XdrWriter getAddresses(Request request) throws IOException {
    request.in().int32();
    request.in().int32();
    request.end();
    XdrWriter out = new XdrWriter().int32(0).int32(0).int32(0).int32(0); // no promise
    return out.int32(1).int32(1).int32(ourAddress());
  }

  private XdrWriter listEntry(Request request) throws IOException {
    int previous = request.in().int32();
    request.end();
    List<Volume> all = entries.all();
    if (previous < 0 || previous >= all.size()) {
      if (previous != all.size()) {
        throw Refusal.of(AfsErrorCode.VL_NOENT);
      }
      XdrWriter end = new XdrWriter().int32(0).int32(0);
      VldbEntry.NONE.writeByAddress(end);
      return end;
    }
    XdrWriter out = new XdrWriter().int32(all.size() - previous).int32(previous + 1);
    entries.entry(all.get(previous), byAddress).writeByAddress(out);
    return out;
  }

  /** Which entries are asked for. */
  private record Attributes(int mask, int server, int partition, int volume) {
    static Attributes readFrom(XdrReader in) throws IOException {
      int mask = in.int32();
      int server = in.int32();
      int partition = in.int32();
      in.int32();
      int volume = in.int32();
      in.int32();
      return new Attributes(mask, server, partition, volume);
    }
  }

  private List<Volume> matching(Attributes wanted, String name) {
    boolean elsewhere =
        ((wanted.mask & BY_SERVER) != 0 && wanted.server != ourAddress())
            || ((wanted.mask & BY_PARTITION) != 0 && wanted.partition != 0);
    return elsewhere
        ? List.of()
        : entries.all().stream()
            .filter(
                volume ->
                    (wanted.mask & BY_VOLUME) == 0 || volume.header().parentId() == wanted.volume)
            .filter(volume -> name.isEmpty() || volume.header().name().equals(name))
            .limit(MAX_ENTRIES)
            .toList();
  }

  private XdrWriter listAttributes(Request request) throws IOException {
    Attributes wanted = Attributes.readFrom(request.in());
    request.end();
    return list(matching(wanted, ""));
  }

  private XdrWriter listAttributesInParts(Request request) throws IOException {
    Attributes wanted = Attributes.readFrom(request.in());
    String name = request.in().string(VldbEntry.MAX_NAME_BYTES);
    request.in().int32(); // where to go on: all come at once
    request.end();
    return list(matching(wanted, name)).int32(-1);
  }

  private XdrWriter list(List<Volume> found) {
    XdrWriter out = new XdrWriter().int32(found.size()).int32(found.size());
    found.forEach(volume -> entries.entry(volume, byAddress).writeByAddress(out));
    return out;
  }
}
