package heddle.rxrpc.protocol;

/** Whether the peer is asked to serve a call by a better service than the one that is named. */
public enum Upgrade {
  /** The service that is named is meant. */
  NONE,
  /** The first packet asks for an upgrade; the answer says which service it is. */
  ASKED
}
