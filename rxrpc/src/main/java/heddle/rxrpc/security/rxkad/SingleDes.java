package heddle.rxrpc.security.rxkad;

/** Whether keys of single DES are good enough. */
public enum SingleDes {
  /** No. It was broken in 1998. */
  REFUSED,
  /** Yes: for cells that have nothing else. */
  ACCEPTED
}
