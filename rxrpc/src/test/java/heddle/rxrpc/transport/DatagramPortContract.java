package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heddle.rxrpc.protocol.Fragmentation;
import heddle.rxrpc.transport.PortReader.Received;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every port does, over real sockets and loopback. */
@Timeout(60)
abstract class DatagramPortContract {
  static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 0);
  static final InetSocketAddress LOOPBACK6 = new InetSocketAddress("::1", 0);
  static final InetSocketAddress WILDCARD = new InetSocketAddress(0);

  private final List<PortReader> readers = new ArrayList<>();
  private PortReader a;
  private PortReader b;

  abstract DatagramPort open(InetSocketAddress address) throws IOException;

  /** Opens a port with a thread that receives; it is closed after the test. */
  final PortReader read(InetSocketAddress address) throws IOException {
    PortReader reader = new PortReader(open(address));
    readers.add(reader);
    return reader;
  }

  @BeforeEach
  final void openTwo() throws IOException {
    a = read(LOOPBACK);
    b = read(LOOPBACK);
  }

  @AfterEach
  final void closeAll() {
    readers.forEach(PortReader::close);
  }

  final PortReader a() {
    return a;
  }

  final PortReader b() {
    return b;
  }

  static void assumeIpv6() throws IOException {
    boolean present = NetworkInterface.getByInetAddress(LOOPBACK6.getAddress()) != null;
    assumeTrue(present, "no IPv6 here");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 28, 1443, 1444, 1445, 9000, 65_000, 65_507})
  void datagramArrivesWhole(int length) throws Exception {
    a.port().send(Datagrams.batch(b.port().localAddress(), length));
    Received received = b.next();
    assertThat(received.bytes()).isEqualTo(Datagrams.bytes(length, 0));
    assertThat(received.source()).isEqualTo(a.port().localAddress());
  }

  static List<int[]> mixedLengths() {
    int[] equal = new int[64];
    Arrays.fill(equal, 1444);
    int[] small = new int[64];
    Arrays.fill(small, 28);
    return List.of(
        equal,
        small,
        new int[] {1444, 1444, 1444, 200},
        new int[] {1444, 1444, 200, 1444, 1444},
        new int[] {100, 200, 300, 300, 300, 299, 298},
        new int[] {0, 0, 0},
        new int[] {500, 0, 500, 500, 0},
        new int[] {1, 1, 1, 1},
        new int[] {30_000, 30_000, 30_000},
        new int[] {9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 9000, 10});
  }

  @ParameterizedTest
  @MethodSource("mixedLengths")
  void batchOfMixedLengthsArrivesInOrder(int[] lengths) throws Exception {
    a.port().send(Datagrams.batch(b.port().localAddress(), lengths));
    for (int i = 0; i < lengths.length; i++) {
      assertThat(b.next().bytes()).as("datagram %d", i).isEqualTo(Datagrams.bytes(lengths[i], i));
    }
  }

  @Test
  void batchIsSentAgainAsItIsThen() throws Exception {
    SendBatch batch = SendBatch.direct();
    for (int round = 0; round < 20; round++) {
      batch.clear();
      InetSocketAddress to = (round % 2 == 0 ? b : a).port().localAddress();
      for (int i = 0; i <= round; i++) {
        Datagrams.add(batch, to, Datagrams.bytes(10 + round, i));
      }
      a.port().send(batch);
      PortReader reader = round % 2 == 0 ? b : a;
      for (int i = 0; i <= round; i++) {
        assertThat(reader.next().bytes()).isEqualTo(Datagrams.bytes(10 + round, i));
      }
    }
  }

  @Test
  void interruptedThreadSendsAndHarmsNothing() throws Exception {
    Thread.currentThread().interrupt();
    a.port().send(Datagrams.batch(b.port().localAddress(), 100));
    assertThat(Thread.interrupted()).as("the flag is the sender's").isTrue();
    assertThat(b.next().bytes()).isEqualTo(Datagrams.bytes(100, 0));
    b.port().send(Datagrams.batch(a.port().localAddress(), 100));
    assertThat(a.next().bytes()).isEqualTo(Datagrams.bytes(100, 0));
  }

  @Test
  void interruptInTheMiddleOfSendingHarmsNothing() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread sender =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 2_000; i++) {
                    a.port().send(Datagrams.batch(b.port().localAddress(), 1));
                  }
                  done.set(true);
                });
    while (!done.get()) {
      sender.interrupt();
    }
    a.port().send(Datagrams.batch(a.port().localAddress(), 100));
    assertThat(a.next().bytes()).isEqualTo(Datagrams.bytes(100, 0));
  }

  @Test
  void batchMayGoToManyDestinations() throws Exception {
    List<PortReader> targets = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      targets.add(read(LOOPBACK));
    }
    SendBatch batch = SendBatch.direct();
    for (int i = 0; i < 60; i++) {
      Datagrams.add(batch, targets.get(i * 7 % 20).port().localAddress(), Datagrams.bytes(100, i));
    }
    a.port().send(batch);
    for (int i = 0; i < 60; i++) {
      Received received = targets.get(i * 7 % 20).next();
      assertThat(received.bytes()).isEqualTo(Datagrams.bytes(100, i));
      assertThat(received.source()).isEqualTo(a.port().localAddress());
    }
  }

  @Test
  void sourcesAreToldApart() throws Exception {
    List<PortReader> senders = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      senders.add(read(LOOPBACK));
    }
    for (int round = 0; round < 3; round++) {
      for (PortReader sender : senders) {
        sender.port().send(Datagrams.batch(b.port().localAddress(), 10));
        assertThat(b.next().source()).isEqualTo(sender.port().localAddress());
      }
    }
  }

  @Test
  void closingEndsAReceiveThatWaits() throws Exception {
    for (int i = 0; i < 200; i++) {
      PortReader reader = new PortReader(open(LOOPBACK)); // it may or may not wait already
      reader.close();
    }
  }

  @Test
  void closedPortIsFreeAgain() throws Exception {
    PortReader reader = new PortReader(open(LOOPBACK));
    InetSocketAddress address = reader.port().localAddress();
    reader.close();
    read(address);
    a.port().send(Datagrams.batch(address, 5));
    assertThat(readers.getLast().next().bytes()).hasSize(5);
  }

  @Test
  void closedPortReceivesNothingAndDropsWhatIsSent() throws Exception {
    DatagramPort port = open(LOOPBACK);
    port.close();
    port.close();
    assertThat(port.receive(port.newReceiveBatch())).isFalse();
    port.send(Datagrams.batch(b.port().localAddress(), 5));
    a.port().send(Datagrams.batch(b.port().localAddress(), 6));
    assertThat(b.next().bytes()).hasSize(6);
  }

  /** A descriptor that is used after it was closed may be another port's by then. */
  @Test
  void sendingWhileTheyCloseNeverReachesAnotherSocket() throws Exception {
    for (int round = 0; round < 50; round++) {
      PortReader closing = new PortReader(open(LOOPBACK));
      InetSocketAddress source = closing.port().localAddress();
      CountDownLatch started = new CountDownLatch(2);
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        SendBatch batch = Datagrams.batch(b.port().localAddress(), 10, 10);
        senders.add(Thread.ofVirtual().start(() -> sendMany(closing.port(), batch, started)));
      }
      started.await();
      closing.port().close();
      PortReader successor = new PortReader(open(LOOPBACK)); // likely gets the descriptor
      for (Thread sender : senders) {
        sender.join();
      }
      closing.awaitEnd();
      successor.port().send(Datagrams.batch(b.port().localAddress(), 99));
      Received received = b.next();
      while (received.bytes().length != 99) {
        assertThat(received.source()).isEqualTo(source);
        received = b.next();
      }
      successor.close();
    }
  }

  private static void sendMany(DatagramPort port, SendBatch batch, CountDownLatch started) {
    for (int i = 0; i < 30; i++) {
      port.send(batch);
      started.countDown();
    }
  }

  @Test
  void takenPortIsRefused() {
    assertThatThrownBy(() -> open(a.port().localAddress())).isInstanceOf(BindException.class);
  }

  @Test
  void foreignAddressIsRefused() {
    assertThatThrownBy(() -> open(new InetSocketAddress("192.0.2.77", 0)))
        .isInstanceOf(BindException.class);
  }

  @Test
  void ipv6PortsReachEachOther() throws Exception {
    assumeIpv6();
    PortReader six = read(LOOPBACK6);
    PortReader other = read(LOOPBACK6);
    six.port().send(Datagrams.batch(other.port().localAddress(), 1444, 1444, 1444, 7));
    Received received = other.next();
    assertThat(received.source()).isEqualTo(six.port().localAddress());
    assertThat(received.source().getAddress()).isInstanceOf(Inet6Address.class);
    assertThat(other.next(3).getLast()).isEqualTo(Datagrams.bytes(7, 3));
  }

  @Test
  void wildcardPortTakesBothFamilies() throws Exception {
    assumeIpv6();
    PortReader both = read(WILDCARD);
    int port = both.port().localAddress().getPort();
    PortReader six = read(LOOPBACK6);
    a.port().send(Datagrams.batch(new InetSocketAddress("127.0.0.1", port), 4));
    Received fromFour = both.next();
    assertThat(fromFour.source()).isEqualTo(a.port().localAddress());
    assertThat(fromFour.source().getAddress()).isInstanceOf(Inet4Address.class);
    six.port().send(Datagrams.batch(new InetSocketAddress("::1", port), 6));
    Received fromSix = both.next();
    assertThat(fromSix.source()).isEqualTo(six.port().localAddress());

    SendBatch answers = SendBatch.direct();
    Datagrams.add(answers, fromSix.source(), fromSix.local(), Datagrams.bytes(66, 0));
    Datagrams.add(answers, fromFour.source(), fromFour.local(), Datagrams.bytes(44, 0));
    both.port().send(answers);
    assertThat(six.next().bytes()).hasSize(66);
    assertThat(a.next().bytes()).hasSize(44);
  }

  @Test
  void addressesOfTheOtherFamilyHarmNothing() throws Exception {
    SendBatch batch = SendBatch.direct();
    Datagrams.add(batch, new InetSocketAddress("2001:db8::1", 7000), Datagrams.bytes(20, 0));
    Datagrams.add(batch, b.port().localAddress(), Datagrams.bytes(20, 1));
    a.port().send(batch);
    assertThat(b.next().bytes()).isEqualTo(Datagrams.bytes(20, 1));
  }

  @Test
  void datagramsThatMustNotBeFragmentedArriveWhereTheyFit() throws Exception {
    SendBatch batch = SendBatch.direct();
    batch.to(b.port().localAddress());
    for (Fragmentation fragmentation : Fragmentation.values()) {
      for (int i = 0; i < 3; i++) {
        batch.begin(1444).put(Datagrams.bytes(1444, i));
        batch.end(fragmentation);
      }
    }
    a.port().send(batch);
    for (Fragmentation fragmentation : Fragmentation.values()) {
      for (int i = 0; i < 3; i++) {
        assertThat(b.next().bytes()).as(fragmentation.name()).isEqualTo(Datagrams.bytes(1444, i));
      }
    }
    a.port().send(Datagrams.batch(b.port().localAddress(), 20));
    assertThat(b.next().bytes()).hasSize(20);
  }

  @Test
  void virtualThreadsSend() throws Exception {
    int threads = 100;
    for (int i = 0; i < threads; i++) {
      SendBatch batch = Datagrams.batch(b.port().localAddress(), 100 + i);
      Thread.startVirtualThread(() -> a.port().send(batch));
    }
    boolean[] seen = new boolean[threads];
    for (byte[] bytes : b.next(threads)) {
      assertThat(bytes).isEqualTo(Datagrams.bytes(bytes.length, 0));
      seen[bytes.length - 100] = true;
    }
    assertThat(seen).doesNotContain(false);
  }

  /** Nobody listens at the address that is returned. */
  final InetSocketAddress deadAddress(InetAddress ip) throws IOException {
    try (DatagramPort port = open(new InetSocketAddress(ip, 0))) {
      return port.localAddress();
    }
  }
}
