package heddle.afs.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.AfsException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * The contents of one AFS directory, checked as a whole when it is made. Immutable; thread-safe.
 *
 * <h2>The format</h2>
 *
 * A directory is up to 1023 pages of 2048 bytes, each of 64 slots of 32 bytes, numbered through all
 * pages. The first slot of a page is its header: page count (first page only), tag, and a bitmap of
 * the slots in use. The first page has 12 slots more for the directory's own header: the number of
 * free slots of the first 128 pages, and a hash table of 128 slot numbers, 0 where there is none.
 *
 * <p>A name takes a run of slots of one page: flag, unused byte, slot number of the next name with
 * that hash, vnode, uniquifier, the name and a zero.
 *
 * <h2>What counts</h2>
 *
 * A name is in the directory if its hash chain leads to it, as for the servers; what no chain leads
 * to is ignored. Everything that a chain leads to must be whole, so that after the check no look-up
 * can fail, run in circles, or leave the pages.
 *
 * <p>Protocol source: OpenAFS src/dir/dir.h, dir.c; Linux fs/afs/xdr_fs.h, dir_search.c
 * (behaviour).
 */
public final class DirectoryContents {
  /** Bytes of a page; a directory is a whole number of them. */
  public static final int PAGE_BYTES = 2048;

  /** Greatest length of a directory in bytes. */
  public static final int MAX_BYTES = 1023 * PAGE_BYTES;

  /** Greatest length of a name in bytes. */
  public static final int MAX_NAME_BYTES = 256;

  static final int SLOT_BYTES = 32;
  static final int SLOTS_PER_PAGE = PAGE_BYTES / SLOT_BYTES;
  static final int PAGE_HEADER_SLOTS = 1;
  static final int DIRECTORY_HEADER_SLOTS = 13;
  static final int PAGE_COUNT_OFFSET = 0;
  static final int TAG_OFFSET = 2;
  static final int TAG = 1234;
  static final int BITMAP_OFFSET = 5;
  static final int HASH_TABLE_OFFSET = 160;
  static final int BUCKETS = 128;
  static final int NEXT_OFFSET = 2; // from here on within an entry
  static final int VNODE_OFFSET = 4;
  static final int UNIQUIFIER_OFFSET = 8;
  static final int NAME_OFFSET = 12;

