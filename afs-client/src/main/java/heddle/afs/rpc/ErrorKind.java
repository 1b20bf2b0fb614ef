package heddle.afs.rpc;

/** What an error of a server means to a client, whichever table its code is from. */
public enum ErrorKind {
  /** The name or the vnode is not there. */
  NO_SUCH_FILE,
  /** The fid's vnode has been deleted. */
  STALE_FID,
  NOT_A_DIRECTORY,
  IS_A_DIRECTORY,
  FILE_EXISTS,
  DIRECTORY_NOT_EMPTY,
  /** The access control list does not allow it. */
  PERMISSION_DENIED,
  /** Only the owner or an administrator may. */
  NOT_PERMITTED,
  READ_ONLY_VOLUME,
  QUOTA_EXCEEDED,
  /** The partition is full. */
  NO_SPACE,
  /** A file, or a directory of 1023 pages, cannot grow. */
  FILE_TOO_BIG,
  TOO_MANY_LINKS,
  NAME_TOO_LONG,
  INVALID_ARGUMENT,
  CROSS_VOLUME,
  /** Another holds the lock. */
  LOCK_HELD,
  /** The volume is not on this server, or nowhere in the cell: ask for its location again. */
  NO_SUCH_VOLUME,
  /** The volume has moved: ask for its location again. */
  VOLUME_MOVED,
  /** The volume or server is busy for a moment: wait and try again. */
  VOLUME_BUSY,
  /** The volume is offline or damaged: another site may have it. */
  VOLUME_OFFLINE,
  /** The database has no quorum or is being written: another server may do. */
  DATABASE_UNAVAILABLE,
  /** The token has expired. */
  TOKEN_EXPIRED,
  /** The token is unknown or not good enough. */
  TOKEN_REJECTED,
  /** The server does not know the operation. */
  NOT_SUPPORTED,
  /** Anything else. */
  SERVER_FAILURE
}
