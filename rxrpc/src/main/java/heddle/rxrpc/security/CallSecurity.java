package heddle.rxrpc.security;

import java.nio.ByteBuffer;

/**
 * Protects the packets of one call, in both directions, as the security class and level of its
 * connection say.
 *
 * <p>A packet of a call is its payload in an array: first the header of the security class ({@link
 * #headerBytes}), then the user's data, then whatever the class pads with. The header of Rx is no
 * part of it, but for the checksum in it.
 *
 * <p>Thread-safe, and nothing here waits or allocates: one thread may seal while another opens.
 */
public interface CallSecurity {
  /** Returns the bytes in front of the user's data in each packet. */
  int headerBytes();

  /**
   * Returns how many bytes of user's data a packet holds whose payload may be {@code payloadBytes}
   * long.
   */
  int userBytes(int payloadBytes);

  /** Returns how long the payload of a packet is that holds so much user's data. */
  int payloadBytes(int userBytes);

  /** Returns the checksum that the Rx header of a packet has to carry: 16 bits, unsigned. */
  int checksum(int seq);

  /**
   * Seals a packet in place. The user's data is there already, behind room for {@link
   * #headerBytes}; the array must have room for the padding.
   *
   * @param seq of the packet
   * @param packet the payload, from index 0
   * @param userBytes how much user's data it holds
   * @return bytes of payload to be sent
   * @throws SecurityViolationException if the connection may not be used any more; nothing was sent
   */
  int seal(int seq, byte[] packet, int userBytes) throws SecurityViolationException;

  /**
   * Seals user's data on its way from the user's buffer into a packet, in one pass.
   *
   * @param seq of the packet
   * @param source holds the user's data at its position, which moves behind it
   * @param userBytes how much of it goes into this packet
   * @param packet where the payload goes, from index 0
   * @return bytes of payload to be sent
   * @throws SecurityViolationException if the connection may not be used any more; nothing was sent
   */
  int seal(int seq, ByteBuffer source, int userBytes, byte[] packet)
      throws SecurityViolationException;

  /**
   * Checks and decrypts a packet in place. The array must be private to the call: until this
   * returns it holds what nobody has vouched for.
   *
   * @param seq of the packet
   * @param checksum from its Rx header
   * @param packet the payload, from index 0
   * @param payloadBytes how long it is
   * @return bytes of user's data, which begin at index {@link #headerBytes}
   * @throws SecurityViolationException if the packet is not what the peer sent on this call at this
   *     place, or the connection may not be used any more; the call is to be aborted with its code
   */
  int open(int seq, int checksum, byte[] packet, int payloadBytes)
      throws SecurityViolationException;
}
