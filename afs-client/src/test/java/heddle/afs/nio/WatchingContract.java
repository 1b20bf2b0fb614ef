package heddle.afs.nio;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import heddle.rxrpc.testkit.Eventually;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Directories are watched by the promises of their servers, and by nothing else here. */
abstract class WatchingContract {
  private Path directory;
  private Path elsewhere;
  private WatchService watcher;

  abstract TestPlace place();

  @BeforeEach
  void open() throws IOException {
    directory = place().newDirectory();
    elsewhere = place().elsewhere(directory);
    AfsFileSystem fileSystem = (AfsFileSystem) directory.getFileSystem();
    watcher = fileSystem.watching().open(Long.MAX_VALUE);
  }

  @AfterEach
  void close() throws IOException {
    watcher.close();
  }

  /** Takes events until one is as it should be; returns all. */
  private List<String> eventsUntil(String last) throws InterruptedException {
    List<String> events = new ArrayList<>();
    while (!events.contains(last)) {
      WatchKey key = watcher.poll(60, TimeUnit.SECONDS);
      assertThat(key).as("events after %s", events).isNotNull();
      key.pollEvents().forEach(event -> events.add(describe(event)));
      assertThat(key.reset()).isTrue();
    }
    return events;
  }

  private static String describe(WatchEvent<?> event) {
    return event.kind().name().replace("ENTRY_", "") + " " + event.context();
  }

  @Test
  void whatOthersDoIsTold() throws Exception {
    Files.writeString(directory.resolve("old"), "1");
    Files.writeString(directory.resolve("changed"), "1");
    WatchKey key = directory.register(watcher, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);

    assertThat(key.watchable()).isEqualTo(directory);
    Files.createDirectory(elsewhere.resolve("made"));
    assertThat(eventsUntil("CREATE made")).containsExactly("CREATE made");
    Files.writeString(elsewhere.resolve("changed"), "22");
    assertThat(eventsUntil("MODIFY changed")).containsOnly("MODIFY changed");
    Files.delete(elsewhere.resolve("old"));
    assertThat(eventsUntil("DELETE old")).contains("DELETE old");
    Files.move(elsewhere.resolve("made"), elsewhere.resolve("moved"));
    assertThat(eventsUntil("CREATE moved")).contains("DELETE made", "CREATE moved");
  }

  @Test
  void whatIsDoneThroughTheFileSystemIsTold() throws Exception {
    directory.register(watcher, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
    Path file = Files.createFile(directory.resolve("file"));
    eventsUntil("CREATE file");
    Files.writeString(file, "text");
    eventsUntil("MODIFY file");
    Files.move(file, file.resolveSibling("moved"));
    assertThat(eventsUntil("CREATE moved")).contains("DELETE file");
    Files.delete(directory.resolve("moved"));
    eventsUntil("DELETE moved");
  }

  @Test
  void changesOfAttributesThroughTheFileSystemAreTold() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    directory.register(watcher, ENTRY_CREATE, ENTRY_MODIFY);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
    assertThat(eventsUntil("MODIFY file")).containsExactly("MODIFY file");
  }

  @Test
  void onlyWhatWasAskedForIsTold() throws Exception {
    directory.register(watcher, ENTRY_DELETE);
    Files.writeString(elsewhere.resolve("file"), "1");
    Files.writeString(elsewhere.resolve("file"), "2");
    Files.writeString(elsewhere.resolve("other"), "2");
    WatchKey both = directory.register(watcher, ENTRY_CREATE, ENTRY_DELETE);
    assertThat(both.isValid()).isTrue();
    Files.createDirectory(elsewhere.resolve("last"));
    assertThat(eventsUntil("CREATE last")).doesNotContain("MODIFY file");
  }

  @Test
  void aDirectoryThatIsGoneIsWatchedNoMore() throws Exception {
    WatchKey key = directory.register(watcher, ENTRY_CREATE);
    Files.delete(elsewhere);

    assertThat(watcher.take()).isSameAs(key);
    assertThat(key.isValid()).isFalse();
    assertThat(key.reset()).isFalse();
  }

