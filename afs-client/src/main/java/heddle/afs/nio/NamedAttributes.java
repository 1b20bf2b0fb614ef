package heddle.afs.nio;

import heddle.afs.AccessList;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Attributes by their names, as {@code posix:permissions}. */
final class NamedAttributes {
  static final String BASIC = "basic";
  static final String OWNER = "owner";
  static final String POSIX = "posix";
  static final String AFS = "afs";

  /** The views that there are. */
  static final Set<String> VIEWS =
      Collections.unmodifiableSet(new TreeSet<>(List.of(BASIC, OWNER, POSIX, AFS)));

  private static final String ALL = "*";
  private static final String ACL = "acl"; // costs a call of its own

  private static final Map<String, Map<String, Function<AfsFileAttributes, Object>>> READERS =
      readers();

  private NamedAttributes() {}

  private static Map<String, Map<String, Function<AfsFileAttributes, Object>>> readers() {
    Map<String, Function<AfsFileAttributes, Object>> basic = new LinkedHashMap<>();
    basic.put("size", AfsFileAttributes::size);
    basic.put("lastModifiedTime", AfsFileAttributes::lastModifiedTime);
    basic.put("lastAccessTime", AfsFileAttributes::lastAccessTime);
    basic.put("creationTime", AfsFileAttributes::creationTime);
    basic.put("isRegularFile", AfsFileAttributes::isRegularFile);
    basic.put("isDirectory", AfsFileAttributes::isDirectory);
    basic.put("isSymbolicLink", AfsFileAttributes::isSymbolicLink);
    basic.put("isOther", AfsFileAttributes::isOther);
    basic.put("fileKey", AfsFileAttributes::fileKey);
    Map<String, Function<AfsFileAttributes, Object>> posix = new LinkedHashMap<>(basic);
    posix.put("owner", AfsFileAttributes::owner);
    posix.put("group", AfsFileAttributes::group);
    posix.put("permissions", AfsFileAttributes::permissions);
    Map<String, Function<AfsFileAttributes, Object>> afs = new LinkedHashMap<>(posix);
    afs.put("fid", AfsFileAttributes::fid);
    afs.put("dataVersion", AfsFileAttributes::dataVersion);
    afs.put("volume", AfsFileAttributes::volume);
    afs.put("ownerId", AfsFileAttributes::ownerId);
    afs.put("groupId", AfsFileAttributes::groupId);
    afs.put("linkCount", AfsFileAttributes::linkCount);
    afs.put("rights", AfsFileAttributes::rights);
    return Map.of(
        BASIC, basic, POSIX, posix, AFS, afs, OWNER, Map.of("owner", AfsFileAttributes::owner));
  }

  private static Map<String, Function<AfsFileAttributes, Object>> readers(String view) {
    return READERS.getOrDefault(view, Map.of());
  }

  /** Names of attributes, and the view that they are of. */
  record Names(String view, List<String> names) {
    static Names parse(String text) {
      int colon = text.indexOf(':');
      String view = colon < 0 ? BASIC : text.substring(0, colon);
      if (!VIEWS.contains(view)) {
        throw new UnsupportedOperationException("no such view: " + view);
      }
      return new Names(view, Arrays.asList(text.substring(colon + 1).split(",")));
    }

    private IllegalArgumentException unknown(String name) {
      return new IllegalArgumentException("no attribute " + name + " in " + view);
    }
  }

  /**
   * Reads attributes; those of {@code *} are all but the access list, which is asked for by name.
   *
   * @param text as {@code posix:owner,group}
   * @throws UnsupportedOperationException if there is no such view
   * @throws IllegalArgumentException if it has no such attribute
   */
  static Map<String, Object> read(StatusView view, String text) throws IOException {
    Names wanted = Names.parse(text);
    Map<String, Function<AfsFileAttributes, Object>> readers = readers(wanted.view());
    AfsFileAttributes attributes = view.readAttributes();
    Map<String, Object> found = new HashMap<>();
    for (String name : wanted.names()) {
      Function<AfsFileAttributes, Object> reader = readers.get(name);
      if (reader != null) {
        found.put(name, reader.apply(attributes));
      } else if (name.equals(ALL)) {
        readers.forEach((each, of) -> found.put(each, of.apply(attributes)));
      } else if (name.equals(ACL) && wanted.view().equals(AFS)) {
        found.put(ACL, view.acl());
      } else {
        throw wanted.unknown(name);
      }
    }
    return found;
  }

  /**
   * Sets one attribute.
   *
   * @throws UnsupportedOperationException if there is no such view
   * @throws IllegalArgumentException if it has no such attribute, or not one that can be set
   * @throws ClassCastException if the value is of the wrong type
   */
  static void set(StatusView view, String attribute, Object value) throws IOException {
    Names names = Names.parse(attribute);
    String name = names.names().getFirst();
    if (names.names().size() != 1 || !isOf(names.view(), name)) {
      throw names.unknown(name);
    }
    switch (name) {
      case "lastModifiedTime" -> view.setTimes((FileTime) value, null, null);
      case "lastAccessTime" -> view.setTimes(null, (FileTime) value, null);
      case "creationTime" -> view.setTimes(null, null, (FileTime) value);
      case "permissions" -> view.setPermissions(permissions(value));
      case "owner" -> view.setOwner((UserPrincipal) value);
      case "group" -> view.setGroup((GroupPrincipal) value);
      case "ownerId" -> view.setOwnerId((Integer) value);
      case "groupId" -> view.setGroupId((Integer) value);
      case ACL -> view.setAcl((AccessList) value);
      default -> throw new IllegalArgumentException("cannot be set: " + attribute);
    }
  }

  private static boolean isOf(String view, String name) {
    return readers(view).containsKey(name) || (name.equals(ACL) && view.equals(AFS));
  }

  /** Returns a set of permissions, checked. */
  static Set<PosixFilePermission> permissions(Object value) {
    Set<PosixFilePermission> permissions = new TreeSet<>();
    for (Object each : (Set<?>) value) {
      permissions.add((PosixFilePermission) each);
    }
    return permissions;
  }
}
