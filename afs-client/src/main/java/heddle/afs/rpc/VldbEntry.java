package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.ToIntFunction;

/**
 * A volume's entry in the volume location database, from whichever call it came.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg, nvldbentry, uvldbentry.
 *
 * @param name of the read-write volume, without suffix
 * @param readWriteId id of the read-write volume; 0 if there is none
 * @param readOnlyId id of the read-only volumes; 0 if there is none
 * @param backupId id of the backup volume; 0 if there is none
 * @param cloneId id of the clone while a release is under way
 * @param flags {@link #RW_EXISTS}, {@link #RO_EXISTS}, {@link #BACKUP_EXISTS} and operations
 * @param sites where the volumes are, in the order of the wire
 */
public record VldbEntry(
    String name,
    int readWriteId,
    int readOnlyId,
    int backupId,
    int cloneId,
    int flags,
    List<VldbSite> sites) {
  public static final int RW_EXISTS = 0x1000;
  public static final int RO_EXISTS = 0x2000;
  public static final int BACKUP_EXISTS = 0x4000;

  /** Greatest number of bytes of a volume's name, in a request. */
  public static final int MAX_NAME_BYTES = 65;

  private static final int MAX_SITES = 13;
  private static final int OLD_MAX_SITES = 8;
  private static final int SPARE_WORDS = 9;

  /** An entry of no volume, as the end of a list has it. */
  public static final VldbEntry NONE = new VldbEntry("", 0, 0, 0, 0, 0, List.of());

  /** Returns the id of the volume of that type where it exists. */
  public OptionalInt volumeId(VolumeType type) {
    return switch (type) {
      case READ_WRITE -> idIf(RW_EXISTS, readWriteId);
      case READ_ONLY -> idIf(RO_EXISTS, readOnlyId);
      case BACKUP -> idIf(BACKUP_EXISTS, backupId);
    };
  }

  private OptionalInt idIf(int exists, int id) {
    return (flags & exists) != 0 && id != 0 ? OptionalInt.of(id) : OptionalInt.empty();
  }

  /** Reads the form that names each server by an address. */
  static VldbEntry readByAddress(XdrReader in) throws IOException {
    String name = readName(in);
    int siteCount = readSiteCount(in);
    int[] addresses = readArray(in);
    return readRest(
        in, name, siteCount, (i, flags) -> new ServerId.ByAddress(address(addresses[i])));
  }

  /** Reads the form that names each server by UUID where it has one. */
  static VldbEntry readByUuid(XdrReader in) throws IOException {
    String name = readName(in);
    int siteCount = readSiteCount(in);
    UUID[] uuids = new UUID[MAX_SITES];
    for (int i = 0; i < MAX_SITES; i++) {
      uuids[i] = WireUuid.readFrom(in);
    }
    int[] uniquifiers = readArray(in);
    return readRest(
        in,
        name,
        siteCount,
        (i, flags) ->
            (flags & VldbSite.BY_UUID) != 0
                ? new ServerId.ByUuid(uuids[i], uniquifiers[i])
                : new ServerId.ByAddress(address(WireUuid.addressIn(uuids[i]))));
  }

  /** Reads what the forms have in common: everything after the servers. */
  private static VldbEntry readRest(XdrReader in, String name, int siteCount, ServerAt servers)
      throws IOException {
    int[] partitions = readArray(in);
    int[] siteFlags = readArray(in);
    List<VldbSite> sites = new ArrayList<>(siteCount);
    for (int i = 0; i < siteCount; i++) {
      sites.add(new VldbSite(servers.get(i, siteFlags[i]), partitions[i], siteFlags[i]));
    }
    VldbEntry entry =
        new VldbEntry(
            name, in.int32(), in.int32(), in.int32(), in.int32(), in.int32(), List.copyOf(sites));
    for (int i = 0; i < SPARE_WORDS; i++) {
      in.int32();
    }
    return entry;
  }

  /** Reads a name as it is in entries: one word for each byte, closed by a zero. */
  private static String readName(XdrReader in) throws IOException {
    byte[] name = new byte[MAX_NAME_BYTES];
    int length = -1;
    for (int i = 0; i < MAX_NAME_BYTES; i++) {
      name[i] = (byte) in.int32();
      if (length < 0 && name[i] == 0) {
        length = i;
      }
    }
    if (length < 0) {
      throw new XdrException("volume name without end");
    }
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }

  private static int readSiteCount(XdrReader in) throws IOException {
    int count = in.int32();
    if (count < 0 || count > MAX_SITES) {
      throw new XdrException("volume at " + count + " sites where " + MAX_SITES + " may be");
    }
    return count;
  }

  private static int[] readArray(XdrReader in) throws IOException {
    int[] words = new int[MAX_SITES];
    for (int i = 0; i < MAX_SITES; i++) {
      words[i] = in.int32();
    }
    return words;
  }

  private static Inet4Address address(int word) {
    return WireAddress.fromWire(word);
  }

  /** Which server the i-th site is at. */
  private interface ServerAt {
    ServerId get(int index, int siteFlags);
  }

  /** Appends the newest form, which names servers by UUID where the entry does. */
  public void writeByUuid(XdrWriter out) {
    writeName(out);
    out.int32(sites.size());
    for (int i = 0; i < MAX_SITES; i++) {
      WireUuid.writeTo(out, i < sites.size() ? uuidOf(sites.get(i).server()) : new UUID(0, 0));
    }
    writeArray(out, MAX_SITES, site -> uniquifierOf(site.server()));
    writeArray(out, MAX_SITES, VldbSite::partition);
    writeArray(
        out,
        MAX_SITES,
        site -> site.flags() | (site.server() instanceof ServerId.ByUuid ? VldbSite.BY_UUID : 0));
    writeIds(out);
    for (int i = 0; i < SPARE_WORDS; i++) {
      out.int32(0);
    }
  }

  /**
   * Appends the form that names servers by address.
   *
   * @throws IllegalArgumentException if the entry names one by UUID
   */
  public void writeByAddress(XdrWriter out) {
    writeName(out);
    out.int32(sites.size());
    writeArray(out, MAX_SITES, site -> addressOf(site.server()));
    writeArray(out, MAX_SITES, VldbSite::partition);
    writeArray(out, MAX_SITES, VldbSite::flags);
    writeIds(out);
    for (int i = 0; i < SPARE_WORDS; i++) {
      out.int32(0);
    }
  }

  /**
   * Appends the form of the oldest calls, which has fewer sites.
   *
   * @throws IllegalArgumentException if the entry names a server by UUID
   */
  public void writeOldest(XdrWriter out) {
    writeName(out);
    out.int32(0).int32(sites.size());
    writeArray(out, OLD_MAX_SITES, site -> addressOf(site.server()));
    writeArray(out, OLD_MAX_SITES, VldbSite::partition);
    writeArray(out, OLD_MAX_SITES, VldbSite::flags);
    writeIds(out);
  }

  private void writeName(XdrWriter out) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= MAX_NAME_BYTES) {
      throw new IllegalArgumentException("volume name of " + bytes.length + " bytes");
    }
    for (int i = 0; i < MAX_NAME_BYTES; i++) {
      out.int32(i < bytes.length ? bytes[i] : 0);
    }
  }

  private void writeIds(XdrWriter out) {
    out.int32(readWriteId).int32(readOnlyId).int32(backupId).int32(cloneId).int32(flags);
  }

  private void writeArray(XdrWriter out, int length, ToIntFunction<VldbSite> word) {
    for (int i = 0; i < length; i++) {
      out.int32(i < sites.size() ? word.applyAsInt(sites.get(i)) : 0);
    }
  }

  private static UUID uuidOf(ServerId server) {
    return switch (server) {
      case ServerId.ByUuid byUuid -> byUuid.uuid();
      case ServerId.ByAddress byAddress ->
          new UUID((long) WireAddress.toWire(byAddress.address()) << Integer.SIZE, 0);
    };
  }

  private static int uniquifierOf(ServerId server) {
    return server instanceof ServerId.ByUuid byUuid ? byUuid.uniquifier() : 0;
  }

  private static int addressOf(ServerId server) {
    return switch (server) {
      case ServerId.ByAddress byAddress -> WireAddress.toWire(byAddress.address());
      case ServerId.ByUuid byUuid ->
          throw new IllegalArgumentException("a server by UUID: " + byUuid.uuid());
    };
  }
}
