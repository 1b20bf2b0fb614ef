package heddle.afs.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.AccessRights;
import heddle.afs.AfsClient;
import heddle.afs.AfsConfig;
import heddle.afs.AfsPath;
import heddle.afs.VolumeUpdate;
import heddle.afs.auth.Caller;
import heddle.afs.cell.CellConfig;
import heddle.afs.cell.EmbeddedCell;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The embedded cell of {@code bin/real-cell} with {@code HEDDLE_CELL_KIND=embedded}: a process on
 * one of its hosts, which does what there is no RPC for when it is asked through a socket (by
 * {@code afs-client/src/test/cell/embedded/vos}). Arguments: the cell's directory, its address, its
 * name, the keytab of its key, the path of the socket.
 */
public final class CellHost {
  /** From where all volumes can be reached, whether or not they are mounted elsewhere. */
  private static final String ALL_VOLUMES = "all.volumes";

  private static final int QUOTA_BLOCKS = 5_000_000; // as make-dump.pl says it

  private final EmbeddedCell cell;
  private final AfsClient afs;
  private final Caller administrator;

  private CellHost(EmbeddedCell cell) throws IOException {
    this.cell = cell;
    this.administrator = cell.administrator();
    if (!cell.volumes().contains(ALL_VOLUMES)) {
      cell.createVolume(ALL_VOLUMES);
    }
    AfsConfig config = cell.clientConfig().withRootVolume(ALL_VOLUMES);
    this.afs = AfsClient.open(config);
  }

  /** Serves until it is killed. */
  public static void main(String[] arguments) throws IOException {
    CellConfig config =
        CellConfig.DEFAULT
            .withDirectory(Path.of(arguments[0]))
            .withAddress((Inet4Address) InetAddress.getByName(arguments[1]))
            .withName(arguments[2])
            .withKeytab(Path.of(arguments[3]))
            .withAnyUser(AccessRights.NONE)
            .withVolumeQuotaBlocks(QUOTA_BLOCKS);
    Path path = Path.of(arguments[4]);
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Files.deleteIfExists(path);
      socket.bind(UnixDomainSocketAddress.of(path)); // whom the servers answer may ask at once
      try (EmbeddedCell cell = EmbeddedCell.start(config)) {
        CellHost host = new CellHost(cell);
        while (true) {
          host.serve(socket.accept());
        }
      }
    }
  }

  private void serve(SocketChannel accepted) {
    try (SocketChannel channel = accepted) {
      channel.write(ByteBuffer.wrap(answer(Channels.newInputStream(channel))));
    } catch (IOException e) {
      System.err.println("nobody hears the answer: " + e);
    }
  }

  /** Does what is asked for: words, a line each, an empty line, and then what they are about. */
  private byte[] answer(InputStream request) {
    try {
      String[] parts = new String(request.readAllBytes(), UTF_8).split("\n\n", 2);
      serve(List.of(parts[0].split("\n")), parts[1]);
      return "done".getBytes(UTF_8);
    } catch (IOException | RuntimeException e) {
      return e.toString().getBytes(UTF_8);
    }
  }

  private void serve(List<String> words, String input) throws IOException {
    switch (words.getFirst()) {
      case "ping", "addsite", "backup" -> {} // the copy is where the volume is
      case "stop" -> cell.faults().kill();
      case "start" -> cell.faults().restart();
      case "fill" -> fill(words.get(1), input);
      case "release" -> cell.release(words.get(1));
      case "remove" -> remove(after(words, "-id", words.getLast()));
      case "setfields" -> setQuota(words.get(1), Integer.parseInt(after(words, "-maxquota", "")));
      default -> throw new IllegalArgumentException(words.getFirst() + " is for OpenAFS only");
    }
  }

  private static String after(List<String> words, String option, String otherwise) {
    int at = words.indexOf(option);
    return at < 0 ? otherwise : words.get(at + 1);
  }

  private static AfsPath path(String volume) {
    return AfsPath.of("/" + volume);
  }

  private void fill(String volume, String contents) throws IOException {
    boolean isNew = !cell.volumes().contains(volume);
    if (isNew) {
      cell.createVolume(volume);
    }
    if (isNew || !isMounted(volume)) {
      afs.makeMountPoint(administrator, path(volume), "%" + volume + ".");
    }
    var filling = new VolumeContents(afs, administrator, path(volume));
    filling.empty();
    filling.fill(contents);
  }

  private boolean isMounted(String volume) throws IOException {
    try (var all = afs.openDirectory(administrator, AfsPath.root())) {
      return all.entries().stream().anyMatch(entry -> entry.nameText().equals(volume));
    }
  }

  private void remove(String volume) throws IOException {
    if (volume.endsWith(".readonly")) {
      return; // goes with the volume
    }
    cell.removeVolume(volume);
    afs.removeMountPoint(administrator, path(volume));
  }

  private void setQuota(String volume, int blocks) throws IOException {
    VolumeUpdate update = VolumeUpdate.NOTHING.withQuota(blocks);
    afs.fs().setVolumeStatus(administrator, path(volume), update);
  }
}
