package heddle.control;

import heddle.afs.AccessList;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.fuse.AfsTree;
import heddle.fuse.Errno;
import heddle.fuse.MountOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Does what {@code heddle fs} asks, on the files of one client, as one caller. Thread-safe. */
public final class FsService {
  private static final byte[] AFS = "afs".getBytes(StandardCharsets.US_ASCII);

  private final AfsTree tree;
  private final MountOptions.Access access;

  /** What a user may do besides what AFS itself permits. */
  enum Authority {
    /** Change what all users of the client see. */
    OWNER,
    /** Not that. */
    USER
  }

  /** Works on that tree. */
  public FsService(AfsTree tree) {
    this(tree, MountOptions.Access.READ_WRITE);
  }

  /** Works on that tree, and changes nothing in it if {@code access} is for reading only. */
  public FsService(AfsTree tree, MountOptions.Access access) {
    this.tree = tree;
    this.access = access;
  }

  /** Returns who does what {@code caller} asks, whose client it is. */
  public FsAgent as(Caller caller) {
    return request ->
        switch (answer(request, caller, Authority.OWNER)) {
          case FsAnswer.Failed(FsFailure failure) -> throw new FsException(failure);
          case FsAnswer answer -> answer;
        };
  }

  /** Does it; a failure is an answer too. */
  FsAnswer answer(FsRequest request, Caller caller, Authority authority) {
    if (access == MountOptions.Access.READ_ONLY && changes(request)) {
      return failed(Errno.EROFS, "the mount is read-only");
    }
    try {
      return tryTo(request, caller, authority);
    } catch (AfsException.NoSuchFile e) {
      return failed(Errno.ENOENT, ""); // the user knows which
    } catch (AfsException e) {
      return failed(Errno.of(e), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return failed(Errno.EINVAL, String.valueOf(e.getMessage()));
    }
  }

  private static boolean changes(FsRequest request) {
    return request instanceof FsRequest.WriteAccess
        || request instanceof FsRequest.WriteVolume
        || request instanceof FsRequest.MakeMountPoint
        || request instanceof FsRequest.RemoveMountPoint;
  }

  private static FsAnswer failed(Errno kind, String detail) {
    return new FsAnswer.Failed(new FsFailure(kind, detail));
  }

  private FsAnswer tryTo(FsRequest request, Caller caller, Authority authority)
      throws AfsException {
    return switch (request) {
      case FsRequest.ReadAccess(byte[] path) ->
          new FsAnswer.Access(AccessList.parse(tree.accessList(caller, AfsPath.of(path))));
      case FsRequest.WriteAccess(byte[] path, AccessList list) -> {
        tree.setAccessList(caller, AfsPath.of(path), list.text());
        yield new FsAnswer.Done();
      }
      case FsRequest.OwnRights(byte[] path) ->
          new FsAnswer.Rights(tree.stat(caller, AfsPath.of(path), FinalLink.FOLLOW).rights());
      case FsRequest.ReadVolume(byte[] path) -> {
        AfsPath file = AfsPath.of(path);
        yield new FsAnswer.Volume(
            tree.stat(caller, file, FinalLink.FOLLOW).fid(), tree.volumeStatus(caller, file));
      }
      case FsRequest.WriteVolume(byte[] path, var update) -> {
        tree.fs().setVolumeStatus(caller, AfsPath.of(path), update);
        yield new FsAnswer.Done();
      }
      case FsRequest.Locate(byte[] path) ->
          new FsAnswer.Location(tree.fs().locate(caller, AfsPath.of(path)));
      case FsRequest.ReadFid(byte[] path) ->
          new FsAnswer.File(tree.stat(caller, AfsPath.of(path), FinalLink.FOLLOW).fid());
      case FsRequest.LiteralFid(byte[] path) ->
          new FsAnswer.File(tree.fs().literalFid(caller, AfsPath.of(path)));
      case FsRequest.ReadMountPoint(byte[] path) -> mountPoint(caller, AfsPath.of(path));
      case FsRequest.MakeMountPoint(byte[] path, String contents) -> {
        tree.makeMountPoint(caller, AfsPath.of(path), contents);
        yield new FsAnswer.Done();
      }
      case FsRequest.RemoveMountPoint(byte[] path) -> {
        tree.removeMountPoint(caller, AfsPath.of(path));
        yield new FsAnswer.Done();
      }
      default -> ofClient(request, caller, authority);
    };
  }

  /** A symbolic link stands for the mount point that it leads to. */
  private FsAnswer mountPoint(Caller caller, AfsPath path) throws AfsException {
    try {
      return new FsAnswer.MountPoint(tree.fs().mountPoint(caller, path), false);
    } catch (AfsException.InvalidArgument e) {
      byte[] target;
      try {
        target = tree.readLink(caller, path);
      } catch (AfsException.NotALink | AfsException.NoSuchFile f) {
        throw e;
      }
      return new FsAnswer.MountPoint(tree.fs().mountPoint(caller, linked(path, target)), true);
    }
  }

  private static AfsPath linked(AfsPath link, byte[] target) {
    AfsPath path = AfsPath.of(target);
    if (target.length == 0 || target[0] != '/') {
      return link.parent().resolve(path);
    }
    return path.nameCount() > 0 && Arrays.equals(path.name(0), AFS) ? path.from(1) : path;
  }

  /** Does what is about the client: its cache, its cells, its servers. */
  private FsAnswer ofClient(FsRequest request, Caller caller, Authority authority)
      throws AfsException {
    return switch (request) {
      case FsRequest.VolumeExists(String cell, String volume) ->
          new FsAnswer.Flag(tree.fs().volumeExists(cell, volume));
      case FsRequest.Flush(byte[] path) -> {
        tree.fs().flush(caller, AfsPath.of(path));
        yield new FsAnswer.Done();
      }
      case FsRequest.FlushVolume(byte[] path) -> {
        tree.fs().flushVolume(caller, AfsPath.of(path));
        yield new FsAnswer.Done();
      }
      case FsRequest.FlushAll all -> {
        tree.fs().flushAll();
        yield new FsAnswer.Done();
      }
      case FsRequest.ListCells list -> new FsAnswer.Cells(tree.settings().cells());
      case FsRequest.ListServers list -> new FsAnswer.Servers(tree.settings().servers());
      case FsRequest.CheckServers(var cell) ->
          new FsAnswer.Servers(tree.settings().checkServers(cell));
      case FsRequest.ReadStatus status -> new FsAnswer.Status(StatusReport.of(tree, authority));
      case FsRequest.ListSystemNames list -> new FsAnswer.Names(tree.settings().systemNames());
      default -> asOwner(request, authority);
    };
  }

  /** Does what only the owner of the client may have done, since it changes it for all users. */
  private FsAnswer asOwner(FsRequest request, Authority authority) {
    if (authority != Authority.OWNER) {
      return failed(Errno.EPERM, "it is for all users: root and who mounted may change it");
    }
    return switch (request) {
      case FsRequest.SetRanks(var kind, var ranks) -> {
        ranks.forEach(each -> tree.settings().setRank(kind, each.address(), each.rank()));
        yield new FsAnswer.Done();
      }
      case FsRequest.SetSystemNames(var names) -> {
        tree.settings().setSystemNames(names);
        yield new FsAnswer.Done();
      }
      default -> failed(Errno.EOPNOTSUPP, request.getClass().getSimpleName());
    };
  }
}
