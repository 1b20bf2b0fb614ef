package heddle.control;

import heddle.afs.AccessList;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.fuse.AfsTree;
import heddle.fuse.Errno;

/** Does what {@code heddle fs} asks, on the files of one client, as one caller. Thread-safe. */
public final class FsService {
  private final AfsTree tree;

  /** Works on that tree. */
  public FsService(AfsTree tree) {
    this.tree = tree;
  }

  /** Returns who does what {@code caller} asks. */
  public FsAgent as(Caller caller) {
    return request ->
        switch (answer(request, caller)) {
          case FsAnswer.Failed(FsFailure failure) -> throw new FsException(failure);
          case FsAnswer answer -> answer;
        };
  }

  /** Does it; a failure is an answer too. */
  FsAnswer answer(FsRequest request, Caller caller) {
    try {
      return tryTo(request, caller);
    } catch (AfsException.NoSuchFile e) {
      return new FsAnswer.Failed(new FsFailure(Errno.ENOENT, "")); // the user knows which
    } catch (AfsException e) {
      return new FsAnswer.Failed(new FsFailure(Errno.of(e), String.valueOf(e.getMessage())));
    } catch (IllegalArgumentException e) {
      return new FsAnswer.Failed(
          new FsFailure(Errno.EINVAL, "no path: " + String.valueOf(e.getMessage())));
    }
  }

  private FsAnswer tryTo(FsRequest request, Caller caller) throws AfsException {
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
      case FsRequest.ReadMountPoint(byte[] path) ->
          new FsAnswer.Text(tree.fs().mountPoint(caller, AfsPath.of(path)));
    };
  }
}
