package heddle.cli;

import heddle.control.FsAnswer;
import heddle.control.FsException;
import heddle.control.FsRequest;
import heddle.fuse.MountException;
import heddle.fuse.MountedPath.LastName;
import heddle.fuse.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of a command of {@code heddle fs}: what was given, where results and complaints go. */
final class FsRun {
  /** How results are written. */
  enum Form {
    /** As OpenAFS's {@code fs} does. */
    TEXT,
    JSON
  }

  private static final String HERE = ".";

  private final FsArguments arguments;
  private final FsTargets targets;
  private final Output output;
  private final Form form;
  private final PrintStream err;
  private final List<Map<String, Object>> objects = new ArrayList<>();
  private boolean failed;

  FsRun(FsArguments arguments, FsTargets targets, Output output, Form form, PrintStream err) {
    this.arguments = arguments;
    this.targets = targets;
    this.output = output;
    this.form = form;
    this.err = err;
  }

  /** Does something with one path. */
  @FunctionalInterface
  interface PathAction {
    /**
     * Does it.
     *
     * @param shown the path as the user gave it
     */
    void run(FsTarget target, String shown) throws IOException;
  }

  FsArguments arguments() {
    return arguments;
  }

  FsTargets targets() {
    return targets;
  }

  /** Returns whether results are to be JSON, by {@link #add}. */
  boolean json() {
    return form == Form.JSON;
  }

  /** Returns where text goes. */
  Output output() {
    return output;
  }

  /** Adds a result for those who read JSON. */
  void add(Map<String, Object> object) {
    objects.add(object);
  }

  /** Asks what is about no path: the mount that is meant, or a client of this process. */
  <A extends FsAnswer> A ask(FsRequest request, Class<A> kind) throws IOException {
    try {
      return targets.anywhere().ask(request, kind);
    } catch (MountException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Runs a command; what it cannot do is told of. */
  void run(FsSyntax syntax) throws IOException {
    try {
      syntax.action().run(this);
    } catch (FsException e) {
      tell(FsComplaint.of(e));
    } catch (BrokenPipeException e) {
      throw e;
    } catch (IOException e) {
      tell("fs: " + Failures.describe(e));
    }
  }

  /** Does something with each path of a parameter, or with the working directory. */
  void forEach(String parameter, LastName lastName, PathAction action) throws IOException {
    List<String> given = arguments.values(parameter);
    for (String path : given.isEmpty() ? List.of(HERE) : given) {
      with(path, lastName, action);
    }
  }

  /** Does something with a path; a failure is told of. */
  void with(String path, LastName lastName, PathAction action) throws IOException {
    try {
      FsTarget target = targets.at(path, lastName);
      try {
        action.run(target, path);
      } catch (FsException e) {
        tell(FsComplaint.of(e, path, target.advice()));
      }
    } catch (BrokenPipeException e) {
      throw e;
    } catch (IOException e) {
      tell("fs:'" + Heddle.shown(path) + "': " + Failures.describe(e));
    } catch (MountException e) {
      tell("fs:'" + Heddle.shown(path) + "': " + e.getMessage());
    }
  }

  /** Returns the name of a host, or its address if it has none; may block for a name server. */
  String hostName(InetAddress address) {
    return targets.hostName(address);
  }

  /** Tells of a failure in one line, in which names of servers and of others may be. */
  private void tell(String message) {
    complain(json() ? message : Printable.of(message));
  }

  /** Tells of a failure in words of ours; the exit code will say so too. */
  void complain(String message) {
    failed = true;
    err.println(json() ? Json.of(Complaint.fields("heddle fs", message)) : message);
  }

  /** Has the exit code say that something is wrong. */
  void fail() {
    failed = true;
  }

  /** Tells of something that is no failure. */
  void warn(String message) {
    err.println(message);
  }

  /** Writes what is left to be written; returns the exit code. */
  int finish() throws IOException {
    if (json()) {
      output.text(Json.of(objects)).newLine();
    }
    return failed ? Heddle.FAILED : Heddle.OK;
  }
}
