package heddle.it;

import heddle.rxrpc.security.krb5.Keytab;
import heddle.rxrpc.security.krb5.MalformedKerberosException;
import heddle.rxrpc.security.rxkad.CapturedSessionKeys;
import heddle.rxrpc.testkit.ByteSearch;
import heddle.rxrpc.testkit.KeyForms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Looks for the keys of a cell in all that a run of the tests has left behind: logs, flight
 * recordings, reports. {@code bin/test} runs it at its end. Its arguments are the cell's state
 * directory, a directory with {@link PlantedKeyIT}'s key and the responses that went over the
 * network, and the directories to look into. Its exit status is 1 if it finds a key, or if it does
 * not find the planted one.
 */
final class SecretSearch {
  static final String PLANTED = "planted.key";
  private static final String CAPTURE = "responses.pcap";
  private static final Set<String> BUILT =
      Set.of("classes", "test-classes", "lib", "generated-sources", "generated-test-sources");

  private final ByteSearch search = new ByteSearch();
  private final Set<ByteBuffer> keys = new HashSet<>();
  private final Set<String> plantedForms = new TreeSet<>();
  private final Set<String> formsInLogs = new TreeSet<>();
  private final Set<String> formsInRecordings = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();
  private int files;
  private long bytes;

  private SecretSearch() {}

  public static void main(String[] args) throws Exception {
    Path secrets = Path.of(args[1]);
    var search = new SecretSearch();
    search.addKeys(Path.of(args[0]), secrets.resolve(CAPTURE));
    search.addPlanted(Files.readAllBytes(secrets.resolve(PLANTED)));
    for (int i = 2; i < args.length; i++) {
      search.lookInto(Path.of(args[i]), secrets.toAbsolutePath());
    }
    System.exit(search.report());
  }

  private void addKeys(Path state, Path capture) throws IOException, MalformedKerberosException {
    List<Keytab.Entry> entries = new ArrayList<>();
    for (Path keytab : matching(state, ".keytab")) {
      entries.addAll(Keytab.read(Files.readAllBytes(keytab)));
    }
    entries.forEach(entry -> add(entry.toString(), entry.key()));
    if (Files.exists(capture)) {
      int before = keys.size();
      CapturedSessionKeys.of(capture, entries).forEach(key -> add("session key", key));
      System.out.println((keys.size() - before) + " session keys were seen on the network");
    }
  }

  /** The keys of all users and services: the cell keeps its keytabs in three directories. */
  private static List<Path> matching(Path state, String suffix) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String name : List.of("keys", "keytabs", "otherrealm")) {
      if (Files.isDirectory(state.resolve(name))) {
        try (Stream<Path> in = Files.list(state.resolve(name))) {
          in.filter(path -> path.toString().endsWith(suffix)).forEach(found::add);
        }
      }
    }
    return found;
  }

  private void add(String name, byte[] key) {
    if (keys.add(ByteBuffer.wrap(key.clone()))) {
      KeyForms.of(key).forEach((form, written) -> search.add(name + ", " + form, written));
    }
  }

  private void addPlanted(byte[] key) {
    KeyForms.texts(key).keySet().forEach(form -> plantedForms.add(PLANTED + ", " + form));
    KeyForms.of(key).forEach((form, written) -> search.add(PLANTED + ", " + form, written));
  }

  private void lookInto(Path directory, Path without) throws IOException {
    try (Stream<Path> all = Files.walk(directory.toAbsolutePath())) {
      List<Path> left =
          all.filter(path -> !path.startsWith(without) && !isBuilt(path))
              .filter(Files::isRegularFile)
              .toList();
      for (Path file : left) {
        look(file);
      }
    }
  }

  private static boolean isBuilt(Path path) {
    for (Path part : path) {
      if (BUILT.contains(part.toString())) {
        return true;
      }
    }
    return false;
  }

  private void look(Path file) throws IOException {
    files++;
    bytes += Files.size(file);
    for (String found : search.in(file)) {
      if (!plantedForms.contains(found)) {
        faults.add(file + " has the key of " + found);
      } else if (file.toString().endsWith(".jfr")) {
        formsInRecordings.add(found);
      } else if (file.toString().endsWith(".log")) {
        formsInLogs.add(found);
      }
    }
  }

  private int report() {
    if (!formsInLogs.equals(plantedForms)) {
      faults.add("of the planted key only this was found in a log: " + formsInLogs);
    }
    if (!formsInRecordings.equals(plantedForms)) {
      faults.add("of the planted key only this was found in a recording: " + formsInRecordings);
    }
    faults.forEach(System.out::println);
    System.out.printf(
        "%d keys, the planted one too, were looked for in %d files, %d MB: %s%n",
        keys.size(), files, bytes / 1_000_000, faults.isEmpty() ? "none is there" : "SEE ABOVE");
    return faults.isEmpty() ? 0 : 1;
  }
}
