package heddle.bench.micro;

import heddle.rxrpc.protocol.CallAddress;
import heddle.rxrpc.protocol.CallMachine;
import heddle.rxrpc.protocol.CallTimeouts;
import heddle.rxrpc.protocol.DatagramSink;
import heddle.rxrpc.protocol.Delivery;
import heddle.rxrpc.protocol.Fragmentation;
import heddle.rxrpc.protocol.Limits;
import heddle.rxrpc.protocol.Peer;
import heddle.rxrpc.protocol.Role;
import heddle.rxrpc.wire.PacketType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A call's machine without threads and network, and packets for it. */
final class Machines {
  static final int DATA_BYTES = 1172; // what goes to a peer of which nothing is known yet

  private static final int EPOCH = 0x8765_4320;
  private static final int CID = 0x1234_5670;
  private static final int CALL_NUMBER = 1;
  private static final int SERVICE = 147;
  private static final int PORT = 7009;
  private static final int FIRST_SERIAL = 1;

  private Machines() {}

  /** Makes a machine that has a channel and packets of {@link #DATA_BYTES} bytes. */
  static CallMachine machine(Role role, Delivery delivery) {
    CallMachine machine =
        new CallMachine(role, Limits.DEFAULT, new CallTimeouts(0, 0, 0), delivery);
    Peer peer =
        new Peer(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), Limits.DEFAULT);
    int[] serial = {FIRST_SERIAL};
    machine.begin(0);
    machine.attach(0, address(role), count -> serial[0]++, peer);
    return machine;
  }

  static CallAddress address(Role role) {
    return new CallAddress(role, EPOCH, CID, CALL_NUMBER, SERVICE, 0);
  }

  /** Writes a DATA packet's header. */
  static void data(ByteBuffer out, Role sender, int seq, int flags) {
    address(sender).header(PacketType.DATA, seq, seq, flags, 0).encode(out);
  }

  /** Takes datagrams and forgets them. */
  static final class Bin implements DatagramSink {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
    int datagrams;

    @Override
    public boolean hasRoom(int bytes) {
      return true;
    }

    @Override
    public ByteBuffer begin(int maxBytes) {
      return buffer.clear();
    }

    @Override
    public void end(Fragmentation fragmentation) {
      datagrams++;
    }
  }

  /** Reads at once what arrives. */
  static final class QuickReader implements Delivery {
    private final byte[] memory = new byte[DATA_BYTES];

    @Override
    public int freePackets() {
      return Limits.DEFAULT.receiveWindow();
    }

    @Override
    public void deliver(int checksum, ByteBuffer source, int offset, int length) {
      source.get(offset, memory, 0, Math.min(length, memory.length));
    }
  }
}
