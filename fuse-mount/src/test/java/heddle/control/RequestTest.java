package heddle.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heddle.afs.AccessList;
import heddle.afs.AccessRights;
import heddle.afs.Fid;
import heddle.afs.FileLocation;
import heddle.afs.VolumeStatus;
import heddle.afs.VolumeUpdate;
import heddle.control.MountFacts.CellFacts;
import heddle.fuse.Errno;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What goes over the control socket. */
class RequestTest {
  private static final byte[] KEY = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final Instant EXPIRY = Instant.ofEpochSecond(2_000_000_000);

  static RxkadToken token(String client) throws Exception {
    byte[] ticket = new byte[100];
    Arrays.fill(ticket, (byte) 7);
    return RxkadToken.of(client, 256, ticket, KEY, EXPIRY);
  }

  private static byte[] bytes(Request request) throws Exception {
    Message message = Message.empty();
    request.writeTo(message);
    return message.finished();
  }

  private static byte[] content(byte[] message) {
    return Arrays.copyOfRange(message, Message.HEADER_BYTES, message.length);
  }

  private static Request copy(Request request) throws Exception {
    byte[] message = bytes(request);
    assertThat(Message.contentBytes(message)).isEqualTo(message.length - Message.HEADER_BYTES);
    return Request.read(Message.of(content(message)));
  }

  private static Reply copy(Reply reply) throws Exception {
    Message message = Message.empty();
    reply.writeTo(message);
    return Reply.read(Message.of(content(message.finished())));
  }

  @Test
  void whatFsAsksAndIsAnsweredArrivesAsItWasSent() throws Exception {
    byte[] path = {'/', 'a', (byte) 0xff};
    var list =
        new AccessList(
            List.of(new AccessList.Entry("alice", new AccessRights(0x80000001))), List.of());
    for (FsRequest request :
        List.of(
            new FsRequest.ReadAccess(path),
            new FsRequest.WriteAccess(path, list),
            new FsRequest.WriteVolume(path, VolumeUpdate.NOTHING.withQuota(5)),
            new FsRequest.WriteVolume(path, VolumeUpdate.NOTHING.withOfflineMessage("ä")))) {
      Request copy = copy(new Request.Fs(request));
      assertThat(copy).usingRecursiveComparison().isEqualTo(new Request.Fs(request));
    }
    var location =
        new FileLocation(
            new Fid("a.example", 1, 2, 3),
            "root.cell",
            List.of(InetAddress.getByName("192.0.2.1"), InetAddress.getByName("2001:db8::1")));
    for (FsAnswer answer :
        List.of(
            new FsAnswer.Done(),
            new FsAnswer.Failed(new FsFailure(Errno.EDQUOT, "full")),
            new FsAnswer.Access(list),
            new FsAnswer.Volume(
                location.fid(), new VolumeStatus("v", 1, 2, 3, 4, 5, true, "off", "day")),
            new FsAnswer.Location(location))) {
      assertThat(copy(new Reply.Fs(answer))).isEqualTo(new Reply.Fs(answer));
    }
  }

  @Test
  void requestsOfAnotherVersionAreRefused() throws Exception {
    Message message = Message.empty();
    message.number(Request.FS).text("Juggle");
    assertThatThrownBy(() -> Request.read(Message.of(content(message.finished()))))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("different versions");
  }

  @Test
  void requestsArriveAsTheyWereSent() throws Exception {
    for (Request request :
        List.of(
            new Request.Describe(),
            new Request.ListTokens(),
            new Request.DropTokens(Optional.empty()),
            new Request.DropTokens(Optional.of("a.example")))) {
      assertThat(copy(request)).isEqualTo(request);
    }
  }

  @Test
  void aTokenArrivesWhole() throws Exception {
    Request copied = copy(new Request.SetToken("a.example", token("alice@A")));

    assertThat(copied).isInstanceOf(Request.SetToken.class);
    Request.SetToken set = (Request.SetToken) copied;
    assertThat(set.cell()).isEqualTo("a.example");
    assertThat(set.token().client()).isEqualTo("alice@A");
    assertThat(set.token().ticketType()).isEqualTo(256);
    assertThat(set.token().ticket()).isEqualTo(token("x").ticket());
    assertThat(set.token().sessionKey()).isEqualTo(KEY);
    assertThat(set.token().expiry()).isEqualTo(EXPIRY);
  }

