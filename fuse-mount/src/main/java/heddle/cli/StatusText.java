package heddle.cli;

import heddle.afs.AccessRights;
import heddle.afs.FileStatus;
import heddle.afs.FileType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file's status in words, columns and JSON. */
final class StatusText {
  private static final DateTimeFormatter TO_THE_MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());
  private static final String RIGHTS = "rlidwka"; // AFS's order
  private static final int[] RIGHT_BITS = {
    AccessRights.READ,
    AccessRights.LOOKUP,
    AccessRights.INSERT,
    AccessRights.DELETE,
    AccessRights.WRITE,
    AccessRights.LOCK,
    AccessRights.ADMINISTER
  };

  private StatusText() {}

  /** Returns type and permissions as {@code ls -l} has them. */
  static String mode(FileStatus status) {
    var text = new StringBuilder(10);
    text.append(
        switch (status.type()) {
          case FILE -> '-';
          case DIRECTORY -> 'd';
          case SYMLINK -> 'l';
          case MOUNT_POINT -> 'm';
        });
    for (int bit = 8; bit >= 0; bit--) {
      text.append((status.mode() >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
    }
    return text.toString();
  }

  static String type(FileType type) {
    return switch (type) {
      case FILE -> "file";
      case DIRECTORY -> "directory";
      case SYMLINK -> "symbolic link";
      case MOUNT_POINT -> "mount point";
    };
  }

  /** Returns the line of {@code ls -l} up to the name. */
  static String longForm(FileStatus status) {
    return String.format(
        "%s %3d %-8s %-8s %12d %s ",
        mode(status),
        status.linkCount(),
        Integer.toUnsignedString(status.owner()),
        Integer.toUnsignedString(status.group()),
        status.length(),
        TO_THE_MINUTE.format(status.modified()));
  }

  /**
   * Returns rights by their letters, as {@code fs listacl} has them; {@code none} if there are
   * none.
   */
  static String rights(AccessRights rights) {
    var text = new StringBuilder();
    for (int i = 0; i < RIGHT_BITS.length; i++) {
      if (rights.contains(RIGHT_BITS[i])) {
        text.append(RIGHTS.charAt(i));
      }
    }
    return text.isEmpty() ? "none" : text.toString();
  }

  /** Returns the fields of a JSON object for the file that is called {@code name}. */
  static Map<String, Object> json(byte[] name, FileStatus status) {
    var fields = new LinkedHashMap<String, Object>();
    putName(fields, "name", name);
    fields.put("type", type(status.type()));
    fields.put("fid", status.fid().toString());
    fields.put("size", status.length());
    fields.put("mode", String.format("%04o", status.mode()));
    fields.put("links", status.linkCount());
    fields.put("owner", Integer.toUnsignedLong(status.owner()));
    fields.put("group", Integer.toUnsignedLong(status.group()));
    fields.put("modified", status.modified().toString());
    fields.put("dataVersion", status.dataVersion());
    fields.put("rights", rights(status.rights()));
    fields.put("anyuserRights", rights(status.anonymousRights()));
    return fields;
  }

  /** Bytes that are no UTF-8 are given in hexadecimal too: JSON has no other way. */
  static void putName(Map<String, Object> fields, String key, byte[] name) {
    try {
      fields.put(key, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString());
    } catch (CharacterCodingException e) {
      fields.put(key, new String(name, StandardCharsets.UTF_8));
      fields.put(key + "Hex", HexFormat.of().formatHex(name));
    }
  }
}
