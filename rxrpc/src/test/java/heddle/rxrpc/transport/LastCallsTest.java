package heddle.rxrpc.transport;

import static heddle.rxrpc.transport.PacketScript.SECOND;
import static heddle.rxrpc.transport.PacketScript.send;
import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.AbortReason;
import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a channel still does for a call that has left it. */
class LastCallsTest {
  private static final long SOON = 2 * LastCalls.HOLD_NANOS;

  private final PacketScript script = new PacketScript(1);
  private final Bundle bundle = script.bundle(1);

  @AfterEach
  void close() {
    script.close();
  }

  /** A call with a request and a reply of one packet; returns the header of the request. */
  private PacketHeader callAndReply() throws CallEndedException {
    send(script.call(bundle), 4);
    PacketHeader request = script.sent(PacketType.DATA).get(0);
    script.receive(script.data(request, 1, PacketFlags.LAST_PACKET));
    return request;
  }

  @Test
  void replyIsAcknowledgedOnceWhenNoOtherCallFollows() throws CallEndedException {
    PacketHeader request = callAndReply();
    assertThat(script.sent()).isEmpty();
    script.pass(SOON);
    assertThat(script.sent(PacketType.ACK))
        .extracting(PacketHeader::callNumber)
        .containsExactly(request.callNumber());
    script.pass(SECOND);
    assertThat(script.sent()).isEmpty();
  }

  @Test
  void nextCallOfTheChannelAcknowledgesByItself() throws CallEndedException {
    PacketHeader first = callAndReply();
    CallDriver next = script.call(bundle);
    send(next, 4);
    assertThat(script.sent(PacketType.DATA))
        .extracting(PacketHeader::cid)
        .containsExactly(first.cid());
    script.pass(SOON);
    assertThat(script.sent(PacketType.ACK)).isEmpty();
  }

  @Test
  void nextCallThatNeverSentAnythingAcknowledgesNothing() throws CallEndedException {
    PacketHeader first = callAndReply();
    CallDriver next = script.call(bundle);
    bundle.request(next); // it has the channel, and that is all
    next.abort(-6, AbortReason.USER);
    assertThat(script.sent()).isEmpty();
    script.pass(SOON);
    assertThat(script.sent(PacketType.ACK))
        .extracting(PacketHeader::callNumber)
        .containsExactly(first.callNumber());
    script.receive(script.data(first, 1, PacketFlags.LAST_PACKET));
    assertThat(script.sent(PacketType.ACK)).as("the channel still knows the call").hasSize(1);
  }

  @Test
  void replyThatComesAgainIsAcknowledgedAtOnceAndNotLater() throws CallEndedException {
    PacketHeader request = callAndReply();
    script.receive(script.data(request, 1, PacketFlags.LAST_PACKET));
    assertThat(script.sent(PacketType.ACK)).hasSize(1);
    script.pass(SOON);
    assertThat(script.sent()).isEmpty();
  }

  @Test
  void replyThatAsksIsAcknowledgedAtOnce() throws CallEndedException {
    send(script.call(bundle), 4);
    PacketHeader request = script.sent(PacketType.DATA).get(0);
    script.receive(script.data(request, 1, PacketFlags.LAST_PACKET | PacketFlags.REQUEST_ACK));
    assertThat(script.sent(PacketType.ACK)).hasSize(1);
    script.pass(SOON);
    assertThat(script.sent()).isEmpty();
  }

  @Test
  void endpointThatClosesOwesNothing() throws CallEndedException {
    callAndReply();
    script.endpoint.close();
    assertThat(script.sent(PacketType.ACK)).hasSize(1);
    assertThat(script.endpoint.timers().size()).isZero();
  }
}
