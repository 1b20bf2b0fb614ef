package heddle.fuse;

import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Prints a file that it maps into memory; a process of its own. */
final class MappedFile {
  private MappedFile() {}

  public static void main(String[] args) throws Exception {
    try (FileChannel file = FileChannel.open(Path.of(args[0]))) {
      System.out.print(StandardCharsets.UTF_8.decode(file.map(MapMode.READ_ONLY, 0, file.size())));
    }
  }
}
