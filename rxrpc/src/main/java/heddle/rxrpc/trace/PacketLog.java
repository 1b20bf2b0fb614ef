package heddle.rxrpc.trace;

import heddle.rxrpc.wire.DataPacket;
import heddle.rxrpc.wire.Jumbogram;
import heddle.rxrpc.wire.MalformedPacketException;
import heddle.rxrpc.wire.Packet;
import heddle.rxrpc.wire.PacketCodec;
import java.nio.ByteBuffer;

/**
 * Packets as lines of a log: {@code >> 7d3a1c02:00000004 #3 DATA seq=1 serial=17 LAST|REQUEST_ACK
 * len=24}, which is direction, epoch and connection ID with channel (hexadecimal), call number,
 * type, and what the type has to say. Counters are unsigned.
 */
public final class PacketLog {

  /** Which way a packet went. */
  public enum Direction {
    /** From this endpoint to the peer. */
    SENT(">> "),
    /** From the peer to this endpoint. */
    RECEIVED("<< ");

    private final String mark;

    Direction(String mark) {
      this.mark = mark;
    }
  }

  private PacketLog() {}

  /** Returns the line of a packet, without a line end. */
  @SuppressWarnings("exports") // for the library's own use; users have datagrams
  public static String line(Direction direction, Packet packet) {
    return direction.mark + packet;
  }

  /**
   * Returns the line of a datagram, without a line end; of a jumbogram one line for each packet; of
   * bytes that are no Rx packet a line that says what is wrong with them. The payload does not
   * appear.
   *
   * @param datagram the bytes between position and limit, in big-endian order; both stay as they
   *     are
   */
  public static String lines(Direction direction, ByteBuffer datagram) {
    try {
      Packet packet = PacketCodec.decode(datagram);
      return packet instanceof DataPacket data
          ? dataLines(direction, data)
          : line(direction, packet);
    } catch (MalformedPacketException e) {
      return direction.mark + "malformed: " + e.getMessage() + ", len=" + datagram.remaining();
    }
  }

  private static String dataLines(Direction direction, DataPacket datagram)
      throws MalformedPacketException {
    var text = new StringBuilder();
    for (DataPacket packet : Jumbogram.split(datagram)) {
      if (!text.isEmpty()) {
        text.append('\n');
      }
      text.append(direction.mark).append(packet);
    }
    return text.toString();
  }
}
