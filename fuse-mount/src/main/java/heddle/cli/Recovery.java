package heddle.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.afs.kept.KeptData;
import heddle.afs.kept.KeptWrites;
import heddle.fuse.AfsTree;
import heddle.fuse.Printable;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.util.Optional;

/**
 * Stores kept data, with the rights of who wrote them.
 *
 * @param user the user of the command, with tokens for some cells
 * @param root name of the volume that is the tree's root; empty if the cells are
 * @param self what mounts call the user of the command
 * @param named whether the user has said which files are to be stored
 */
record Recovery(AfsTree tree, Caller user, String root, String self, boolean named) {
  /** Stores what is kept, and removes it then; returns what became of it. */
  String store(KeptData data) throws IOException {
    KeptWrites writes = data.writes();
    if (!writes.root().equals(root)) {
      throw new IOException(
          writes.root().isEmpty()
              ? "it was written through a mount without --root-volume"
              : "it was written through a mount with --root-volume " + writes.root());
    }
    if (writes.path().isEmpty()) {
      throw new IOException("nobody knows its path any more; use --to DIR");
    }
    AfsPath path = AfsPath.of(writes.path().getBytes(ISO_8859_1));
    String outcome = new FileRecovery(tree, writer(writes), path, data).store();
    data.remove();
    return outcome;
  }

  /**
   * Who may recover another's data must not put them where only he himself may write. And the
   * principal is what the writer said to be: no mount can look into a ticket.
   */
  private Caller writer(KeptWrites writes) throws IOException {
    if (writes.principal().isEmpty()) {
      return Caller.anonymous();
    }
    if (!named && !writes.writer().equals(self) && !writes.writer().startsWith(self + " ")) {
      throw new IOException(
          "%s of this machine wrote it, and said to be %s; name it to store it with the rights of that one"
              .formatted(writes.writer(), writes.principal()));
    }
    Optional<String> client = user.token(writes.fid().cell()).map(RxkadToken::client);
    if (!client.equals(Optional.of(writes.principal()))) {
      throw new IOException(
          "%s wrote it, and you are %s; get a ticket: kinit, or use --to DIR"
              .formatted(writes.principal(), client.orElse("anybody")));
    }
    return user;
  }

  /** Returns the last name of the path, bytes as characters; one made up if it is not known. */
  static String name(KeptData data) {
    String path = data.writes().path();
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() ? "file-" + data.writes().fid().vnode() : name;
  }

  /** Returns the path as users name it. */
  static String shown(KeptData data) {
    KeptWrites writes = data.writes();
    if (writes.path().isEmpty()) {
      return writes.fid().toString();
    }
    String path = Printable.of(writes.path().getBytes(ISO_8859_1));
    return writes.root().isEmpty() ? "/afs" + path : path;
  }
}
