package heddle.rxrpc.security.rxkad;

/**
 * Whether clients may have a dot in the first component of their name. AFS writes {@code
 * root.admin} for {@code root/admin}, and cannot tell it from the client whose name is {@code
 * root.admin}.
 */
public enum DottedNames {
  /** No: such a ticket is bad. */
  REFUSED,
  /** Yes: the realm has no names that could be confused. */
  ACCEPTED
}
