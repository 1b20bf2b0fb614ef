package heddle.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heddle.fuse.Shell;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.NeedsFuse;
import heddle.rxrpc.testkit.NeedsRoot;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people do with files, done in Alice's home by the programs that they do it with. She has the
 * same number here as in AFS, as at most sites.
 */
@NeedsCell
@NeedsFuse
@NeedsRoot // to become Alice
final class RealToolsIT {
  private static final int ALICE = 1001; // in AFS
  private static final String SOURCES = // of all kinds that AFS knows
      """
      mkdir -p src/sub/deep src/empty
      cd src
      echo one > a
      echo two > 'sub/b c'
      chmod 600 a
      chmod 755 'sub/b c'
      ln -s a link
      head -c 3000000 /dev/urandom > sub/deep/big
      truncate -s 5M sparse
      printf x | dd of=sparse bs=1 seek=2000000 conv=notrunc status=none
      touch -d '2001-02-03 04:05:06.789' old
      """;

  @TempDir private static Path installation;
  @TempDir private static Path local;

  private static Mount mount;

  @BeforeAll
  static void mount() throws IOException {
    HeddleCommand.install(installation);
    Files.setPosixFilePermissions(local, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.copy(RealCell.keytab("alice"), local.resolve("keytab"));
    Shell.run(local, "chown -R " + ALICE + " .");
    mount = Mount.start("--allow-other", "--attr-timeout", "1");
    as(ALICE, local, login("keytab"));
    as(ALICE, home(), "rm -rf tools && mkdir tools");
    as(ALICE, local, SOURCES);
  }

  @AfterAll
  static void end() {
    mount.close();
  }

  private static String login(String keytab) {
    return "'%s/bin/heddle' login --mount '%s' --keytab '%s'"
        .formatted(installation, mount.point(), keytab);
  }

  private static Path home() {
    return mount.point().resolve(RealCell.name()).resolve("user/alice");
  }

  private Path here;

  @BeforeEach
  void workInADirectoryOfItsOwn() throws IOException {
    here = Path.of(as(ALICE, home().resolve("tools"), "mktemp -d $PWD/XXXXXX").strip());
  }

  /** Returns what {@code script} prints; it must succeed without complaint. */
  private static String as(int user, Path directory, String script) {
    Path file = local.resolve("script");
    try {
      Files.writeString(file, "cd '" + directory + "'\n" + script);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Shell.Result result =
        Shell.run(
            Path.of("/"),
            "setpriv --reuid=%d --regid=%d --clear-groups env HOME='%s' LOCAL='%s' sh -e '%s'"
                .formatted(user, user, local, local, file));
    assertThat(result.err().replaceAll("heddle: .*\n", "")).as(script).isEmpty();
    assertThat(result.exit()).as(script + result.out()).isZero();
    return result.out();
  }

  private String alice(String script) {
    return as(ALICE, here, script);
  }

  private static void need(String program) {
    Shell.Result which = Shell.run(Path.of("/"), "command -v " + program);
    assumeTrue(
        which.exit() == 0, program + " is missing (Debian: apt-get install " + program + ")");
  }

  private void isSameAsSource(String copy) {
    assertThat(alice("diff -r --no-dereference $LOCAL/src " + copy)).isEmpty();
    String list = "cd %s && find . ! -type d -printf '%%p %%y %%m %%U %%G %%Ts %%s %%l\\n' | sort";
    assertThat(alice(list.formatted(copy)))
        .isEqualTo(as(ALICE, local, list.formatted("src")))
        .contains("./old f 644");
  }

  @Test
  void rsyncTransfersNothingTheSecondTime() {
    need("rsync");
    assertThat(alice("rsync -a --itemize-changes $LOCAL/src/ copy/")).contains("sub/deep/big");
    assertThat(alice("rsync -a --itemize-changes $LOCAL/src/ copy/")).isEmpty();
    isSameAsSource("copy");
    alice("echo three >> copy/a");
    assertThat(alice("rsync -a --itemize-changes $LOCAL/src/ copy/")).isEqualTo(">f.st...... a\n");
    isSameAsSource("copy");
  }

  @Test
  void cpCopiesEverythingAndKeepsHolesHoles() {
    alice("cp -a $LOCAL/src copy");
    isSameAsSource("copy");
    alice("cp --sparse=always $LOCAL/src/sparse sparse; cmp sparse $LOCAL/src/sparse");
    alice("cp -al copy/sub/deep/../deep/big copy/sub/deep/big2; cmp copy/sub/deep/big*");
  }

  @Test
  void tarUnpacksAndFindsNoDifference() {
    alice("tar -C $LOCAL -cf - src | tar xf -; tar -C $LOCAL -cf - src | tar df -");
    isSameAsSource("src");
  }

  /** Owners are for administrators of the cell to give away. */
  @Test
  void tarOfAnAdministratorKeepsOwners() throws IOException {
    Files.copy(RealCell.keytab("admin"), local.resolve("admin.keytab"));
    as(0, local, login("admin.keytab"));
    as(0, local, "mkdir owned; echo x > owned/x; chown 1234:567 owned/x; tar cf owned.tar owned");
    as(0, here, "tar xpf $LOCAL/owned.tar; tar df $LOCAL/owned.tar");
    assertThat(as(0, here, "stat -c '%u %g' owned/x")).isEqualTo("1234 567\n");
  }

  @Test
  void editorsSaveByRenaming() {
    alice("echo old > doc; chmod 640 doc; cp -p doc doc~; echo new > doc.tmp; mv doc.tmp doc");
    assertThat(alice("cat doc doc~; stat -c %a doc~")).isEqualTo("new\nold\n640\n");
    assertThat(alice("exec 3<doc; echo newer > doc.tmp; mv doc.tmp doc; cat doc; cat <&3"))
        .isEqualTo("newer\nnew\n");
  }

  /** A release comes when a file is closed already, and may overtake the removal. */
  @Test
  void whatIsRemovedRightAfterItWasClosedLeavesNothingBehind() {
    alice("for i in $(seq 40); do exec 3>f; exec 3>&-; rm f; done");
    alice("for i in $(seq 40); do exec 3>f; rm f; echo $i >&3; exec 3>&-; done");
    alice("for i in $(seq 40); do exec 3>f; exec 3>&-; echo > g; mv g f; done; rm f");
    alice("while [ \"$(ls -A)\" ]; do sleep 0.1; done");
  }

  @Test
  void aProjectIsClonedBuiltAndRemoved() {
    need("git");
    String source = Path.of("..", "rxrpc", "src", "main").toAbsolutePath().normalize().toString();
    as(0, local, "cp -r '" + source + "' project; chown -R " + ALICE + " project");
    as(
        ALICE,
        local,
        """
        git config --global user.name Alice
        git config --global user.email alice@example.org
        cd project; git init -q; git add .; git commit -qm sources
        """);
    alice("git clone -q --no-hardlinks $LOCAL/project clone; cd clone; git status --porcelain");
    assertThat(alice("cd clone; git status --porcelain; git fsck --no-progress 2>&1")).isEmpty();
    String compiler = Path.of(System.getProperty("java.home"), "bin", "javac").toString();
    String classPath = installation.resolve("fuse-mount/target/lib") + "/*";
    alice(
        "'%s' -nowarn -proc:none -cp '%s' -d out $(find clone -name '*.java' ! -name module-info.java) 2>&1"
            .formatted(compiler, classPath));
    assertThat(alice("find out -name 'CallMachine.class'")).isNotEmpty();
    alice("cd clone; echo more >> java/more; git add .; git commit -qm more; git gc -q");
    assertThat(alice("cd clone; git log --format=%s")).isEqualTo("more\nsources\n");
    assertThat(alice("rm -rf clone out; ls -A")).isEmpty();
  }

  @Test
  void sqliteKeepsADatabase() {
    need("sqlite3");
    alice(
        """
        sqlite3 db 'create table t (a integer primary key, b text)'
        for i in $(seq 20); do
          sqlite3 db "begin; insert into t (b) values ('row $i'); insert into t (b) values ('x'); commit"
        done
        sqlite3 db "begin; delete from t; rollback"
        """);
    assertThat(
            alice(
                "sqlite3 db 'pragma journal_mode; select count(*) from t; pragma integrity_check'"))
        .isEqualTo("delete\n40\nok\n");
    assertThat(alice("ls -A")).isEqualTo("db\n");
  }
}
