/** AFS as a client library: cells, volumes, files, cached and coherent by callbacks. */
module heddle.afs {
  requires transitive heddle.rxrpc;
  requires com.github.benmanes.caffeine;
  requires java.security.jgss;
  requires jdk.security.auth;
  requires org.dnsjava;
  requires org.slf4j;
  requires static org.apiguardian.api; // in annotations of JUnit
  requires static org.jspecify;
  requires static transitive org.junit.jupiter.api; // of heddle.afs.cell.junit alone

  exports heddle.afs;
  exports heddle.afs.auth;
  exports heddle.afs.cell;
  exports heddle.afs.cell.junit;
  exports heddle.afs.kept;
  exports heddle.afs.nio;

  provides java.nio.file.spi.FileSystemProvider with
      heddle.afs.nio.AfsFileSystemProvider;
}
