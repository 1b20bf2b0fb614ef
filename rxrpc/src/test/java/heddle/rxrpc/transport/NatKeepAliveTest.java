package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.trace.Diagnosis;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NatKeepAliveTest {
  private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.1", 7000);
  private static final InetSocketAddress OTHER = new InetSocketAddress("192.0.2.2", 7000);
  private static final long DAY = 86_400 * SECOND; // to the end of everything

  private static PacketScript script(long natKeepAliveNanos) {
    return new PacketScript(PacketScript.settings(Diagnosis.ALL, natKeepAliveNanos));
  }

  /** A call that is made and aborted leaves an idle wire connection behind. */
  private static void makeConnection(PacketScript script, InetSocketAddress server)
      throws CallEndedException {
    Bundle bundle = script.bundle(server, 1);
    CallDriver call = script.call(bundle);
    PacketScript.send(call, 4);
    call.abort(-6, AbortReason.USER);
    script.endpoint.calls().remove(call);
    bundle.release();
    script.sent();
  }

  /** Returns after how many seconds each sign of life went out, as {@code address@seconds}. */
  private static List<String> signsOfLife(PacketScript script, long startNanos) {
    List<String> signs = new ArrayList<>();
    for (PacketScript.Sent sent : script.sentDatagrams()) {
      assertThat(sent.packet().header().type()).isEqualTo(PacketType.VERSION);
      String seconds = "@" + (sent.atNanos() - startNanos) / SECOND;
      signs.add(sent.to().getAddress().getHostAddress() + seconds);
    }
    return signs;
  }

  @Test
  void signsOfLifeGoToServersAsLongAsThereAreConnections() throws Exception {
    try (PacketScript script = script(25 * SECOND)) {
      makeConnection(script, SERVER);
      long start = script.nowNanos();
      script.pass(DAY);
      assertThat(signsOfLife(script, start))
          .containsExactly("192.0.2.1@25", "192.0.2.1@50", "192.0.2.1@75", "192.0.2.1@100");
      assertThat(script.endpoint.timers().size()).isZero();
    }
  }

  @Test
  void eachServerHasItsOwnSilence() throws Exception {
    try (PacketScript script = script(50 * SECOND)) {
      makeConnection(script, SERVER);
      long start = script.nowNanos();
      script.pass(25 * SECOND);
      makeConnection(script, OTHER);
      script.pass(DAY);
      assertThat(signsOfLife(script, start))
          .containsExactly("192.0.2.1@50", "192.0.2.2@75", "192.0.2.1@100", "192.0.2.2@125");
    }
  }

  @Test
  void signOfLifeIsWhatLinuxSends() throws Exception {
    try (PacketScript script = script(20 * SECOND)) {
      makeConnection(script, SERVER);
      script.pass(20 * SECOND);
      ByteBuffer sign = script.sentDatagrams().get(0).datagram();
      PacketHeader header = PacketHeader.decode(sign);
      assertThat(header.toString())
          .isEqualTo(String.format("%08x:00000000 #0 VERSION   serial=0 LAST", header.epoch()));
      assertThat(header.epoch()).isEqualTo(script.endpoint.epoch());
      assertThat(sign.remaining()).isEqualTo(1);
      assertThat(sign.get()).isZero();
    }
  }

  @Test
  void noSignsOfLifeWhereTheyAreTurnedOff() throws Exception {
    try (PacketScript script = script(0)) {
      makeConnection(script, SERVER);
      script.pass(DAY);
      assertThat(script.sent()).isEmpty();
    }
  }
}
