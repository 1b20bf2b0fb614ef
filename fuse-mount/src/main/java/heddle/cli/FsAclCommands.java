package heddle.cli;

import heddle.afs.AccessList;
import heddle.afs.AccessList.Entry;
import heddle.afs.AccessList.Half;
import heddle.control.FsAnswer;
import heddle.control.FsException;
import heddle.control.FsRequest;
import heddle.fuse.Errno;
import heddle.fuse.MountedPath.LastName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commands of {@code heddle fs} about access lists.
 *
 * <p>Protocol source: OpenAFS src/venus/fs.c (behaviour); doc/man-pages/pod1/fs_setacl.pod.in.
 */
final class FsAclCommands {
  private FsAclCommands() {}

  static List<FsSyntax> table() {
    return List.of(
        FsSyntax.of("listacl", "show who has which rights on directories")
            .alias("la")
            .paths()
            .flag("-cmd", "as commands that would set the list again")
            .note("heddle fs listacl ~/public")
            .does(FsAclCommands::list),
        FsSyntax.of("setacl", "give and take rights on directories")
            .alias("sa")
            .requiredList("-dir", "directories")
            .requiredList("-acl", "pairs of a user or group, and rights")
            .flag("-clear", "forget the list that is there first")
            .flag("-negative", "in the negative half: rights that are taken away")
            .note("heddle fs setacl ~/public system:anyuser read")
            .note("heddle fs setacl -dir a b -acl alice rlidwk bob:friends none")
            .note("Rights: letters of rlidwka (read, lookup, insert, delete, write, lock,")
            .note("administer), or read (rl), write (rlidwk), mail (lik), all, none.")
            .note("With + or - behind them they are added or taken, else they replace.")
            .does(FsAclCommands::set),
        FsSyntax.of("copyacl", "add one directory's entries to those of others")
            .alias("ca")
            .requiredSingle("-fromdir", "directory to copy from")
            .requiredList("-todir", "directories to copy to")
            .flag("-clear", "forget the lists that are there first")
            .note("heddle fs copyacl ~/public ~/public/talks")
            .does(FsAclCommands::copy),
        FsSyntax.of("cleanacl", "remove entries of users and groups that are gone")
            .paths()
            .note("heddle fs cleanacl ~/public")
            .does(FsAclCommands::clean),
        FsSyntax.of("getcalleraccess", "show which rights you have")
            .alias("gca")
            .paths()
            .note("heddle fs getcalleraccess .")
            .does(FsAclCommands::ownRights));
  }

  private static AccessList fetch(FsTarget target) throws IOException {
    return target
        .agent()
        .ask(new FsRequest.ReadAccess(target.path()), FsAnswer.Access.class)
        .list();
  }

  private static void store(FsTarget target, AccessList list) throws IOException {
    target.agent().ask(new FsRequest.WriteAccess(target.path(), list), FsAnswer.Done.class);
  }

  private static void list(FsRun run) throws IOException {
    var separator = new Separator(run);
    run.forEach(
        "-path",
        LastName.FOLLOW,
        (target, shown) -> {
          AccessList list = fetch(target);
          if (run.json()) {
            run.add(json(shown, list));
          } else if (run.arguments().has("-cmd")) {
            writeCommands(run.output(), shown, list);
          } else {
            separator.next();
            run.output().text("Access list for ").name(RawArguments.toBytes(shown)).text(" is\n");
            write(run.output(), list);
          }
        });
  }

  /** Writes an empty line between results. */
  private static final class Separator {
    private final FsRun run;
    private boolean first = true;

    Separator(FsRun run) {
      this.run = run;
    }

    void next() throws IOException {
      if (!first) {
        run.output().newLine();
      }
      first = false;
    }
  }

  private static void write(Output output, AccessList list) throws IOException {
    writeHalf(output, "Normal rights:\n", list.normal());
    writeHalf(output, "Negative rights:\n", list.negative());
  }

  private static void writeHalf(Output output, String heading, List<Entry> entries)
      throws IOException {
    if (!entries.isEmpty()) {
      output.text(heading);
    }
    for (Entry entry : entries) {
      writeEntry(output, entry);
      output.newLine();
    }
  }

  private static void writeEntry(Output output, Entry entry) throws IOException {
    output.text("  ").name(bytes(entry.name())).text(" " + entry.rights().letters());
  }

  private static void writeCommands(Output output, String shown, AccessList list)
      throws IOException {
    writeCommand(output, shown, list.normal());
    output.newLine();
    if (!list.negative().isEmpty()) {
      writeCommand(output, shown, list.negative());
      output.text(" -negative\n");
    }
  }

  private static void writeCommand(Output output, String shown, List<Entry> entries)
      throws IOException {
    output.text("fs setacl -dir ").name(RawArguments.toBytes(shown)).text(" -acl ");
    for (Entry entry : entries) {
      writeEntry(output, entry);
    }
  }

  private static Map<String, Object> json(String shown, AccessList list) {
    var fields = new LinkedHashMap<String, Object>();
    StatusText.putName(fields, "path", RawArguments.toBytes(shown));
    fields.put("normal", json(list.normal()));
    fields.put("negative", json(list.negative()));
    return fields;
  }

