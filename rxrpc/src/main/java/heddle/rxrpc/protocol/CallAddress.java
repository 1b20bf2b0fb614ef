package heddle.rxrpc.protocol;

import heddle.rxrpc.wire.PacketFlags;
import heddle.rxrpc.wire.PacketHeader;
import heddle.rxrpc.wire.PacketType;

/**
 * What the header of each packet of a call repeats.
 *
 * @param cid connection ID and channel
 * @param upgrade whether our first packet asks for an upgrade of the service
 */
public record CallAddress(
    Role role,
    int epoch,
    int cid,
    int callNumber,
    int serviceId,
    int securityIndex,
    Upgrade upgrade) {
  private static final int ASK_FOR_UPGRADE = 1; // in the user status

  /** A call that takes the service as it is. */
  public CallAddress(
      Role role, int epoch, int cid, int callNumber, int serviceId, int securityIndex) {
    this(role, epoch, cid, callNumber, serviceId, securityIndex, Upgrade.NONE);
  }

  /** Returns the address of the call when it is known which service it has reached. */
  CallAddress servedBy(int actualServiceId) {
    return new CallAddress(role, epoch, cid, callNumber, actualServiceId, securityIndex);
  }

  /** Returns a header of this call; the client flag is added where we are the client. */
  public PacketHeader header(PacketType type, int seq, int serial, int flags, int checksum) {
    int allFlags = role == Role.CLIENT ? flags | PacketFlags.CLIENT_INITIATED : flags;
    boolean asks = upgrade == Upgrade.ASKED && type == PacketType.DATA && seq == 1;
    return new PacketHeader(
        epoch,
        cid,
        callNumber,
        seq,
        serial,
        type,
        allFlags,
        asks ? ASK_FOR_UPGRADE : 0,
        securityIndex,
        checksum,
        serviceId);
  }
}
