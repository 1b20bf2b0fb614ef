package heddle.afs.cell;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.DirectoryEntry;
import heddle.afs.FileStatus;
import heddle.afs.auth.Caller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A cell with one client, and short words for what tests do with it. */
final class CellFixture implements AutoCloseable {
  static final Caller ANYBODY = Caller.anonymous();

  final EmbeddedCell cell;
  final AfsClient client;
  final Caller admin;

  CellFixture() throws IOException {
    this(CellConfig.DEFAULT);
  }

  CellFixture(CellConfig config) throws IOException {
    cell = EmbeddedCell.start(config);
    client = cell.client();
    admin = cell.administrator();
  }

  AfsPath path(String below) {
    return AfsPath.of("/" + cell.name() + "/" + below);
  }

  void write(Caller caller, String path, String text) throws AfsException {
    write(client, caller, path, text);
  }

  /** Makes a file, or writes one anew; returns when the server has it. */
  void write(AfsClient by, Caller caller, String path, String text) throws AfsException {
    try (AfsFile file = openOrCreate(by, caller, path)) {
      file.truncate(0);
      file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
      file.flush();
    }
  }

  private AfsFile openOrCreate(AfsClient by, Caller caller, String path) throws AfsException {
    try {
      return by.openForWriting(caller, path(path), FinalLink.FOLLOW);
    } catch (AfsException.NoSuchFile e) {
      return by.create(caller, path(path), 0644);
    }
  }

  String read(Caller caller, String path) throws AfsException {
    return read(client, caller, path);
  }

  String read(AfsClient by, Caller caller, String path) throws AfsException {
    try (AfsFile file = by.open(caller, path(path), FinalLink.FOLLOW)) {
      ByteBuffer all = ByteBuffer.allocate(1 << 16);
      int count = file.read(all, 0);
      return new String(all.array(), 0, count, UTF_8);
    }
  }

  List<String> list(Caller caller, String path) throws AfsException {
    return list(client, caller, path);
  }

  List<String> list(AfsClient by, Caller caller, String path) throws AfsException {
    try (AfsDirectory directory = by.openDirectory(caller, path(path))) {
      return directory.entries().stream().map(DirectoryEntry::nameText).sorted().toList();
    }
  }

  FileStatus stat(Caller caller, String path) throws AfsException {
    return client.stat(caller, path(path), FinalLink.KEEP);
  }

  /** Makes a volume and a mount point for it in the root of the cell. */
  void volume(String name, String mountedAt) throws IOException {
    cell.createVolume(name);
    client.makeMountPoint(admin, path(mountedAt), "#" + name + ".");
  }

  void setRights(String directory, String text) throws AfsException {
    client.setAccessList(admin, path(directory), text.getBytes(UTF_8));
  }

  @Override
  public void close() {
    cell.close();
  }
}
