package heddle.rxrpc.transport;

import heddle.rxrpc.testkit.SimulatedNetwork;
import heddle.rxrpc.testkit.SimulatedPort;
import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Jumbogram;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.PacketCodec;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches what two endpoints send, and fails where it breaks a rule that holds whatever the network
 * does: serials count up, a hard acknowledgement never moves back, nobody sends beyond the window
 * that it was told.
 */
final class WireWatch implements SimulatedNetwork.Wiretap {
  private static final int DATA = 1;
  private static final int ACK = 2;
  private static final int CLIENT_INITIATED = 1;
  private static final int MAX_WINDOW = 255;

  private record Flow(int epoch, int cid, int callNumber, boolean fromClient) {}

  private record Sender(int epoch, int connectionId, boolean fromClient, Object port) {}

  /** What is known of the packets that one side of a call sends. */
  private static final class Progress {
    int acknowledged = 1; // the greatest first packet of the other side's acknowledgements
    int allowed = 1 + MAX_WINDOW; // first sequence number that may not be sent
    int top = 1; // one beyond the highest sent
  }

  private final Map<Flow, Progress> flows = new HashMap<>();
  private final Map<Sender, Integer> serials = new HashMap<>();
  private long dataPackets;
  private long resentPackets;
  private long jumbograms;
  private long largePackets;
  private boolean open = true;
  private @Nullable String violation;

  @Override
  public void sent(SimulatedPort from, InetSocketAddress destination, ByteBuffer datagram) {
    int at = datagram.position();
    int type = datagram.get(at + 20);
    if (!open || (type != DATA && type != ACK)) {
      return;
    }
    int epoch = datagram.getInt(at);
    int cid = datagram.getInt(at + 4);
    int callNumber = datagram.getInt(at + 8);
    boolean client = (datagram.get(at + 21) & CLIENT_INITIATED) != 0;
    Sender sender = new Sender(epoch, cid & ~3, client, from);
    checkSerial(sender, datagram.getInt(at + 16));
    if (type == DATA) {
      Flow flow = new Flow(epoch, cid, callNumber, client);
      int packets = packets(datagram);
      for (int i = 0; i < packets; i++) {
        onData(flow, datagram.getInt(at + 12) + i);
      }
      serials.put(sender, datagram.getInt(at + 16) + packets - 1);
    } else {
      onAck(new Flow(epoch, cid, callNumber, !client), datagram, at + 28);
    }
  }

  private int packets(ByteBuffer datagram) {
    try {
      List<DataPacket> packets = Jumbogram.split((DataPacket) PacketCodec.decode(datagram));
      jumbograms += packets.size() > 1 ? 1 : 0;
      largePackets += packets.get(0).length() > Jumbogram.SUBPACKET_DATA + 4 ? 1 : 0;
      return packets.size();
    } catch (MalformedPacketException e) {
      require(false, "malformed: " + e.getMessage(), datagram);
      return 1;
    }
  }

  private void checkSerial(Sender sender, int serial) {
    Integer before = serials.put(sender, serial);
    require(serial != 0, "serial 0", sender);
    require(before == null || serial - before > 0, "serial went back", sender);
  }

  private void onData(Flow flow, int seq) {
    Progress progress = flows.computeIfAbsent(flow, key -> new Progress());
    require(seq - 1 >= 0, "sequence number " + seq, flow);
    require(seq - progress.allowed < 0, seq + " is beyond " + progress.allowed, flow);
    require(seq - progress.top <= 0, seq + " skips " + progress.top, flow);
    dataPackets++;
    if (seq == progress.top) {
      progress.top++;
    } else {
      resentPackets++;
    }
  }

  private void onAck(Flow flow, ByteBuffer datagram, int at) {
    int first = datagram.getInt(at + 4);
    int count = datagram.get(at + 17) & 0xff;
    int window = datagram.getInt(at + 18 + count + 3 + 8);
    Progress progress = flows.computeIfAbsent(flow, key -> new Progress());
    require(
        first - progress.acknowledged >= 0,
        "hard acknowledgement of " + first + " after " + progress.acknowledged,
        flow);
    require(window >= 0 && window <= MAX_WINDOW, "window " + window, flow);
    progress.acknowledged = first;
    int allowed = first + Math.max(1, window); // one may always be tried
    if (allowed - progress.allowed > 0) {
      progress.allowed = allowed;
    }
  }

  /** Notes the first violation: here, inside an endpoint, an exception would be caught. */
  private void require(boolean holds, String what, Object where) {
    if (!holds && violation == null) {
      violation = what + " in " + where;
    }
  }

  /** One side loses its memory or its address: the rules of one connection no longer hold. */
  void closeEyes() {
    open = false;
  }

  /** Returns the first rule that was broken, and by whom. */
  Optional<String> violation() {
    return Optional.ofNullable(violation);
  }

  long dataPackets() {
    return dataPackets;
  }

  long jumbograms() {
    return jumbograms;
  }

  long largePackets() {
    return largePackets;
  }

  long resentPackets() {
    return resentPackets;
  }
}
