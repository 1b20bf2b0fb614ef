package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceCacheTest {
  private final SourceCache cache = new SourceCache();
  private final ByteBuffer memory = SocketAddresses.newBuffer();

  private InetSocketAddress seen(InetSocketAddress address, int family) {
    SocketAddresses.encode(address, family, memory, 0);
    return cache.source(memory, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {Linux.AF_INET, Linux.AF_INET6})
  void knownSourceIsTheSameObject(int family) {
    InetSocketAddress first = seen(new InetSocketAddress("10.1.2.3", 0xfedc), family);
    InetSocketAddress second = seen(new InetSocketAddress("10.1.2.3", 0xfedc), family);
    assertThat(second).isSameAs(first).isEqualTo(new InetSocketAddress("10.1.2.3", 0xfedc));
    assertThat(second.getAddress()).isInstanceOf(Inet4Address.class);
  }

  @Test
  void eachPartOfAnAddressCounts() throws UnknownHostException {
    byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
    for (InetSocketAddress address :
        List.of(
            new InetSocketAddress("10.1.2.3", 7000),
            new InetSocketAddress("10.1.2.3", 7001),
            new InetSocketAddress("10.1.2.4", 7000),
            new InetSocketAddress("2001:db8::1", 7000),
            new InetSocketAddress("2001:db9::1", 7000),
            new InetSocketAddress(Inet6Address.getByAddress(null, linkLocal, 1), 7000),
            new InetSocketAddress(Inet6Address.getByAddress(null, linkLocal, 2), 7000))) {
      InetSocketAddress seen = seen(address, Linux.AF_INET6);
      assertThat(seen).isEqualTo(address);
      if (address.getAddress() instanceof Inet6Address six) {
        assertThat(((Inet6Address) seen.getAddress()).getScopeId()).isEqualTo(six.getScopeId());
      }
    }
  }

  @Test
  void floodOfSourcesConfusesNothing() throws UnknownHostException {
    Random random = new Random(1);
    byte[] bytes = new byte[4];
    for (int i = 0; i < 100_000; i++) {
      random.nextBytes(bytes);
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getByAddress(bytes), random.nextInt(65_536));
      assertThat(seen(address, Linux.AF_INET6)).isEqualTo(address);
    }
  }

  @Test
  void unknownFamilyIsNoSource() {
    memory.putShort(0, (short) 1); // AF_UNIX
    assertThat(cache.source(memory, 0)).isNull();
  }

  @Test
  void ownLinkLocalAddressKnowsItsInterface() throws UnknownHostException {
    SocketAddresses.encodeIpv6(InetAddress.getByName("fe80::7"), memory, 0);
    assertThat(((Inet6Address) cache.localIpv6(memory, 0, 3)).getScopeId()).isEqualTo(3);
    assertThat(((Inet6Address) cache.localIpv6(memory, 0, 4)).getScopeId()).isEqualTo(4);
    SocketAddresses.encodeIpv6(InetAddress.getByName("2001:db8::7"), memory, 0);
    assertThat(((Inet6Address) cache.localIpv6(memory, 0, 3)).getScopeId()).isZero();
  }

  @Test
  void ownAddressesMayAlternate() throws UnknownHostException {
    for (int i = 0; i < 4; i++) {
      InetAddress address = InetAddress.getByName("127.0.0." + (1 + i % 2));
      SocketAddresses.encodeIpv6(address, memory, 0);
      assertThat(cache.localIpv6(memory, 0, 1)).isEqualTo(address);
      assertThat(cache.localIpv4(memory, 12)).isEqualTo(address);
    }
  }
}
