package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.transport.NetworkError.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkErrorTest {
  @ParameterizedTest
  @CsvSource({
    "3, 0, NETWORK_UNREACHABLE",
    "3, 1, HOST_UNREACHABLE",
    "3, 2, PORT_UNREACHABLE",
    "3, 3, PORT_UNREACHABLE",
    "3, 4, TOO_BIG",
    "3, 9, PROHIBITED",
    "3, 10, PROHIBITED",
    "3, 13, PROHIBITED",
    "3, 5, OTHER",
    "11, 0, OTHER",
    "12, 3, OTHER"
  })
  void icmp(int type, int code, Kind kind) {
    assertThat(Kind.ofIcmp(type, code)).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, NETWORK_UNREACHABLE",
    "1, 1, PROHIBITED",
    "1, 3, HOST_UNREACHABLE",
    "1, 4, PORT_UNREACHABLE",
    "1, 5, PROHIBITED",
    "2, 0, TOO_BIG",
    "3, 0, OTHER",
    "4, 1, OTHER"
  })
  void icmpv6(int type, int code, Kind kind) {
    assertThat(Kind.ofIcmpv6(type, code)).isEqualTo(kind);
  }
}
