package heddle.cli;

import heddle.afs.AccessList;
import heddle.afs.AccessRights;
import heddle.afs.AfsClient;
import heddle.afs.AfsException;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import heddle.afs.cell.CellConfig;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The sample tree of {@code heddle demo}: users, volumes and what is in them. */
final class DemoCell {
  static final String NAME = "demo.test";
  static final String ALICE = "alice";
  static final String BOB = "bob";

  private static final String TEAM = "demo:team";

  private final EmbeddedCell cell;
  private final AfsClient afs;
  private final Caller administrator;
  private final CellHomes homes;

  private DemoCell(EmbeddedCell cell) throws IOException {
    this.cell = cell;
    this.afs = cell.client();
    this.administrator = cell.administrator();
    this.homes = new CellHomes(cell);
  }

  /** Starts the cell and fills it. */
  static EmbeddedCell start() throws IOException {
    EmbeddedCell cell = EmbeddedCell.start(CellConfig.DEFAULT.withName(NAME));
    try {
      new DemoCell(cell).fill();
      return cell;
    } catch (IOException | RuntimeException e) {
      cell.close();
      throw e;
    }
  }

  private void fill() throws IOException {
    cell.addGroup(TEAM, ALICE, BOB);
    file(
        "/README",
        "A whole AFS cell in one process. Each directory here is a volume, or has some.\n");
    volume("doc", "/doc");
    file("/doc/news", "Read-only replicas are made with: vos release\n");
    link("/latest", "doc/news");
    volume("project", "/project");
    homes.grant(path("/project"), TEAM, rights("write"));
    file("/project/plan", "Draw a plan.\n");
    homes.make(ALICE);
    homes.make(BOB);
    afs.makeDirectory(administrator, path("/user/alice/private"), 0755);
    file("/user/alice/private/diary", "Nobody reads this but me.\n");
    AccessList hers = AccessList.EMPTY.with(AccessList.Half.NORMAL, ALICE, rights("all"));
    afs.setAccessList(administrator, path("/user/alice/private"), hers.text());
    cell.release("doc");
    cell.release("root.cell");
  }

  private void volume(String name, String place) throws IOException {
    cell.createVolume(name);
    afs.makeMountPoint(administrator, path(place), "#" + name + ".");
  }

  private void link(String place, String target) throws AfsException {
    afs.makeSymbolicLink(administrator, path(place), target.getBytes(StandardCharsets.UTF_8));
  }

  private void file(String place, String text) throws IOException {
    try (AfsFile file = afs.create(administrator, path(place), 0644)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      file.flush(); // now, with these rights
    }
  }

  private AfsPath path(String place) {
    return homes.path(place);
  }

  private static AccessRights rights(String words) {
    return AccessRights.parse(words).orElseThrow();
  }
}
