package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.Fragmentation;
import heddle.rxrpc.protocol.Limits;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When what users send leaves together. */
class OutboxTest {
  private static final InetSocketAddress PEER = new InetSocketAddress("10.0.0.2", 7000);

  private final List<List<Integer>> sent = new ArrayList<>(); // lengths, for each system call
  private long nowNanos;
  private final LocalEndpoint endpoint =
      LocalEndpoint.simulated(
          new Port(),
          () -> nowNanos,
          new EndpointSettings(
              Limits.DEFAULT, 4, 100, 100, new EndpointSettings.Expiry(1, 1, 1, 1)),
          new Random(1));
  private final Outbox outbox = endpoint.outbox();

  private final class Port implements DatagramPort {
    @Override
    public boolean polls() {
      return true;
    }

    @Override
    public boolean receive(ReceiveBatch batch) {
      throw new AssertionError("nobody receives");
    }

    @Override
    public void send(SendBatch batch) {
      List<Integer> lengths = new ArrayList<>();
      for (int i = 0; i < batch.count(); i++) {
        lengths.add(batch.length(i));
      }
      sent.add(lengths);
    }

    @Override
    public InetSocketAddress localAddress() {
      return new InetSocketAddress("10.0.0.1", 7001);
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  private static void datagram(SendBatch batch, int bytes, Fragmentation fragmentation) {
    batch.to(PEER);
    batch.begin(bytes).put(new byte[bytes]);
    batch.end(fragmentation);
  }

  @Test
  void whatHasNotLeftBetweenTwoLooksIsSent() {
    outbox.expect();
    post(40);
    outbox.flushOld();
    assertThat(sent).as("it may be new").isEmpty();
    outbox.flushOld();
    assertThat(sent).containsExactly(List.of(40));
  }

  /** Posts datagrams of these lengths as one user does. */
  private void post(int... lengths) {
    SendBatch batch = endpoint.sender().borrowBatch();
    for (int length : lengths) {
      datagram(batch, length, Fragmentation.ALLOWED);
    }
    endpoint.sender().post(batch);
    assertThat(batch.isEmpty()).isTrue();
    endpoint.sender().returnBatch(batch);
  }

  @Test
  void userWhomNobodyFollowsSendsAtOnce() {
    post(40);
    post(41);
    assertThat(sent).containsExactly(List.of(40), List.of(41));
  }

  @Test
  void usersThatWereWokenTogetherSendTogether() {
    for (int i = 0; i < 3; i++) {
      outbox.expect();
    }
    outbox.arrived();
    post(40);
    outbox.arrived();
    post(41);
    assertThat(sent).isEmpty();
    outbox.arrived();
    assertThat(sent).containsExactly(List.of(40, 41));
    post(42);
    assertThat(sent).hasSize(2);
  }

  @Test
  void whatWasThereBeforeLeavesBeforeWhatIsSentAtOnce() {
    outbox.expect();
    post(40);
    SendBatch urgent = endpoint.sender().borrowBatch();
    datagram(urgent, 50, Fragmentation.ALLOWED);
    endpoint.sender().send(urgent);
    assertThat(sent).containsExactly(List.of(40), List.of(50));
  }

  @Test
  void muchAndWhatMustNotBeFragmentedGoesByItself() {
    outbox.expect();
    post(40);
    post(60, 61, 62);
    SendBatch probe = endpoint.sender().borrowBatch();
    datagram(probe, 1444, Fragmentation.FORBIDDEN);
    endpoint.sender().post(probe);
    assertThat(sent).containsExactly(List.of(40), List.of(60, 61, 62), List.of(1444));
  }

  @Test
  void whatDoesNotFitTakesTheFirstOnesAlong() {
    outbox.expect();
    for (int i = 0; i <= SendBatch.MAX_DATAGRAMS; i++) {
      post(40);
    }
    assertThat(sent).hasSize(2);
    assertThat(sent.get(0)).hasSize(SendBatch.MAX_DATAGRAMS);
  }

  @Test
  void nobodyWaitsForeverForAThreadThatDoesNotComeToRun() {
    outbox.expect();
    post(40);
    nowNanos += 10_000_000;
    endpoint.timers().fireDue();
    assertThat(sent).containsExactly(List.of(40));
    post(41);
    assertThat(sent).as("it is not waited for again").hasSize(2);
    outbox.arrived(); // now it comes after all
    outbox.expect();
    assertThat(outbox.othersFollow()).isTrue();
  }

  @Test
  void closingSendsWhatIsThere() {
    outbox.expect();
    post(40);
    endpoint.close();
    assertThat(sent).containsExactly(List.of(40));
    assertThat(endpoint.timers().size()).isZero();
  }
}
