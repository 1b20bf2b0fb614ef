package heddle.afs.auth;

import heddle.rxrpc.security.ServiceHandshake;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadService;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.nio.file.Path;
import java.util.List;

/**
 * Gets tokens in a JVM of its own, since the JDK reads the configuration of Kerberos once. Its
 * arguments are a cell, a keytab of that cell's service, and caches; for each of these it prints
 * who a service that has the keytab believes it speaks with, and when the token ends.
 */
final class TicketProgram {
  private TicketProgram() {}

  public static void main(String[] args) throws Exception {
    ServiceKeys keys = ServiceKeys.ofKeytab(Path.of(args[1]));
    for (int i = 2; i < args.length; i++) {
      var source = KerberosTokenSource.of(new CredentialCache(Path.of(args[i])));
      try (RxkadToken token = source.token(args[0], List.of())) {
        System.out.println(believedBy(keys, token) + " " + token.expiry().getEpochSecond());
      }
    }
  }

  /** Returns who {@code token} is of, in the eyes of a service with {@code keys}. */
  static String believedBy(ServiceKeys keys, RxkadToken token) throws Exception {
    ServiceHandshake handshake = RxkadService.with(keys).accept(1, 4);
    byte[] response =
        Rxkad.with(token, RxkadLevel.CRYPT)
            .connect(1, 4)
            .orElseThrow()
            .respond(handshake.challenge(), new int[4]);
    return handshake.verify(response).caller().getName();
  }
}
