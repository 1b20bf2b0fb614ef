package heddle.afs.nio;

import heddle.afs.AfsConfig;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A volume of a cell of OpenAFS's servers, in which anybody may do nearly everything. */
final class RealPlace implements TestPlace {
  private static final String ACL = "acl / -204:127,-101:63\n";
  private static final String REMOVE = "vos remove -id %s -localauth";

  private final String volume = "it.nio" + Long.toString(System.currentTimeMillis(), 36);
  private final FileSystem fileSystem;
  private final FileSystem other;
  private int directories;

  RealPlace() throws Exception {
    RealCell.runWithInput(ACL, "newvol", volume, "fs1");
    fileSystem = open("");
    other = open("other@");
  }

  private FileSystem open(String user) throws IOException {
    AfsConfig config =
        AfsConfig.DEFAULT
            .withCells(Map.of(RealCell.name(), List.of(RealCell.databaseServer())))
            .withRootVolume(volume)
            .withCallbackPort(0);
    URI uri = URI.create("afs://" + user + RealCell.name() + "/");
    return FileSystems.newFileSystem(uri, Map.of(AfsEnvironment.CONFIG, config));
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
    try {
      RealCell.run("on", "fs1", "sh", "-c", REMOVE.formatted(volume));
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
