package heddle.afs.nio;

import heddle.afs.AccessRights;
import heddle.afs.cell.CellConfig;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/** An embedded cell whose administrator owns both file systems. */
final class EmbeddedPlace implements TestPlace {
  static final AccessRights ALL = AccessRights.parse("all").orElseThrow();

  final EmbeddedCell cell;
  final FileSystem fileSystem;
  private final FileSystem other;
  private int directories;

  EmbeddedPlace() throws IOException {
    this(CellConfig.DEFAULT);
  }

  EmbeddedPlace(CellConfig config) throws IOException {
    cell = EmbeddedCell.start(config);
    fileSystem =
        FileSystems.newFileSystem(uri(""), AfsEnvironment.of(cell.client(), cell.administrator()));
    other =
        FileSystems.newFileSystem(
            uri("other@"), AfsEnvironment.of(cell.newClient(), cell.administrator()));
  }

  /** Returns the URI of a file system of the cell. */
  URI uri(String user) {
    return URI.create("afs://" + user + cell.name() + "/");
  }

  @Override
  public Path newDirectory() throws IOException {
    return Files.createDirectory(fileSystem.getPath("/test" + directories++));
  }

  @Override
  public FileSystem another() {
    return other;
  }

  @Override
  public void close() throws IOException {
    fileSystem.close();
    other.close();
    cell.close();
  }
}