  @Test
  void aDroppedTokenCannotBeSent() throws Exception {
    RxkadToken token = token("alice");
    token.close();

    assertThatThrownBy(() -> bytes(new Request.SetToken("a", token)))
        .isInstanceOf(ControlException.class);
  }

  @Test
  void repliesArriveAsTheyWereSent() throws Exception {
    for (Reply reply :
        List.of(
            new Reply.Done(),
            new Reply.NoSession(),
            new Reply.Refused("no"),
            new Reply.Dropped(List.of("a", "b")),
            new Reply.Tokens(List.of(new TokenFacts("a", "alice", EXPIRY))),
            new Reply.Facts(
                new MountFacts(
                    "a",
                    TokenStore.Distinction.SESSION,
                    List.of(new CellFacts("a", "crypt", List.of("db.a"))))))) {
      assertThat(copy(reply)).isEqualTo(reply);
    }
  }

  @Test
  void whatIsCutOffOrGoesOnIsNoRequest() throws Exception {
    byte[] content = content(bytes(new Request.SetToken("a.example", token("alice"))));

    for (int length = 0; length < content.length; length++) {
      byte[] cut = Arrays.copyOf(content, length);
      assertThatThrownBy(() -> Request.read(Message.of(cut))).isInstanceOf(ControlException.class);
    }
    byte[] longer = Arrays.copyOf(content, content.length + 1);
    assertThatThrownBy(() -> Request.read(Message.of(longer)))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("after its end");
  }

  @Test
  void anyBytesAreARequestOrAControlException() throws Exception {
    Random random = new Random(1);
    byte[] good = content(bytes(new Request.SetToken("a.example", token("alice"))));
    int requests = 0;
    int refusals = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] changed = good.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        Request.read(Message.of(changed)); // nothing else is thrown
        requests++;
      } catch (ControlException e) {
        refusals++;
      }
    }
    assertThat(requests).isPositive();
    assertThat(refusals).isPositive();
  }

  @Test
  void namesOfCellsAreNames() throws Exception {
    for (String name : List.of("", "a b", "a/b", "a\nb", "x".repeat(256))) {
      byte[] content = content(bytes(new Request.SetToken(name, token("alice"))));
      assertThatThrownBy(() -> Request.read(Message.of(content)))
          .isInstanceOf(ControlException.class);
    }
  }

  @Test
  void namesOfUsersCannotForgeLinesOfALog() throws Exception {
    for (String name : List.of("a\nb", "\u001b[2J", "a\u007f", "a\u0085b", "a\u2028b", "\u202ea")) {
      byte[] content = content(bytes(new Request.SetToken("a.example", token(name))));
      assertThatThrownBy(() -> Request.read(Message.of(content)))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("no name of a user");
    }
    copy(new Request.SetToken("a.example", token("host/b\u00e9.example@A")));
  }

  @Test
  void theKeyOfARequestThatGoesOnIsOverwritten() throws Exception {
    RxkadToken token = token("alice");

    assertThatThrownBy(
            () ->
                Request.complete(
                    new Request.SetToken("a.example", token), Message.of(new byte[] {1})))
        .isInstanceOf(ControlException.class);

    assertThatThrownBy(token::sessionKey).isInstanceOf(RxkadException.class);
  }

  @Test
  void headersOfOthersAndOfGreatLengthAreRefused() throws Exception {
    byte[] message = bytes(new Request.Describe());
    byte[] foreign = message.clone();
    foreign[0] = 'G';
    assertThatThrownBy(() -> Message.contentBytes(foreign)).isInstanceOf(ControlException.class);

    for (byte high : new byte[] {(byte) 0x80, 0x7f, 1}) {
      byte[] large = message.clone();
      large[4] = high;
      assertThatThrownBy(() -> Message.contentBytes(large)).isInstanceOf(ControlException.class);
    }
  }
}
