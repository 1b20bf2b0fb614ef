package heddle.afs.cell;

/** The ids of volumes: three in a row for each name, as {@code vos} gives them. */
final class VolumeIds {
  static final int FIRST = 536_870_912;
  static final int STEP = 3;

  private VolumeIds() {}

  static int readOnly(int readWrite) {
    return readWrite + 1;
  }

  static int backup(int readWrite) {
    return readWrite + 2;
  }
}
