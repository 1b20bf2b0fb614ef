package heddle.cli;

import heddle.control.FsAnswer;
import heddle.control.FsException;
import heddle.control.FsRequest;
import heddle.fuse.Errno;
import heddle.fuse.MountedPath.LastName;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commands of {@code heddle fs} about mount points.
 *
 * <p>Protocol source: OpenAFS src/venus/fs.c (behaviour); doc/man-pages/pod1/fs_mkmount.pod.
 */
final class FsMountPointCommands {
  private static final int MAX_VOLUME_CHARS = 63; // of OpenAFS's fs

  private FsMountPointCommands() {}

  static List<FsSyntax> table() {
    return List.of(
        FsSyntax.of("lsmount", "show which volume a mount point leads to")
            .requiredList("-dir", "mount points, or symbolic links to them")
            .note("heddle fs lsmount ~/backup")
            .does(FsMountPointCommands::list),
        FsSyntax.of("mkmount", "make a mount point")
            .requiredSingle("-dir", "the new name, in a directory of AFS")
            .requiredSingle("-vol", "name or id of the volume; CELL:NAME for another cell's")
            .single("-cell", "the cell of the volume; default: that of the directory")
            .flag("-rw", "always to the read-write volume")
            .flag("-fast", "do not look whether there is such a volume")
            .note("heddle fs mkmount ~/backup user.alice.backup")
            .note("Parents that are read-only cannot be changed: use the path below .CELL.")
            .does(FsMountPointCommands::make),
        FsSyntax.of("rmmount", "remove mount points; volumes stay as they are")
            .requiredList("-dir", "mount points")
            .note("heddle fs rmmount ~/backup")
            .does(FsMountPointCommands::remove));
  }

  private static Map<String, Object> json(String shown, String contents) {
    var fields = new LinkedHashMap<String, Object>();
    StatusText.putName(fields, "path", RawArguments.toBytes(shown));
    fields.put("mountPoint", contents);
    return fields;
  }

  private static void list(FsRun run) throws IOException {
    run.forEach(
        "-dir",
        LastName.KEEP,
        (target, shown) -> {
          FsAnswer.MountPoint found;
          try {
            found =
                target
                    .agent()
                    .ask(new FsRequest.ReadMountPoint(target.path()), FsAnswer.MountPoint.class);
          } catch (FsException e) {
            complainIfNone(run, e, "'" + Heddle.shown(shown) + "' is not a mount point.");
            return;
          }
          String contents = withoutDot(found.contents());
          if (run.json()) {
            run.add(json(shown, contents));
            return;
          }
          run.output()
              .text("'")
              .name(RawArguments.toBytes(shown))
              .text("' is a " + (found.linked() ? "symbolic link, leading to a " : ""))
              .text("mount point for volume '" + contents + "'\n");
        });
  }

  private static String withoutDot(String contents) {
    return contents.endsWith(".") ? contents.substring(0, contents.length() - 1) : contents;
  }

  private static void complainIfNone(FsRun run, FsException e, String message) throws FsException {
    if (e.kind() != Errno.EINVAL) {
      throw e;
    }
    run.complain(message);
  }

  private static void make(FsRun run) throws IOException {
    String given = RightsChange.text(run.arguments().required("-vol"));
    int colon = given.indexOf(':');
    String volume = given.substring(colon + 1);
    Optional<String> named = colon < 0 ? Optional.empty() : Optional.of(given.substring(0, colon));
    Optional<String> option = run.arguments().value("-cell").map(RightsChange::text);
    if (volume.length() > MAX_VOLUME_CHARS) {
      run.complain("fs: volume name too long (length must be < 64 characters)");
      return;
    }
    if (named.isPresent() && option.isPresent() && !named.get().equalsIgnoreCase(option.get())) {
      run.complain("fs: cellnames do not match.");
      return;
    }
    Optional<String> cell = named.or(() -> option);
    run.with(
        run.arguments().required("-dir"),
        LastName.KEEP,
        (target, shown) -> {
          if (!run.arguments().has("-fast")) {
            warnIfMissing(run, target, cell, volume);
          }
          String contents =
              (run.arguments().has("-rw") ? "%" : "#")
                  + cell.map(name -> name + ":").orElse("")
                  + volume
                  + ".";
          target
              .agent()
              .ask(new FsRequest.MakeMountPoint(target.path(), contents), FsAnswer.Done.class);
          if (run.json()) {
            run.add(json(shown, withoutDot(contents)));
          }
        });
  }

  /** A mount point may be there before its volume is. */
  private static void warnIfMissing(
      FsRun run, FsTarget target, Optional<String> cell, String volume) throws IOException {
    String wanted = cell.isPresent() ? cell.get() : cellOf(target);
    boolean exists =
        target.agent().ask(new FsRequest.VolumeExists(wanted, volume), FsAnswer.Flag.class).set();
    if (!exists) {
      run.warn("fs: warning, volume " + volume + " does not exist in cell " + wanted + ".");
    }
  }

  private static String cellOf(FsTarget target) throws IOException {
    return target
        .agent()
        .ask(new FsRequest.Locate(parent(target.path())), FsAnswer.Location.class)
        .location()
        .fid()
        .cell();
  }

  private static byte[] parent(byte[] path) {
    int end = path.length;
    while (end > 1 && path[end - 1] != '/') {
      end--;
    }
    return Arrays.copyOf(path, end);
  }

  private static void remove(FsRun run) throws IOException {
    run.forEach(
        "-dir",
        LastName.KEEP,
        (target, shown) -> {
          try {
            target.agent().ask(new FsRequest.RemoveMountPoint(target.path()), FsAnswer.Done.class);
          } catch (FsException e) {
            complainIfNone(run, e, "fs: '" + Heddle.shown(shown) + "' is not a mount point.");
          }
        });
  }
}
