package heddle.afs.cache;

import java.nio.file.Path;

/** A process that has the directory of a cache, until it is killed. */
final class DirectoryHolder {
  private DirectoryHolder() {}

  public static void main(String[] arguments) throws Exception {
    DiskFiles files = DirectoryFiles.open(Path.of(arguments[0]));
    System.out.println("open");
    System.in.read();
    files.close();
  }
}
