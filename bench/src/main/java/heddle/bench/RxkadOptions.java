package heddle.bench;

import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadService;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What says that calls are protected by rxkad: both sides need the same keytab. */
final class RxkadOptions {
  @Option(
      names = "--rxkad",
      required = true,
      paramLabel = "LEVEL",
      description = "Protect calls with rxkad: clear, auth or crypt; the server takes no less.")
  private RxkadLevel level = RxkadLevel.CRYPT;

  @Option(
      names = "--keytab",
      required = true,
      paramLabel = "FILE",
      description = "Keys that both sides have, such as an rxkad.keytab.")
  @SuppressWarnings("NullAway.Init")
  private Path keytab;

  /** Returns what uses that token. */
  Security client() throws IOException {
    return Rxkad.with(token(), level);
  }

  /** Returns the superuser's token, printed with the key of both sides. */
  RxkadToken token() throws IOException {
    try (ServiceKeys keys = ServiceKeys.ofKeytab(keytab)) {
      return RxkadToken.printed(keys);
    } catch (RxkadException e) {
      throw new IOException(keytab + ": " + e.getMessage(), e);
    }
  }

  /** Returns the level that was asked for. */
  RxkadLevel level() {
    return level;
  }

  /** Returns what takes such tokens. */
  ServiceSecurity server() throws IOException {
    return RxkadService.with(ServiceKeys.ofKeytab(keytab)).floor(level);
  }
}
