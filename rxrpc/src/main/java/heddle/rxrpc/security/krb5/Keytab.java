package heddle.rxrpc.security.krb5;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A keytab of MIT Kerberos: keys of services, by principal, version and encryption type.
 *
 * <p>Protocol source: MIT krb5 doc/formats/keytab_file_format.rst.
 */
public final class Keytab {
  private static final int VERSION = 0x0502;
  private static final int OLD_VERSION = 0x0501;
  private static final int MAX_COMPONENTS = 16;

  private Keytab() {}

  /**
   * A key of a keytab.
   *
   * @param principal whose key it is: {@code afs/cell@REALM}
   * @param kvno version of the key
   * @param enctype number of its encryption type
   * @param key the key itself, to be overwritten after use
   */
  @SuppressWarnings("ArrayRecordComponent") // one owner: nobody compares it
  public record Entry(String principal, int kvno, int enctype, byte[] key) {
    @Override
    public String toString() {
      return principal + " kvno " + kvno + " " + Enctype.nameOf(enctype); // and not the key
    }
  }

  /** Reads the keys of a keytab. */
  public static List<Entry> read(byte[] file) throws MalformedKerberosException {
    ByteBuffer in = ByteBuffer.wrap(file);
    try {
      int version = Short.toUnsignedInt(in.getShort());
      if (version == OLD_VERSION || version == Short.reverseBytes((short) OLD_VERSION)) {
        throw new MalformedKerberosException("a keytab in the old format (1), which is not read");
      }
      if (version != VERSION) {
        throw new MalformedKerberosException("no keytab");
      }
      return entries(in);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new MalformedKerberosException("the keytab ends in the middle of a key");
    }
  }

  private static List<Entry> entries(ByteBuffer in) throws MalformedKerberosException {
    List<Entry> entries = new ArrayList<>();
    while (in.remaining() >= Integer.BYTES) {
      int size = in.getInt();
      if (size == 0) {
        break; // what follows was cut off
      }
      if (size == Integer.MIN_VALUE) {
        throw new MalformedKerberosException("a hole of " + size + " bytes");
      }
      int bytes = Math.abs(size);
      if (size > 0) {
        entries.add(entry(in.slice(in.position(), bytes)));
      }
      if (bytes > in.remaining()) {
        break; // a hole at the end
      }
      in.position(in.position() + bytes);
    }
    return entries;
  }

  private static Entry entry(ByteBuffer in) throws MalformedKerberosException {
    int components = Short.toUnsignedInt(in.getShort());
    if (components > MAX_COMPONENTS) {
      throw new MalformedKerberosException("a principal of " + components + " components");
    }
    String realm = string(in);
    List<String> name = new ArrayList<>();
    for (int i = 0; i < components; i++) {
      name.add(string(in));
    }
    in.getInt(); // what type of name
    in.getInt(); // when the key was made
    int kvno = Byte.toUnsignedInt(in.get());
    int enctype = Short.toUnsignedInt(in.getShort());
    var key = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(key);
    if (in.remaining() >= Integer.BYTES) {
      int fullKvno = in.getInt();
      kvno = fullKvno != 0 ? fullKvno : kvno;
    }
    return new Entry(String.join("/", name) + "@" + realm, kvno, enctype, key);
  }

  private static String string(ByteBuffer in) {
    int length = Short.toUnsignedInt(in.getShort());
    String string = StandardCharsets.UTF_8.decode(in.slice(in.position(), length)).toString();
    in.position(in.position() + length);
    return string;
  }
}
