package heddle.afs;

/** Whom the locks on files exclude. The servers know locks on whole files only. */
public enum LockScope {
  /**
   * All clients. Ranges are exact within this client; towards others any lock is one on the whole
   * file: a shared one if the open file cannot be written, else an exclusive one, since a server
   * never makes the one into the other.
   */
  STRICT,
  /**
   * As OpenAFS's client has it: locks on whole files exclude all clients, locks on ranges only
   * users of this client.
   */
  OPENAFS,
  /** Users of this client only. */
  LOCAL
}
