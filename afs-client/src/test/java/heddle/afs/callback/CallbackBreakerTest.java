package heddle.afs.callback;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.ChangeListener;
import heddle.afs.Fid;
import heddle.afs.rpc.CallbackPromise;
import heddle.afs.rpc.Capabilities;
import heddle.afs.rpc.WireFid;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CallbackBreakerTest {
  private static final UUID CLIENT = new UUID(7, 7);
  private static final UUID SERVER = new UUID(0, 1);
  private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 7000);
  private static final InetSocketAddress UNKNOWN = new InetSocketAddress("127.0.0.9", 7000);
  private static final Fid FID = new Fid("example.org", 500, 2, 3);
  private static final CallbackPromise PROMISE =
      new CallbackPromise(1, Duration.ofSeconds(100), CallbackPromise.SHARED);

  private final CallbackTable table = new CallbackTable();
  private final Watched watched = table.watch(FID);
  private final CallbackBreaker breaker =
      new CallbackBreaker(
          table,
          address -> address.equals(ADDRESS) ? Optional.of(SERVER) : Optional.empty(),
          new LocalInterfaces(CLIENT));
  private final List<String> told = new ArrayList<>();

  private final ChangeListener listener =
      new ChangeListener() {
        @Override
        public void changed(Fid fid) {
          told.add(fid.toString());
        }

        @Override
        public void manyChanged() {
          told.add("many");
        }
      };

  private Grant grant() {
    return table.begin(watched, SERVER, 0).grant(PROMISE).orElseThrow();
  }

  @Test
  void aBreakEndsThePromiseAndIsTold() {
    breaker.addListener(listener);
    Grant grant = grant();
    breaker.callBack(ADDRESS, List.of(WireFid.of(FID)), List.of());
    assertThat(grant.stands(0)).isFalse();
    assertThat(told).containsExactly(FID.toString());
    assertThat(breaker.breaksReceived()).isEqualTo(1);
  }

  @Test
  void aBreakOfAVolumeIsToldAsMany() {
    breaker.addListener(listener);
    Grant grant = grant();
    breaker.callBack(ADDRESS, List.of(new WireFid(500, 0, 0)), List.of());
    assertThat(grant.stands(0)).isFalse();
    assertThat(told).containsExactly("many");
  }

  @Test
  void aServerThatForgotIsKnownByItsAddress() {
    Grant grant = grant();
    breaker.initCallBackState(ADDRESS);
    assertThat(grant.stands(0)).isFalse();
  }

  @Test
  void aServerThatForgotIsKnownByItsUuid() {
    Grant grant = grant();
    breaker.initCallBackState(UNKNOWN, SERVER);
    assertThat(grant.stands(0)).isFalse();
    assertThat(breaker.statesInitialized()).isEqualTo(1);
  }

  @Test
  void whenAnUnknownServerForgotNobodyIsBelieved() {
    Grant grant = grant();
    breaker.initCallBackState(UNKNOWN);
    assertThat(grant.stands(0)).isFalse();
  }

  @Test
  void anotherServersUuidEndsNothing() {
    Grant grant = grant();
    breaker.initCallBackState(UNKNOWN, new UUID(0, 99));
    assertThat(grant.stands(0)).isTrue();
  }

  @Test
  void aListenerThatFailsHarmsNobody() {
    breaker.addListener(
        new ChangeListener() {
          @Override
          public void changed(Fid fid) {
            throw new IllegalStateException("test");
          }

          @Override
          public void manyChanged() {
            throw new IllegalStateException("test");
          }
        });
    breaker.addListener(listener);
    breaker.callBack(ADDRESS, List.of(WireFid.of(FID)), List.of());
    breaker.initCallBackState(ADDRESS, SERVER);
    assertThat(told).containsExactly(FID.toString(), "many");
  }

  @Test
  void aListenerThatWasRemovedIsToldNoMore() {
    breaker.addListener(listener);
    breaker.callBack(ADDRESS, List.of(WireFid.of(FID)), List.of());
    breaker.removeListener(listener);
    breaker.callBack(ADDRESS, List.of(WireFid.of(FID)), List.of());
    assertThat(told).containsExactly(FID.toString());
  }

  @Test
  void tellsWhoTheClientIs() {
    assertThat(breaker.interfaces().uuid()).isEqualTo(CLIENT);
    assertThat(breaker.interfaces().interfaces()).isNotEmpty();
    assertThat(breaker.capabilities().contains(Capabilities.ERROR_TRANSLATION)).isTrue();
  }
}
