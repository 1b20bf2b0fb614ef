package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.krb5.Enctype;

/** A key that the KDC and the servers of a cell share. */
@SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares it
record ServiceKey(Enctype enctype, int kvno, byte[] bytes) {
  @Override
  public String toString() {
    return "kvno " + kvno + " " + Enctype.nameOf(enctype.number()); // and not the key
  }
}
