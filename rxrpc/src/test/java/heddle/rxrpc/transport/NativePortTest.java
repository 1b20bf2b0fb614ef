package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heddle.rxrpc.protocol.Fragmentation;
import heddle.rxrpc.testkit.AllocationMeter;
import heddle.rxrpc.transport.PortReader.Received;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NativePortTest extends DatagramPortContract {
  private final BlockingQueue<NetworkError> errors = new LinkedBlockingQueue<>();

  @BeforeAll
  static void assumeLinux() {
    assumeTrue(NativeSupport.get().calls().isPresent(), NativeSupport.get().reason());
  }

  private static SystemCalls calls() {
    return NativeSupport.get().calls().orElseThrow();
  }

  @Override
  DatagramPort open(InetSocketAddress address) throws IOException {
    return NativePort.open(calls(), address);
  }

  private PortReader read(SystemCalls calls, InetSocketAddress address) throws IOException {
    PortReader reader = new PortReader(NativePort.open(calls, address));
    reader.port().onError(errors::add);
    return reader;
  }

  private NetworkError nextError() throws InterruptedException {
    NetworkError error = errors.poll(30, TimeUnit.SECONDS);
    assertThat(error).as("network error").isNotNull();
    return error;
  }

  // ---- receiving

  @Test
  void moreDatagramsThanABatchHoldsComeInSeveral() throws Exception {
    try (DatagramPort port = open(LOOPBACK)) {
      int[] lengths = new int[SendBatch.MAX_DATAGRAMS];
      Arrays.fill(lengths, 50);
      SendBatch sixtyFour = Datagrams.batch(port.localAddress(), lengths);
      int sent = 0;
      while (sent < 2 * ReceiveBatch.MAX_DATAGRAMS) {
        a().port().send(sixtyFour);
        sent += lengths.length;
      }
      ReceiveBatch batch = port.newReceiveBatch();
      int number = 0;
      while (number < sent) {
        assertThat(port.receive(batch)).isTrue();
        for (int i = 0; i < batch.count(); i++) {
          byte[] expected = Datagrams.bytes(50, number++ % lengths.length);
          assertThat(batch.datagram(i)).isEqualTo(ByteBuffer.wrap(expected));
        }
      }
    }
  }

  @Test
  void sendingAndReceivingAllocateNothing() throws Exception {
    try (DatagramPort port = open(LOOPBACK)) {
      ReceiveBatch received = port.newReceiveBatch();
      SendBatch toSend = Datagrams.batch(port.localAddress(), 100, 100, 50, 1444);
      AllocationMeter.Step step =
          () -> {
            for (int i = 0; i < 1000; i++) {
              port.send(toSend);
              int count = 0;
              while (count < 4) {
                port.receive(received);
                count += received.count();
              }
            }
          };
      step.run();
      step.run();
      assertThat(AllocationMeter.bytesOf(step)).isLessThan(4_000 * 8);
    }
  }

  // ---- our own address

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void wildcardPortAnswersFromTheAddressThatWasAsked(boolean ipv6) throws Exception {
    SystemCalls calls = ipv6 ? calls() : new WithoutIpv6(calls());
    InetAddress second = InetAddress.getByName("127.0.0.2");
    try (PortReader server = read(calls, WILDCARD);
        DatagramChannel client = DatagramChannel.open()) {
      client.bind(LOOPBACK);
      int port = server.port().localAddress().getPort();
      client.send(ByteBuffer.wrap(new byte[5]), new InetSocketAddress(second, port));
      Received question = server.next();
      assertThat(question.local()).isEqualTo(second);
      SendBatch answer = SendBatch.direct();
      for (int i = 0; i < 3; i++) {
        Datagrams.add(answer, question.source(), question.local(), new byte[7]);
      }
      server.port().send(answer);
      for (int i = 0; i < 3; i++) {
        assertThat(client.receive(ByteBuffer.allocate(100)))
            .isEqualTo(new InetSocketAddress(second, port));
      }
      server.port().send(Datagrams.batch(question.source(), 7));
      assertThat(client.receive(ByteBuffer.allocate(100)))
          .as("where the system chooses")
          .isEqualTo(new InetSocketAddress("127.0.0.1", port));
    }
  }

  @Test
  void wildcardPortAnswersFromTheIpv6AddressThatWasAsked() throws Exception {
    assumeIpv6();
    try (PortReader server = read(calls(), WILDCARD)) {
      PortReader client = read(LOOPBACK6);
      int port = server.port().localAddress().getPort();
      client.port().send(Datagrams.batch(new InetSocketAddress("::1", port), 5));
      Received question = server.next();
      assertThat(question.local()).isEqualTo(LOOPBACK6.getAddress());
      SendBatch answer = SendBatch.direct();
      Datagrams.add(answer, question.source(), question.local(), new byte[7]);
      server.port().send(answer);
      assertThat(client.next().source()).isEqualTo(new InetSocketAddress("::1", port));
    }
  }

  @Test
  void addressThatIsOursNoMoreIsLeftToTheSystem() throws Exception {
    try (PortReader server = read(calls(), WILDCARD)) {
      SendBatch batch = SendBatch.direct();
      InetAddress foreign = InetAddress.getByName("192.0.2.77");
      Datagrams.add(batch, b().port().localAddress(), foreign, new byte[7]);
      server.port().send(batch);
      assertThat(b().next().source().getAddress()).isEqualTo(LOOPBACK.getAddress());
    }
  }

  @Test
  void withoutIpv6AWildcardPortIsAnIpv4One() throws Exception {
    try (PortReader server = read(new WithoutIpv6(calls()), WILDCARD)) {
      assertThat(server.port().localAddress().getAddress()).isInstanceOf(Inet4Address.class);
      int port = server.port().localAddress().getPort();
      a().port().send(Datagrams.batch(new InetSocketAddress("127.0.0.1", port), 5));
      assertThat(server.next().source()).isEqualTo(a().port().localAddress());
    }
  }

  // ---- errors

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void closedPortIsReportedWithWhatWasSent(String address) throws Exception {
    InetAddress ip = InetAddress.getByName(address);
    if (!(ip instanceof Inet4Address)) {
      assumeIpv6();
    }
    InetSocketAddress dead = deadAddress(ip);
    for (InetSocketAddress bound :
        new InetSocketAddress[] {WILDCARD, new InetSocketAddress(ip, 0)}) {
      try (PortReader port = read(calls(), bound)) {
        port.port().send(Datagrams.batch(dead, 200));
        NetworkError error = nextError();
        assertThat(error.kind()).isEqualTo(NetworkError.Kind.PORT_UNREACHABLE);
        assertThat(error.origin()).isEqualTo(NetworkError.Origin.ICMP);
        assertThat(error.errno()).isEqualTo(Linux.ECONNREFUSED);
        assertThat(error.destination()).isEqualTo(dead);
        assertThat(error.destination().getAddress()).isInstanceOf(ip.getClass());
        assertThat(error.reporter()).isEqualTo(ip);
        assertThat(error.quoted()).isEqualTo(Datagrams.bytes(200, 0));
      }
    }
  }

  /** The error of one peer makes a call about another fail, and must not be taken for its own. */
  @Test
  void errorsOfOnePeerLoseNothingOfAnother() throws Exception {
    InetSocketAddress dead = deadAddress(LOOPBACK.getAddress());
    try (PortReader port = read(calls(), LOOPBACK)) {
      for (int round = 0; round < 100; round++) {
        SendBatch batch = SendBatch.direct();
        for (int i = 0; i < 10; i++) {
          Datagrams.add(batch, dead, Datagrams.bytes(40 + i, round));
          Datagrams.add(batch, b().port().localAddress(), Datagrams.bytes(40, i));
        }
        port.port().send(batch);
        for (int i = 0; i < 10; i++) {
          assertThat(b().next().bytes()).isEqualTo(Datagrams.bytes(40, i));
        }
        assertThat(nextError().destination()).isEqualTo(dead);
      }
      a().port().send(Datagrams.batch(port.port().localAddress(), 33));
      assertThat(port.next().bytes()).as("still receiving").hasSize(33);
      errors.forEach(error -> assertThat(error.destination()).isEqualTo(dead));
    }
  }

  @Test
  void unreachableNetworkIsReportedAtOnce() throws Exception {
    InetSocketAddress nowhere = new InetSocketAddress("2001:db8::1", 7000);
    try (PortReader port = read(calls(), LOOPBACK)) { // IPv4
      port.port().send(Datagrams.batch(nowhere, 100));
      NetworkError error = nextError();
      assertThat(error.kind()).isEqualTo(NetworkError.Kind.NETWORK_UNREACHABLE);
      assertThat(error.origin()).isEqualTo(NetworkError.Origin.LOCAL);
      assertThat(error.destination()).isEqualTo(nowhere);
      assertThat(error.quoted()).isEqualTo(Arrays.copyOf(Datagrams.bytes(100, 0), 64));
    }
  }

  @Test
  void tooLongADatagramIsReportedWithTheMtu() throws Exception {
    assumeIpv6(); // no fragments, and room in the UDP length for more than the MTU of loopback
    try (PortReader port = read(calls(), LOOPBACK6)) {
      SendBatch batch = SendBatch.direct();
      batch.to(new InetSocketAddress("::1", 9));
      batch.begin(65_520).put(Datagrams.bytes(65_520, 0));
      batch.end(Fragmentation.FORBIDDEN);
      port.port().send(batch);
      NetworkError error = nextError();
      assertThat(error.kind()).isEqualTo(NetworkError.Kind.TOO_BIG);
      assertThat(error.origin()).isEqualTo(NetworkError.Origin.LOCAL);
      assertThat(error.pathMtu()).isEqualTo(65_536);
      assertThat(error.quoted()).isEqualTo(Arrays.copyOf(Datagrams.bytes(65_520, 0), 64));
      assertThat(errors).isEmpty();
    }
  }

  // ---- a kernel that refuses

  /** A kernel without IPv6. */
  private static final class WithoutIpv6 extends OtherKernel {
    WithoutIpv6(SystemCalls calls) {
      super(calls);
    }

    @Override
    public int socket(int domain, int type) {
      return domain == Linux.AF_INET6 ? -Linux.EAFNOSUPPORT : super.socket(domain, type);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Linux.EIO, Linux.EINVAL, Linux.EMSGSIZE})
  void whereTheKernelDoesNotSegmentThePortDoes(int errno) throws Exception {
    RefusingKernel kernel = new RefusingKernel(calls());
    try (PortReader port = read(kernel, LOOPBACK)) {
      kernel.refuseSegments(errno, 1000);
      int[] lengths = {1444, 1444, 1444, 1444, 20, 300, 300, 300};
      for (int round = 0; round < 2; round++) {
        port.port().send(Datagrams.batch(b().port().localAddress(), lengths));
        for (int i = 0; i < lengths.length; i++) {
          assertThat(b().next().bytes()).isEqualTo(Datagrams.bytes(lengths[i], i));
        }
      }
      assertThat(kernel.refusals()).as("asked once, then known").isEqualTo(1);
      assertThat(kernel.segmented()).as("smaller ones").isEqualTo(errno == Linux.EIO ? 0 : 2);
      assertThat(errors).isEmpty();
    }
  }

  @Test
  void otherDestinationsAreSegmentedStill() throws Exception {
    RefusingKernel kernel = new RefusingKernel(calls());
    try (PortReader port = read(kernel, LOOPBACK)) {
      kernel.refuseSegments(Linux.EIO, 1000);
      port.port().send(Datagrams.batch(a().port().localAddress(), 1444, 1444));
      assertThat(a().next(2)).hasSize(2);
      kernel.refuseSegments(Linux.EIO, 10_000);
      port.port().send(Datagrams.batch(b().port().localAddress(), 1444, 1444));
      port.port().send(Datagrams.batch(a().port().localAddress(), 1444, 1444));
      assertThat(a().next(2)).hasSize(2);
      assertThat(b().next(2)).hasSize(2);
      assertThat(kernel.segmented()).isEqualTo(1);
    }
  }

  @Test
  void kernelWithoutOffloadIsUsedWithoutIt() throws Exception {
    SystemCalls old =
        new OtherKernel(calls()) {
          @Override
          public int setsockopt(int socket, int level, int option, long value, int valueBytes) {
            return level == Linux.SOL_UDP
                ? -92 // ENOPROTOOPT
                : super.setsockopt(socket, level, option, value, valueBytes);
          }
        };
    try (PortReader port = read(old, LOOPBACK)) {
      assertThat(port.port().toString()).contains("no segmentation", "no coalescing");
      port.port().send(Datagrams.batch(b().port().localAddress(), 1444, 1444, 20));
      assertThat(b().next(3).getLast()).isEqualTo(Datagrams.bytes(20, 2));
      b().port().send(Datagrams.batch(port.port().localAddress(), 1444, 1444, 20));
      assertThat(port.next(3).getLast()).isEqualTo(Datagrams.bytes(20, 2));
    }
  }

  @Test
  void whatFindsNoRoomIsDropped() throws Exception {
    RefusingKernel kernel = new RefusingKernel(calls());
    try (PortReader port = read(kernel, LOOPBACK)) {
      kernel.refuseNext(Linux.EAGAIN);
      port.port().send(Datagrams.batch(b().port().localAddress(), 10, 20, 30));
      port.port().send(Datagrams.batch(b().port().localAddress(), 40));
      assertThat(b().next().bytes()).hasSize(40);
      assertThat(errors).isEmpty();
    }
  }

  @Test
  void interruptedCallIsMadeAgain() throws Exception {
    RefusingKernel kernel = new RefusingKernel(calls());
    try (PortReader port = read(kernel, LOOPBACK)) {
      kernel.refuseNext(Linux.EINTR);
      port.port().send(Datagrams.batch(b().port().localAddress(), 10));
      assertThat(b().next().bytes()).hasSize(10);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "425984, 0, false", // who may have no more by default
    "8388608, 0, true", // what we ask for
    "8388608, -92, false" // ENOPROTOOPT: whatever is left in memory then
  })
  void largePacketsAreForSocketsThatHoldMany(int bufferBytes, int result, boolean preferred)
      throws IOException {
    SystemCalls kernel =
        new OtherKernel(calls()) {
          @Override
          public int getsockopt(int socket, int level, int option, long value, long valueBytes) {
            if (option != Linux.SO_RCVBUF) {
              return super.getsockopt(socket, level, option, value, valueBytes);
            }
            Pointer.wrap(Runtime.getSystemRuntime(), value).putInt(0, bufferBytes);
            return result;
          }
        };
    try (DatagramPort port = NativePort.open(kernel, LOOPBACK)) {
      assertThat(port.prefersLargePackets()).isEqualTo(preferred);
    }
  }
}
