package heddle.rxrpc;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.SecurityViolationException;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadService;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Who reads a protected reply is who decrypts it, so that calls decrypt in parallel. */
class SecuredReadingTest {
  private static final int SERVICE = 7;
  private static final int CALLS = 4;
  private static final byte[] REPLY = new byte[200_000];

  private final Set<Thread> decrypting = ConcurrentHashMap.newKeySet();

  /** Security that notes which thread opens packets. */
  private final class Watched implements Security { // no record: connections are found by it
    private final Security security;

    Watched(Security security) {
      this.security = security;
    }

    @Override
    public int index() {
      return security.index();
    }

    @Override
    public Optional<ClientSecurity> connect(int epoch, int connectionId)
        throws SecurityViolationException {
      return security.connect(epoch, connectionId).map(this::watched);
    }

    private ClientSecurity watched(ClientSecurity connection) {
      return proxy(
          ClientSecurity.class,
          connection,
          result -> result instanceof CallSecurity call ? watched(call) : result);
    }

    private CallSecurity watched(CallSecurity call) {
      return proxy(CallSecurity.class, call, result -> result);
    }

    private <T> T proxy(Class<T> type, T behind, UnaryOperator<Object> results) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                if (method.getName().equals("open")) {
                  decrypting.add(Thread.currentThread());
                }
                try {
                  return results.apply(method.invoke(behind, arguments));
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }
  }

  @Test
  void eachReaderDecryptsItsOwnReply() throws Exception {
    Queue<Thread> readers = new ConcurrentLinkedQueue<>();
    try (ServiceKeys keys = ServiceKeys.generated();
        RxkadToken token = RxkadToken.printed(keys);
        Endpoint server = Endpoint.open(LOOPBACK);
        Endpoint client = Endpoint.open(LOOPBACK)) {
      server.serve(
          SERVICE,
          ServiceOptions.DEFAULT.withSecurity(RxkadService.with(keys)),
          call -> call.output().write(REPLY));
      Security security = new Watched(Rxkad.with(token, RxkadLevel.CRYPT));
      try (Connection connection = client.connect(server.localAddress(), SERVICE, security)) {
        List<CompletableFuture<Integer>> replies = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
          var reply = new CompletableFuture<Integer>();
          readers.add(Thread.startVirtualThread(() -> read(connection, reply)));
          replies.add(reply);
        }
        for (CompletableFuture<Integer> reply : replies) {
          assertThat(reply.get()).isEqualTo(REPLY.length);
        }
      }
    }

    assertThat(decrypting).containsExactlyInAnyOrderElementsOf(readers);
  }

  private static void read(Connection connection, CompletableFuture<Integer> reply) {
    try (Call call = connection.newCall()) {
      call.send(ByteBuffer.allocate(4));
      reply.complete(call.input().readAllBytes().length);
    } catch (Exception e) {
      reply.completeExceptionally(e);
    }
  }
}
