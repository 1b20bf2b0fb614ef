package heddle.afs.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.xdr.XdrWriter;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers have 32 bits for a time. */
class StoreStatusTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1800000000, 1800000000",
    "4294967295, 4294967295",
    "4294967296, 4294967295",
    "5000000000, 4294967295",
    "-1, 0",
  })
  void timesBeyondWhatServersKnowBecomeTheNearest(long given, long sent) {
    var out = new XdrWriter();
    StoreStatus.NOTHING.withModified(Instant.ofEpochSecond(given)).writeTo(out);

    int seconds = out.toByteBuffer().getInt(Integer.BYTES); // behind the mask
    assertThat(Integer.toUnsignedLong(seconds)).isEqualTo(sent);
  }
}
