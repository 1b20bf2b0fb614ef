package heddle.cli;

import heddle.control.FsAnswer;
import heddle.control.FsRequest;
import heddle.fuse.MountedPath.LastName;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * The commands of {@code heddle fs} about what a mount has cached.
 *
 * <p>Protocol source: OpenAFS src/venus/fs.c (behaviour).
 */
final class FsCacheCommands {
  private FsCacheCommands() {}

  static List<FsSyntax> table() {
    return List.of(
        FsSyntax.of("flush", "forget what is cached of files")
            .paths()
            .note("heddle fs flush file")
            .note("What was written and is not stored yet stays.")
            .does(run -> flush(run, FsRequest.Flush::new)),
        FsSyntax.of("flushvolume", "forget what is cached of all files of volumes")
            .alias("flushv")
            .paths()
            .note("heddle fs flushvolume .")
            .does(run -> flush(run, FsRequest.FlushVolume::new)),
        FsSyntax.of("flushall", "forget what is cached of all files")
            .note("heddle fs flushall")
            .does(run -> run.ask(new FsRequest.FlushAll(), FsAnswer.Done.class)));
  }

  private static void flush(FsRun run, Function<byte[], FsRequest> request) throws IOException {
    run.forEach(
        "-path",
        LastName.FOLLOW,
        (target, shown) -> target.agent().ask(request.apply(target.path()), FsAnswer.Done.class));
  }
}
