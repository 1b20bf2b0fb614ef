package heddle.afs.rpc;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;

/**
 * The 21 words of a file status, before anybody believes them: in a bulk reply an error code may
 * stand where a status should be.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg, AFSFetchStatus.
 */
final class StatusWords {
  /** The fields in the order of the wire. */
  enum Field {
    INTERFACE_VERSION,
    FILE_TYPE,
    LINK_COUNT,
    LENGTH_LOW,
    DATA_VERSION_LOW,
    AUTHOR,
    OWNER,
    CALLER_ACCESS,
    ANONYMOUS_ACCESS,
    UNIX_MODE_BITS,
    PARENT_VNODE,
    PARENT_UNIQUIFIER,
    RESIDENCY_MASK,
    CLIENT_MODIFIED,
    SERVER_MODIFIED,
    GROUP,
    SYNC_COUNTER,
    DATA_VERSION_HIGH,
    LOCK_COUNT,
    LENGTH_HIGH,
    ERROR_CODE
  }

  private static final int COUNT = Field.values().length;

  private final int[] words = new int[COUNT];

  static StatusWords readFrom(XdrReader in) throws IOException {
    StatusWords status = new StatusWords();
    for (int i = 0; i < COUNT; i++) {
      status.words[i] = in.int32();
    }
    return status;
  }

  void writeTo(XdrWriter out) {
    for (int word : words) {
      out.int32(word);
    }
  }

  int get(Field field) {
    return words[field.ordinal()];
  }

  long unsigned(Field field) {
    return Integer.toUnsignedLong(get(field));
  }

  long joined(Field high, Field low) {
    return (long) get(high) << 32 | unsigned(low);
  }

  StatusWords set(Field field, int value) {
    words[field.ordinal()] = value;
    return this;
  }

  StatusWords split(Field high, Field low, long value) {
    return set(high, (int) (value >>> 32)).set(low, (int) value);
  }
}
