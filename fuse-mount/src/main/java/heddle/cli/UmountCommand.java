package heddle.cli;

import heddle.fuse.MountException;
import heddle.fuse.PathBytes;
import heddle.fuse.Unmounter;
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
    versionProvider = Version.class)
final class UmountCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = {"-z", "--lazy"},
      description = "Also if it is in use: it disappears, and ends when its users are done.")
  private boolean lazy;

  @Parameters(paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
  private String mountPoint = "";

  @Override
  public Integer call() throws MountException {
    common.apply();
    Unmounter.unmount(
        PathBytes.toPath(RawArguments.toBytes(mountPoint)),
        lazy ? Unmounter.Force.DETACH : Unmounter.Force.NONE);
    return Heddle.OK;
  }
}
