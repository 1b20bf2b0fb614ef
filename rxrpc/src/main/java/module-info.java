/** Rx, the RPC protocol of AFS, as a blocking-style socket library for virtual threads. */
@SuppressWarnings("module") // heddle.afs is not known here
module heddle.rxrpc {
  requires jdk.jfr;
  requires com.github.benmanes.caffeine;
  requires org.slf4j;
  requires static transitive org.jspecify;
  requires static org.jnrproject.ffi;

  exports heddle.rxrpc;
  exports heddle.rxrpc.security;
  exports heddle.rxrpc.security.krb5 to
      heddle.afs;
  exports heddle.rxrpc.security.rxkad;
  exports heddle.rxrpc.thread;
  exports heddle.rxrpc.trace;
  exports heddle.rxrpc.xdr;

  opens heddle.rxrpc.transport.libc; // jnr-ffi implements its interface in a module of its own
}
