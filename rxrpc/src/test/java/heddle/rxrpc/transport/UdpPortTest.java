package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UdpPortTest extends DatagramPortContract {
  @Override
  DatagramPort open(InetSocketAddress address) throws IOException {
    return DatagramPorts.open(address, DatagramPorts.Choice.PORTABLE);
  }

  @Test
  void probeFindsThatNobodyListens() throws Exception {
    BlockingQueue<NetworkError> errors = new LinkedBlockingQueue<>();
    a().port().onError(errors::add);
    InetSocketAddress dead = deadAddress(LOOPBACK.getAddress());
    a().port().probe(dead);
    NetworkError error = errors.poll(30, TimeUnit.SECONDS);
    assertThat(error).isNotNull();
    assertThat(error.kind()).isEqualTo(NetworkError.Kind.PORT_UNREACHABLE);
    assertThat(error.destination()).isEqualTo(dead);
    assertThat(error.quoted()).isEmpty();
  }

  @Test
  void probeAsksForTheVersion() throws Exception {
    a().port().probe(b().port().localAddress());
    byte[] question = b().next().bytes();
    assertThat(question).hasSize(29);
    assertThat(question[20]).as("type").isEqualTo((byte) 13);
    assertThat(question[21]).as("flags").isEqualTo((byte) 1);
  }
}
