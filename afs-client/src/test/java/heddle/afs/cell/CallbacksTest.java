package heddle.afs.cell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.FileType;
import heddle.afs.rpc.CallbackHandler;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.CallbackService;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.ClientInterfaces;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.LockType;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client hears of changes that others make, and what becomes of one that does not hear. */
class CallbacksTest {
  private static final int UAE_EACCES = 49733388;
  private static final int EACCES = 13;
  private static final int VBUSY = 110;

  private EmbeddedCell cell;
  private RawClient writing;
  private RawClient reading;
  private FileService writer;
  private FileService reader;
  private WireFid root;
  private final Recorder heard = new Recorder();

  /** A client's callback service that can be made to fail. */
  private static final class Recorder implements CallbackHandler {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile boolean failing;
    private volatile int capabilities;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile CountDownLatch held = new CountDownLatch(0);

    @Override
    public void callBack(
        InetSocketAddress from, List<WireFid> fids, List<CallbackPromise> callbacks) {
      if (failing) {
        throw new IllegalStateException("this client does not hear");
      }
      events.add("break " + fids);
    }

    @Override
    public void initCallBackState(InetSocketAddress from) {
      events.add("init");
    }

    @Override
    public void initCallBackState(InetSocketAddress from, UUID serverUuid) {
      if (failing) {
        throw new IllegalStateException("this client does not hear");
      }
      events.add("init");
    }

    @Override
    public void probe(InetSocketAddress from) {}

    @Override
    public ClientInterfaces interfaces() {
      asked.incrementAndGet();
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return new ClientInterfaces(new UUID(1, 2), List.of());
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(capabilities);
    }

    List<String> take() {
      List<String> taken = List.copyOf(events);
      events.clear();
      return taken;
    }
  }

  @BeforeEach
  void start() throws IOException {
    cell = EmbeddedCell.start();
    writing = new RawClient(cell);
    reading = new RawClient(cell);
    reading.endpoint().serve(CallbackService.SERVICE_ID, new CallbackService(heard));
    writer = writing.files(cell.token("admin"));
    reader = reading.files();
    root = RawClient.root(cell.createVolume("volume"));
  }

