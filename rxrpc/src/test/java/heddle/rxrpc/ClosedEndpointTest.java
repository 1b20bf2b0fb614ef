package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each operation of a call says when the endpoint of the call is gone. */
@Timeout(60)
class ClosedEndpointTest {
  private static final int SERVICE = 9;
  private static final int MANY_BYTES = 10_000; // more than a stream gathers

  /** An operation of a user. */
  private interface Operation<T> {
    Object run(T call) throws IOException;
  }

  /** The same of one that returns nothing. */
  private interface Action<T> {
    void run(T call) throws IOException;
  }

  private static <T> Operation<T> action(Action<T> action) {
    return call -> {
      action.run(call);
      return "done";
    };
  }

  private static ByteBuffer bytes() {
    return ByteBuffer.allocate(4);
  }

  /** Each operation by the name of its method, those that go on working in the second map. */
  private static final Map<String, Operation<Call>> FAILING =
      Map.of(
          "write(ByteBuffer)", action(call -> call.write(bytes())),
          "endRequest()", action(Call::endRequest),
          "send(ByteBuffer)", action(call -> call.send(bytes())),
          "read(ByteBuffer)", call -> call.read(bytes()),
          "readFully(ByteBuffer)", call -> call.readFully(bytes()),
          "tryRead(ByteBuffer)", call -> call.tryRead(bytes()),
          "tryWrite(ByteBuffer)", call -> call.tryWrite(bytes()),
          "trySend(ByteBuffer)", call -> call.trySend(bytes()),
          "output()", action(call -> call.output().write(new byte[MANY_BYTES])),
          "input()", call -> call.input().read());

  private static final Map<String, Operation<Call>> HARMLESS =
      Map.of(
          "abort(int)",
          action(call -> call.abort(1)),
          "onReady(Runnable)",
          action(call -> call.onReady(() -> {})),
          "serviceId()",
          Call::serviceId,
          "peer()",
          Call::peer,
          "close()",
          action(Call::close),
          "toString()",
          Call::toString);

  private static final Map<String, Operation<ServiceCall>> FAILING_OF_SERVICE =
      Map.of(
          "write(ByteBuffer)", action(call -> call.write(bytes())),
          "reply(ByteBuffer)", action(call -> call.reply(bytes())),
          "endReply()", action(ServiceCall::endReply),
          "read(ByteBuffer)", call -> call.read(bytes()),
          "readFully(ByteBuffer)", call -> call.readFully(bytes()),
          "tryRead(ByteBuffer)", call -> call.tryRead(bytes()),
          "tryWrite(ByteBuffer)", call -> call.tryWrite(bytes()),
          "tryReply(ByteBuffer)", call -> call.tryReply(bytes()),
          "output()", action(call -> call.output().write(new byte[MANY_BYTES])),
          "input()", call -> call.input().read());

  private static final Map<String, Operation<ServiceCall>> HARMLESS_OF_SERVICE =
      Map.of(
          "abort(int)", action(call -> call.abort(1)),
          "onReady(Runnable)", action(call -> call.onReady(() -> {})),
          "reject(int)", action(call -> call.reject(1)),
          "serviceId()", ServiceCall::serviceId,
          "peer()", ServiceCall::peer,
          "userId()", ServiceCall::userId,
          "attachment()", ServiceCall::attachment,
          "caller()", ServiceCall::caller,
          "close()", action(ServiceCall::close),
          "toString()", ServiceCall::toString);

  /** How far the client had got. */
  enum Progress {
    NOTHING_SENT,
    REQUEST_BEGUN,
    REQUEST_SENT
  }

  /** What is taken unread depends on the size of packets, and that on when the path is known. */
  private static final EndpointConfig SMALL_PACKETS = LOOPBACK.withJumboPackets(1);

  private Endpoint server;
  private Endpoint client;
  private Service service;

