package heddle.afs.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The calls of a protection server that a client needs. Cheap: make one per connection and options.
 * Thread-safe. What each method throws is as for {@link FileService}.
 *
 * <p>Protocol source: OpenAFS src/ptserver/ptint.xg, ptopcodes.h; ptprocs.c (behaviour).
 */
public final class ProtectionService {
  public static final int SERVICE_ID = 73;
  public static final int PORT = 7002;

  /** Greatest number of users in one call. */
  public static final int MAX_USERS = 5000;

  /** Greatest number of bytes of a name. */
  public static final int MAX_NAME_BYTES = 63;

  /** What users have in place of an id who have none. */
  public static final int ANONYMOUS = 32766;

  private static final int NAME_TO_ID = 504;
  private static final int ID_TO_NAME = 505;

  private final RpcClient client;

  /** Makes the stubs that call over {@code connection} with {@code options}. */
  public ProtectionService(Connection connection, CallOptions options) {
    this(new RpcClient(connection, options));
  }

  ProtectionService(RpcClient client) {
    this.client = client;
  }

  /**
   * Returns the names of users and groups, in the order of their ids; who does not exist has the id
   * in decimal for a name.
   *
   * @param ids {@value #MAX_USERS} at most
   */
  public List<String> idToName(List<Integer> ids) throws IOException {
    return client.invoke(
        ID_TO_NAME,
        out -> {
          writeCount(out, ids);
          ids.forEach(out::int32);
        },
        in -> read(in, ids.size(), ProtectionService::readName));
  }

  /**
   * Returns the ids of users and groups, in the order of their names; who does not exist has {@link
   * #ANONYMOUS}.
   *
   * @param names {@value #MAX_USERS} at most, each of {@value #MAX_NAME_BYTES} bytes at most
   */
  public List<Integer> nameToId(List<String> names) throws IOException {
    return client.invoke(
        NAME_TO_ID,
        out -> {
          writeCount(out, names);
          names.forEach(name -> writeName(out, name));
        },
        in -> read(in, names.size(), XdrReader::int32));
  }

  private static void writeCount(XdrWriter out, List<?> users) {
    if (users.size() > MAX_USERS) {
      throw new IllegalArgumentException(users.size() + " users in one call");
    }
    out.int32(users.size());
  }

  /** Reads one value. */
  private interface One<T> {
    T readFrom(XdrReader in) throws IOException;
  }

  private static <T> List<T> read(XdrReader in, int count, One<T> one) throws IOException {
    int told = in.arrayLength(MAX_USERS);
    if (told != count) {
      throw new XdrException(told + " answers about " + count + " users");
    }
    List<T> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(one.readFrom(in));
    }
    return all;
  }

  /** A name has a fixed length, and each of its bytes is a word. */
  private static void writeName(XdrWriter out, String name) {
    byte[] bytes = name.getBytes(UTF_8);
    if (bytes.length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException("a name of " + bytes.length + " bytes");
    }
    for (byte each : Arrays.copyOf(bytes, MAX_NAME_BYTES + 1)) {
      out.int32(each);
    }
  }

  private static String readName(XdrReader in) throws IOException {
    byte[] bytes = new byte[MAX_NAME_BYTES + 1];
    int length = -1;
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) in.int32();
      length = bytes[i] == 0 && length < 0 ? i : length;
    }
    return new String(bytes, 0, length < 0 ? bytes.length : length, UTF_8);
  }
}