  @Test
  void keysAreCancelled() throws Exception {
    WatchKey key = directory.register(watcher, ENTRY_CREATE);
    key.cancel();
    assertThat(key.isValid()).isFalse();
    WatchKey next = directory.register(watcher, ENTRY_CREATE);
    assertThat(next).isNotSameAs(key);
    Files.createFile(elsewhere.resolve("file"));
    assertThat(watcher.take()).isSameAs(next);
  }

  @Test
  void tooManyEventsAreAnOverflow() throws Exception {
    WatchedDirectory key =
        (WatchedDirectory) directory.register(watcher, ENTRY_CREATE, ENTRY_DELETE);
    for (int i = 0; i < 600; i++) {
      Files.createFile(elsewhere.resolve("f" + i));
    }
    List<String> events = new ArrayList<>();
    Eventually.until(() -> key.namesSeen() == 600, key::namesSeen); // nobody takes events meanwhile
    WatchKey signalled = watcher.take();
    signalled.pollEvents().forEach(event -> events.add(event.kind().name()));
    assertThat(events).containsOnly(OVERFLOW.name());
    assertThat(signalled.reset()).isTrue();
  }

  @Test
  void whoWaitsIsToldOfTheEnd() throws Exception {
    List<FutureTask<WatchKey>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      FutureTask<WatchKey> task = new FutureTask<>(watcher::take);
      Thread.ofVirtual().start(task);
      waiting.add(task);
    }
    watcher.close();
    for (FutureTask<WatchKey> each : waiting) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(each::get)
          .withCauseInstanceOf(ClosedWatchServiceException.class);
    }
    assertThatExceptionOfType(ClosedWatchServiceException.class)
        .isThrownBy(() -> directory.register(watcher, ENTRY_CREATE));
  }

  @Test
  void whatCannotBeWatchedIsRefused() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatExceptionOfType(NotDirectoryException.class)
        .isThrownBy(() -> file.register(watcher, ENTRY_CREATE));
    assertThatIllegalArgumentException().isThrownBy(() -> directory.register(watcher, OVERFLOW));
    try (WatchService other = FileSystems.getDefault().newWatchService()) {
      assertThatExceptionOfType(ProviderMismatchException.class)
          .isThrownBy(() -> directory.register(other, ENTRY_CREATE));
    }
  }

  @Test
  void aKeyIsTakenOnceUntilItIsReset() throws Exception {
    WatchKey key = directory.register(watcher, ENTRY_CREATE);
    assertThat(directory.register(watcher, ENTRY_CREATE)).isSameAs(key);
    assertThat(watcher.poll()).isNull();
    Files.createFile(directory.resolve("one"));
    assertThat(watcher.take()).isSameAs(key);
    assertThat(key.pollEvents())
        .extracting(WatchingContract::describe)
        .containsExactly("CREATE one");
    Files.createFile(directory.resolve("two"));
    assertThat(watcher.poll()).as("before it is reset").isNull();
    assertThat(key.reset()).isTrue();
    assertThat(watcher.take()).as("there was an event meanwhile").isSameAs(key);
    assertThat(key.pollEvents())
        .extracting(WatchingContract::describe)
        .containsExactly("CREATE two");
    assertThat(key.reset()).isTrue();
    assertThat(watcher.poll()).isNull();
  }

  @Test
  void keysEndWithTheirWatcher() throws Exception {
    WatchKey key = directory.register(watcher, ENTRY_CREATE);
    watcher.close();
    watcher.close();
    assertThat(key.isValid()).isFalse();
    assertThat(key.reset()).isFalse();
    assertThatExceptionOfType(ClosedWatchServiceException.class).isThrownBy(watcher::poll);
    assertThatExceptionOfType(ClosedWatchServiceException.class).isThrownBy(watcher::take);
  }

  @Test
  void onlyWhatIsThereIsWatched() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> directory.resolve("none").register(watcher, ENTRY_CREATE));
    assertThatIllegalArgumentException().isThrownBy(() -> directory.register(watcher));
  }
}
