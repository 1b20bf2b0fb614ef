package heddle.afs.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import heddle.rxrpc.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Channels and streams: how files are opened, what positions do, what is seen when. */
abstract class ChannelsContract {
  Path directory;
  Path file;

  abstract TestPlace place();

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = place().newDirectory();
    file = directory.resolve("file");
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String read(SeekableByteChannel channel, int count) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(count);
    int read = channel.read(target);
    return read < 0 ? "end" : new String(target.array(), 0, read, UTF_8);
  }

  @Test
  void whatIsNotThereIsMadeOnlyWhenAsked() throws IOException {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.newByteChannel(file, WRITE));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> Files.newByteChannel(file, READ, CREATE)); // which says nothing
    Files.newByteChannel(file, WRITE, CREATE).close();
    assertThat(file).exists();
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> Files.newByteChannel(file, WRITE, CREATE_NEW));
    Files.newByteChannel(file, WRITE, CREATE).close();
  }

  @Test
  void oneOfManyMakesTheFileAndTheOthersOpenIt() throws Exception {
    Path other = place().elsewhere(file);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Path path = i % 2 == 0 ? file : other;
        done.add(
            threads.submit(
                () -> {
                  Files.newByteChannel(path, WRITE, CREATE).close();
                  return path;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
    assertThat(file).isEmptyFile();
  }

  @Test
  void truncatingNeedsWriting() throws IOException {
    Files.writeString(file, "text");
    Files.newByteChannel(file, READ, TRUNCATE_EXISTING).close();
    assertThat(file).hasContent("text");
    Files.newByteChannel(file, WRITE).close();
    assertThat(file).hasContent("text");
    Files.newByteChannel(file, WRITE, TRUNCATE_EXISTING).close();
    assertThat(Files.size(place().elsewhere(file))).isZero();
  }

  @Test
  void optionsThatExcludeEachOtherAreRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Files.newByteChannel(file, READ, APPEND));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Files.newByteChannel(file, APPEND, TRUNCATE_EXISTING));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> Files.newInputStream(file, WRITE));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Files.newOutputStream(file, READ));
  }

  @Test
  void positionsMoveAndHolesAreZeros() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file, READ, WRITE, CREATE_NEW)) {
      assertThat(channel.write(bytes("0123456789"))).isEqualTo(10);
      assertThat(channel.position()).isEqualTo(10);
      assertThat(read(channel, 5)).isEqualTo("end");
      assertThat(read(channel.position(3), 4)).isEqualTo("3456");
      assertThat(channel.position()).isEqualTo(7);
      channel.position(12).write(bytes("x"));
      assertThat(channel.size()).isEqualTo(13);
      assertThat(read(channel.position(8), 100)).isEqualTo("89\0\0x");
      assertThat(read(channel.position(100), 1)).isEqualTo("end");
      channel.truncate(5);
      assertThat(channel.position()).isEqualTo(5);
      assertThat(channel.truncate(50).size()).isEqualTo(5);
      assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> channel.position(-1));
    }
    assertThat(Files.readString(place().elsewhere(file))).isEqualTo("01234");
  }

  @Test
  void whoMayNotReadOrWriteDoesNot() throws IOException {
    Files.writeString(file, "text");
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      assertThatExceptionOfType(NonWritableChannelException.class)
          .isThrownBy(() -> channel.write(bytes("x")));
      assertThatExceptionOfType(NonWritableChannelException.class)
          .isThrownBy(() -> channel.truncate(0));
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file, WRITE)) {
      assertThatExceptionOfType(NonReadableChannelException.class)
          .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void closedChannelsAreClosed() throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(file, READ, WRITE, CREATE);
    channel.close();
    channel.close();

    assertThat(channel.isOpen()).isFalse();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> channel.write(bytes("x")));
    assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::size);
    assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::position);
    assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.truncate(0));
  }

  @Test
  void appendingGoesToTheEndWhereverThatIs() throws IOException {
    Files.writeString(file, "begin");
    try (SeekableByteChannel channel = Files.newByteChannel(file, APPEND)) {
      channel.position(0).write(bytes(" one"));
      Files.writeString(file, " two", APPEND);
      channel.write(bytes(" three"));
      assertThat(channel.position()).isEqualTo(19);
    }
    assertThat(file).hasContent("begin one two three");
  }

  @Test
  void manyAppendAtOnceAndNothingIsLost() throws Exception {
    Files.createFile(file);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String line = "%03d\n".formatted(i);
        done.add(threads.submit(() -> Files.writeString(file, line, APPEND)));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
    assertThat(Files.readAllLines(place().elsewhere(file))).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void whatIsToBeDeletedOnCloseIs() throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, READ, WRITE, CREATE_NEW, DELETE_ON_CLOSE)) {
      channel.write(bytes("text"));
      assertThat(read(channel.position(0), 4)).isEqualTo("text");
    }
    assertThat(Files.exists(file)).isFalse();
    Files.writeString(file, "one");
    try (SeekableByteChannel channel = Files.newByteChannel(file, READ, DELETE_ON_CLOSE)) {
      Files.delete(file);
      Files.writeString(file, "another");
      assertThat(read(channel, 3)).isEqualTo("one");
    }
    assertThat(file).hasContent("another");
  }

  @Test
  void linksAreNotOpenedThroughWhenThatIsForbidden() throws IOException {
    Files.writeString(file, "text");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file.getFileName());
    assertThat(Files.readString(link)).isEqualTo("text");
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Files.newByteChannel(link, READ, LinkOption.NOFOLLOW_LINKS))
        .withMessageContaining("symbolic link");
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Files.newByteChannel(directory, READ))
        .withMessageContaining("directory");
  }

  @Test
  void closingMakesItSeenElsewhereAndForcingTakesItThereEarlier() throws IOException {
    Path other = place().elsewhere(file);
    try (FileChannel channel = FileChannel.open(file, WRITE, CREATE_NEW)) {
      channel.write(bytes("one"));
      channel.force(true);
      assertThat(Files.readString(other)).isEqualTo("one");
      channel.write(bytes(" two"));
    }
    assertThat(Files.readString(other)).isEqualTo("one two");
    Files.writeString(file, "three", SYNC, TRUNCATE_EXISTING, WRITE);
    assertThat(Files.readString(other)).isEqualTo("three");
  }

  @Test
  void directoriesCanBeForced() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
      assertThatExceptionOfType(FileSystemException.class)
          .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
    }
  }

  @Test
  void fileChannelsReadAndWriteAnywhere() throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ, WRITE, CREATE_NEW)) {
      assertThat(channel.write(new ByteBuffer[] {bytes("01"), bytes("234"), bytes("56789")}))
          .isEqualTo(10);
      assertThat(channel.write(bytes("ab"), 4)).isEqualTo(2);
      assertThat(channel.position()).isEqualTo(10);
      ByteBuffer[] targets = {ByteBuffer.allocate(3), ByteBuffer.allocate(100)};
      assertThat(channel.position(2).read(targets)).isEqualTo(8);
      assertThat(new String(targets[1].array(), 0, 5, UTF_8)).isEqualTo("b6789");
      assertThat(channel.read(targets[1], 10)).isEqualTo(-1);
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .isThrownBy(() -> channel.map(FileChannel.MapMode.READ_ONLY, 0, 1));
    }
  }

  @Test
  void bytesAreTransferred() throws IOException {
    byte[] data = "0123456789".repeat(100_000).getBytes(UTF_8);
    try (FileChannel channel = FileChannel.open(file, READ, WRITE, CREATE_NEW)) {
      assertThat(
              channel.transferFrom(
                  Channels.newChannel(new ByteArrayInputStream(data)), 0, data.length + 5))
          .isEqualTo(data.length);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThat(channel.transferTo(0, Long.MAX_VALUE, Channels.newChannel(out)))
          .isEqualTo(data.length);
      assertThat(out.toByteArray()).isEqualTo(data);
      assertThat(
              channel.transferFrom(
                  Channels.newChannel(new ByteArrayInputStream(data)), data.length + 1, 5))
          .isZero();
    }
    try (InputStream in = Files.newInputStream(place().elsewhere(file))) {
      assertThat(in.available()).isEqualTo(data.length);
      assertThat(in.skip(7)).isEqualTo(7);
      assertThat(in.read()).isEqualTo('7');
      assertThat(in.readNBytes(5)).asString(UTF_8).isEqualTo("89012");
    }
  }

  @Test
  void streamsWriteAndAppend() throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write('a');
      out.write(new byte[] {'x', 'b', 'c', 'x'}, 1, 2);
    }
    try (OutputStream out = Files.newOutputStream(file, APPEND)) {
      out.write('d');
    }
    assertThat(file).hasContent("abcd");
    Files.newOutputStream(file).close();
    assertThat(file).isEmptyFile();
  }

  @Test
  void locksExcludeOtherClientsAndOverlapNowhere() throws IOException {
    Files.writeString(file, "text");
    Path other = place().elsewhere(file);
    try (FileChannel mine = FileChannel.open(file, READ, WRITE);
        FileChannel again = FileChannel.open(file, READ, WRITE);
        FileChannel theirs = FileChannel.open(other, READ, WRITE)) {
      FileLock lock = mine.lock(0, 10, false);
      assertThat(lock.isValid()).isTrue();
      assertThatExceptionOfType(OverlappingFileLockException.class)
          .isThrownBy(() -> again.tryLock(5, 1, false));
      FileLock beside = again.tryLock(10, Long.MAX_VALUE - 10, false);
      assertThat(beside.isValid()).isTrue();
      assertThat(theirs.tryLock()).isNull();
      beside.release();
      lock.release();
      assertThat(lock.isValid()).isFalse();
      FileLock whole = theirs.tryLock();
      assertThat(whole).isNotNull();
      assertThat(mine.tryLock()).isNull();
    }
    FileLock shared;
    try (FileChannel reader = FileChannel.open(file, READ)) {
      assertThatExceptionOfType(NonWritableChannelException.class)
          .isThrownBy(() -> reader.tryLock());
      shared = reader.tryLock(0, Long.MAX_VALUE, true);
      assertThat(shared.isShared()).isTrue();
    }
    assertThat(shared.isValid()).isFalse();
    try (FileChannel last = FileChannel.open(file, WRITE)) {
      assertThat(last.tryLock()).isNotNull();
    }
  }

  @Test
  void aChannelThatIsClosedWhileItWaitsForALockHasNone() throws Exception {
    Files.writeString(file, "text");
    Path other = place().elsewhere(file);
    try (FileChannel theirs = FileChannel.open(other, READ, WRITE)) {
      FileLock lock = theirs.lock();
      FileChannel mine = FileChannel.open(file, READ, WRITE);
      var waiting = new FutureTask<FileLock>(mine::lock);
      Thread waiter = Thread.ofVirtual().start(waiting);
      Eventually.until(() -> isWaiting(waiter), waiter::getState);
      mine.close();
      lock.release();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(waiting::get)
          .withCauseInstanceOf(ClosedChannelException.class);
      assertThat(theirs.lock().isValid()).as("it was given back").isTrue();
    }
    try (FileChannel again = FileChannel.open(file, READ, WRITE)) {
      assertThat(again.tryLock()).isNotNull();
    }
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }

  @Test
  void anInterruptedThreadClosesItsFileChannel() throws IOException {
    Files.writeString(file, "text");
    FileChannel channel = FileChannel.open(file, READ);
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(ClosedByInterruptException.class)
          .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(channel.isOpen()).isFalse();
    assertThat(file).hasContent("text");
  }

  @Test
  void whatIsToBeDeletedOnCloseIsWhereAnInterruptCloses() throws IOException {
    FileChannel channel = FileChannel.open(file, WRITE, CREATE_NEW, DELETE_ON_CLOSE);
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(ClosedByInterruptException.class)
          .isThrownBy(() -> channel.write(bytes("text")));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    Eventually.until(() -> Files.notExists(file), () -> file);
  }

  @Test
  void aDeletedFileIsReadToItsEnd() throws IOException {
    Files.writeString(file, "text");
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      assertThat(read(channel, 2)).isEqualTo("te");
      Files.delete(file);
      assertThat(Files.exists(file)).isFalse();
      assertThat(read(channel, 10)).isEqualTo("xt");
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void negativeNumbersAreRefused() throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ, WRITE, CREATE_NEW)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      for (ThrowingCallable wrong :
          List.<ThrowingCallable>of(
              () -> channel.position(-1),
              () -> channel.truncate(-1),
              () -> channel.read(one, -1),
              () -> channel.write(one, -1),
              () -> channel.transferTo(-1, 1, Channels.newChannel(OutputStream.nullOutputStream())),
              () -> channel.transferTo(0, -1, Channels.newChannel(OutputStream.nullOutputStream())),
              () -> channel.transferFrom(Channels.newChannel(InputStream.nullInputStream()), -1, 1),
              () -> channel.transferFrom(Channels.newChannel(InputStream.nullInputStream()), 0, -1),
              () -> channel.tryLock(-1, 1, false),
              () -> channel.tryLock(0, -1, false),
              () -> channel.lock(Long.MAX_VALUE, 2, false))) {
        assertThatIllegalArgumentException().isThrownBy(wrong);
      }
      assertThat(channel.size()).isZero();
    }
  }

  @Test
  void inEveryWayOnlyWhoMayReadsAndWrites() throws IOException {
    Files.writeString(file, "text");
    ByteBuffer one = ByteBuffer.allocate(1);
    ByteBuffer[] none = {};
    try (FileChannel reader = FileChannel.open(file, READ)) {
      for (ThrowingCallable wrong :
          List.<ThrowingCallable>of(
              () -> reader.write(one),
              () -> reader.write(one, 0),
              () -> reader.write(new ByteBuffer[] {one}),
              () -> reader.write(none),
              () -> reader.truncate(10),
              () -> reader.transferFrom(Channels.newChannel(InputStream.nullInputStream()), 0, 1),
              () -> reader.lock())) {
        assertThatExceptionOfType(NonWritableChannelException.class).isThrownBy(wrong);
      }
    }
    try (FileChannel writer = FileChannel.open(file, WRITE)) {
      for (ThrowingCallable wrong :
          List.<ThrowingCallable>of(
              () -> writer.read(one),
              () -> writer.read(one, 0),
              () -> writer.read(new ByteBuffer[] {one}),
              () -> writer.read(none),
              () -> writer.transferTo(0, 1, Channels.newChannel(OutputStream.nullOutputStream())),
              () -> writer.lock(0, 1, true))) {
        assertThatExceptionOfType(NonReadableChannelException.class).isThrownBy(wrong);
      }
    }
    assertThat(file).hasContent("text");
  }

  @Test
  void whatIsClosedIsClosedInEveryWay() throws IOException {
    FileChannel channel = FileChannel.open(file, READ, WRITE, CREATE_NEW);
    channel.close();
    ByteBuffer one = ByteBuffer.allocate(1);
    ByteBuffer[] none = {};
    for (ThrowingCallable late :
        List.<ThrowingCallable>of(
            () -> channel.read(one, 0),
            () -> channel.read(none),
            () -> channel.write(one, 0),
            () -> channel.write(none),
            () -> channel.position(0),
            () -> channel.force(true),
            () -> channel.transferTo(0, 1, Channels.newChannel(OutputStream.nullOutputStream())),
            () -> channel.transferFrom(Channels.newChannel(InputStream.nullInputStream()), 0, 1),
            () -> channel.tryLock(),
            () -> channel.lock())) {
      assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(late);
    }
    InputStream in = Files.newInputStream(file);
    in.close();
    in.close();
    OutputStream out = Files.newOutputStream(file);
    out.close();
    out.close();
    for (ThrowingCallable late :
        List.<ThrowingCallable>of(
            in::read,
            in::available,
            () -> in.skip(1),
            () -> out.write(1),
            () -> out.write(new byte[2]))) {
      assertThatExceptionOfType(IOException.class).isThrownBy(late);
    }
  }

  @Test
  void streamsReadIntoPartsOfArrays() throws IOException {
    Files.writeString(file, "012345");
    try (InputStream in = Files.newInputStream(file)) {
      byte[] target = new byte[6];
      assertThat(in.read(target, 1, 3)).isEqualTo(3);
      assertThat(target).containsExactly(0, '0', '1', '2', 0, 0);
      assertThat(in.read(target, 0, 0)).isZero();
      assertThat(in.skip(-1)).isZero();
      assertThat(in.skip(1)).isEqualTo(1);
      assertThat(in.available()).isEqualTo(2);
      assertThat(in.read(target)).isEqualTo(2);
      assertThat(target).containsExactly('4', '5', '1', '2', 0, 0);
      assertThat(in.read(target)).isEqualTo(-1);
      assertThat(in.read(target, 0, 0)).isZero();
      assertThat(in.skip(1)).isZero();
      assertThat(in.available()).isZero();
      for (int[] wrong : new int[][] {{-1, 1}, {0, -1}, {6, 1}, {0, 7}, {3, Integer.MAX_VALUE}}) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .isThrownBy(() -> in.read(target, wrong[0], wrong[1]));
      }
      assertThat(in.markSupported()).isFalse();
      assertThatExceptionOfType(IOException.class).isThrownBy(in::reset);
    }
    try (OutputStream out = Files.newOutputStream(file, WRITE)) { // over the beginning
      out.write(new byte[] {'a', 'b', 'c'}, 1, 2);
      out.flush();
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> out.write(new byte[2], 1, 2));
    }
    assertThat(file).hasContent("bc2345");
    Files.newOutputStream(file, TRUNCATE_EXISTING).close(); // writes, without being told so
    assertThat(file).isEmptyFile();
  }

  @Test
  void directoriesAreNeitherReadNorWrittenAsFiles() {
    for (ThrowingCallable wrong :
        List.<ThrowingCallable>of(
            () -> Files.readAllBytes(directory),
            () -> Files.newOutputStream(directory).close(),
            () -> Files.newByteChannel(directory, WRITE).close(),
            () -> Files.newByteChannel(directory, APPEND).close())) {
      assertThatExceptionOfType(FileSystemException.class).isThrownBy(wrong);
    }
    assertThat(directory).isEmptyDirectory();
  }
}
