package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What another client changes is seen at the next open, content and length, however long the kernel
 * may believe its attributes, and because the file server said so: until then an open asks no
 * server anything. Nothing waits: the server has its answer from every client that had a promise
 * before the change returns to who made it.
 */
@NeedsCell
@NeedsFuse
@NeedsRoot // to write on the other host
@ExtendWith(Peer.class)
@ParameterizedClass
@ValueSource(strings = {"0", "1", "3600"})
final class CoherenceIT {
  private static final String BEFORE = "content before the change\n";
  private static final List<String> NAMES =
      List.of("overwritten", "grown", "shrunk", "replaced", "replacement", "removed", "linked");

  private static final Map<String, String> FIDS = new HashMap<>();
  private static String directory;
  private static String directoryFid;
  private static Mount mount;

  @Parameter private String attributeTimeoutSeconds;

  /** A change that the file server has finished when this returns. */
  @FunctionalInterface
  private interface Change {
    void make() throws Exception;
  }

  @BeforeParameterizedClassInvocation
  static void mount(String attributeTimeoutSeconds) throws Exception {
    directory = "scratch/change-" + ProcessHandle.current().pid() + "-" + attributeTimeoutSeconds;
    // appended to: a file that is truncated may be stored a little after it is closed
    Peer.run(
        ".",
        "mkdir %s; cd %1$s; for name in %s; do : >>$name; done"
            .formatted(directory, String.join(" ", NAMES)));
    String path = " /afs/" + RealCell.name() + "/" + directory;
    String[] fids = HeddleCommand.fids(path + path + "/" + String.join(path + "/", NAMES));
    directoryFid = fids[0];
    for (int i = 0; i < NAMES.size(); i++) {
      FIDS.put(NAMES.get(i), fids[i + 1]);
      Peer.write(fids[i + 1], BEFORE);
    }
    mount = Mount.start("--attr-timeout", attributeTimeoutSeconds);
  }

  @AfterParameterizedClassInvocation
  static void end() {
    mount.close();
  }

  private static String out(String script) {
    return mount.out(RealCell.name() + "/" + directory, script);
  }

  /** Returns length and content, both of the open file. */
  private static String read(String name) {
    return out("exec 3<" + name + "; stat -L -c %s /proc/self/fd/3; cat <&3");
  }

  private static String expected(String content) {
    return content.length() + "\n" + content;
  }

  /** Without the question that every server is asked now and then, whether it is there. */
  private static List<String> callsSince(int mark) {
    return mount.callsSince(mark).stream()
        .filter(line -> !line.contains(" GetCapabilities "))
        .toList();
  }

  /** Makes sure that the file is cached under a promise, then has that broken by the change. */
  private void change(String name, String broken, Change change) throws Exception {
    assertThat(read(name)).isEqualTo(expected(BEFORE));
    int cached = mount.log().mark();
    assertThat(read(name)).isEqualTo(expected(BEFORE));
    assertThat(callsSince(cached))
        .as("calls while nothing changes; attributes last %s s", attributeTimeoutSeconds)
        .isEmpty();

    int changing = mount.log().mark();
    change.make();

    assertThat(mount.log().since(changing))
        .as("what the servers said")
        .anyMatch(line -> line.contains(" breaks ") && line.contains(broken))
        .noneMatch(line -> line.contains("has forgotten its promises"));
    assertThat(callsSince(changing)).as("nobody has asked for it yet").isEmpty();
  }

  private void changeContent(String name, Change change) throws Exception {
    change(name, FIDS.get(name), change);
  }

  private void changeName(String name, Change change) throws Exception {
    change(name, directoryFid, change);
  }

  @Test
  void otherContentOfTheSameLength() throws Exception {
    String after = BEFORE.toUpperCase(Locale.ROOT);
    changeContent("overwritten", () -> Peer.write(FIDS.get("overwritten"), after));

    assertThat(read("overwritten")).isEqualTo(expected(after));
  }

  @Test
  void moreContent() throws Exception {
    String after = "longer than before, and by more than a page\n".repeat(1000);
    changeContent("grown", () -> Peer.write(FIDS.get("grown"), after));

    assertThat(read("grown")).isEqualTo(expected(after));
  }

  @Test
  void lessContent() throws Exception {
    changeContent("shrunk", () -> Peer.truncate(directory, "shrunk", 7));

    assertThat(read("shrunk")).isEqualTo(expected("content"));
  }

  @Test
  void anotherFileOfThatName() throws Exception {
    String after = "the replacement is longer than " + BEFORE;
    Peer.write(FIDS.get("replacement"), after);
    changeName("replaced", () -> Peer.run(directory, "mv replacement replaced"));

    assertThat(read("replaced")).isEqualTo(expected(after));
  }

  @Test
  void noFileAnyMore() throws Exception {
    changeName("removed", () -> Peer.run(directory, "rm removed"));

    assertThat(mount.shell(RealCell.name() + "/" + directory, "cat removed").err())
        .contains("No such file or directory");
  }

  @Test
  void anotherName() throws Exception {
    assertThat(mount.shell(RealCell.name() + "/" + directory, "cat new").err())
        .contains("No such file or directory");
    changeName("linked", () -> Peer.run(directory, "ln linked new"));

    assertThat(read("new")).isEqualTo(expected(BEFORE));
    assertThat(out("ls")).contains("new\n");
  }
}
