package heddle.rxrpc.wire;

/** One Rx packet. The set of its kinds is the protocol. */
public sealed interface Packet
    permits AbortPacket,
        AckAllPacket,
        AckPacket,
        BusyPacket,
        ChallengePacket,
        DataPacket,
        DebugPacket,
        IgnoredPacket,
        ResponsePacket,
        VersionPacket {

  /** Returns the header that opens the packet. */
  PacketHeader header();
}
