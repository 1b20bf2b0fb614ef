package heddle.cli;

import heddle.afs.Fid;
import heddle.afs.FileLocation;
import heddle.control.FsAnswer;
import heddle.control.FsRequest;
import heddle.fuse.MountedPath.LastName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands of {@code heddle fs} about where files are.
 *
 * <p>Protocol source: OpenAFS src/venus/fs.c (behaviour); doc/man-pages/pod1/fs_whereis.pod.
 */
final class FsPlaceCommands {
  /** What is said of what the client makes up, which is in no cell. */
  private static final String NO_CELL = "dynroot";

  private FsPlaceCommands() {}

  static List<FsSyntax> table() {
    return List.of(
        FsSyntax.of("whereis", "show which file servers have a file")
            .paths()
            .note("heddle fs whereis /afs/example.org")
            .does(FsPlaceCommands::whereIs),
        FsSyntax.of("whichcell", "show which cell a file is in")
            .paths()
            .note("heddle fs whichcell .")
            .does(FsPlaceCommands::whichCell),
        FsSyntax.of("getfid", "show the number of a file: volume, vnode, uniquifier")
            .paths()
            .flag("-literal", "of a symbolic link or mount point itself")
            .note("heddle fs getfid -literal ~/link")
            .does(FsPlaceCommands::getFid));
  }

  /** Returns volume, vnode and uniquifier. */
  static String text(Fid fid) {
    return Integer.toUnsignedString(fid.volume())
        + "."
        + Integer.toUnsignedString(fid.vnode())
        + "."
        + Integer.toUnsignedString(fid.uniquifier());
  }

  private static String cell(Fid fid) {
    return fid.cell().isEmpty() ? NO_CELL : fid.cell();
  }

  private static FileLocation locate(FsTarget target) throws IOException {
    return target
        .agent()
        .ask(new FsRequest.Locate(target.path()), FsAnswer.Location.class)
        .location();
  }

  private static Map<String, Object> json(String shown, Fid fid) {
    var fields = new LinkedHashMap<String, Object>();
    StatusText.putName(fields, "path", RawArguments.toBytes(shown));
    fields.put("fid", text(fid));
    fields.put("cell", cell(fid));
    return fields;
  }

  private static void whereIs(FsRun run) throws IOException {
    run.forEach(
        "-path",
        LastName.FOLLOW,
        (target, shown) -> {
          FileLocation location = locate(target);
          List<InetAddress> servers = location.servers();
          if (run.json()) {
            Map<String, Object> fields = json(shown, location.fid());
            fields.put("volume", location.volume());
            fields.put("servers", servers.stream().map(InetAddress::getHostAddress).toList());
            run.add(fields);
            return;
          }
          run.output()
              .text("File ")
              .name(RawArguments.toBytes(shown))
              .text(" is on host" + (servers.size() == 1 ? " " : "s "));
          for (InetAddress server : servers) {
            run.output().name(bytes(run.hostName(server))).text(" ");
          }
          run.output().newLine();
        });
  }

  private static void whichCell(FsRun run) throws IOException {
    run.forEach(
        "-path",
        LastName.FOLLOW,
        (target, shown) -> {
          Fid fid = locate(target).fid();
          if (run.json()) {
            run.add(json(shown, fid));
          } else {
            run.output()
                .text("File ")
                .name(RawArguments.toBytes(shown))
                .text(" lives in cell '" + cell(fid) + "'\n");
          }
        });
  }

  private static void getFid(FsRun run) throws IOException {
    boolean literal = run.arguments().has("-literal");
    run.forEach(
        "-path",
        literal ? LastName.KEEP : LastName.FOLLOW,
        (target, shown) -> {
          FsRequest request =
              literal
                  ? new FsRequest.LiteralFid(target.path())
                  : new FsRequest.ReadFid(target.path());
          Fid fid = target.agent().ask(request, FsAnswer.File.class).fid();
          if (run.json()) {
            run.add(json(shown, fid));
          } else {
            run.output()
                .text("File ")
                .name(RawArguments.toBytes(shown))
                .text(" (" + text(fid) + ") located in cell " + cell(fid) + "\n");
          }
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
