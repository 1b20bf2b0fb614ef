package heddle.afs.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import heddle.afs.AfsException;
import heddle.afs.cache.DirectoryContents.Entry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryContentsTest {
  private static final int SLOT = DirectoryContents.SLOT_BYTES;

  private static byte[] name(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<Entry> entries(DirectoryContents directory) {
    List<Entry> entries = new ArrayList<>();
    Optional<Entry> entry = directory.entryFrom(0);
    while (entry.isPresent()) {
      entries.add(entry.get());
      entry = directory.entryFrom(entry.get().nextOffset());
    }
    return entries;
  }

  private static String text(Entry entry) {
    return new String(entry.name(), UTF_8);
  }

  @Test
  void realDirectory() throws AfsException {
    DirectoryContents directory = DirectoryContents.parse(GoldenDirectory.bytes("public"));

    assertThat(entries(directory))
        .extracting(DirectoryContentsTest::text, Entry::vnode, Entry::uniquifier)
        .containsExactly(
            tuple(".", 1, 1),
            tuple("..", 1, 1),
            tuple("hello.txt", 2, 2),
            tuple("empty", 4, 3),
            tuple("rel.lnk", 6, 4),
            tuple("abs.lnk", 8, 5),
            tuple("dangling.lnk", 10, 6),
            tuple("hello2.txt", 2, 2),
            tuple("dir", 3, 7));
    assertThat(directory.size()).isEqualTo(9);
    assertThat(directory.byteCount()).isEqualTo(2048);
    for (Entry entry : entries(directory)) {
      Entry found = directory.lookUp(entry.name()).orElseThrow();
      assertThat(found.vnode()).isEqualTo(entry.vnode());
      assertThat(found.uniquifier()).isEqualTo(entry.uniquifier());
      assertThat(found.nextOffset()).isEqualTo(entry.nextOffset());
    }
    assertThat(directory.lookUp(name("hello"))).isEmpty();
    assertThat(directory.lookUp(name("hello.txt2"))).isEmpty();
    assertThat(directory.lookUp(name(""))).isEmpty();
    assertThat(directory.lookUp(new byte[5000])).isEmpty();
    assertThat(directory.entryFrom(Integer.MAX_VALUE)).isEmpty();
    assertThat(directory.entryFrom(-1)).isPresent();
  }

  @Test
  void otherRealDirectory() throws AfsException {
    DirectoryContents directory = DirectoryContents.parse(GoldenDirectory.bytes("root.cell"));
    assertThat(entries(directory))
        .extracting(DirectoryContentsTest::text)
        .containsExactlyInAnyOrder(
            ".",
            "..",
            "README",
            "public",
            "repl",
            "hostonly",
            ".root.afs",
            ".repl",
            ".root.cell",
            "user",
            "scratch");
  }

  @Test
  void writerOfTheTestsWritesWhatAServerWrites() throws AfsException {
    byte[] image = new DirectoryImage(0xd, 0x632b, 1, 1).toBytes();
    assertThat(image).isEqualTo(GoldenDirectory.bytes("new"));

    DirectoryImage grown = new DirectoryImage(1, 1, 1, 1);
    byte[] golden = GoldenDirectory.bytes("public");
    entries(DirectoryContents.parse(golden)).stream()
        .skip(2)
        .forEach(entry -> grown.create(entry.name(), entry.vnode(), entry.uniquifier()));
    assertThat(grown.toBytes()).isEqualTo(golden);
  }

  @Test
  void namesOfEveryLength() throws AfsException {
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    for (int length = 1; length <= DirectoryContents.MAX_NAME_BYTES; length++) {
      byte[] name = new byte[length];
      Arrays.fill(name, (byte) 0xff);
      assertThat(image.create(name, length, -length)).isTrue();
    }
    DirectoryContents directory = DirectoryContents.parse(image.toBytes());
    assertThat(directory.size()).isEqualTo(2 + DirectoryContents.MAX_NAME_BYTES);
    for (int length = 1; length <= DirectoryContents.MAX_NAME_BYTES; length++) {
      byte[] name = new byte[length];
      Arrays.fill(name, (byte) 0xff);
      Entry entry = directory.lookUp(name).orElseThrow();
      assertThat(entry.name()).isEqualTo(name);
      assertThat(entry.vnode()).isEqualTo(length);
      assertThat(entry.uniquifier()).isEqualTo(-length);
    }
  }

  @Test
  void directoryOfEveryPage() throws AfsException {
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    int count = 0;
    while (image.create(name("f" + count), count, count)) {
      count++;
    }
    assertThat(image.pages()).isEqualTo(1023);
    assertThat(count).isEqualTo(1023 * 63 - 12 - 2);
    DirectoryContents directory = DirectoryContents.parse(image.toBytes());
    assertThat(directory.size()).isEqualTo(count + 2);
    assertThat(directory.lookUp(name("f" + (count - 1))).orElseThrow().vnode())
        .isEqualTo(count - 1);
    assertThat(directory.byteCount()).isEqualTo(DirectoryContents.MAX_BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void createsAndDeletes(long seed) throws AfsException {
    Random random = new Random(seed);
    DirectoryImage image = new DirectoryImage(7, 8, 9, 10);
    Map<String, Integer> model = new HashMap<>();
    model.put(".", 7);
    model.put("..", 9);
    for (int step = 0; step < 3000; step++) {
      String text = randomName(random);
      if (model.containsKey(text)) {
        if (!text.startsWith(".")) {
          image.delete(name(text));
          model.remove(text);
        }
      } else {
        assertThat(image.create(name(text), step, step)).isTrue();
        model.put(text, step);
      }
      if (step % 100 == 0) {
        assertSame(DirectoryContents.parse(image.toBytes()), model);
      }
    }
    assertSame(DirectoryContents.parse(image.toBytes()), model);
  }

  private static String randomName(Random random) {
    int number = random.nextInt(400);
    return "n" + number + "x".repeat(number % 7 == 0 ? number / 2 : 0);
  }

  private static void assertSame(DirectoryContents directory, Map<String, Integer> model) {
    Map<String, Integer> found = new HashMap<>();
    entries(directory).forEach(entry -> found.put(text(entry), entry.vnode()));
    assertThat(found).isEqualTo(model);
    assertThat(directory.size()).isEqualTo(model.size());
    model.forEach(
        (text, vnode) ->
            assertThat(directory.lookUp(name(text)).orElseThrow().vnode()).isEqualTo(vnode));
    assertThat(directory.lookUp(name("absent"))).isEmpty();
  }

  @Test
  void offsetsStayGoodWhileNamesComeAndGo() throws AfsException {
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    for (int i = 0; i < 500; i++) {
      image.create(name("stays" + i), i, i);
      image.create(name("goes" + i), i, i);
    }
    DirectoryContents before = DirectoryContents.parse(image.toBytes());
    for (int i = 0; i < 500; i++) {
      image.delete(name("goes" + i));
      image.create(name("longer name that needs two slots " + i), i, i);
    }
    DirectoryContents after = DirectoryContents.parse(image.toBytes());

    Set<String> seen = new HashSet<>();
    int offset = 0;
    for (int i = 0; i < 300; i++) {
      Entry entry = before.entryFrom(offset).orElseThrow();
      seen.add(text(entry));
      offset = entry.nextOffset();
    }
    for (Optional<Entry> entry = after.entryFrom(offset);
        entry.isPresent();
        entry = after.entryFrom(entry.get().nextOffset())) {
      String text = text(entry.get());
      assertThat(seen.add(text)).as(text).isTrue();
    }
    for (int i = 0; i < 500; i++) {
      assertThat(seen).contains("stays" + i);
    }
  }

  @Test
  void oldDirectoryWithoutPageCount() throws AfsException {
    byte[] data = GoldenDirectory.bytes("public");
    data[0] = 0;
    data[1] = 0;
    assertThat(DirectoryContents.parse(data).size()).isEqualTo(9);
  }

  @Test
  void nameThatNoChainLeadsToIsNotThere() throws AfsException {
    byte[] data = GoldenDirectory.bytes("public");
    ByteBuffer.wrap(data).putShort(160 + 2 * 83, (short) 0);
    DirectoryContents directory = DirectoryContents.parse(data);
    assertThat(directory.lookUp(name("empty"))).isEmpty();
    assertThat(entries(directory)).extracting(DirectoryContentsTest::text).doesNotContain("empty");
    assertThat(directory.size()).isEqualTo(8);
  }

  private static void assertDamaged(byte[] data, String message) {
    assertThatExceptionOfType(AfsException.ProtocolViolation.class)
        .isThrownBy(() -> DirectoryContents.parse(data))
        .withMessageContaining(message);
  }

  private static void assertDamagedBy(Consumer<ByteBuffer> change, String message) {
    byte[] data = GoldenDirectory.bytes("public");
    change.accept(ByteBuffer.wrap(data));
    assertDamaged(data, message);
  }

  @Test
  void wrongLengths() {
    byte[] page = GoldenDirectory.bytes("public");
    assertDamaged(new byte[0], "0 bytes");
    assertDamaged(Arrays.copyOf(page, 2047), "2047 bytes");
    assertDamaged(Arrays.copyOf(page, 2049), "2049 bytes");
    assertDamaged(Arrays.copyOf(page, 1024 * 2048), "2097152 bytes");
  }

  @Test
  void cutShort() {
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    for (int i = 0; image.pages() < 3; i++) {
      image.create(name("f" + i), i, i);
    }
    assertDamaged(Arrays.copyOf(image.toBytes(), 2 * 2048), "2 of its 3 pages");
  }

  @Test
  void wrongTag() {
    assertDamagedBy(data -> data.putShort(2, (short) 1235), "page 0 has the tag 1235");
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    for (int i = 0; image.pages() < 2; i++) {
      image.create(name("f" + i), i, i);
    }
    byte[] data = image.toBytes();
    data[2048 + 3] = 0;
    assertDamaged(data, "page 1 has the tag");
  }

  @Test
  void chainsInCircles() {
    // slot 13 is "." in bucket 46: make it its own successor
    assertDamagedBy(data -> data.putShort(13 * SLOT + 2, (short) 13), "slot 13 is used twice");
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    byte[] first = name("a" + (char) 1 + (char) 2);
    image.create(first, 1, 1);
    int bucket = DirectoryContents.bucket(first, 0, first.length);
    Random random = new Random(1);
    int others = 0;
    while (others < 3) {
      byte[] other = name("b" + random.nextInt(100_000));
      if (DirectoryContents.bucket(other, 0, other.length) == bucket) {
        image.create(other, 2, 2);
        others++;
      }
    }
    byte[] data = image.toBytes();
    int head = ByteBuffer.wrap(data).getShort(160 + 2 * bucket);
    ByteBuffer.wrap(data).putShort(15 * SLOT + 2, (short) head); // the last leads to the first
    assertDamaged(data, "used twice");
  }

  @Test
  void chainsThatLeaveThePages() {
    for (int slot : new int[] {64, 65, 0xffff, 0x8000}) {
      assertDamagedBy(data -> data.putShort(13 * SLOT + 2, (short) slot), "slot " + slot);
      assertDamagedBy(data -> data.putShort(160, (short) slot), "slot " + slot);
    }
  }

  @Test
  void chainsIntoHeaders() {
    for (int slot = 1; slot < 13; slot++) {
      short target = (short) slot;
      assertDamagedBy(data -> data.putShort(160, target), "slot " + slot);
    }
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    for (int i = 0; image.pages() < 2; i++) {
      image.create(name("f" + i), i, i);
    }
    byte[] data = image.toBytes();
    ByteBuffer.wrap(data).putShort(160, (short) 64);
    assertDamaged(data, "slot 64");
  }

  @Test
  void nameInTheWrongChain() {
    assertDamagedBy(data -> data.put(13 * SLOT + 12, (byte) 'q'), "in the wrong chain");
  }

  @Test
  void nameWithoutEnd() {
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    byte[] data = image.toBytes();
    Arrays.fill(data, 13 * SLOT + 12, 2048, (byte) 'a');
    Arrays.fill(data, 5, 13, (byte) 0xff);
    assertDamaged(data, "without end");
  }

  @Test
  void nameTooLong() {
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    byte[] name = new byte[257];
    Arrays.fill(name, (byte) 'a');
    image.create(name, 1, 1);
    assertDamaged(image.toBytes(), "too long");
  }

  @Test
  void emptyName() {
    assertDamagedBy(data -> data.put(13 * SLOT + 12, (byte) 0), "empty");
  }

  @Test
  void nameWithSlash() {
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    image.create(name("a/b"), 1, 1);
    assertDamaged(image.toBytes(), "slash");
  }

  @Test
  void slotMarkedFree() {
    assertDamagedBy(data -> data.put(5 + 1, (byte) (data.get(6) & ~0x20)), "slot 13 is in use");
  }

  @Test
  void namesThatOverlap() {
    byte[] outer = new byte[21];
    Arrays.fill(outer, (byte) 'o');
    outer[20] = 1; // the first byte of the next slot: it may as well be the flag of an entry
    byte[] inner = name("inner");
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    image.create(outer, 1, 1); // takes slots 15 and 16
    byte[] data = image.toBytes();
    System.arraycopy(inner, 0, data, 16 * SLOT + 12, inner.length);
    int bucket = DirectoryContents.bucket(inner, 0, inner.length);
    ByteBuffer.wrap(data).putShort(160 + 2 * bucket, (short) 16);
    assertDamaged(data, "slot 16 is used twice");
  }

  @Test
  void anySingleByteChangedIsReadOrRefused() {
    byte[] golden = GoldenDirectory.bytes("public");
    for (int i = 0; i < golden.length; i++) {
      for (int value : new int[] {0, 1, 0x7f, 0xff}) {
        byte[] data = golden.clone();
        data[i] = (byte) value;
        readThrough(data);
      }
    }
  }

  @Test
  void manyChangesAreReadOrRefused() {
    DirectoryImage image = new DirectoryImage(1, 1, 1, 1);
    for (int i = 0; image.pages() < 4; i++) {
      image.create(name("name" + i + "x".repeat(i % 40)), i, i);
    }
    byte[] whole = image.toBytes();
    Random random = new Random(1);
    for (int round = 0; round < 5000; round++) {
      byte[] data = whole.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(data.length / 2) * 2;
        switch (random.nextInt(3)) {
          case 0 -> data[at] ^= (byte) (1 << random.nextInt(8));
          case 1 -> ByteBuffer.wrap(data).putShort(at, (short) random.nextInt(300)); // a slot
          default -> // a link of the hash table, or of a chain
              ByteBuffer.wrap(data)
                  .putShort(
                      random.nextBoolean() ? 160 + 2 * random.nextInt(128) : at / 32 * 32 + 2,
                      (short) random.nextInt(300));
        }
      }
      readThrough(data);
    }
  }

  /** Reads all there is, if it is a directory at all; whatever happens, it ends. */
  static void readThrough(byte[] data) {
    DirectoryContents directory;
    try {
      directory = DirectoryContents.parse(data);
    } catch (AfsException.ProtocolViolation e) {
      return;
    }
    List<Entry> entries = entries(directory);
    assertThat(entries).hasSize(directory.size());
    for (Entry entry : entries) {
      Entry found = directory.lookUp(entry.name()).orElseThrow();
      // two entries of one name are possible; the chain's first is the one that counts
      assertThat(found.name()).isEqualTo(entry.name());
    }
  }
}
