package heddle.cli;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.FileStatus;
import heddle.afs.VolumeStatus;
import heddle.afs.auth.Caller;
import heddle.fuse.AfsTree;

/** AFS as the user of a command may see it. */
record AfsSource(AfsTree tree, Caller caller) {
  FileStatus stat(AfsPath path, FinalLink finalLink) throws AfsException {
    return tree.stat(caller, path, finalLink);
  }

  AfsFile open(AfsPath path, FinalLink finalLink) throws AfsException {
    return tree.open(caller, path, finalLink);
  }

  AfsDirectory openDirectory(AfsPath path) throws AfsException {
    return tree.openDirectory(caller, path);
  }

  byte[] readLink(AfsPath path) throws AfsException {
    return tree.readLink(caller, path);
  }

  VolumeStatus volumeStatus(AfsPath path) throws AfsException {
    return tree.volumeStatus(caller, path);
  }
}
