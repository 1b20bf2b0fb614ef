package heddle.rxrpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Connections begin where nobody can guess, and never before where they were dropped. */
class FirstSerialsTest {
  private final FirstSerials serials = new FirstSerials(new Random(7));

  private static ServiceConnections.Key key(int connectionId) {
    return new ServiceConnections.Key(
        0x8123_4567, connectionId, new InetSocketAddress("192.0.2.1", 7001));
  }

  @Test
  void eachConnectionBeginsElsewhere() {
    Set<Integer> begun = new HashSet<>();
    for (int id = 4; id <= 4000; id += 4) {
      assertThat(serials.of(key(id))).isPositive();
      begun.add(serials.of(key(id)));
    }
    assertThat(begun).hasSizeGreaterThan(990);
    assertThat(new FirstSerials(new Random(8)).of(key(4)))
        .as("another endpoint has another secret")
        .isNotEqualTo(serials.of(key(4)));
  }

  @Test
  void thePortAndTheEpochAreParts() {
    var otherPort =
        new ServiceConnections.Key(0x8123_4567, 4, new InetSocketAddress("192.0.2.1", 7002));
    var otherEpoch =
        new ServiceConnections.Key(0x8123_4568, 4, new InetSocketAddress("192.0.2.1", 7001));

    assertThat(Set.of(serials.of(key(4)), serials.of(otherPort), serials.of(otherEpoch)))
        .hasSize(3);
  }

  @Test
  void whatIsMadeAgainGoesOnBehindItsLastPacket() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      ServiceConnections.Key key = key(4 * random.nextInt(10));
      int last = serials.of(key) + random.nextInt(100);
      ServiceConnections.Key other = key(4 * random.nextInt(10));
      int before = serials.of(other);
      serials.dropped(key, last);

      assertThat(serials.of(key) - last).isPositive();
      assertThat(serials.of(other) - before).as("nor does another go back").isNotNegative();
    }
  }

  @Test
  void aConnectionThatHasSentNothingCostsNothing() {
    int first = serials.of(key(4));
    serials.dropped(key(4), first - 1);

    assertThat(serials.of(key(4))).isEqualTo(first);
  }
}
