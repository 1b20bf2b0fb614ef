package heddle.afs.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.rpc.AfsErrorCode;
import heddle.afs.testkit.FakeClock;
import heddle.rxrpc.CallOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is believed of the volume location servers of a cell. */
final class LocationServersTest {
  private final FakeClock clock = new FakeClock();
  private final LocationServers servers =
      new LocationServers(
          "example.org",
          List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 7003)),
          new ServerRanks(Map.of()),
          new Nobody(),
          new Lifetime(clock));

  /** Nobody gets there: each call of a test fails by itself. */
  private static final class Nobody implements ServerNetwork {
    @Override
    public FileServerCalls fileServer(
        InetSocketAddress address, String cell, Caller caller, CallOptions options) {
      throw new AssertionError("no file server is to be asked");
    }

    @Override
    public LocationServerCalls locationServer(InetSocketAddress address, CallOptions options) {
      return null;
    }
  }

  private void fail(CallFailure failure) throws CallFailure, AfsException {
    Request request = Request.begin(Caller.anonymous(), clock.nanoTime(), Duration.ofSeconds(10));
    servers.call(
        server -> {
          throw failure;
        },
        request);
  }

  private void isSilent() {
    assertThatExceptionOfType(AfsException.ServersUnreachable.class)
        .isThrownBy(() -> fail(CallFailure.of(CallFailure.Kind.SILENT, "test")));
    assertThat(servers.isSilent()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERRUPTED", "CLOSED", "LOCAL"})
  void aCallThatEndsOnThisSideDoesNotSayThatTheServerIsThere(CallFailure.Kind kind) {
    isSilent();
    assertThatExceptionOfType(CallFailure.class)
        .isThrownBy(() -> fail(CallFailure.of(kind, "test")));
    assertThat(servers.isSilent()).isTrue();
  }

  @Test
  void aServerThatRefusesACallIsThere() {
    isSilent();
    assertThatExceptionOfType(CallFailure.class)
        .isThrownBy(() -> fail(CallFailure.aborted(AfsErrorCode.VL_NOENT)));
    assertThat(servers.isSilent()).isFalse();
  }
}
