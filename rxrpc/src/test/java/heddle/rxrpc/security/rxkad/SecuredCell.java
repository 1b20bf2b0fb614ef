package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.ServiceHandshake;
import heddle.rxrpc.security.ServiceSecurity;
import heddle.rxrpc.security.krb5.Enctype;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * A cell for tests: keys of its services, and tokens of whom one likes. Its clock goes on only when
 * it is told to. Thread-safe.
 */
public final class SecuredCell {
  private static final int WEAK_KVNO = 3;

  private final ServiceKeys keys;
  private final AtomicLong nowSeconds = new AtomicLong(TestCell.NOW_SECONDS);

  /** Makes a cell. */
  public SecuredCell() {
    try {
      Path directory = Files.createTempDirectory("secured-cell");
      try {
        keys = TestCell.keys(directory);
      } finally {
        Files.deleteIfExists(directory.resolve("KeyFileExt"));
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets so much time pass for services. */
  public void pass(long seconds) {
    nowSeconds.addAndGet(seconds);
  }

  /** Returns a service of the cell, with its clock. */
  public RxkadService service() {
    return RxkadService.with(keys).clock(() -> Instant.ofEpochSecond(nowSeconds.get()));
  }

  /** Returns the same for a service whose challenges come from {@code random}. */
  public ServiceSecurity service(RandomGenerator random) {
    RxkadService service = service();
    return new ServiceSecurity() {
      @Override
      public int index() {
        return service.index();
      }

      @Override
      public ServiceHandshake accept(int epoch, int connectionId) {
        var challenge = new RxkadChallenge(random.nextInt(), RxkadLevel.CLEAR);
        return new RxkadHandshake(
            service, challenge, new RxkadConnection.Place(epoch, connectionId));
      }
    };
  }

  /** Returns a token of someone, good for an hour. */
  public RxkadToken token(String name) {
    return token(name, TestCell.NOW_SECONDS - 60, TestCell.NOW_SECONDS + 3600);
  }

  /** Returns a token that is good between two moments of the cell's clock. */
  public RxkadToken token(String name, long startSeconds, long endSeconds) {
    try {
      return of(name, ticket(name, startSeconds, endSeconds, TestCell.KVNO), sessionKey());
    } catch (GeneralSecurityException | RxkadException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns a token that begins in an hour. */
  public RxkadToken tokenOfTomorrow(String name) {
    return token(name, TestCell.NOW_SECONDS + 3600, TestCell.NOW_SECONDS + 7200);
  }

  /** Returns a token that has expired. */
  public RxkadToken expiredToken(String name) {
    return token(name, TestCell.NOW_SECONDS - 7200, TestCell.NOW_SECONDS - 3600);
  }

  /** Returns a token whose ticket is cut off. */
  public RxkadToken truncatedToken(String name) throws Exception {
    byte[] ticket = ticket(name, 0, TestCell.NOW_SECONDS + 60, TestCell.KVNO);
    return of(name, java.util.Arrays.copyOf(ticket, ticket.length - 9), sessionKey());
  }

  /** Returns a token for a service that has another key of the same version. */
  public RxkadToken tokenOfAnotherCell(String name) throws Exception {
    byte[] ticket = ticket(name, 0, TestCell.NOW_SECONDS + 60, TestCell.KVNO);
    ticket[ticket.length - 20] ^= 1; // as if it were encrypted with another key
    return of(name, ticket, sessionKey());
  }

  /** Returns a token for a key that the services do not have. */
  public RxkadToken tokenOfUnknownKey(String name) throws Exception {
    byte[] ticket = ticket(name, 0, TestCell.NOW_SECONDS + 60, TestCell.KVNO + 1);
    return of(name, ticket, sessionKey());
  }

  /** Returns a service whose only key is a weak one of single DES. */
  public static RxkadService serviceWithWeakKey() throws IOException {
    Path file = Files.createTempFile("KeyFile", "");
    try {
      ByteBuffer keyFile = ByteBuffer.allocate(16).putInt(1).putInt(WEAK_KVNO);
      Files.write(file, keyFile.putLong(0x0101_0101_0101_0101L).array());
      return RxkadService.with(ServiceKeys.ofKeyFile(file, SingleDes.ACCEPTED));
    } finally {
      Files.delete(file);
    }
  }

  /** Returns a token for the service with the weak key. */
  public static RxkadToken tokenOfWeakKey(String name) throws Exception {
    return RxkadToken.of(name, WEAK_KVNO, new byte[56], sessionKey(), Instant.MAX);
  }

  /** Returns a token of someone who has the ticket, but not its key. */
  public RxkadToken stolenTicket(String name) throws Exception {
    byte[] ticket = ticket(name, 0, TestCell.NOW_SECONDS + 60, TestCell.KVNO);
    return of(name, ticket, new byte[] {1, 1, 2, 2, 4, 4, 7, 7});
  }

  private static byte[] ticket(String name, long start, long end, int kvno)
      throws GeneralSecurityException {
    return TestCell.encryptedPart(
        TestCell.part(0, start, end, name), Enctype.AES256_CTS_HMAC_SHA1_96, kvno);
  }

  private static byte[] sessionKey() throws RxkadException {
    return SessionKeys.derive(17, TestCell.SESSION_KEY).toBytes();
  }

  private static RxkadToken of(String name, byte[] ticket, byte[] key) throws RxkadException {
    return RxkadToken.of(name, ServiceTicket.KERBEROS_5_ENCRYPTED_PART, ticket, key, Instant.MAX);
  }
}
