package heddle.afs.cell;

import heddle.afs.AccessRights;
import heddle.afs.rpc.StoreStatus;

/**
 * What somebody may do with a vnode.
 *
 * <p>Protocol source: OpenAFS src/viced/afsfileprocs.c, GetRights, Check_PermissionRights,
 * CheckWriteMode (behaviour).
 *
 * @param rights by the access list of the directory; of a file or link the right to administer says
 *     who owns it
 * @param anonymousRights of those who are nobody
 * @param ownsVolume whether it is the owner of the volume
 */
record Access(Vnode vnode, Credentials who, int rights, int anonymousRights, boolean ownsVolume) {
  private static final int OWNER_WRITE = 0200;
  private static final int OWNER_READ_OR_EXECUTE = 0500;
  private static final int SET_ID_BITS = 06000;

  /** Returns what {@code who} may do with a vnode of a volume. */
  static Access of(Volume volume, Vnode vnode, Vnode guardian, Credentials who) throws Refusal {
    AccessControlList list = guardian.directory().accessList();
    int rights = list.rights(who.all()) | list.rights(who.host());
    if (who.isAdministrator()) {
      rights |= AccessRights.LOOKUP | AccessRights.ADMINISTER; // as servers give by default
    }
    if (!vnode.isDirectory()) {
      boolean owner = vnode.attributes().owner() == who.id();
      rights = owner ? rights | AccessRights.ADMINISTER : rights & ~AccessRights.ADMINISTER;
    }
    int anonymous = list.rights(ProtectionDatabase.ANYBODY) | list.rights(who.host());
    int volumeOwner = volume.vnode(Vnode.ROOT_NUMBER).map(r -> r.attributes().owner()).orElse(0);
    return new Access(vnode, who, rights, anonymous, volumeOwner == who.id());
  }

  private boolean has(int right) {
    return (rights & right) != 0;
  }

  private boolean ownsVnode() {
    return vnode.attributes().owner() == who.id();
  }

  private static void require(boolean allowed) throws Refusal {
    if (!allowed) {
      throw Refusal.of(Errno.EACCES);
    }
  }

  /** Fails unless the status may be seen: that of directories anybody sees. */
  void requireStatus() throws Refusal {
    if (!vnode.isDirectory() && !who.isAdministrator()) {
      requireRead();
    }
  }

  /** Fails unless the access list may be seen. */
  void requireAccessList() throws Refusal {
    if (!who.isAdministrator()) {
      requireRead();
    }
  }

  /** Fails unless the data may be read. */
  void requireData() throws Refusal {
    requireRead();
    boolean byMode = (vnode.attributes().mode() & OWNER_READ_OR_EXECUTE) != 0;
    require(vnode.type() != VnodeType.FILE || byMode || ownsVnode() || who.isAdministrator());
  }

  private void requireRead() throws Refusal {
    boolean insertsAsOwner = ownsVnode() && has(AccessRights.INSERT) && !who.isAnonymous();
    require(
        switch (vnode.type()) {
          case FILE -> has(AccessRights.READ) || insertsAsOwner;
          case DIRECTORY, SYMLINK -> has(AccessRights.LOOKUP) || ownsVolume;
        });
  }

  /** Fails unless {@code status} may be set together with data. */
  void requireStoreData(StoreStatus status) throws Refusal {
    if (insertsAsOwner()) {
      refuseOwners(status);
      return;
    }
    refuseOwners(status);
    refuseSetId(status);
    require(has(AccessRights.WRITE));
    boolean byMode = (vnode.attributes().mode() & OWNER_WRITE) != 0;
    require(byMode || vnode.isDirectory() || who.isAdministrator());
  }

  /** Fails unless {@code status} may be set. */
  void requireStoreStatus(StoreStatus status) throws Refusal {
    if (insertsAsOwner()) {
      refuseOwners(status);
    } else if (!who.isAdministrator()) {
      refuseOwners(status);
      refuseSetId(status);
      require(
          vnode.isDirectory()
              ? has(AccessRights.DELETE | AccessRights.INSERT)
              : has(AccessRights.WRITE));
    }
  }

  /** Who has just made a file may write it, whatever its mode is. */
  private boolean insertsAsOwner() {
    return has(AccessRights.INSERT) && ownsVnode() && vnode.type() == VnodeType.FILE;
  }

  private void refuseOwners(StoreStatus status) throws Refusal {
    Attributes now = vnode.attributes();
    boolean changes =
        (status.sets(StoreStatus.SET_OWNER) && status.owner() != now.owner())
            || (status.sets(StoreStatus.SET_GROUP) && status.group() != now.group());
    if (changes && !who.isAdministrator()) {
      throw Refusal.of(Errno.EPERM);
    }
  }

  private void refuseSetId(StoreStatus status) throws Refusal {
    boolean setId = status.sets(StoreStatus.SET_MODE) && (status.mode() & SET_ID_BITS) != 0;
    require(!setId || who.isAdministrator());
  }

  /** Fails unless the access list may be replaced. */
  void requireStoreAccessList() throws Refusal {
    require(who.isAdministrator() || has(AccessRights.ADMINISTER) || ownsVolume);
  }

  /** Fails unless one of these rights is there. */
  void require(int right) throws Refusal {
    require(has(right));
  }

  /** Fails unless a mount point may be made in this directory. */
  void requireMountPoint() throws Refusal {
    require(who.isAdministrator() || has(AccessRights.ADMINISTER));
  }

  /** Fails unless a lock may be taken. */
  void requireLock(int right) throws Refusal {
    boolean asOwner = ownsVnode() && has(AccessRights.INSERT);
    require(has(right | AccessRights.WRITE) || asOwner);
  }
}
