package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.trace.CallSnapshot.Receiving;
import heddle.rxrpc.transport.HostedService.Charging;
import heddle.rxrpc.wire.PacketFlags;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What packets take that nobody reads stays within what the endpoint may have. */
class ReceiveBudgetTest {
  private static final int SERVICE = 7;
  private static final int CALLS = 60;
  private static final int PACKETS = 100; // of each request
  private static final int PACKET_BYTES = 1_400;
  private static final int BUDGET = 400_000; // of the eight million that come
  private static final int ALLOWED = BUDGET + CALLS * PACKET_BYTES;

  private final PacketScript script =
      new PacketScript(PacketScript.settings(1).withReceiveBudget(BUDGET));
  private final HostedService service = script.listen(SERVICE, Charging.AUTOMATIC);
  private final ReceiveBudget budget = script.endpoint.receiveBudget();
  private final List<Client> clients = new ArrayList<>();

  @AfterEach
  void close() {
    script.close();
  }

  /** A client that sends its packets again and again until they are taken. */
  private final class Client {
    private final int cid;
    private final CallDriver call;
    private int readBytes;

    Client(int index) {
      cid = 4 * (index + 1);
      send(1);
      call = service.tryAccept();
    }

    void send(int seq) {
      send(seq, PACKET_BYTES);
    }

    void send(int seq, int bytes) {
      int flags = seq == PACKETS ? PacketFlags.LAST_PACKET : 0;
      script.receive(script.request(SERVICE, cid, 1, seq, flags, bytes));
    }

    int firstMissing() {
      return receiving().firstMissing();
    }

    private Receiving receiving() {
      return call.snapshot(script.nowNanos()).receiving();
    }

    /** Sends what is taken. */
    void sendAll() {
      int before = 0;
      while (firstMissing() > before && firstMissing() <= PACKETS) {
        before = firstMissing();
        send(before);
      }
    }

    /** Reads what is there; returns false at the end. */
    boolean read() throws CallEndedException {
      ByteBuffer target = ByteBuffer.allocate(PACKETS * PACKET_BYTES);
      int count = call.tryRead(target);
      readBytes += Math.max(0, count);
      return count >= 0;
    }
  }

  private void begin() {
    for (int i = 0; i < CALLS; i++) {
      clients.add(new Client(i));
    }
  }

  private void assertWithinBudget() {
    assertThat(budget.usedBytes()).isBetween(0L, (long) ALLOWED);
  }

  @Test
  void memoryStaysWithinTheBudgetWhileNobodyReads() {
    begin();
    for (Client client : clients) {
      client.sendAll();
      assertWithinBudget();
    }
    assertThat(budget.usedBytes()).as("it is put to use").isGreaterThan(BUDGET * 3 / 4);
    assertThat(clients).as("nobody is left out").allMatch(client -> client.firstMissing() > 1);
  }

  @Test
  void packetsAheadOfAGapCountAsWell() {
    begin();
    for (Client client : clients) {
      for (int seq = 3; seq <= PACKETS; seq++) {
        client.send(seq);
      }
      assertWithinBudget();
    }
    assertThat(budget.usedBytes()).isGreaterThan(CALLS * PACKET_BYTES);
    clients.forEach(client -> client.call.abort(1, AbortReason.USER));
    clients.forEach(client -> client.call.userDone());
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void packetsThatAreLargerThanAnybodySendsDoNotGetRoundIt() {
    begin();
    for (int round = 0; round < PACKETS - 2; round++) {
      for (Client client : clients) {
        client.send(client.firstMissing(), 30 * PACKET_BYTES);
        client.send(client.firstMissing() + 1, 30 * PACKET_BYTES);
      }
    }
    assertThat(budget.usedBytes()).isBetween(0L, BUDGET + 30L * PACKET_BYTES);
  }

  @Test
  void eachCallGetsOnAsItsReaderReads() throws CallEndedException {
    begin();
    clients.forEach(Client::sendAll);
    for (Client client : clients) {
      while (client.read()) {
        int before = client.firstMissing();
        client.sendAll();
        assertThat(client.firstMissing() > before || before > PACKETS)
            .as("it has room again: %s", client.receiving())
            .isTrue();
        assertWithinBudget();
      }
      assertThat(client.readBytes).isEqualTo(PACKETS * PACKET_BYTES);
    }
    assertThat(budget.usedBytes()).as("all is read to its end").isZero();
  }

  @Test
  void peerIsToldOfNoMoreThanTheShare() {
    begin();
    clients.forEach(Client::sendAll);
    for (Client client : clients) {
      assertThat(client.receiving().window()).isLessThan(PACKETS);
    }
    assertThat(clients.getLast().receiving().window()).isZero();
  }

  @Test
  void callThatItsUserLetsGoOfGivesBackWhatNobodyHasRead() {
    begin();
    clients.forEach(Client::sendAll);
    for (Client client : clients) {
      client.call.abort(1, AbortReason.USER);
      client.call.userDone();
    }
    assertThat(budget.usedBytes()).isZero();
  }
}
