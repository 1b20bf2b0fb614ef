package heddle.rxrpc;

import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that begin a call and are never heard of again: their service loses no thread and counts
 * no call for them, and has room for as many again.
 */
@Timeout(60)
class VanishingClientTest {
  private static final int SERVICE = 7;
  private static final int CLIENTS = 20;
  private static final int MUCH = 4_000_000; // more than is sent before anything is acknowledged
  private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 0);

  /** When the client vanishes. */
  enum Phase {
    REQUEST_INCOMPLETE,
    REPLY_UNDER_WAY,
    FINAL_ACK_OWED
  }

  private final AtomicInteger entered = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();
  private Endpoint server;

  @BeforeEach
  void open() throws IOException {
    server =
        Endpoint.open(
            EndpointConfig.DEFAULT
                .withBindAddress(LOOPBACK)
                .withNormalTimeout(Duration.ofMillis(100)));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Service serve(int replyBytes) {
    return server.serve(
        SERVICE,
        ServiceOptions.DEFAULT.withMaxActive(CLIENTS, CLIENTS),
        call -> {
          entered.incrementAndGet();
          try {
            call.input().readAllBytes();
            call.reply(ByteBuffer.allocate(replyBytes));
          } finally {
            left.incrementAndGet();
          }
        });
  }

  /** Sends the first packet of a call, and nothing else ever. */
  private void beginAndVanish(int epoch, int flags) throws IOException {
    ByteBuffer packet = ByteBuffer.allocate(100);
    new PacketHeader(
            epoch,
            4,
            1,
            1,
            1,
            PacketType.DATA,
            flags | PacketFlags.CLIENT_INITIATED,
            0,
            0,
            0,
            SERVICE)
        .encode(packet);
    packet.position(0);
    try (DatagramChannel socket = DatagramChannel.open().bind(LOOPBACK)) {
      socket.send(packet, server.localAddress());
    }
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void serviceHasRoomForAsManyAgain(Phase phase) throws IOException {
    Service service = serve(phase == Phase.REPLY_UNDER_WAY ? MUCH : 4);
    int flags = phase == Phase.REQUEST_INCOMPLETE ? 0 : PacketFlags.LAST_PACKET;
    for (int round = 1; round <= 2; round++) {
      for (int i = 0; i < CLIENTS; i++) {
        beginAndVanish(round * CLIENTS + i, flags);
      }
      int callsSoFar = round * CLIENTS;
      Eventually.until(
          () ->
              left.get() == callsSoFar
                  && service.activeCalls() == 0
                  && server.snapshot().calls().isEmpty(),
          () -> entered + " entered, " + left + " left, " + server.snapshot());
    }
  }
}
