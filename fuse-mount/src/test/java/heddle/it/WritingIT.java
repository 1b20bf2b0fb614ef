package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files written through mounts of a real cell: the bytes that were written, in both mounts. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to kill a server
final class WritingIT {
  /** The killed server may take long to come back on a slow machine. */
  private static final String TIMEOUT_SECONDS = "300";

  /** On one file; the profile nightly makes it 100,000. */
  private static final int OPERATIONS = Integer.getInteger("heddle.it.operations", 2000);

  private static final int LONGEST = 3 << 20; // bytes of the file

  private static Mount first;
  private static Mount second;
  private static String directory;

  @BeforeAll
  static void mount() {
    first = Mount.start("--timeout", TIMEOUT_SECONDS);
    second = Mount.start("--timeout", TIMEOUT_SECONDS);
    directory = RealCell.name() + "/scratch/write-" + ProcessHandle.current().pid();
    first.out(".", "mkdir " + directory);
  }

  @AfterAll
  static void end() {
    second.close();
    first.close();
  }

  private static Path in(Mount mount, String name) {
    return mount.point().resolve(directory).resolve(name);
  }

  /** Reads, writes, truncates, maps and reopens one file, and compares each with an array. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aFileIsLikeAnArray(long seed) throws IOException {
    var file = new RandomFile(in(first, "random-" + seed), seed);
    for (int i = 0; i < OPERATIONS; i++) {
      file.step();
    }
    byte[] expected = file.end();
    assertThat(Files.readAllBytes(in(second, "random-" + seed))).isEqualTo(expected);
  }

  /** {@code -Dheddle.it.seed=N} replays one. */
  static LongStream seeds() {
    Long seed = Long.getLong("heddle.it.seed");
    return seed == null ? LongStream.of(1, 2) : LongStream.of(seed);
  }

  private static final class RandomFile {
    private final Path path;
    private final SplittableRandom random;
    private FileChannel channel;
    private byte[] model = {};

    RandomFile(Path path, long seed) throws IOException {
      this.path = path;
      this.random = new SplittableRandom(seed);
      channel = open();
    }

    private FileChannel open() throws IOException {
      return FileChannel.open(
          path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    void step() throws IOException {
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4 -> write();
        case 5, 6, 7, 8 -> read();
        case 9 -> shrink();
        case 10, 11 -> writeMapped();
        case 12, 13 -> readMapped();
        case 14 -> channel.force(true);
        default -> {
          channel.close();
          channel = open();
        }
      }
      assertThat(channel.size()).isEqualTo(model.length);
    }

    private void write() throws IOException {
      byte[] data = new byte[1 + random.nextInt(200_000)];
      random.nextBytes(data);
      int offset = random.nextInt(Math.min(model.length + 100_000, LONGEST));
      ByteBuffer source = ByteBuffer.wrap(data);
      while (source.hasRemaining()) {
        channel.write(source, offset + source.position());
      }
      model = Arrays.copyOf(model, Math.max(model.length, offset + data.length));
      System.arraycopy(data, 0, model, offset, data.length);
    }

    private void read() throws IOException {
      int offset = random.nextInt(model.length + 1);
      int length = Math.min(random.nextInt(300_000), model.length - offset);
      ByteBuffer target = ByteBuffer.allocate(length);
      while (target.hasRemaining()) {
        assertThat(channel.read(target, offset + target.position())).isPositive();
      }
      assertThat(target.array()).isEqualTo(Arrays.copyOfRange(model, offset, offset + length));
    }

    private void shrink() throws IOException {
      int length = random.nextInt(model.length + 1);
      channel.truncate(length);
      model = Arrays.copyOf(model, length);
    }

    private void writeMapped() throws IOException {
      if (model.length == 0) {
        return;
      }
      MappedByteBuffer map = channel.map(MapMode.READ_WRITE, 0, model.length);
      byte[] data = new byte[1 + random.nextInt(Math.min(model.length, 20_000))];
      random.nextBytes(data);
      int offset = random.nextInt(model.length - data.length + 1);
      map.put(offset, data);
      map.force();
      System.arraycopy(data, 0, model, offset, data.length);
    }

    private void readMapped() throws IOException {
      if (model.length == 0) {
        return;
      }
      MappedByteBuffer map = channel.map(MapMode.READ_ONLY, 0, model.length);
      byte[] seen = new byte[model.length];
      map.get(seen);
      assertThat(seen).isEqualTo(model);
    }

    byte[] end() throws IOException {
      channel.close();
      return model;
    }
  }

  @Test
  void whatOneMountHasClosedTheOtherSeesAtItsNextOpen() {
    for (int i = 0; i < 5; i++) {
      first.out(directory, "echo first" + i + " >> shared");
      second.out(directory, "echo second" + i + " >> shared");
    }
    assertThat(first.out(directory, "cat shared"))
        .isEqualTo(second.out(directory, "cat shared"))
        .startsWith("first0\nsecond0\nfirst1\n")
        .endsWith("first4\nsecond4\n");
  }

  @Test
  void anOpenFileThatTheOtherMountRemovedIsStale() {
    first.out(directory, "echo x > removed");
    Path other = in(second, "removed");
    Shell.Result result = first.shell(directory, "exec 3<removed; rm " + other + "; cat <&3");
    assertThat(result.err()).contains("Stale file handle");
    assertThat(first.shell(directory, "cat removed").err()).contains("No such file");
    String gone =
        "echo x > removed; exec 3<removed; rm "
            + other
            + "; until stat -L /dev/fd/3 2>&1 | grep -q 'Stale file'; do sleep 0.1; done"
            + "; stat removed";
    assertThat(first.shell(directory, gone).err()).contains("No such file");
  }

  @Test
  void exceededQuotaIsAnErrorOfTheWriter() throws Exception {
    RealCell.runWithInput("acl / -204:127,-101:127\n", "newvol", "it.quota", "fs1");
    RealCell.run("on", "fs1", "vos", "setfields", "it.quota", "-maxquota", "3000", "-localauth");
    try (Mount mount = Mount.start("--root-volume", "it.quota")) {
      Shell.Result result = mount.shell("", "head -c 9000000 /dev/zero > much");
      assertThat(result.exit()).isNotZero();
      assertThat(result.err()).contains("Disk quota exceeded");
    }
  }

  @Test
  void aServerThatIsKilledWhileItStoresLosesNothing() throws Exception {
    Process copy =
        new ProcessBuilder(
                "sh", "-c", "head -c 60000000 /dev/zero | tr '\\0' x > killed && cksum < killed")
            .directory(in(first, ".").toFile())
            .redirectErrorStream(true)
            .start();
    RealCell.run("fskill", "fs1");
    String sum = new String(copy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(copy.waitFor()).as(sum).isZero();
    assertThat(second.out(directory, "cksum < killed")).isEqualTo(sum);
    assertThat(second.out(directory, "tr -d x < killed | wc -c").strip()).isEqualTo("0");
  }
}
