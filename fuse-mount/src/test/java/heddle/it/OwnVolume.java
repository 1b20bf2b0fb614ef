package heddle.it;

import heddle.rxrpc.testkit.RealCell;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A volume of one test, that everybody may write to. Its name was never used before, so its number
 * was not either: a file server that a volume was moved away from may keep the files of its header
 * open (seen in OpenAFS 1.8.9), and if a volume is restored there under the same number it reads
 * the old ones, finds it damaged, has it salvaged sixteen times over and gives it up.
 */
final class OwnVolume {
  private static final String ANYBODY = "acl / -204:127,-101:127\n";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name =
      "it.%x.%d".formatted(System.currentTimeMillis(), COUNT.incrementAndGet());
  private boolean copies;

  private OwnVolume() {}

  /**
   * Makes one.
   *
   * @param contents in the words of {@code make-dump.pl}
   */
  static OwnVolume make(String host, String contents) throws Exception {
    var volume = new OwnVolume();
    RealCell.runWithInput(ANYBODY + contents, "newvol", volume.name, host);
    return volume;
  }

  String name() {
    return name;
  }

  void move(String from, String to) throws Exception {
    vos("move", name, TestVolumes.address(from), "a", TestVolumes.address(to), "a");
  }

  /** Adds read-only copies, which {@link #release} fills. */
  void copyTo(String... hosts) throws Exception {
    copies = true;
    for (String host : hosts) {
      vos("addsite", TestVolumes.address(host), "a", name);
    }
  }

  /** Makes the read-only copies like the volume. */
  void release() throws Exception {
    vos("release", name);
  }

  private static void vos(String command, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("on", "fs1", "vos", command));
    words.addAll(List.of(arguments));
    words.add("-localauth");
    RealCell.run(words.toArray(String[]::new));
  }

  /** Removes it, and its copies. */
  void remove() throws Exception {
    if (copies) {
      for (String host : List.of("fs1", "fs2")) {
        vos("remove", TestVolumes.address(host), "a", name + ".readonly");
      }
    }
    vos("remove", "-id", name);
  }
}