  @AfterEach
  void stop() {
    reading.close();
    writing.close();
    cell.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private WireFid make(String name) throws IOException {
    return writer.createFile(root, bytes(name), StoreStatus.NOTHING).fid();
  }

  private void store(WireFid file, String text) throws IOException {
    writer.storeData64(file, StoreStatus.NOTHING, 0, 0, ByteBuffer.wrap(bytes(text)));
  }

  @Test
  void aNewClientIsToldToForgetWhatItWasPromised() throws IOException {
    reader.fetchStatus(root);
    assertThat(heard.take()).containsExactly("init");
    reader.fetchStatus(root);
    assertThat(heard.take()).isEmpty();
  }

  /** So that what it is promised first is not taken back at once. */
  @Test
  void aNewClientIsToldWhenItAsksWhetherTheServerIsThere() throws IOException {
    reader.getCapabilities();
    assertThat(heard.take()).containsExactly("init");
    reader.fetchStatus(root);
    assertThat(heard.take()).isEmpty();
  }

  @Test
  void aClientWithoutCallbackServiceGetsNoPromise() throws IOException {
    assertThat(writer.fetchStatus(root).callback().isGiven()).isFalse();
    assertThat(reader.fetchStatus(root).callback().isGiven()).isTrue();
  }

  @Test
  void aBreakComesOnceAndBeforeTheChangeIsAnswered() throws IOException {
    WireFid file = make("file");
    reader.fetchStatus(file);
    heard.take();
    store(file, "new");
    assertThat(heard.take()).containsExactly("break [" + file + "]");
    store(file, "newer");
    assertThat(heard.take()).isEmpty();
    reader.fetchStatus(file);
    store(file, "newest");
    assertThat(heard.take()).containsExactly("break [" + file + "]");
  }

  @Test
  void whoGivesUpHearsNothing() throws IOException {
    WireFid first = make("first");
    WireFid second = make("second");
    reader.inlineBulkStatus(List.of(first, second));
    heard.take();
    reader.giveUpCallBacks(List.of(first));
    store(first, "x");
    store(second, "x");
    assertThat(heard.take()).containsExactly("break [" + second + "]");
    reader.inlineBulkStatus(List.of(first, second));
    reader.giveUpAllCallBacks();
    store(first, "y");
    store(second, "y");
    assertThat(heard.take()).isEmpty();
  }

  @Test
  void bothDirectoriesOfARenameAreBroken() throws IOException {
    WireFid a = writer.makeDir(root, bytes("a"), StoreStatus.NOTHING).fid();
    WireFid b = writer.makeDir(root, bytes("b"), StoreStatus.NOTHING).fid();
    WireFid moved = writer.makeDir(a, bytes("moved"), StoreStatus.NOTHING).fid();
    reader.inlineBulkStatus(List.of(a, b, moved));
    heard.take();
    writer.rename(a, bytes("moved"), b, bytes("moved"));
    assertThat(heard.take()).hasSize(1).first().asString().contains("" + a, "" + b, "" + moved);
  }

  @Test
  void aReadOnlyVolumeIsBrokenAsAWhole() throws IOException {
    WireFid file = make("file");
    cell.release("volume");
    int copy = root.volume() + 1;
    reader.fetchStatus(new WireFid(copy, file.vnode(), file.uniquifier()));
    reader.fetchStatus(RawClient.root(copy));
    heard.take();
    cell.release("volume");
    assertThat(heard.take()).containsExactly("break [" + new WireFid(copy, 0, 0) + "]");
  }

  @Test
  void aReleasedLockIsHeardOfByThoseWhoWait() throws IOException {
    WireFid file = make("file");
    writer.setLock(file, LockType.WRITE);
    reader.fetchStatus(file);
    heard.take();
    writer.releaseLock(file);
    assertThat(heard.take()).containsExactly("break [" + file + "]");
  }

  @Test
  void whoDoesNotHearLosesAllPromisesAndIsToldWhenHeCallsAgain() throws IOException {
    WireFid first = make("first");
    WireFid second = make("second");
    reader.inlineBulkStatus(List.of(first, second));
    heard.take();
    heard.failing = true;
    store(first, "x"); // the writer is not refused
    store(second, "x");
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(() -> reader.fetchStatus(first))
        .satisfies(e -> assertThat(e.code()).isEqualTo(VBUSY)); // he still does not hear
    heard.failing = false;
    reader.fetchStatus(first);
    assertThat(heard.take()).containsExactly("init");
    store(second, "y");
    assertThat(heard.take()).isEmpty();
  }

  private ClientHost host() {
    InetSocketAddress address = reading.endpoint().localAddress();
    return new ClientHost(
        address,
        new UUID(3, 4),
        () -> writing.endpoint().connect(address, CallbackService.SERVICE_ID, Security.none()));
  }

  @Test
  void promisesAreForgottenBeforeTheClientMayBeToldAndGetNewOnes() throws IOException {
    ClientHost host = host();
    host.greet();
    heard.failing = true;
    List<Boolean> mayBePromised = new CopyOnWriteArrayList<>();
    boolean told = host.breakPromises(List.of(root), () -> mayBePromised.add(host.canBeCalled()));
    assertThat(told).isFalse();
    assertThat(mayBePromised).as("when they were forgotten").containsExactly(true);
    assertThat(host.canBeCalled()).isFalse();
  }

  /** Each would wait else until all before it have seen for themselves that it does not hear. */
  @Test
  void theCallsOfAClientThatDoesNotHearWaitForOneAnswer() throws Exception {
    ClientHost host = host();
    host.greet();
    heard.failing = true;
    host.breakPromises(List.of(root), () -> {});
    heard.held = new CountDownLatch(1);
    int askedBefore = heard.asked.get();
    List<Integer> codes = new CopyOnWriteArrayList<>();
    List<Thread> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread call = Thread.startVirtualThread(() -> codes.add(refusalOf(host)));
      Eventually.until(() -> heard.asked.get() > askedBefore, heard.asked::get);
      Eventually.until(() -> isWaiting(call), call::getState);
      calls.add(call);
    }
    heard.held.countDown();
    for (Thread call : calls) {
      call.join();
    }
    assertThat(codes).containsExactly(VBUSY, VBUSY, VBUSY, VBUSY);
    assertThat(heard.asked.get()).isEqualTo(askedBefore + 1);
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        || thread.getState() == Thread.State.TIMED_WAITING;
  }

  private static int refusalOf(ClientHost host) {
    try {
      host.greet();
      return 0;
    } catch (Refusal e) {
      return e.plainCode();
    }
  }

  /** Who does not answer at an address may have made it up. */
  @Test
  void onlyWhoAnswersHasTheRightsOfHisHost() throws IOException {
    WireFid file = make("file");
    cell.addGroup("admin:hosts", "127.0.0.1");
    writer.storeAcl(root, bytes("2\n0\nsystem:administrators\t127\nadmin:hosts\t9\n"));

    assertThat(reader.fetchStatus(file).status().type()).isEqualTo(FileType.FILE);
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(() -> writing.files().fetchStatus(file))
        .satisfies(e -> assertThat(e.code()).isEqualTo(EACCES));
  }

  @Test
  void errorsAreTranslatedForWhoAsksForThat() throws IOException {
    heard.capabilities = Capabilities.ERROR_TRANSLATION;
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(() -> reader.createFile(root, bytes("x"), StoreStatus.NOTHING))
        .satisfies(e -> assertThat(e.code()).isEqualTo(UAE_EACCES));
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(() -> writing.files().createFile(root, bytes("x"), StoreStatus.NOTHING))
        .satisfies(e -> assertThat(e.code()).isEqualTo(EACCES));
  }
}
