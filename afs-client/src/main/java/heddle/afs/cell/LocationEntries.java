package heddle.afs.cell;

import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.ServerId;
import heddle.afs.rpc.VldbEntry;
import heddle.afs.rpc.VldbSite;
import java.util.List;
import java.util.Optional;

/**
 * What the volume location database says: one entry for each read-write volume and its read-only
 * copy. There is one file server, which has everything.
 *
 * <p>Protocol source: OpenAFS src/vlserver/vldbint.xg; vlprocs.c, NameIsId, find by name
 * (behaviour).
 */
final class LocationEntries {
  private static final List<String> SUFFIXES = List.of(".readonly", ".backup");

  private final VolumeTable volumes;

  LocationEntries(VolumeTable volumes) {
    this.volumes = volumes;
  }

  /** Returns the read-write volumes, ordered by id. */
  List<Volume> all() {
    return volumes.all().stream().filter(volume -> !volume.isReadOnly()).toList();
  }

  /** Returns the volume that a name or number stands for, as read-write volume. */
  Volume find(String nameOrId) throws Refusal {
    Optional<Volume> found = volumes.byName(nameOrId).or(() -> byNumber(nameOrId));
    for (String suffix : SUFFIXES) {
      if (found.isEmpty() && nameOrId.endsWith(suffix)) {
        found = volumes.byName(nameOrId.substring(0, nameOrId.length() - suffix.length()));
      }
    }
    return readWrite(found);
  }

  private Optional<Volume> byNumber(String text) {
    try {
      return volumes.byId(Integer.parseUnsignedInt(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Returns the volume of an id of any kind, as read-write volume. */
  Volume find(int id) throws Refusal {
    return readWrite(volumes.byId(id));
  }

  private Volume readWrite(Optional<Volume> volume) throws Refusal {
    return volume
        .flatMap(found -> volumes.byId(found.header().parentId()))
        .orElseThrow(() -> Refusal.of(AfsErrorCode.VL_NOENT));
  }

  /** Returns the entry of a volume, in which the server has that name. */
  VldbEntry entry(Volume readWrite, ServerId server) {
    VolumeHeader header = readWrite.header();
    Optional<Volume> readOnly = volumes.byName(header.name() + ".readonly");
    int flags = VldbEntry.RW_EXISTS | readOnly.map(volume -> VldbEntry.RO_EXISTS).orElse(0);
    VldbSite writing = new VldbSite(server, 0, VldbSite.READ_WRITE);
    VldbSite reading = new VldbSite(server, 0, VldbSite.READ_ONLY);
    return new VldbEntry(
        header.name(),
        header.id(),
        VolumeIds.readOnly(header.id()),
        VolumeIds.backup(header.id()),
        0,
        flags,
        readOnly.isPresent() ? List.of(writing, reading) : List.of(writing));
  }
}
