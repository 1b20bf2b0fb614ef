package heddle.rxrpc.protocol;

import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;

/**
 * What the header of each packet of a call repeats.
 *
 * @param cid connection ID and channel
 */
public record CallAddress(
    Role role, int epoch, int cid, int callNumber, int serviceId, int securityIndex) {

  /** Returns a header of this call; the client flag is added where we are the client. */
  public PacketHeader header(PacketType type, int seq, int serial, int flags, int checksum) {
    int allFlags = role == Role.CLIENT ? flags | PacketFlags.CLIENT_INITIATED : flags;
    return new PacketHeader(
        epoch, cid, callNumber, seq, serial, type, allFlags, 0, securityIndex, checksum, serviceId);
  }
}
