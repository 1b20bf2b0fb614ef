package heddle.rxrpc.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.wire.AckTrailer;
import heddle.rxrpc.wire.Jumbogram;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** What a peer is told that we take. */
class PeerTest {
  private static final int WINDOW = 100;

  private final Peer peer =
      new Peer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 7000),
          Limits.DEFAULT.withJumboPackets(6));

  @Test
  void jumbogramsAreNotAskedForWhereNothingLargeHasComeThrough() {
    peer.heard(1444);
    assertThat(peer.trailer(WINDOW)).isEqualTo(AckTrailer.of(1444, 1444, WINDOW, 1));
  }

  @Test
  void asManyPacketsAreAskedForAsHaveRoomInWhatHasCome() {
    peer.heard(Jumbogram.bytes(3) + 1);
    peer.heard(1444);
    assertThat(peer.trailer(WINDOW)).isEqualTo(AckTrailer.of(Jumbogram.bytes(3), 1444, WINDOW, 3));
  }

  @Test
  void moreThanOurselvesWantAreNeverAskedFor() {
    peer.heard(60_000);
    assertThat(peer.trailer(WINDOW).jumboMax()).isEqualTo(6);
  }

  @Test
  void aProbeThatWasAnsweredShowsHowMuchThePathCarries() {
    peer.path().arrived(0, Jumbogram.bytes(2));
    assertThat(peer.trailer(WINDOW).jumboMax()).isEqualTo(2);
  }

  @Test
  void largePacketsAreAskedForWhereSomethingAsLargeHasComeThrough() {
    Peer large = new Peer(peer.address(), Limits.DEFAULT.withJumboPackets(46).withLargePackets());
    large.heard(8_219);
    assertThat(large.trailer(WINDOW).interfaceMtu()).isEqualTo(1444);
    large.heard(8_220);
    assertThat(large.trailer(WINDOW).interfaceMtu()).isEqualTo(8_220);
    large.heard(60_000);
    assertThat(large.trailer(WINDOW).interfaceMtu()).isEqualTo(16_412);
    peer.heard(60_000);
    assertThat(peer.trailer(WINDOW).interfaceMtu()).as("who does not want them").isEqualTo(1444);
  }

  @Test
  void largePacketsGoOnlyToWhoTakesThem() {
    Peer large = new Peer(peer.address(), Limits.DEFAULT.withJumboPackets(46).withLargePackets());
    large.path().arrived(0, 60_000);
    assertThat(large.packetBytes()).isEqualTo(1444);
    large.takesPackets(0, 8_220);
    assertThat(large.packetBytes()).isEqualTo(8_220);
    assertThat(large.packetBytes(1)).isEqualTo(8_220);
    large.takesPackets(0, 1_444); // another program is there now
    assertThat(large.packetBytes()).isEqualTo(1444);
    peer.path().arrived(0, 60_000);
    peer.takesPackets(0, 8_220);
    assertThat(peer.packetBytes()).as("of who does not want them").isEqualTo(1444);
  }

  @Test
  void sizesThatThisLibraryNeverSaysAreThoseOfAnInterface() {
    Peer large = new Peer(peer.address(), Limits.DEFAULT.withJumboPackets(46).withLargePackets());
    large.path().arrived(0, 60_000);
    for (int bytes : new int[] {8_588, 8_944, 65_480, Integer.MAX_VALUE}) {
      large.takesPackets(0, bytes);
      assertThat(large.packetBytes()).isEqualTo(1444);
    }
  }

  @Test
  void peerThatGoesOnChangingItsMindIsBelievedNowAndThen() {
    Peer large = new Peer(peer.address(), Limits.DEFAULT.withJumboPackets(46).withLargePackets());
    large.path().arrived(0, 60_000);
    large.takesPackets(0, 16_412);
    large.takesPackets(1_000_000_000L, 1_444);
    large.takesPackets(2_000_000_000L, 16_412);
    assertThat(large.packetBytes()).isEqualTo(1444);
    large.takesPackets(10_000_000_000L, 16_412);
    assertThat(large.packetBytes()).isEqualTo(16_412);
  }

  @Test
  void roomForALargePacketIsFoundThoughThePeerSaysHowMuchHasComeSoFar() {
    Peer large = new Peer(peer.address(), Limits.DEFAULT.withJumboPackets(46).withLargePackets());
    PathMtu path = large.path();
    int carries = 9_000 - 28;
    int probes = 0;
    for (int size = path.claim(0); size != 0; size = path.claim(0)) {
      assertThat(++probes).isLessThan(10);
      if (size > carries) {
        path.tooBig(0, size, carries); // says our own system
      } else {
        path.arrived(0, size);
        int packets = Jumbogram.packets(size); // what the other side has heard
        large.takesJumbograms(packets, Jumbogram.bytes(packets));
      }
    }
    assertThat(path.usable()).isGreaterThanOrEqualTo(8_220);
  }
}
