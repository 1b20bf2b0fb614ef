package heddle.afs.cell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.AfsClient;
import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsFile;
import heddle.afs.AfsPath;
import heddle.afs.auth.Caller;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A thousand virtual threads, as users of ten hosts, write and read at the same time. */
@Tag("slow")
class ManyClientsTest {
  private static final int HOSTS = 10;
  private static final int THREADS = 1000;

  @Test
  void aThousandWriteAndReadWithoutAnError() throws Exception {
    try (EmbeddedCell cell = EmbeddedCell.start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<AfsClient> hosts = new ArrayList<>();
      for (int i = 0; i < HOSTS; i++) {
        hosts.add(cell.newClient());
      }
      Caller administrator = cell.administrator();
      var allHaveWritten = new CountDownLatch(THREADS);
      List<Future<String>> read = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        read.add(
            threads.submit(
                () -> {
                  try {
                    write(hosts.get(number % HOSTS), administrator, place(cell, number), number);
                  } finally {
                    allHaveWritten.countDown();
                  }
                  allHaveWritten.await();
                  int another = (number + 1) % THREADS; // of another host
                  return read(hosts.get(number % HOSTS), administrator, place(cell, another));
                }));
      }

      for (int i = 0; i < THREADS; i++) {
        assertThat(read.get(i).get()).isEqualTo("This is " + (i + 1) % THREADS);
      }
    }
  }

  private static AfsPath place(EmbeddedCell cell, int number) {
    return AfsPath.of("/" + cell.name() + "/file-" + number);
  }

  private static void write(AfsClient host, Caller caller, AfsPath place, int number)
      throws Exception {
    try (AfsFile file = host.create(caller, place, 0644)) {
      file.write(ByteBuffer.wrap(("This is " + number).getBytes(UTF_8)), 0);
      file.flush(); // from now on others see it
    }
  }

  private static String read(AfsClient host, Caller caller, AfsPath place) throws Exception {
    try (AfsFile file = host.open(caller, place, FinalLink.FOLLOW)) {
      ByteBuffer bytes = ByteBuffer.allocate(100);
      int count = file.read(bytes, 0);
      return new String(bytes.array(), 0, count, UTF_8);
    }
  }
}
