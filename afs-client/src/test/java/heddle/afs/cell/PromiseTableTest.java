package heddle.afs.cell;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.rpc.WireFid;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.security.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromiseTableTest {
  private static final WireFid FID = new WireFid(1, 2, 3);
  private static final WireFid OTHER = new WireFid(1, 4, 5);
  private static final WireFid THIRD = new WireFid(1, 6, 7);

  private final AtomicLong now = new AtomicLong();
  private final PromiseTable promises = new PromiseTable(2, now::get);
  private Endpoint endpoint;
  private ClientHost alice;
  private ClientHost bob;

  @BeforeEach
  void open() throws IOException {
    endpoint = Endpoint.open();
    alice = host(1);
    bob = host(2);
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  private ClientHost host(int port) {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new ClientHost(
        address, new UUID(0, 0), () -> endpoint.connect(address, 1, Security.none()));
  }

  @Test
  void othersAreTakenAndTheChangerKeepsHis() {
    promises.promise(alice, FID);
    promises.promise(bob, FID);
    assertThat(promises.takeOthers(FID, alice)).containsExactly(bob);
    assertThat(promises.has(alice, FID)).isTrue();
    assertThat(promises.has(bob, FID)).isFalse();
    assertThat(promises.size()).isEqualTo(1);
    assertThat(promises.takeAll(FID)).containsExactly(alice);
    assertThat(promises.size()).isZero();
  }

  @Test
  void thereIsNoPromiseWithoutRoom() {
    assertThat(promises.promise(alice, FID).isGiven()).isTrue();
    assertThat(promises.promise(alice, OTHER).isGiven()).isTrue();
    assertThat(promises.promise(alice, THIRD).isGiven()).isFalse();
    assertThat(promises.promise(alice, FID).isGiven()).as("renewed").isTrue();
    promises.giveUp(alice, List.of(OTHER, OTHER, THIRD));
    assertThat(promises.promise(alice, THIRD).isGiven()).isTrue();
    assertThat(promises.size()).isEqualTo(2);
  }

  @Test
  void expiredPromisesMakeRoom() {
    promises.promise(alice, FID);
    now.addAndGet(PromiseTable.LIFETIME.toNanos() / 2);
    promises.promise(bob, OTHER);
    now.addAndGet(PromiseTable.LIFETIME.toNanos() / 2 + 1);
    assertThat(promises.promise(bob, THIRD).isGiven()).isTrue();
    assertThat(promises.has(alice, FID)).isFalse();
    assertThat(promises.has(bob, OTHER)).isTrue();
  }

  @Test
  void allOfAClientAreGivenUp() {
    promises.promise(alice, FID);
    promises.promise(bob, FID);
    assertThat(promises.giveUpAll(alice)).isTrue();
    assertThat(promises.giveUpAll(alice)).isFalse();
    assertThat(promises.takeAll(FID)).containsExactly(bob);
  }
}
