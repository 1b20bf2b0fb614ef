package heddle.afs.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code krb5.conf} says of realms of hosts and of the default credential cache: the JDK,
 * which reads the rest of it, keeps these to itself.
 *
 * <p>Protocol source: MIT krb5 doc/admin/conf_files/krb5_conf.rst.
 */
final class KerberosConfig {
  private static final int MAX_FILES = 100; // that include each other
  private static final long MAX_BYTES = 1 << 20;
  private static final Pattern INCLUDED_NAME = Pattern.compile("[\\w-]+|[^.].*\\.conf");
  static final String SYSTEM_PROPERTY = "java.security.krb5.conf";
  private static final Path DEFAULT_FILE = Path.of("/etc/krb5.conf");

  private final Map<String, String> realmsOfDomains = new HashMap<>();
  private final Map<String, String> defaults = new HashMap<>();
  private String section = "";
  private int depth; // of braces
  private int files;

  private KerberosConfig() {}

  /** Returns what is in a file, and in those that it includes; nothing if it is not there. */
  static KerberosConfig read(Path file) throws KerberosException {
    var config = new KerberosConfig();
    if (Files.exists(file)) {
      config.include(file);
    }
    return config;
  }

  /**
   * Returns where the JDK finds its configuration: the system property {@code
   * java.security.krb5.conf}, else {@code /etc/krb5.conf}. It does not know {@code KRB5_CONFIG}.
   */
  static Path file() {
    String property = System.getProperty(SYSTEM_PROPERTY);
    return property == null ? DEFAULT_FILE : Path.of(property);
  }

  private void include(Path file) throws KerberosException {
    if (++files > MAX_FILES) {
      throw new KerberosException(file + ": more than " + MAX_FILES + " files include each other");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new KerberosException(file + ": too large for a configuration");
      }
      for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
        readLine(line.strip());
      }
    } catch (KerberosException e) {
      throw e;
    } catch (IOException e) {
      throw new KerberosException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void readLine(String line) throws IOException {
    if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
      return;
    }
    if (line.startsWith("include ")) {
      include(Path.of(line.substring("include ".length()).strip()));
    } else if (line.startsWith("includedir ")) {
      includeDirectory(Path.of(line.substring("includedir ".length()).strip()));
    } else if (line.startsWith("[") && depth == 0) {
      section = line.replaceAll("[\\[\\]*]", "");
    } else if (line.startsWith("}")) {
      depth = Math.max(0, depth - 1);
    } else if (line.endsWith("{")) {
      depth++;
    } else if (depth == 0) {
      relation(line);
    }
  }

  private void includeDirectory(Path directory) throws IOException {
    var names = new TreeSet<Path>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (INCLUDED_NAME.matcher(entry.getFileName().toString()).matches()) {
          names.add(entry);
        }
      }
    }
    for (Path name : names) {
      include(name);
    }
  }

  private void relation(String line) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      return;
    }
    String name = line.substring(0, equals).strip();
    String value = line.substring(equals + 1).strip().replaceAll("^\"|\"$", "");
    switch (section) { // of several values the first counts
      case "domain_realm" -> realmsOfDomains.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
      case "libdefaults" -> defaults.putIfAbsent(name, value);
      default -> {} // for the JDK
    }
  }

  /** Returns a setting of {@code [libdefaults]}. */
  Optional<String> setting(String name) {
    return Optional.ofNullable(defaults.get(name));
  }

  /**
   * Returns the realm of a host as {@code [domain_realm]} has it: of its name, else of the domain
   * that it is in, the closest first.
   */
  Optional<String> realmOf(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    List<String> keys = new ArrayList<>(List.of(name));
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      keys.add(name.substring(dot));
      keys.add(name.substring(dot + 1));
    }
    return keys.stream().map(realmsOfDomains::get).filter(realm -> realm != null).findFirst();
  }

  /** Returns the setting with the names that may be in it replaced by their values. */
  Optional<String> defaultCacheName(UnaryOperator<String> variables) {
    return setting("default_ccache_name").map(name -> expand(name, variables));
  }

  private static String expand(String text, UnaryOperator<String> variables) {
    return Pattern.compile("%\\{([^}]*)\\}")
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(variables.apply(match.group(1))));
  }
}
