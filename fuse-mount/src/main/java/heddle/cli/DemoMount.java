package heddle.cli;

import heddle.afs.AfsClient;
import heddle.afs.AfsConfig;
import heddle.afs.UnstoredData;
import heddle.afs.cell.EmbeddedCell;
import heddle.control.ControlPlace;
import heddle.control.FsService;
import heddle.control.TokenStore;
import heddle.fuse.AfsMount;
import heddle.fuse.AfsTree;
import heddle.fuse.ClientTree;
import heddle.fuse.MountException;
import heddle.fuse.MountOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** One mount of {@code heddle demo}: a client of its own, on which the user of it is logged in. */
final class DemoMount implements AutoCloseable {
  private final AfsClient client;
  private final AfsMount mount;
  private final CompletableFuture<List<UnstoredData>> end = new CompletableFuture<>();

  private DemoMount(AfsClient client, AfsMount mount) {
    this.client = client;
    this.mount = mount;
  }

  /**
   * Mounts the cell.
   *
   * @param point an empty directory, or nothing where one can be made
   * @param user whose token the users of the mount have
   * @param uid number of the user of this process
   */
  static DemoMount start(EmbeddedCell cell, Path point, String user, int uid)
      throws IOException, MountException {
    Files.createDirectories(point);
    AfsConfig config = cell.clientConfig();
    AfsClient client = AfsClient.open(config);
    AfsTree tree = new ClientTree(client);
    MountTokens tokens;
    try {
      tokens =
          MountTokens.open(
              ControlPlace.Audience.OWNER,
              uid,
              () -> MountTokens.facts(config, tree.cells(), TokenStore.Distinction.UID),
              new FsService(tree, MountOptions.Access.READ_WRITE));
    } catch (IOException | RuntimeException e) {
      client.close();
      throw e;
    }
    try {
      tokens.give(uid, cell.name(), cell.token(user));
      AfsMount mount = AfsMount.mount(tree, options(point, cell.name()), tokens);
      return new DemoMount(client, mount).serve(tokens);
    } catch (IOException | MountException | RuntimeException e) {
      tokens.close();
      client.close();
      throw e;
    }
  }

  private static MountOptions options(Path point, String name) {
    return new MountOptions(
        point,
        name,
        Duration.ofSeconds(1),
        MountOptions.Audience.OWNER,
        MountOptions.Access.READ_WRITE,
        MountOptions.Locks.TREE,
        List.of());
  }

  private DemoMount serve(MountTokens tokens) {
    Thread.ofPlatform()
        .name("heddle-demo")
        .start(
            () -> {
              try (tokens) {
                end.complete(mount.serve(notice -> {}));
              } catch (InterruptedException | RuntimeException e) {
                end.completeExceptionally(e);
              }
            });
    return this;
  }

  /** Lets SIGINT, SIGTERM and SIGHUP unmount it. */
  void stopAtSignals() {
    mount.stopAtSignals();
  }

  /** Returns how many fids file servers have called this client back about. */
  long breaksReceived() {
    return client.statistics().breaksReceived();
  }

  boolean hasEnded() {
    return end.isDone();
  }

  /** Waits until it is unmounted, by whatever; {@code notices} hears of what was lost. */
  void awaitEnd(Consumer<String> notices) throws InterruptedException {
    try {
      end.get().forEach(data -> notices.accept(data.bytes() + " bytes were lost"));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Unmounts. */
  @Override
  public void close() {
    mount.stop();
    end.exceptionally(e -> List.of()).join();
  }
}