  private static final int HASH_FACTOR = 173;
  private static final byte[] DOT = {'.'};
  private static final byte[] DOT_DOT = {'.', '.'};

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] data;
  private final BitSet firstSlots; // of each name

  private DirectoryContents(byte[] data, BitSet firstSlots) {
    this.data = data;
    this.firstSlots = firstSlots;
  }

  /**
   * One name of the directory, as it is stored.
   *
   * @param name its bytes; no slash or zero among them
   * @param vnode vnode of what it names; the volume is the directory's
   * @param uniquifier uniquifier of what it names
   * @param nextOffset where to go on reading after this entry: for {@link #entryFrom}
   */
  public record Entry(byte[] name, int vnode, int uniquifier, int nextOffset) {
    @Override
    public String toString() {
      return new String(name, UTF_8)
          + " -> "
          + Integer.toUnsignedString(vnode)
          + "."
          + Integer.toUnsignedString(uniquifier);
    }
  }

  /**
   * Checks and takes {@code data}, which must not be changed any more.
   *
   * @throws AfsException.ProtocolViolation if it is no AFS directory, or a damaged one
   */
  public static DirectoryContents parse(byte[] data) throws AfsException.ProtocolViolation {
    return new DirectoryContents(data, new Check(data).run());
  }

  /**
   * Returns a new directory as a file server makes it: with {@code .} and {@code ..} only.
   *
   * @param vnode vnode of the directory
   * @param uniquifier uniquifier of the directory
   */
  public static DirectoryContents empty(
      int vnode, int uniquifier, int parentVnode, int parentUniquifier) {
    DirectoryEditor editor = new DirectoryEditor();
    editor.add(DOT, vnode, uniquifier);
    editor.add(DOT_DOT, parentVnode, parentUniquifier);
    return of(editor);
  }

  /**
   * Returns this directory with one name more, as a file server puts it; empty if the name is there
   * already or there is no room.
   */
  public Optional<DirectoryContents> with(byte[] name, int vnode, int uniquifier) {
    if (lookUp(name).isPresent()) {
      return Optional.empty();
    }
    DirectoryEditor editor = new DirectoryEditor(data, firstSlots);
    return editor.add(name, vnode, uniquifier) ? Optional.of(of(editor)) : Optional.empty();
  }

  /** Returns this directory without a name; empty if it is not there. */
  public Optional<DirectoryContents> without(byte[] name) {
    DirectoryEditor editor = new DirectoryEditor(data, firstSlots);
    return editor.remove(name) ? Optional.of(of(editor)) : Optional.empty();
  }

  private static DirectoryContents of(DirectoryEditor editor) {
    return new DirectoryContents(editor.data(), editor.firstSlots());
  }

  /** Returns the entry with exactly that name; {@code .} and {@code ..} are entries too. */
  public Optional<Entry> lookUp(byte[] name) {
    int slot = bucketHead(data, bucket(name, 0, name.length));
    while (slot != 0) {
      int start = slot * SLOT_BYTES + NAME_OFFSET;
      int end = start + name.length;
      if (end < data.length
          && data[end] == 0
          && Arrays.equals(data, start, end, name, 0, name.length)) {
        return Optional.of(entryAt(slot));
      }
      slot = next(data, slot);
    }
    return Optional.empty();
  }

  /**
   * Returns the first entry at {@code offset} or after it, in the order of the pages. Offset 0 is
   * the beginning; offsets stay good while other names come and go.
   */
  public Optional<Entry> entryFrom(int offset) {
    int slot = firstSlots.nextSetBit(Math.max(offset, 0));
    return slot < 0 ? Optional.empty() : Optional.of(entryAt(slot));
  }

  /** Returns the number of names, {@code .} and {@code ..} included. */
  public int size() {
    return firstSlots.cardinality();
  }

  /** Returns the directory as it is on the wire, read-only. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(data).asReadOnlyBuffer();
  }

  /** Returns the length of the directory in bytes. */
  public int byteCount() {
    return data.length;
  }

  private Entry entryAt(int slot) {
    int offset = slot * SLOT_BYTES;
    int nameStart = offset + NAME_OFFSET;
    int nameEnd = nameStart;
    while (data[nameEnd] != 0) {
      nameEnd++;
    }
    return new Entry(
        Arrays.copyOfRange(data, nameStart, nameEnd),
        (int) INT.get(data, offset + VNODE_OFFSET),
        (int) INT.get(data, offset + UNIQUIFIER_OFFSET),
        slot + 1);
  }

  /** Returns the hash bucket of the name that is at {@code [start, end)} of {@code bytes}. */
  static int bucket(byte[] bytes, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = hash * HASH_FACTOR + (bytes[i] & 0xff);
    }
    int bucket = hash & (BUCKETS - 1);
    return hash < 0 ? -bucket & (BUCKETS - 1) : bucket; // the sign of an unsigned hash counts
  }

  /** Returns how many slots a name of so many bytes takes. */
  static int slotCount(int nameBytes) {
    return (NAME_OFFSET + nameBytes + 1 + SLOT_BYTES - 1) / SLOT_BYTES;
  }

  private static int bucketHead(byte[] data, int bucket) {
    return unsignedShort(data, HASH_TABLE_OFFSET + bucket * Short.BYTES);
  }

  private static int next(byte[] data, int slot) {
    return unsignedShort(data, slot * SLOT_BYTES + NEXT_OFFSET);
  }

  private static int unsignedShort(byte[] data, int offset) {
    return Short.toUnsignedInt((short) SHORT.get(data, offset));
  }

  /** The check of a whole directory: finds the first slot of every name, or what is wrong. */
  private static final class Check {
    private final byte[] data;
    private final BitSet firstSlots = new BitSet();
    private final BitSet seenSlots = new BitSet();
    private int pageCount;

    Check(byte[] data) {
      this.data = data;
    }

    BitSet run() throws AfsException.ProtocolViolation {
      checkPages();
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        // ends: every step claims a slot that nobody had claimed
        for (int slot = bucketHead(data, bucket); slot != 0; slot = next(data, slot)) {
          checkEntry(slot, bucket);
        }
      }
      return firstSlots;
    }

    private void checkPages() throws AfsException.ProtocolViolation {
      if (data.length == 0 || data.length > MAX_BYTES || data.length % PAGE_BYTES != 0) {
        throw damaged("it has " + data.length + " bytes");
      }
      int pagesThere = data.length / PAGE_BYTES;
      int pagesSaid = unsignedShort(data, PAGE_COUNT_OFFSET);
      if (pagesSaid > pagesThere) {
        throw damaged("it has " + pagesThere + " of its " + pagesSaid + " pages");
      }
      pageCount = pagesSaid == 0 ? pagesThere : pagesSaid; // 0: written by something very old
      for (int page = 0; page < pageCount; page++) {
        int tag = unsignedShort(data, page * PAGE_BYTES + TAG_OFFSET);
        if (tag != TAG) {
          throw damaged("page " + page + " has the tag " + tag);
        }
      }
    }

    private void checkEntry(int slot, int bucket) throws AfsException.ProtocolViolation {
      int page = slot / SLOTS_PER_PAGE;
      int slotInPage = slot % SLOTS_PER_PAGE;
      if (page >= pageCount
          || slotInPage < (page == 0 ? DIRECTORY_HEADER_SLOTS : PAGE_HEADER_SLOTS)) {
        throw damaged("a chain leads to slot " + slot + ", where no entry can be");
      }
      int nameStart = slot * SLOT_BYTES + NAME_OFFSET;
      int nameEnd = checkName(slot, nameStart, (page + 1) * PAGE_BYTES);
      if (bucket(data, nameStart, nameEnd) != bucket) {
        throw damaged("the name in slot " + slot + " is in the wrong chain");
      }
      int end = slot + slotCount(nameEnd - nameStart);
      for (int each = slot; each < end; each++) {
        if (!isAllocated(each)) {
          throw damaged("slot " + each + " is in use and marked free");
        }
        if (seenSlots.get(each)) {
          throw damaged("slot " + each + " is used twice");
        }
        seenSlots.set(each);
      }
      firstSlots.set(slot);
    }

    private int checkName(int slot, int start, int pageEnd) throws AfsException.ProtocolViolation {
      int end = start;
      while (end < pageEnd && data[end] != 0) {
        if (data[end] == '/') {
          throw damaged("the name in slot " + slot + " has a slash");
        }
        end++;
      }
      if (end == pageEnd || end == start || end - start > MAX_NAME_BYTES) {
        throw damaged("the name in slot " + slot + " is empty, too long or without end");
      }
      return end;
    }

    private boolean isAllocated(int slot) {
      int slotInPage = slot % SLOTS_PER_PAGE;
      int bitmap = slot / SLOTS_PER_PAGE * PAGE_BYTES + BITMAP_OFFSET;
      return (data[bitmap + slotInPage / Byte.SIZE] >> slotInPage % Byte.SIZE & 1) != 0;
    }

    private static AfsException.ProtocolViolation damaged(String how) {
      return new AfsException.ProtocolViolation("damaged directory: " + how);
    }
  }
}
