package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.rxrpc.transport.DatagramPorts.Choice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatagramPortsTest {
  private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 0);

  @AfterEach
  void forgetChoice() {
    System.clearProperty(DatagramPorts.PROPERTY);
  }

  @Test
  void bestIsNativeWhereItWorks() throws IOException {
    boolean works = NativeSupport.get().calls().isPresent();
    try (DatagramPort port = DatagramPorts.open(LOOPBACK)) {
      assertThat(port).isInstanceOf(works ? NativePort.class : UdpPort.class);
    }
  }

  @Test
  void propertyChoosesThePortableOne() throws IOException {
    System.setProperty(DatagramPorts.PROPERTY, "portable");
    try (DatagramPort port = DatagramPorts.open(LOOPBACK)) {
      assertThat(port).isInstanceOf(UdpPort.class);
    }
  }

  @Test
  void nativeIsNotReplacedByAnythingElse() throws IOException {
    if (NativeSupport.get().calls().isPresent()) {
      try (DatagramPort port = DatagramPorts.open(LOOPBACK, Choice.NATIVE)) {
        assertThat(port).isInstanceOf(NativePort.class);
      }
    } else {
      assertThatThrownBy(() -> DatagramPorts.open(LOOPBACK, Choice.NATIVE))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining(NativeSupport.get().reason());
    }
  }

  @Test
  void unknownChoiceIsRefused() {
    System.setProperty(DatagramPorts.PROPERTY, "fastest");
    assertThatThrownBy(() -> DatagramPorts.open(LOOPBACK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fastest");
  }

  @Test
  void addressMustBeResolved() {
    assertThatThrownBy(
            () ->
                DatagramPorts.open(
                    InetSocketAddress.createUnresolved("server.invalid", 7000), Choice.BEST))
        .isInstanceOf(UnresolvedAddressException.class);
  }

  @Test
  void systemWhoseReceiveCannotBeEndedIsNotUsed() {
    NativeSupport.get()
        .calls()
        .ifPresent(
            calls -> {
              NativeSupport support =
                  NativeSupport.test(
                      new OtherKernel(calls) {
                        @Override
                        public int shutdown(int socket, int how) {
                          return -107; // ENOTCONN, and nothing is done
                        }
                      });
              assertThat(support.calls()).isEmpty();
              assertThat(support.reason()).contains("cannot be ended");
            });
  }
}