  private static List<Map<String, Object>> json(List<Entry> entries) {
    var all = new ArrayList<Map<String, Object>>();
    for (Entry entry : entries) {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("name", entry.name());
      fields.put("rights", entry.rights().letters());
      all.add(fields);
    }
    return all;
  }

  private static void set(FsRun run) throws IOException {
    Optional<List<RightsChange>> changes = changes(run);
    if (changes.isEmpty()) {
      return;
    }
    Half half = run.arguments().has("-negative") ? Half.NEGATIVE : Half.NORMAL;
    run.forEach(
        "-dir",
        LastName.FOLLOW,
        (target, shown) -> {
          AccessList before = run.arguments().has("-clear") ? AccessList.EMPTY : fetch(target);
          AccessList after = cleaned(before);
          for (RightsChange change : changes.get()) {
            after = change.applyTo(after, half);
          }
          storeOrExplain(run, target, shown, after);
        });
  }

  /** Returns the changes that were given; empty if they make no sense, which was told then. */
  private static Optional<List<RightsChange>> changes(FsRun run) {
    List<String> words = run.arguments().values("-acl");
    if (words.size() % 2 != 0) {
      run.complain("fs: Missing second half of user/access pair.");
      return Optional.empty();
    }
    var changes = new ArrayList<RightsChange>();
    for (int i = 0; i < words.size(); i += 2) {
      Optional<RightsChange> change =
          RightsChange.parse(RightsChange.text(words.get(i)), words.get(i + 1));
      if (change.isEmpty()) {
        run.complain(
            "fs: illegal rights '"
                + Heddle.shown(words.get(i + 1))
                + "'; use letters of rlidwka, or read, write, mail, all or none");
        return Optional.empty();
      }
      changes.add(change.get());
    }
    return Optional.of(changes);
  }

  /** A server takes no list with numbers that mean nobody. */
  private static AccessList cleaned(AccessList list) {
    return list.keeping(entry -> !entry.isNumber());
  }

  private static void storeOrExplain(FsRun run, FsTarget target, String shown, AccessList list)
      throws IOException {
    try {
      store(target, list);
    } catch (FsException e) {
      if (e.kind() != Errno.EINVAL) {
        throw e;
      }
      run.complain(
          """
          fs: Invalid argument, possible reasons include:
          \t-File not in AFS
          \t-Too many users on access control list
          \t-Tried to add non-existent user to access control list (see: pts examine NAME)""");
      return;
    }
    if (run.json()) {
      run.add(json(shown, list));
    }
  }

  private static void copy(FsRun run) throws IOException {
    run.with(
        run.arguments().required("-fromdir"),
        LastName.FOLLOW,
        (source, from) -> {
          AccessList copied = cleaned(fetch(source));
          run.forEach(
              "-todir",
              LastName.FOLLOW,
              (target, shown) -> {
                AccessList before =
                    run.arguments().has("-clear") ? AccessList.EMPTY : cleaned(fetch(target));
                storeOrExplain(run, target, shown, merged(before, copied));
              });
        });
  }

  private static AccessList merged(AccessList list, AccessList added) {
    AccessList merged = list;
    for (Entry entry : added.normal()) {
      merged = merged.with(Half.NORMAL, entry.name(), entry.rights());
    }
    for (Entry entry : added.negative()) {
      merged = merged.with(Half.NEGATIVE, entry.name(), entry.rights());
    }
    return merged;
  }

  private static void clean(FsRun run) throws IOException {
    var separator = new Separator(run);
    run.forEach(
        "-path",
        LastName.FOLLOW,
        (target, shown) -> {
          AccessList before = fetch(target);
          AccessList after = cleaned(before);
          boolean changed = !after.equals(before);
          if (changed) {
            store(target, after);
          }
          if (run.json()) {
            Map<String, Object> fields = json(shown, after);
            fields.put("changed", changed);
            run.add(fields);
          } else if (changed) {
            separator.next();
            run.output()
                .text("Access list for ")
                .name(RawArguments.toBytes(shown))
                .text(" is now\n");
            write(run.output(), after);
          } else {
            run.output()
                .text("Access list for ")
                .name(RawArguments.toBytes(shown))
                .text(" is fine.\n");
          }
        });
  }

  private static void ownRights(FsRun run) throws IOException {
    run.forEach(
        "-path",
        LastName.FOLLOW,
        (target, shown) -> {
          String letters =
              target
                  .agent()
                  .ask(new FsRequest.OwnRights(target.path()), FsAnswer.Rights.class)
                  .rights()
                  .letters();
          if (run.json()) {
            var fields = new LinkedHashMap<String, Object>();
            StatusText.putName(fields, "path", RawArguments.toBytes(shown));
            fields.put("rights", letters);
            run.add(fields);
          } else {
            run.output()
                .text("Callers access to ")
                .name(RawArguments.toBytes(shown))
                .text(" is " + letters + "\n");
          }
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
