package heddle.afs.cell;

import heddle.afs.AccessList;
import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.rpc.FileService;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Access lists as text with names, as they are on the wire.
 *
 * <p>Protocol source: OpenAFS src/libacl/aclprocs.c; src/viced/afsfileprocs.c (a zero follows).
 *
 * <p>Deviation: a number is taken where a name may stand, so that lists with ids of users who are
 * gone can be stored as they were fetched.
 */
final class AccessTexts {
  private final ProtectionDatabase people;

  AccessTexts(ProtectionDatabase people) {
    this.people = people;
  }

  /** Reads a list. */
  AccessControlList parse(byte[] text) throws Refusal {
    try {
      AccessList list = AccessList.parse(untilZero(text));
      int count = list.normal().size() + list.negative().size();
      if (count > AccessControlList.MAX_ENTRIES) {
        throw Refusal.of(Errno.EINVAL);
      }
      return new AccessControlList(ids(list.normal()), ids(list.negative()));
    } catch (AfsException e) {
      throw Refusal.of(Errno.EINVAL);
    }
  }

  private static byte[] untilZero(byte[] text) {
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return Arrays.copyOf(text, end);
  }

  private List<AccessControlList.Entry> ids(List<AccessList.Entry> entries) throws Refusal {
    List<AccessControlList.Entry> ids = new ArrayList<>();
    for (AccessList.Entry entry : entries) {
      OptionalInt id = people.id(entry.name());
      if (id.isEmpty() || id.getAsInt() == ProtectionDatabase.ANONYMOUS) {
        throw Refusal.of(Errno.EINVAL);
      }
      ids.add(new AccessControlList.Entry(id.getAsInt(), entry.rights().bits()));
    }
    return ids;
  }

  /** Returns a list as text. */
  byte[] format(AccessControlList list) throws Refusal {
    StringBuilder text = new StringBuilder();
    text.append(list.normal().size()).append('\n').append(list.negative().size()).append('\n');
    append(text, list.normal());
    append(text, list.negative());
    byte[] bytes = text.append('\0').toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > FileService.MAX_ACL_BYTES) {
      throw Refusal.of(Errno.E2BIG);
    }
    return bytes;
  }

  private void append(StringBuilder text, List<AccessControlList.Entry> entries) {
    for (AccessControlList.Entry entry : entries) {
      text.append(people.name(entry.id())).append('\t').append(entry.rights()).append('\n');
    }
  }

  /** Returns the list of a new volume's root. */
  static AccessControlList ofNewVolume(AccessRights anyUser) {
    List<AccessControlList.Entry> entries = new ArrayList<>();
    entries.add(
        new AccessControlList.Entry(
            ProtectionDatabase.ADMINISTRATORS, AccessRights.parse("all").orElseThrow().bits()));
    if (anyUser.bits() != 0) {
      entries.add(new AccessControlList.Entry(ProtectionDatabase.ANY_USER, anyUser.bits()));
    }
    return new AccessControlList(entries, List.of());
  }
}
