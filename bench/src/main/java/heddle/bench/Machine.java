package heddle.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What was measured on, and how busy it was. */
record Machine(int processors, String processor, String system, String jvm, double loadAverage) {
  static Machine now() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        processorName(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String processorName() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 2))
          .findFirst()
          .orElse(System.getProperty("os.arch", ""));
    } catch (IOException e) {
      return System.getProperty("os.arch", "");
    }
  }

  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("processors", processors);
    json.put("processor", processor);
    json.put("system", system);
    json.put("jvm", jvm);
    json.put("loadAverage", loadAverage);
    return json;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d CPUs (%s), %s, %s, load average %.1f",
        processors,
        processor,
        system,
        jvm,
        loadAverage);
  }
}
