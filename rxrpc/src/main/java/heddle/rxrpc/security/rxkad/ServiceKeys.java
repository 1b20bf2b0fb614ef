package heddle.rxrpc.security.rxkad;

import heddle.rxrpc.security.Violation;
import heddle.rxrpc.security.krb5.DesKey;
import heddle.rxrpc.security.krb5.Enctype;
import heddle.rxrpc.security.krb5.Keytab;
import heddle.rxrpc.security.krb5.MalformedKerberosException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of a cell's servers: who has them reads the tickets of clients, and prints such that
 * every server of the cell believes.
 *
 * <p>Service keys are of types 18, 17, 23 and 16. Others in a file are left out, and {@link
 * #refused} says why. Thread-safe; {@link #close} overwrites the keys.
 */
public final class ServiceKeys implements AutoCloseable {
  private static final long MAX_FILE_BYTES = 1 << 20;
  private static final int MIN_RECORD_BYTES = 16;
  private static final int MAX_RECORD_BYTES = 64; // of those written
  private static final int TYPE_RXKAD = 1; // single DES
  private static final int TYPE_RXKAD_KRB5 = 2;
  private static final int DES_CBC_CRC = 1;

  private final List<ServiceKey> keys = new ArrayList<>();
  private final List<DesServiceKey> desKeys = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  /** A key of Kerberos 4, which has no encryption type. */
  @SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares it
  private record DesServiceKey(int kvno, byte[] bytes) {
    @Override
    public String toString() {
      return "kvno " + kvno;
    }
  }

  private ServiceKeys() {}

  /** Makes a key that nobody else has, for services whose clients are given printed tokens. */
  public static ServiceKeys generated() {
    ServiceKeys keys = new ServiceKeys();
    Enctype enctype = Enctype.AES256_CTS_HMAC_SHA1_96;
    byte[] key = new byte[enctype.keyBytes()];
    new SecureRandom().nextBytes(key);
    keys.keys.add(new ServiceKey(enctype, 1, key));
    return keys;
  }

  /**
   * Reads a keytab of MIT Kerberos, such as {@code rxkad.keytab}.
   *
   * @throws IOException if it cannot be read, is no keytab, or has no key that can be used
   */
  public static ServiceKeys ofKeytab(Path file) throws IOException {
    return read(
        file,
        (keys, bytes) -> {
          for (Keytab.Entry entry : Keytab.read(bytes)) {
            keys.add(entry.enctype(), entry.kvno(), entry.key());
          }
        });
  }

  /**
   * Reads the {@code KeyFileExt} of OpenAFS.
   *
   * <p>Protocol source: OpenAFS src/auth/keys.c (behaviour).
   *
   * @throws IOException if it cannot be read, is no such file, or has no key that can be used
   */
  public static ServiceKeys ofKeyFileExt(Path file) throws IOException {
    return read(file, (keys, bytes) -> keys.addKeyFileExt(ByteBuffer.wrap(bytes)));
  }

  /**
   * Reads the {@code KeyFile} of old cells: keys of single DES, for tickets in the form of Kerberos
   * 4. Such tickets are read, never printed.
   *
   * @throws IOException if it cannot be read, or is no such file
   */
  public static ServiceKeys ofKeyFile(Path file, SingleDes singleDes) throws IOException {
    if (singleDes == SingleDes.REFUSED) {
      throw new IOException(file + ": keys of single DES are refused; use rxkad.keytab");
    }
    return read(file, (keys, bytes) -> keys.addKeyFile(ByteBuffer.wrap(bytes)));
  }

  @FunctionalInterface
  private interface Format {
    void read(ServiceKeys into, byte[] bytes) throws MalformedKerberosException;
  }

  private static ServiceKeys read(Path file, Format format) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException(file + ": too large to be a file of keys");
    }
    byte[] bytes = Files.readAllBytes(file);
    ServiceKeys keys = new ServiceKeys();
    try {
      format.read(keys, bytes);
    } catch (MalformedKerberosException e) {
      keys.close();
      throw new IOException(file + ": " + e.getMessage());
    } catch (BufferUnderflowException e) {
      keys.close();
      throw new IOException(file + ": ends in the middle of a key");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    if (keys.keys.isEmpty() && keys.desKeys.isEmpty()) {
      throw new IOException(file + ": no key that can be used. " + String.join("; ", keys.refused));
    }
    return keys;
  }

  private void add(int enctype, int kvno, byte[] key) throws MalformedKerberosException {
    Optional<Enctype> known = Enctype.ofNumber(enctype);
    if (known.isEmpty()) {
      Arrays.fill(key, (byte) 0);
      refused.add(
          "kvno " + kvno + " " + Enctype.nameOf(enctype) + ": " + Enctype.whyRefused(enctype));
    } else if (key.length != known.get().keyBytes()) {
      throw new MalformedKerberosException(
          "a key of " + Enctype.nameOf(enctype) + " with " + key.length + " bytes");
    } else {
      keys.add(new ServiceKey(known.get(), kvno, key));
    }
  }

  private void addKeyFileExt(ByteBuffer in) throws MalformedKerberosException {
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      int recordBytes = in.getInt();
      int type = in.getInt();
      int kvno = in.getInt();
      int subtype = in.getInt();
      if (recordBytes < MIN_RECORD_BYTES || recordBytes - MIN_RECORD_BYTES > in.remaining()) {
        throw new MalformedKerberosException("no KeyFileExt");
      }
      in.position(in.position() + recordBytes - MIN_RECORD_BYTES); // of some later version
      byte[] key = bytes(in, in.getInt());
      switch (type) {
        case TYPE_RXKAD -> add(DES_CBC_CRC, kvno, key);
        case TYPE_RXKAD_KRB5 -> add(subtype, kvno, key);
        default -> {
          Arrays.fill(key, (byte) 0);
          refused.add("kvno " + kvno + ": a key of type " + type + ", which is not for rxkad");
        }
      }
    }
  }

  private void addKeyFile(ByteBuffer in) throws MalformedKerberosException {
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      int kvno = in.getInt();
      desKeys.add(new DesServiceKey(kvno, bytes(in, DesKey.BYTES)));
    }
  }

  private static byte[] bytes(ByteBuffer in, int length) throws MalformedKerberosException {
    if (length < 0 || length > in.remaining()) {
      throw new MalformedKerberosException("ends in the middle of a key");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /**
   * Writes the keys as a {@code KeyFileExt} of OpenAFS that only its owner may read, so that its
   * tools can print tickets too.
   *
   * @throws IOException if the file is there already, or cannot be written
   */
  public void saveKeyFileExt(Path file) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(Integer.BYTES + keys.size() * MAX_RECORD_BYTES);
    out.putInt(keys.size());
    for (ServiceKey key : keys) {
      out.putInt(MIN_RECORD_BYTES).putInt(TYPE_RXKAD_KRB5).putInt(key.kvno());
      out.putInt(key.enctype().number()).putInt(key.bytes().length).put(key.bytes());
    }
    var onlyOwner = PosixFilePermissions.fromString("rw-------");
    try (var channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(onlyOwner))) {
      out.flip();
      while (out.hasRemaining()) {
        channel.write(out);
      }
    } finally {
      Arrays.fill(out.array(), (byte) 0);
    }
  }

  /** Returns which keys were left out, and why: one line each. */
  public List<String> refused() {
    return List.copyOf(refused);
  }

  /** Returns the keys that may have encrypted a ticket: at least one. */
  List<ServiceKey> find(int enctype, int kvno) throws RxkadException {
    List<ServiceKey> found =
        keys.stream()
            .filter(key -> key.kvno() == kvno && key.enctype().number() == enctype)
            .toList();
    if (!found.isEmpty()) {
      return found;
    }
    String name = Enctype.nameOf(enctype);
    throw new RxkadException(
        Violation.TICKET_OF_UNKNOWN_KEY,
        Enctype.ofNumber(enctype).isEmpty()
            ? "the ticket is encrypted with " + name + ": " + Enctype.whyRefused(enctype)
            : "no key with kvno " + kvno + " of " + name);
  }

  /** Returns the key of single DES of that version. */
  byte[] desKey(int kvno) throws RxkadException {
    for (DesServiceKey key : desKeys) {
      if (key.kvno() == kvno) {
        return key.bytes();
      }
    }
    throw new RxkadException(
        Violation.TICKET_OF_UNKNOWN_KEY,
        "a ticket of Kerberos 4 (kvno " + kvno + "), for which there is no key of single DES");
  }

  /** Returns the key to print tickets with: the newest of the best type. */
  ServiceKey forPrinting() throws RxkadException {
    return keys.stream()
        .min(
            Comparator.comparing(ServiceKey::enctype)
                .thenComparing(Comparator.comparingInt(ServiceKey::kvno).reversed()))
        .orElseThrow(
            () ->
                new RxkadException(
                    Violation.TICKET_OF_UNKNOWN_KEY,
                    "tickets are not printed with keys of single DES"));
  }

  @Override
  public void close() {
    keys.forEach(key -> Arrays.fill(key.bytes(), (byte) 0));
    desKeys.forEach(key -> Arrays.fill(key.bytes(), (byte) 0));
  }

  @Override
  public String toString() {
    return "service keys " + keys; // which, and nothing of them
  }
}