  @BeforeEach
  void open() throws IOException {
    server = Endpoint.open(SMALL_PACKETS);
    client = Endpoint.open(SMALL_PACKETS);
    service = server.listen(SERVICE, ServiceOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private Call call(Progress progress) throws IOException {
    Call call = client.connect(server.localAddress(), SERVICE, Security.none()).newCall();
    switch (progress) {
      case NOTHING_SENT -> {}
      case REQUEST_BEGUN -> call.write(ByteBuffer.allocate(3_000));
      case REQUEST_SENT -> call.send(bytes());
    }
    return call;
  }

  static Stream<Arguments> failing() {
    return FAILING.keySet().stream()
        .sorted()
        .flatMap(name -> Stream.of(Progress.values()).map(phase -> Arguments.of(name, phase)));
  }

  @ParameterizedTest
  @MethodSource("failing")
  void operationOfAClientSaysThatTheEndpointIsGone(String name, Progress progress)
      throws IOException {
    Call call = call(progress);
    client.close();
    assertThatThrownBy(() -> FAILING.get(name).run(call))
        .isInstanceOf(EndpointClosedException.class);
  }

  @ParameterizedTest
  @EnumSource(Progress.class)
  void otherOperationsOfAClientAnswerAsEver(Progress progress) throws IOException {
    Call call = call(progress);
    client.close();
    for (Operation<Call> operation : HARMLESS.values()) {
      assertThat(operation.run(call)).isNotNull();
    }
    assertThatThrownBy(() -> call.read(bytes()))
        .as("still, when it was aborted and closed")
        .isInstanceOf(EndpointClosedException.class);
  }

  /** How far the service had got. */
  enum Served {
    REQUEST_INCOMPLETE,
    REQUEST_COMPLETE,
    REPLY_BEGUN,
    REPLY_SENT
  }

  private ServiceCall serve(Served progress) throws IOException {
    call(progress == Served.REQUEST_INCOMPLETE ? Progress.REQUEST_BEGUN : Progress.REQUEST_SENT);
    ServiceCall call = service.accept().orElseThrow();
    if (progress == Served.REQUEST_INCOMPLETE) {
      assertThat(call.read(ByteBuffer.allocate(1_500))).isPositive();
      return call;
    }
    assertThat(call.input().readAllBytes()).hasSize(4);
    switch (progress) {
      case REPLY_BEGUN -> call.write(ByteBuffer.allocate(3_000));
      case REPLY_SENT -> call.reply(ByteBuffer.allocate(800_000)); // more than is taken unread
      default -> {}
    }
    return call;
  }

  static Stream<Arguments> failingOfService() {
    return FAILING_OF_SERVICE.keySet().stream()
        .sorted()
        .flatMap(name -> Stream.of(Served.values()).map(phase -> Arguments.of(name, phase)));
  }

  @ParameterizedTest
  @MethodSource("failingOfService")
  void operationOfAServiceSaysThatTheEndpointIsGone(String name, Served progress)
      throws IOException {
    ServiceCall call = serve(progress);
    server.close();
    assertThatThrownBy(() -> FAILING_OF_SERVICE.get(name).run(call))
        .isInstanceOf(EndpointClosedException.class);
  }

  @ParameterizedTest
  @EnumSource(Served.class)
  void otherOperationsOfAServiceAnswerAsEver(Served progress) throws IOException {
    ServiceCall call = serve(progress);
    server.close();
    for (Operation<ServiceCall> operation : HARMLESS_OF_SERVICE.values()) {
      assertThat(operation.run(call)).isNotNull();
    }
    assertThat(service.activeCalls()).isZero();
  }

  // ---- none is forgotten

  private static Set<String> publicMethods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .map(ClosedEndpointTest::signature)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }

  private static Set<String> names(Map<String, ?> some, Map<String, ?> others) {
    return Stream.of(some, others)
        .flatMap(map -> map.keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyPublicMethodIsTried() {
    assertThat(publicMethods(Call.class)).isEqualTo(names(FAILING, HARMLESS));
    assertThat(publicMethods(ServiceCall.class))
        .isEqualTo(names(FAILING_OF_SERVICE, HARMLESS_OF_SERVICE));
  }

  @Test
  void callsMadeAfterwardsSayTheSame() {
    try (Connection connection = client.connect(server.localAddress(), SERVICE, Security.none())) {
      client.close();
      for (CallOptions options :
          new CallOptions[] {
            CallOptions.DEFAULT,
            CallOptions.DEFAULT.asExclusive(),
            CallOptions.DEFAULT.withUpgrade()
          }) {
        try (Call call = connection.newCall(options)) {
          assertThatThrownBy(() -> call.send(bytes()))
              .isInstanceOfSatisfying(
                  EndpointClosedException.class, e -> assertThat(e.mayHaveExecuted()).isFalse());
        }
      }
    }
  }
}
