package heddle.afs.location;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.auth.Caller;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.rpc.Capabilities;
import heddle.afs.testkit.FakeClock;
import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.CallOptions;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ServerProberTest {
  private static final InetSocketAddress FIRST = new InetSocketAddress("10.0.0.1", 7000);
  private static final InetSocketAddress SECOND = new InetSocketAddress("10.0.0.2", 7000);

  private static final Duration LATE = Duration.ofSeconds(20);

  private final Lifetime lifetime = new Lifetime(new FakeClock());
  private final ServerTable servers = new ServerTable(new ServerRanks(Map.of()));
  private final Network network = new Network();
  private final List<FileServer> refusals = new CopyOnWriteArrayList<>();
  private final ServerProber prober = new ServerProber(network, servers, lifetime, refusals::add);
  private final FileServer server = servers.server("example.org", new UUID(0, 1));

  private void register(InetSocketAddress... addresses) {
    server.register(1, List.of(addresses));
  }

  @Test
  void firstContactLearnsWhatTheServerCanDo() throws Exception {
    register(FIRST);
    network.answer(FIRST, () -> new Capabilities(Capabilities.WRITE_LOCK_ACL));
    prober.contact(server);
    assertThat(server.state()).isEqualTo(FileServer.State.UP);
    assertThat(server.can(Capabilities.WRITE_LOCK_ACL)).isTrue();
    assertThat(server.can(Capabilities.FILES_64_BIT)).isFalse();
    prober.contact(server);
    assertThat(network.asked).containsExactly(FIRST);
  }

  @Test
  void anOldServerCannotDoMuchButIsThere() throws Exception {
    register(FIRST);
    network.answer(
        FIRST,
        () -> {
          throw CallFailure.aborted(AbortCodes.RXGEN_OPCODE);
        });
    prober.contact(server);
    assertThat(server.state()).isEqualTo(FileServer.State.UP);
    assertThat(server.can(Capabilities.FILES_64_BIT)).isFalse();
    assertThat(refusals).isEmpty();
  }

  /** It says so if a break that it owes us does not reach us. */
  @Test
  void aServerThatRefusesToAnswerIsThereButNotBelieved() throws Exception {
    register(FIRST);
    network.answer(
        FIRST,
        () -> {
          throw CallFailure.aborted(AfsErrorCode.VBUSY);
        });
    prober.contact(server);
    assertThat(server.state()).isEqualTo(FileServer.State.UP);
    assertThat(refusals).containsExactly(server);
  }

  @Test
  void oneAddressThatAnswersIsEnough() throws Exception {
    register(FIRST, SECOND);
    CountDownLatch never = new CountDownLatch(1);
    network.answer(
        FIRST,
        () -> {
          awaitOrFail(never);
          throw CallFailure.of(CallFailure.Kind.SILENT, "test");
        });
    network.answer(SECOND, () -> new Capabilities(0));
    prober.contact(server);
    assertThat(server.state()).isEqualTo(FileServer.State.UP);
    assertThat(server.bestAddress()).isEqualTo(SECOND);
    never.countDown();
  }

  private static void awaitOrFail(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aServerIsDownWhenNoAddressAnswersAndUpAgainAfterARound() throws Exception {
    register(FIRST, SECOND);
    network.fail(FIRST);
    network.fail(SECOND);
    prober.contact(server);
    assertThat(server.state()).isEqualTo(FileServer.State.DOWN);
    assertThat(network.limits).containsOnly(Duration.ofSeconds(2));
    network.answer(SECOND, () -> new Capabilities(0));
    network.expect(2);
    prober.probeRound(1);
    network.awaitExpected();
    prober.awaitQuiet(server);
    assertThat(network.limits).as("one that seemed down gets longer").contains(LATE);
    assertThat(server.state()).isEqualTo(FileServer.State.UP);
    assertThat(server.bestAddress()).isEqualTo(SECOND);
  }

  @Test
  void aServerThatAnsweredAProbeIsNotDownForThatProbe() throws Exception {
    register(FIRST, SECOND);
    CountDownLatch callsFailed = new CountDownLatch(1);
    network.answer(FIRST, () -> new Capabilities(0));
    network.answer(
        SECOND,
        () -> {
          awaitOrFail(callsFailed);
          throw CallFailure.of(CallFailure.Kind.SILENT, "test");
        });
    prober.contact(server);
    server.addresses().forEach(ServerAddress::failed);
    callsFailed.countDown();
    prober.awaitQuiet(server);
    assertThat(server.state()).isEqualTo(FileServer.State.UP);
  }

  @Test
  void serversThatAnswerAreAskedOnlyNowAndThen() throws Exception {
    register(FIRST);
    network.answer(FIRST, () -> new Capabilities(0));
    prober.contact(server);
    prober.awaitQuiet(server); // the first answer ends contact(), not the probe
    FileServer unknown = servers.server("example.org", new UUID(0, 2));
    unknown.register(1, List.of(SECOND));
    network.asked.clear();
    for (int round = 1; round < 10; round++) {
      prober.probeRound(round);
    }
    assertThat(network.asked).isEmpty();
    network.expect(1);
    prober.probeRound(10);
    network.awaitExpected();
    assertThat(network.asked).containsExactly(FIRST);
  }

  @Test
  void aServerWithoutAddressesIsDown() throws Exception {
    prober.contact(server);
    assertThat(server.state()).isEqualTo(FileServer.State.DOWN);
  }

  private interface Answer {
    Capabilities get() throws CallFailure;
  }

  /** Servers that can be asked for their capabilities only. */
  private static final class Network implements ServerNetwork {
    final List<InetSocketAddress> asked = new CopyOnWriteArrayList<>();
    final List<Duration> limits = new CopyOnWriteArrayList<>();
    private final Map<InetSocketAddress, Answer> answers = new ConcurrentHashMap<>();
    private volatile CountDownLatch expected = new CountDownLatch(0);

    void answer(InetSocketAddress address, Answer answer) {
      answers.put(address, answer);
    }

    void fail(InetSocketAddress address) {
      answer(
          address,
          () -> {
            throw CallFailure.of(CallFailure.Kind.SILENT, "test");
          });
    }

    void expect(int calls) {
      expected = new CountDownLatch(calls);
    }

    void awaitExpected() throws InterruptedException {
      expected.await();
    }

    @Override
    public FileServerCalls fileServer(
        InetSocketAddress address, String cell, Caller caller, CallOptions options) {
      limits.add(options.hardTimeout());
      return (FileServerCalls)
          Proxy.newProxyInstance(
              FileServerCalls.class.getClassLoader(),
              new Class<?>[] {FileServerCalls.class},
              (proxy, operation, arguments) -> capabilities(address, operation));
    }

    @Override
    public LocationServerCalls locationServer(InetSocketAddress address, CallOptions options) {
      throw new AssertionError("no location server is to be asked");
    }

    private Object capabilities(InetSocketAddress address, Method operation) throws CallFailure {
      if (!operation.getName().equals("getCapabilities")) {
        throw new AssertionError(operation);
      }
      asked.add(address);
      expected.countDown();
      return answers.get(address).get();
    }
  }
}
