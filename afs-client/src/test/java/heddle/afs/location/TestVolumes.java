package heddle.afs.location;

import heddle.afs.rpc.VolumeType;
import java.util.List;

/** Makes volumes without a location database. */
public final class TestVolumes {
  private TestVolumes() {}

  public static Volume readWrite(String cell, int id) {
    return volume(cell, id, VolumeType.READ_WRITE);
  }

  public static Volume readOnly(String cell, int id) {
    return volume(cell, id, VolumeType.READ_ONLY);
  }

  private static Volume volume(String cell, int id, VolumeType type) {
    return new Volume(cell, id, type, new Volume.Location("test", List.of(), 0));
  }
}
