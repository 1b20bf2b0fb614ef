package heddle.afs.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Directories that are changed here are what the server makes of its own, byte for byte. */
class DirectoryEditorTest {
  private final DirectoryImage server = new DirectoryImage(3, 4, 1, 1);

  private static byte[] bytes(String name) {
    return name.getBytes(UTF_8);
  }

  @Test
  void anEmptyDirectoryIsAsTheServerMakesIt() throws Exception {
    DirectoryContents empty = DirectoryContents.empty(3, 4, 1, 1);
    assertThat(empty.byteCount()).isEqualTo(DirectoryContents.PAGE_BYTES);
    assertThat(empty.size()).isEqualTo(2);
    assertThat(empty).usingRecursiveComparison().isEqualTo(parsed());
  }

  private DirectoryContents parsed() throws Exception {
    return DirectoryContents.parse(server.toBytes());
  }

  @RepeatedTest(10)
  void randomChangesGiveTheServersDirectory(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    DirectoryContents here = parsed();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      if (names.isEmpty() || random.nextInt(3) > 0) {
        String name = "n" + i + "x".repeat(random.nextInt(4) == 0 ? random.nextInt(250) : 5);
        names.add(name);
        server.create(bytes(name), 2 * i, i);
        here = here.with(bytes(name), 2 * i, i).orElseThrow();
      } else {
        String name = names.remove(random.nextInt(names.size()));
        server.delete(bytes(name));
        here = here.without(bytes(name)).orElseThrow();
      }
    }
    assertThat(here).usingRecursiveComparison().isEqualTo(parsed());
  }

  @Test
  void aNameIsAddedOnceAndRemovedOnce() {
    DirectoryContents empty = DirectoryContents.empty(3, 4, 1, 1);
    DirectoryContents one = empty.with(bytes("a"), 2, 2).orElseThrow();
    assertThat(one.with(bytes("a"), 4, 4)).isEmpty();
    assertThat(empty.lookUp(bytes("a"))).as("what it was made of is as before").isEmpty();
    assertThat(one.without(bytes("a")).orElseThrow().lookUp(bytes("a"))).isEmpty();
    assertThat(empty.without(bytes("a"))).isEmpty();
    assertThat(empty.with(bytes("x".repeat(256)), 2, 2).orElseThrow().size()).isEqualTo(3);
  }

  @Test
  void aFullDirectoryTakesNoMore() {
    DirectoryContents full = DirectoryContents.empty(3, 4, 1, 1);
    int count = 0;
    DirectoryEditor editor = new DirectoryEditor();
    while (editor.add(bytes(count + "x".repeat(200)), 2, 2)) {
      count++;
    }
    assertThat(editor.data().length).isEqualTo(DirectoryContents.MAX_BYTES);
    assertThat(full.size()).isEqualTo(2);
  }
}
