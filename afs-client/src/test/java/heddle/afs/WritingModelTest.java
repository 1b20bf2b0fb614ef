package heddle.afs;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.testkit.FakeHost;
import heddle.afs.testkit.FakeVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One file, two handles of one client and one of another, any sequence of operations, against an
 * array of bytes.
 */
class WritingModelTest {
  private static final String PATH = "/example.org/file";
  private static final int MEGABYTE = 1 << 20;

  private final ClientFixture afs = new ClientFixture();
  private byte[] model = {};

  @AfterEach
  void close() {
    afs.close();
  }

  private static AfsFile open(AfsClient client) throws AfsException {
    return client.openForWriting(ClientFixture.ANONYMOUS, AfsPath.of(PATH), FinalLink.FOLLOW);
  }

  private AfsClient other() throws IOException {
    FakeHost host = afs.cell.otherClient();
    AfsClient client = afs.clientOf(host);
    host.connect(client.callbackHandler());
    return client;
  }

  @ParameterizedTest
  @CsvSource({"1,20000,64", "2,2000000,64", "3,300000,1", "4,20000,1", "5,6000000,16"})
  void isLikeAnArray(long seed, int longestWrite, int dirtyMegabytes) throws Exception {
    afs.config(config -> config.withDirtyBytes((long) dirtyMegabytes * MEGABYTE));
    FakeVolume volume = afs.cell.volume("root.cell", afs.fs1).file("file", "").writable();
    volume.setQuota(0); // none
    SplittableRandom random = new SplittableRandom(seed);
    try (AfsClient otherClient = other();
        AfsFile other = open(otherClient)) {
      AfsFile[] mine = {open(afs.client()), open(afs.client())};
      for (int i = 0; i < 300; i++) {
        int which = random.nextInt(2);
        AfsFile file = mine[which];
        switch (random.nextInt(12)) {
          case 0, 1, 2, 3 -> write(file, random, longestWrite);
          case 4 -> truncate(file, random);
          case 5, 6, 7 -> read(file, random);
          case 8 -> file.flush();
          case 9 -> file.sync();
          case 10 -> {
            file.flush();
            file.close();
            mine[which] = open(afs.client());
          }
          default -> {
            mine[0].flush(); // both, for only who wrote has something to flush
            mine[1].flush();
            assertThat(volume.bytes("file")).isEqualTo(model);
            read(other, random);
            write(other, random, 10_000);
            if (random.nextBoolean()) {
              truncate(other, random);
            }
            other.flush();
          }
        }
        assertThat(file.status().length()).isEqualTo(model.length);
      }
      mine[0].sync();
      mine[1].sync();
      assertThat(volume.bytes("file")).isEqualTo(model);
      read(mine[0], random);
      mine[0].close();
      mine[1].close();
    }
    assertThat(afs.client().statistics().dirtyBytes()).isZero();
  }

  private void write(AfsFile file, SplittableRandom random, int longest) throws AfsException {
    byte[] data = new byte[1 + random.nextInt(longest)];
    random.nextBytes(data);
    int offset =
        random.nextBoolean()
            ? model.length
            : random.nextInt(Math.min(8 * MEGABYTE, model.length + 200_000));
    offset = Math.min(offset, 12 * MEGABYTE);
    file.write(ByteBuffer.wrap(data), offset);
    model = Arrays.copyOf(model, Math.max(model.length, offset + data.length));
    System.arraycopy(data, 0, model, offset, data.length);
  }

  private void truncate(AfsFile file, SplittableRandom random) throws AfsException {
    int length = random.nextInt(model.length + 100_000);
    file.truncate(length);
    model = Arrays.copyOf(model, length);
  }

  private void read(AfsFile file, SplittableRandom random) throws AfsException {
    int offset = random.nextInt(model.length + 1);
    ByteBuffer target = ByteBuffer.allocateDirect(1 + random.nextInt(3 * MEGABYTE));
    int count = file.read(target, offset);
    assertThat(count).isEqualTo(Math.min(target.capacity(), model.length - offset));
    assertThat(target.position()).isEqualTo(count);
    byte[] seen = new byte[count];
    target.get(0, seen);
    assertThat(seen).isEqualTo(Arrays.copyOfRange(model, offset, offset + count));
  }
}
