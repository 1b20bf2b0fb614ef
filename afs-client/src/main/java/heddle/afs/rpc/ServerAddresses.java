package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The addresses that a file server has registered.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg, GetAddrsU.
 *
 * @param uniquifier changes when the addresses change
 */
public record ServerAddresses(UUID uuid, int uniquifier, List<Inet4Address> addresses) {
  private static final int MAX_ADDRESSES = 500;

  static ServerAddresses readFrom(XdrReader in) throws IOException {
    UUID uuid = WireUuid.readFrom(in);
    int uniquifier = in.int32();
    in.int32(); // number of addresses, once more
    int count = in.arrayLength(MAX_ADDRESSES);
    List<Inet4Address> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addresses.add(WireAddress.fromWire(in.int32()));
    }
    return new ServerAddresses(uuid, uniquifier, List.copyOf(addresses));
  }

  /** Appends the results of GetAddrsU. */
  public void writeTo(XdrWriter out) {
    WireUuid.writeTo(out, uuid);
    out.int32(uniquifier).int32(addresses.size()).int32(addresses.size());
    addresses.forEach(address -> out.int32(WireAddress.toWire(address)));
  }
}
