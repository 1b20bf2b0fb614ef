package heddle.afs.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.AccessList;
import heddle.afs.AccessList.Half;
import heddle.afs.AccessRights;
import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.DirectoryEntry;
import heddle.afs.StatusUpdate;
import heddle.afs.auth.Caller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Fills a volume as {@code make-dump.pl} does, in the same words, as a client. */
final class VolumeContents {
  private final AfsClient afs;
  private final Caller administrator;
  private final AfsPath root;

  VolumeContents(AfsClient afs, Caller administrator, AfsPath root) {
    this.afs = afs;
    this.administrator = administrator;
    this.root = root;
  }

  /** Removes all that is in it. */
  void empty() throws IOException {
    empty(root);
    setAccessList(root, "-204:127");
    set(root, StatusUpdate.NOTHING.withMode(0755));
  }

  private void empty(AfsPath path) throws IOException {
    try (AfsDirectory directory = afs.openDirectory(administrator, path)) {
      for (DirectoryEntry entry : directory.entries()) {
        AfsPath each = path.resolve(entry.name());
        switch (directory.status(entry).type()) {
          case DIRECTORY -> {
            empty(each);
            afs.removeDirectory(administrator, each);
          }
          case MOUNT_POINT -> afs.removeMountPoint(administrator, each);
          case FILE, SYMLINK -> afs.remove(administrator, each);
        }
      }
    }
  }

  void fill(String contents) throws IOException {
    for (String line : contents.split("\n")) {
      if (!line.isBlank() && !line.strip().startsWith("#")) {
        String[] words = line.split(" +", 3);
        make(words[0], path(words[1]), words.length < 3 ? "" : words[2]);
      }
    }
  }

  private AfsPath path(String inVolume) {
    return root.resolve(AfsPath.of(inVolume));
  }

  private void make(String what, AfsPath path, String rest) throws IOException {
    switch (what) {
      case "dir" -> afs.makeDirectory(administrator, path, 0755);
      case "file" -> makeFile(path, rest.replace("\\n", "\n").getBytes(UTF_8));
      case "zeros" -> makeFile(path, new byte[Integer.parseInt(rest)]);
      case "pattern" -> makeFile(path, pattern(Integer.parseInt(rest)));
      case "link" -> afs.makeSymbolicLink(administrator, path, rest.getBytes(UTF_8));
      case "mount" -> afs.makeMountPoint(administrator, path, rest);
      case "hard" -> afs.link(administrator, path(rest), path);
      case "acl" -> setAccessList(path, rest);
      case "owner" -> set(path, StatusUpdate.NOTHING.withOwner(Integer.parseInt(rest)));
      case "mode" -> set(path, StatusUpdate.NOTHING.withMode(Integer.parseInt(rest, 8)));
      default -> throw new IllegalArgumentException("no such word: " + what);
    }
  }

  private void makeFile(AfsPath path, byte[] data) throws IOException {
    try (AfsFile file = afs.create(administrator, path, 0644)) {
      file.write(ByteBuffer.wrap(data), 0);
      file.flush();
    }
  }

  private static byte[] pattern(int length) {
    StringBuilder text = new StringBuilder();
    for (int offset = 0; offset < length; offset += 16) {
      text.append("%015d\n".formatted(offset));
    }
    return Arrays.copyOf(text.toString().getBytes(UTF_8), length);
  }

  private void setAccessList(AfsPath path, String entries) throws IOException {
    AccessList list = AccessList.EMPTY;
    for (String entry : entries.split(",")) {
      Half half = entry.startsWith("!") ? Half.NEGATIVE : Half.NORMAL;
      String[] words = entry.replace("!", "").split(":");
      list = list.with(half, words[0], new AccessRights(Integer.parseInt(words[1])));
    }
    afs.setAccessList(administrator, path, list.text());
  }

  private void set(AfsPath path, StatusUpdate update) throws IOException {
    afs.setStatus(administrator, path, FinalLink.KEEP, update);
  }
}
