package heddle.afs;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.auth.Caller;
import heddle.afs.location.ServerNetwork;
import heddle.afs.testkit.FakeCell;
import heddle.afs.testkit.FakeClock;
import heddle.afs.testkit.FakeHost;
import heddle.afs.testkit.FakeServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A client of a cell in memory, and short words for what tests do with it. */
final class ClientFixture implements AutoCloseable {
  static final Caller ANONYMOUS = Caller.anonymous();

  /** Somebody with a name. */
  record Named(String name) implements Caller {}

  final FakeCell cell = new FakeCell("example.org");
  final FakeServer fs1 = cell.server();
  final FakeServer fs2 = cell.server();
  final FakeClock clock = new FakeClock();
  private AfsClient client;
  private AfsConfig config =
      AfsConfig.DEFAULT
          .withCells(Map.of("example.org", cell.locationServers()))
          .withTimeout(Duration.ofSeconds(30));

  /** Changes the configuration of the client, which must not have been used yet. */
  ClientFixture rootVolume(String name) {
    config = config.withRootVolume(name);
    return this;
  }

  /** The same. */
  ClientFixture protection(Protection protection) {
    config = config.withProtection(protection);
    return this;
  }

  /** Changes the configuration; a client that was made is closed. */
  void config(UnaryOperator<AfsConfig> change) {
    close();
    client = null;
    config = change.apply(config);
  }

  /** Returns a further client, which the caller closes and connects. */
  AfsClient clientOf(ServerNetwork network) throws IOException {
    return AfsClient.open(config, network, clock);
  }

  AfsClient client() {
    if (client == null) {
      try {
        client = AfsClient.open(config, cell, clock);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      cell.connect(client.callbackHandler());
    }
    return client;
  }

  /** Returns one more client of the cell, to be closed by the caller. */
  AfsClient otherClient() {
    try {
      FakeHost host = cell.otherClient();
      AfsClient other = AfsClient.open(config, host, clock);
      host.connect(other.callbackHandler());
      return other;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  FileStatus stat(String path) throws AfsException {
    return client().stat(ANONYMOUS, AfsPath.of(path), FinalLink.KEEP);
  }

  FileStatus follow(String path) throws AfsException {
    return client().stat(ANONYMOUS, AfsPath.of(path), FinalLink.FOLLOW);
  }

  List<String> list(String path) throws AfsException {
    try (AfsDirectory directory = client().openDirectory(ANONYMOUS, AfsPath.of(path))) {
      return directory.entries().stream().map(DirectoryEntry::nameText).toList();
    }
  }

  String read(String path) throws AfsException {
    return read(ANONYMOUS, path);
  }

  String read(Caller caller, String path) throws AfsException {
    try (AfsFile file = client().open(caller, AfsPath.of(path), FinalLink.FOLLOW)) {
      return read(file);
    }
  }

  static String read(AfsFile file) throws AfsException {
    ByteBuffer all = ByteBuffer.allocate(1 << 16);
    int count = file.read(all, 0);
    return new String(all.array(), 0, count, UTF_8);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
