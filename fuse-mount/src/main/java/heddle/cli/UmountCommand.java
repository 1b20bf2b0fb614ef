package heddle.cli;

import heddle.fuse.MountException;
import heddle.fuse.PathBytes;
import heddle.fuse.Unmounter;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle umount}. */
@Command(
    name = "umount",
    description = "Unmount what 'heddle mount' mounted; the same as fusermount -u.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  heddle umount /mnt/afs",
      "  heddle umount -z /mnt/afs         (though somebody uses it)"
    })
final class UmountCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = {"-z", "--lazy"},
      description = "Also if it is in use: it disappears, and ends when its users are done.")
  private boolean lazy;

  @Option(names = "--json", description = "Say what happens as JSON, one object a line.")
  private boolean json;

  @Parameters(paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
  private String mountPoint = "";

  UmountCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, MountException {
    common.apply();
    Unmounter.unmount(
        PathBytes.toPath(RawArguments.toBytes(mountPoint)),
        lazy ? Unmounter.Force.DETACH : Unmounter.Force.NONE);
    if (json) {
      try (var output = new Output(console)) {
        output.text(MountCommand.unmounted(mountPoint)).newLine();
      }
    }
    return Heddle.OK;
  }
}
