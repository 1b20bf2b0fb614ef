package heddle.rxrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class CallOutputStreamTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private boolean tooEarly;
  private boolean ended;
  private final CallOutputStream stream = new CallOutputStream(this::send);

  private void send(ByteBuffer bytes, boolean last) {
    if (tooEarly) {
      throw new WrongPhaseException("too early");
    }
    while (bytes.hasRemaining()) {
      sent.write(bytes.get());
    }
    ended |= last;
  }

  @Test
  void bytesThatCameTooEarlyAreSentLater() throws IOException {
    stream.write(new byte[] {1, 2});
    tooEarly = true;
    assertThatThrownBy(stream::flush).isInstanceOf(WrongPhaseException.class);
    tooEarly = false;
    stream.write(3);
    stream.flush();
    assertThat(sent.toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void nothingIsSentAfterTheEnd() throws IOException {
    stream.write(1);
    stream.close();
    assertThat(ended).isTrue();
    assertThatCode(
            () -> {
              stream.flush();
              stream.close();
            })
        .doesNotThrowAnyException();
    assertThat(sent.toByteArray()).containsExactly(1);
  }
}
