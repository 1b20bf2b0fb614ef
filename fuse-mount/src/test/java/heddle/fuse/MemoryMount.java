package heddle.fuse;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A process of its own that mounts a tree in memory, for tests that kill it or read it from
 * outside: {@code MOUNTPOINT ATTRIBUTE-TIMEOUT-MILLIS}, then commands on standard input, each
 * answered by a line.
 */
public final class MemoryMount {
  private MemoryMount() {}

  public static void main(String[] args) throws Exception {
    MemoryTree tree = sample();
    var options =
        new MountOptions(
            Path.of(args[0]),
            "memory.example",
            Duration.ofMillis(Long.parseLong(args[1])),
            MountOptions.Audience.OWNER,
            MountOptions.Access.READ_ONLY,
            MountOptions.Locks.TREE,
            List.of());
    AfsMount mount;
    try {
      mount = AfsMount.mount(tree, options, MountIdentities.anonymous());
    } catch (MountException e) {
      System.err.println(e.getMessage());
      System.exit(1);
      return;
    }
    mount.stopAtSignals();
    System.out.println("mounted");
    Thread.ofPlatform().daemon().start(() -> obey(tree));
    boolean isAllStored = mount.serve(System.out::println).isEmpty();
    System.out.println("steps " + tree.steps());
    System.exit(isAllStored ? 0 : 1);
  }

  static MemoryTree sample() {
    MemoryTree tree = new MemoryTree();
    tree.directory("/dir").file("/dir/a", "content of a\n").file("/blocked", "nobody reads this");
    tree.directory("/empty").link("/dir/link", "a").link("/dangling", "/nowhere");
    return tree;
  }

  private static void obey(MemoryTree tree) {
    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", 3);
        switch (words[0]) {
          case "change" -> tree.change(words[1], words[2]);
          case "writeInVain" -> tree.writeInVain(words[1]);
          case "block" -> {
            var reached = new CountDownLatch(1);
            tree.before("read", words[1], tree.waiting(reached, new CountDownLatch(1)));
            System.out.println("blocking");
            reached.await();
          }
          default -> throw new IllegalArgumentException(line);
        }
        System.out.println("done");
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
