package heddle.rxrpc.protocol;

/** Which side of a call or connection we are. */
public enum Role {
  CLIENT,
  SERVICE
}
