package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Names are bytes. The content of each file here is its name, written by OpenAFS's client. */
@NeedsCell
@NeedsFuse
@NeedsRoot // to write on the other host
@ExtendWith(Peer.class)
final class NamesIT {
  private static final int COUNT = 9;
  private static final String STORED = "scratch/names-" + ProcessHandle.current().pid();
  private static final String HEX = "LC_ALL=C ls | od -An -v -tx1";

  /** The longest name that a directory of AFS can hold has 256 bytes. */
  private static final String MAKE =
      """
      mkdir %s
      cd %1$s
      make() { printf %%s "$1" >"$1"; }
      long() { printf 'n%%.0s' $(seq $1); }
      make 'with space'
      make ' '
      make "$(printf '\\303\\274n\\303\\257-\\346\\227\\245\\346\\234\\254')"
      make "$(printf 'latin\\374\\337')"
      make "$(printf 'latin\\374\\340')"
      make 'line
      end\\'
      make "$(long 254)"
      make "$(long 255)"
      make "$(long 256)"
      """
          .formatted(STORED);

  private static Mount mount;

  @BeforeAll
  static void store() throws Exception {
    Peer.run(".", MAKE);
    mount = Mount.start();
  }

  @AfterAll
  static void end() {
    mount.close();
  }

  private static String out(String script) {
    return mount.out(RealCell.name() + "/" + STORED, script);
  }

  private static String withPaths(String command) {
    String path = "/afs/" + RealCell.name() + "/" + STORED;
    return "set --; for n in *; do set -- \"$@\" \"" + path + "/$n\"; done; " + command;
  }

  @Test
  void listedAsOpenAfsListsThem() throws Exception {
    String expected = Peer.run(STORED, HEX);
    assertThat(out(HEX)).isEqualTo(expected);
    String heddle = HeddleCommand.line("ls -a", "/afs/" + RealCell.name() + "/" + STORED);
    assertThat(out(heddle + " | od -An -v -tx1")).isEqualTo(expected);
    assertThat(out("ls -l | grep -c '^-rw'").strip()).isNotEqualTo("0");
  }

  @Test
  void openedThroughTheMount() {
    assertThat(out("for n in *; do printf %s \"$n\" | cmp - \"./$n\" && echo same; done"))
        .isEqualTo("same\n".repeat(COUNT));
  }

  @Test
  void openedByTheCommand() {
    assertThat(out(withPaths(HeddleCommand.line("cat", "\"$@\""))))
        .isEqualTo(out("for n in *; do printf %s \"$n\"; done"));
  }

  @Test
  void copiedByTheCommand() {
    Shell.Result result =
        mount.shell(
            RealCell.name() + "/" + STORED,
            "d=$(mktemp -d); "
                + withPaths(HeddleCommand.line("cp", "\"$@\" $d"))
                + "; cd $d; for n in *; do printf %s \"$n\" | cmp - \"./$n\" && echo same; done;"
                + " rm -r $d");
    // no other file system takes 256 bytes
    assertThat(result.out()).isEqualTo("same\n".repeat(COUNT - 1));
    assertThat(result.err()).contains("nnn").contains("too long");
  }
}
