package heddle.rxrpc.trace;

import java.net.InetSocketAddress;

/**
 * What names a call.
 *
 * @param id counts the calls of the endpoint, from 1
 * @param side whether this endpoint calls or is called
 * @param peer the other side's UDP address
 * @param serviceId what is called
 * @param cid connection ID and, in the lowest two bits, the channel; 0 before the call has one
 * @param callNumber the call's number on its channel; 0 before it has one
 */
public record CallIdentity(
    long id, Side side, InetSocketAddress peer, int serviceId, int cid, int callNumber) {

  /** Returns the identity as a log says it: {@code C12 -> 192.0.2.1:7000 service 1 7d3a1c02#3}. */
  @Override
  public String toString() {
    String arrow = side == Side.CLIENT ? " -> " : " <- ";
    String wire =
        callNumber == 0 ? "" : " " + EventText.hex(cid) + "#" + EventText.unsigned(callNumber);
    return "C" + id + arrow + EventText.address(peer) + " service " + serviceId + wire;
  }
}
