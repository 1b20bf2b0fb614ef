package heddle.afs.nio;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** The nine bits of a mode, as sets of permissions. */
final class ModeBits {
  /** What a new file has if nobody says otherwise. */
  static final int NEW_FILE = 0644;

  /** What a new directory has if nobody says otherwise. */
  static final int NEW_DIRECTORY = 0755;

  /** The bit that decides, for everybody, whether a file can be read. */
  static final int MAY_READ = 0400;

  /** The bit that decides, for everybody, whether a file can be written. */
  static final int MAY_WRITE = 0200;

  /** The bit that decides, for everybody, whether a file can be executed. */
  static final int MAY_EXECUTE = 0100;

  /** What is left of the mode of a copy, unless all attributes are to be copied. */
  static final int UNMASKED = 0755;

  private static final PosixFilePermission[] FROM_THE_LOWEST = {
    PosixFilePermission.OTHERS_EXECUTE,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_READ
  };

  private ModeBits() {}

  static Set<PosixFilePermission> toPermissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < FROM_THE_LOWEST.length; i++) {
      if ((mode & (1 << i)) != 0) {
        permissions.add(FROM_THE_LOWEST[i]);
      }
    }
    return permissions;
  }

  static int of(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (int i = 0; i < FROM_THE_LOWEST.length; i++) {
      if (permissions.contains(FROM_THE_LOWEST[i])) {
        mode |= 1 << i;
      }
    }
    return mode;
  }
}
