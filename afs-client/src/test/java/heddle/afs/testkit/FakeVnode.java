package heddle.afs.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.AccessRights;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.cache.DirectoryImage;
import heddle.afs.rpc.FetchStatus;
import heddle.afs.rpc.StoreStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A vnode of a {@link FakeVolume}. Not thread-safe: tests change it while no call is served. */
final class FakeVnode {
  static final int READ_AND_LOOKUP = AccessRights.READ | AccessRights.LOOKUP;

  final String cell;
  final int vnode;
  final int uniquifier;
  final FileType type;
  FakeVnode parent; // itself for the root
  final Map<String, FakeVnode> entries = new LinkedHashMap<>(); // by the key of the name
  final Map<Caller, Integer> acl = new HashMap<>();

  /** Where it is not empty, callers are known by their tokens only. */
  final Map<String, Integer> aclOfPrincipals = new HashMap<>();

  byte[] data = {};
  byte[] accessList = "1\n0\nsystem:anyuser 9\n".getBytes(UTF_8);
  long dataVersion = 1;
  int mode = 0644;
  int linkCount = 1;
  int owner;
  int group;
  int lockCount;
  int rightsOfOthers = READ_AND_LOOKUP;
  Instant modified = Instant.ofEpochSecond(1_000_000_000);

  FakeVnode(String cell, int vnode, int uniquifier, FileType type, FakeVnode parent) {
    this.cell = cell;
    this.vnode = vnode;
    this.uniquifier = uniquifier;
    this.type = type;
    this.parent = parent == null ? this : parent;
  }

  /** Returns the key of a name: its bytes as characters of the same numbers. */
  static String key(byte[] name) {
    return new String(name, ISO_8859_1);
  }

  /** Returns the key of a name of UTF-8. */
  static String key(String name) {
    return key(name.getBytes(UTF_8));
  }

  /** Sets what {@code status} says. */
  void set(StoreStatus status) {
    if ((status.mask() & StoreStatus.SET_MODIFIED) != 0) {
      modified = status.modified();
    }
    if ((status.mask() & StoreStatus.SET_OWNER) != 0) {
      owner = status.owner();
    }
    if ((status.mask() & StoreStatus.SET_GROUP) != 0) {
      group = status.group();
    }
    if ((status.mask() & StoreStatus.SET_MODE) != 0) {
      mode = status.mode();
    }
  }

  /** Returns a copy below {@code newParent}, for a read-only volume. */
  FakeVnode copy(FakeVnode newParent, Map<Integer, FakeVnode> copies) {
    FakeVnode copy = new FakeVnode(cell, vnode, uniquifier, type, newParent);
    copy.data = data.clone();
    copy.dataVersion = dataVersion;
    copy.mode = mode;
    copy.modified = modified;
    copy.rightsOfOthers = rightsOfOthers;
    copy.acl.putAll(acl);
    copy.aclOfPrincipals.putAll(aclOfPrincipals);
    copies.put(vnode, copy);
    entries.forEach((name, child) -> copy.entries.put(name, child.copy(copy, copies)));
    return copy;
  }

  boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  byte[] bytes() {
    if (!isDirectory()) {
      return data;
    }
    DirectoryImage image = new DirectoryImage(vnode, uniquifier, parent.vnode, parent.uniquifier);
    entries.forEach(
        (name, child) -> image.create(name.getBytes(ISO_8859_1), child.vnode, child.uniquifier));
    return image.toBytes();
  }

  AccessRights rightsOf(Caller caller) {
    FakeVnode directory = isDirectory() ? this : parent;
    if (directory.aclOfPrincipals.isEmpty()) {
      return new AccessRights(directory.acl.getOrDefault(caller, directory.rightsOfOthers));
    }
    int anybody = directory.acl.getOrDefault(Caller.anonymous(), directory.rightsOfOthers);
    return new AccessRights(
        caller
            .token(cell)
            .map(token -> directory.aclOfPrincipals.getOrDefault(token.client(), anybody))
            .orElse(anybody));
  }

  FetchStatus status(Caller caller) {
    return new FetchStatus(
        type,
        isDirectory() ? linkCountOfDirectory() : linkCount,
        bytes().length,
        dataVersion,
        0,
        owner,
        rightsOf(caller),
        rightsOf(Caller.anonymous()),
        mode,
        parent.vnode,
        parent.uniquifier,
        modified,
        modified,
        group,
        lockCount);
  }

  private int linkCountOfDirectory() {
    return 2 + (int) entries.values().stream().filter(FakeVnode::isDirectory).count();
  }
}
