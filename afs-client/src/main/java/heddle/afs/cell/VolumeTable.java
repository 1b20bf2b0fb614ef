package heddle.afs.cell;

import heddle.afs.rpc.AfsErrorCode;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The volumes of the cell by id. Thread-safe. */
final class VolumeTable {
  private final ConcurrentSkipListMap<Integer, Volume> byId = new ConcurrentSkipListMap<>();
  private final ConcurrentHashMap<String, Volume> byName = new ConcurrentHashMap<>();

  void add(Volume volume) {
    byId.put(volume.id(), volume);
    byName.put(volume.header().name(), volume);
  }

  void remove(Volume volume) {
    byId.remove(volume.id());
    byName.remove(volume.header().name());
  }

  /** Returns the volume with that id, of any kind, which must be in service. */
  Volume serving(int id) throws Refusal {
    Volume volume = byId.get(id);
    if (volume == null) {
      throw Refusal.of(AfsErrorCode.VNOVOL);
    }
    if (volume.outage() != 0) {
      throw Refusal.of(volume.outage());
    }
    return volume;
  }

  Optional<Volume> byId(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  Optional<Volume> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Returns all volumes, ordered by id. */
  Collection<Volume> all() {
    return byId.values();
  }
}
