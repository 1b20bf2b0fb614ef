package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Names and statuses changed through the mount, by real programs on real servers. */
@NeedsCell
@NeedsFuse
@NeedsRoot // for the other host
@ExtendWith(Peer.class)
final class ChangesIT {
  private static final String PLACE = "scratch/changes-" + ProcessHandle.current().pid();

  /** Says what there is, as far as it does not depend on the file system. */
  private static final String SHOW = "find . | LC_ALL=C sort | xargs stat -c '%n %F %a'";

  private static Mount mount;

  @BeforeAll
  static void start() {
    // with the kernel's cache of attributes two names of a file show the old count for a second
    mount = Mount.start("--attr-timeout", "0");
    mount.out(RealCell.name(), "mkdir " + PLACE);
  }

  @AfterAll
  static void end() {
    mount.out(RealCell.name(), "rm -r " + PLACE);
    mount.close();
  }

  private static Shell.Result shell(String script) {
    return mount.shell(RealCell.name() + "/" + PLACE, script);
  }

  private static String out(String script) {
    return mount.out(RealCell.name() + "/" + PLACE, script);
  }

  @Test
  void programsGetWhatALocalFileSystemGivesThem(@TempDir Path local) {
    String script =
        """
        umask 022; exec 2>&1; mkdir -p t/a/b/c; cd t
        touch f g; chmod 600 f; ln f twin; stat -c %h twin; ln -s ../nowhere link; readlink link
        mv g a/g; mv a/b moved; mkdir full; touch full/x; rmdir full && echo removed
        mkdir moved; mv moved full; mv a full/moved/; mv -T full/moved/a full && echo replaced
        rm twin; stat -c %h f; mv f full/x; touch -d '2001-02-03 04:05:06Z' full/x
        TZ=UTC stat -c %y full/x; test -e f || echo gone
        mkdir many; (cd many; for i in $(seq 100); do mkdir d$i; done; ls | wc -l; rmdir d1?)
        ls many | wc -l; rm -r many; ln -s t full/self; rm full/self; ls nothing
        """;
    String there = out(script + SHOW);
    String here = Shell.run(local, script + SHOW).out();
    assertThat(there).isEqualTo(here);
    assertThat(out("rm -r t; ls -A")).isEmpty();
  }

  @Test
  void anotherClientSeesAtOnceWhatIsChanged() throws Exception {
    out("mkdir shared; touch shared/one");
    assertThat(Peer.run(PLACE, "ls shared")).isEqualTo("one\n");
    out("mv shared/one shared/two; mkdir shared/three");
    assertThat(Peer.run(PLACE, "ls shared")).isEqualTo("three\ntwo\n");
    Peer.run(PLACE, "mv shared/two shared/three/; : >shared/four");
    assertThat(out("ls -R shared")).isEqualTo("shared:\nfour\nthree\n\nshared/three:\ntwo\n");
    out("rm -r shared");
    assertThat(Peer.run(PLACE, "ls")).doesNotContain("shared");
  }

  @Test
  void anOpenFileOutlivesItsName() {
    assertThat(
            out(
                "mkdir o; cp /etc/hostname x 2>/dev/null || touch x; touch o/f; exec 5<o/f; rm o/f;"
                    + " test -e o/f || echo gone; stat -L -c %s /proc/self/fd/5; ls -A o | cut -c1-6;"
                    + " exec 5<&-; rm -f x"))
        .isEqualTo("gone\n0\n.__afs\n");
    // the kernel tells of a release when it likes
    assertThat(out("until rmdir o 2>/dev/null; do :; done; ls -A")).doesNotContain(".__afs");
  }

  @Test
  void anOpenFileCanBeWrittenWithoutAName() {
    assertThat(
            out(
                "exec 5<>u; echo first >&5; rm u; echo second >&5; cat /proc/self/fd/5;"
                    + " stat -L -c %s /proc/self/fd/5; exec 5>&-"))
        .isEqualTo("first\nsecond\n13\n");
  }

  @Test
  void archivesAreUnpackedAndComparedAndRemoved(@TempDir Path local) {
    String fill =
        "mkdir -p a/b; for i in $(seq 50); do seq $i 1000 >a/b/f$i; done; ln -s b a/l; chmod 700 a";
    Shell.run(local, fill + "; tar cf all.tar a");
    assertThat(
            out(
                "tar xf %1$s/all.tar --no-same-owner && diff -r a %1$s/a && stat -c %%a a && rm -r a"
                    .formatted(local)))
        .isEqualTo("700\n");
  }

  @Test
  void aFileIsSavedByRenaming() {
    assertThat(
            out(
                "echo 1 >f; exec 5<f; for i in 2 3 4; do echo $i >f.new; mv f.new f; cat f; done;"
                    + " cat <&5; exec 5<&-; rm f"))
        .isEqualTo("2\n3\n4\n1\n");
  }

  @Test
  void aSecondNameOutlivesTheOneThatAFileWasOpenedBy() {
    assertThat(
            out(
                "echo old > a; exec 5<>a; ln a b; rm a; printf new >&5; cat b; exec 5>&-;"
                    + " ls; cat b; rm b"))
        .isEqualTo("new\nb\nnew\n");
  }

  /** Neither FUSE's library nor AFS knows such renames; programs do without. */
  @Test
  void whatMustNotBeReplacedIsNot() {
    assertThat(
            out(
                "echo one > a; echo two > b; mv -n a b; cat a b; mv -n a c; cat c;"
                    + " ln b c 2>/dev/null || echo there; ln -f b c; cat c; rm b c; ls -A"))
        .isEqualTo("one\ntwo\none\nthere\ntwo\n");
  }

  @Test
  void whatAfsCannotDoFailsAsItDoesForOthers() {
    out("mkdir p q; touch p/f");
    assertThat(shell("ln p/f q/f").err()).contains("Invalid cross-device link");
    assertThat(shell("mknod p/pipe p").err()).contains("Operation not permitted");
    assertThat(shell("chown 12345 p/f").err()).contains("Operation not permitted");
    assertThat(shell("mkdir p").err()).contains("File exists");
    assertThat(shell("mv p/f ../../user/alice/").err()).contains("Permission denied");
    out("rm -r p q");
  }

  @Test
  void aReadOnlyMountChangesNothing() {
    try (Mount readOnly = Mount.start("--read-only")) {
      assertThat(readOnly.shell(RealCell.name() + "/" + PLACE, "mkdir new").err())
          .contains("Read-only file system");
    }
  }
}
