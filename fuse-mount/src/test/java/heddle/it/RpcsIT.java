package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many calls to servers an operation costs: never more than OpenAFS's client makes, as {@code
 * bench/mount/rpcs.sh} counts them. The kernel remembers no attributes here: what costs nothing,
 * costs nothing because of this client's own cache.
 */
@NeedsCell
@NeedsFuse
@NeedsRoot // to make a volume
final class RpcsIT {
  private static final String CALL = ".*RxNetwork - \\S+ (\\w+).*";

  private static Mount mount;
  private static final AtomicInteger places = new AtomicInteger();

  @BeforeAll
  static void mount() throws Exception {
    TestVolumes.make(
        "it.rpcs",
        "fs1",
        "acl / -204:127,-101:127\npattern /big 8000000\ndir /work\n"
            + files("many", 1000)
            + files("few", 20));
    mount = Mount.start("--root-volume", "it.rpcs", "--attr-timeout", "0");
  }

  private static String files(String directory, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "file /%s/%d %2$d\\n\n".formatted(directory, i))
        .collect(Collectors.joining("", "dir /" + directory + "\n", ""));
  }

  @AfterAll
  static void end() {
    mount.close();
  }

  /** Returns the calls that {@code script} made; looking whether servers are there is not its. */
  private static List<String> calls(String directory, String script) {
    int mark = mount.log().mark();
    mount.out(directory, script);
    return mount.callsSince(mark).stream()
        .map(line -> line.replaceFirst(CALL, "$1"))
        .filter(call -> !call.equals("GetCapabilities"))
        .sorted()
        .toList();
  }

  /** Returns the same with nothing in the cache but the way there. */
  private static List<String> coldCalls(String script) {
    Shell.Result flushed =
        Shell.run(
            Path.of("/"),
            "'" + HeddleCommand.program() + "' fs flushvolume '" + mount.point() + "'");
    assertThat(flushed.err()).isEmpty();
    mount.out("", "stat many");
    return calls("", script);
  }

  @ParameterizedTest
  @CsvSource({
    "ls -l many, 25", // afsd.fuse: 35
    "stat many/500, 2",
    "cd many; stat $(seq 100 199), 101",
    "cat many/7, 3",
    "cat few/*, 41", // all that there are: nothing is fetched ahead for later
    "cat big, 12" // one for its status; two that read ahead may ask for one chunk
  })
  void whatIsReadCold(String script, int callsOfOpenAfs) {
    assertThat(coldCalls(script)).hasSizeBetween(1, callsOfOpenAfs);
    assertThat(calls("", script)).as("the second time").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "->",
      value = {
        "mkdir d -> MakeDir",
        "mkdir d; rmdir d -> MakeDir RemoveDir",
        ": > f -> CreateFile",
        "head -c 4096 /dev/zero > f -> CreateFile StoreData64",
        "echo x > f; rm f -> CreateFile RemoveFile StoreData64",
        "echo x > f; mv f g -> CreateFile Rename StoreData64",
        "echo x > f; chmod 600 f -> CreateFile StoreData64 StoreStatus",
        "echo x > f; ln f g -> CreateFile Link StoreData64",
        "ln -s f l; stat l; readlink l -> Symlink",
        "echo x > g; echo y > f; mv f g; cat g"
            + " -> CreateFile CreateFile Rename StoreData64 StoreData64",
        "dd if=/dev/zero of=f bs=4k count=3 conv=fsync status=none -> CreateFile StoreData64",
        "tar -C / -cf - etc/hostname | tar --no-same-owner -xf -"
            + " -> CreateFile MakeDir StoreData64",
        "mkdir d; echo x > d/f; ls -l . d; cat d/f -> CreateFile MakeDir StoreData64"
      })
  void changesCostOneCallEach(String script, String calls) {
    String place = "work/" + places.incrementAndGet();
    mount.out("", "mkdir " + place + "; stat " + place);
    assertThat(String.join(" ", calls(place, script))).isEqualTo(calls);
  }
}
