package heddle.afs.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.AccessRights;
import heddle.afs.FileType;
import heddle.afs.auth.Caller;
import heddle.afs.cache.DirectoryImage;
import heddle.afs.rpc.FetchStatus;
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
  final FakeVnode parent; // itself for the root
  final Map<String, FakeVnode> entries = new LinkedHashMap<>();
  final Map<Caller, Integer> acl = new HashMap<>();

  /** Where it is not empty, callers are known by their tokens only. */
  final Map<String, Integer> aclOfPrincipals = new HashMap<>();

  byte[] data = {};
  long dataVersion = 1;
  int mode = 0644;

  FakeVnode(String cell, int vnode, int uniquifier, FileType type, FakeVnode parent) {
    this.cell = cell;
    this.vnode = vnode;
    this.uniquifier = uniquifier;
    this.type = type;
    this.parent = parent == null ? this : parent;
  }

  /** Returns a copy below {@code newParent}, for a read-only volume. */
  FakeVnode copy(FakeVnode newParent, Map<Integer, FakeVnode> copies) {
    FakeVnode copy = new FakeVnode(cell, vnode, uniquifier, type, newParent);
    copy.data = data.clone();
    copy.dataVersion = dataVersion;
    copy.mode = mode;
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
        (name, child) -> image.create(name.getBytes(UTF_8), child.vnode, child.uniquifier));
    return image.toBytes();
  }

  AccessRights rightsOf(Caller caller) {
    FakeVnode directory = isDirectory() ? this : parent;
    if (directory.aclOfPrincipals.isEmpty()) {
      return new AccessRights(directory.acl.getOrDefault(caller, READ_AND_LOOKUP));
    }
    int anybody = directory.acl.getOrDefault(Caller.anonymous(), READ_AND_LOOKUP);
    return new AccessRights(
        caller
            .token(cell)
            .map(token -> directory.aclOfPrincipals.getOrDefault(token.client(), anybody))
            .orElse(anybody));
  }

  FetchStatus status(Caller caller) {
    return new FetchStatus(
        type,
        1,
        bytes().length,
        dataVersion,
        0,
        0,
        rightsOf(caller),
        rightsOf(Caller.anonymous()),
        mode,
        parent.vnode,
        parent.uniquifier,
        Instant.ofEpochSecond(1_000_000_000),
        Instant.ofEpochSecond(1_000_000_000),
        0,
        0);
  }
}
