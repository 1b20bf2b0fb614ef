package heddle.afs.cache;

import static heddle.afs.cache.DirectoryContents.BITMAP_OFFSET;
import static heddle.afs.cache.DirectoryContents.DIRECTORY_HEADER_SLOTS;
import static heddle.afs.cache.DirectoryContents.HASH_TABLE_OFFSET;
import static heddle.afs.cache.DirectoryContents.MAX_BYTES;
import static heddle.afs.cache.DirectoryContents.NAME_OFFSET;
import static heddle.afs.cache.DirectoryContents.NEXT_OFFSET;
import static heddle.afs.cache.DirectoryContents.PAGE_BYTES;
import static heddle.afs.cache.DirectoryContents.PAGE_COUNT_OFFSET;
import static heddle.afs.cache.DirectoryContents.PAGE_HEADER_SLOTS;
import static heddle.afs.cache.DirectoryContents.SLOTS_PER_PAGE;
import static heddle.afs.cache.DirectoryContents.SLOT_BYTES;
import static heddle.afs.cache.DirectoryContents.TAG;
import static heddle.afs.cache.DirectoryContents.TAG_OFFSET;
import static heddle.afs.cache.DirectoryContents.UNIQUIFIER_OFFSET;
import static heddle.afs.cache.DirectoryContents.VNODE_OFFSET;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Changes a copy of a checked directory as a file server changes its own: new names go where they
 * first fit, and to the head of their hash chain. Not thread-safe.
 *
 * <p>Protocol source: OpenAFS src/dir/dir.c, afs_dir_Create, afs_dir_Delete, FindBlobs (behaviour).
 */
final class DirectoryEditor {
  private static final int MAX_PAGES = MAX_BYTES / PAGE_BYTES;
  private static final int COUNTED_PAGES = 128; // that have a number of free slots in the header
  private static final int FREE_COUNTS_OFFSET = 32;
  private static final int FREE_COUNT_OFFSET = 4; // of the page, set once and never again
  private static final byte FIRST = 1; // flag of an entry

  private final BitSet firstSlots;
  private ByteBuffer data;

  /** Begins with copies of both. */
  DirectoryEditor(byte[] data, BitSet firstSlots) {
    this.data = ByteBuffer.wrap(data.clone());
    this.firstSlots = (BitSet) firstSlots.clone();
  }

  /** Begins with an empty directory. */
  DirectoryEditor() {
    data = ByteBuffer.allocate(0);
    firstSlots = new BitSet();
    addPage();
    for (int page = 1; page < COUNTED_PAGES; page++) {
      data.put(FREE_COUNTS_OFFSET + page, (byte) SLOTS_PER_PAGE);
    }
  }

  byte[] data() {
    return data.array();
  }

  BitSet firstSlots() {
    return firstSlots;
  }

  /** Adds a name that is not there; returns whether there was room for it. */
  boolean add(byte[] name, int vnode, int uniquifier) {
    int count = DirectoryContents.slotCount(name.length);
    int slot = findFree(count);
    if (slot < 0) {
      return false;
    }
    mark(slot, count, 1);
    int offset = slot * SLOT_BYTES;
    int head = head(name);
    data.put(offset, FIRST);
    data.putShort(offset + NEXT_OFFSET, data.getShort(head));
    data.putInt(offset + VNODE_OFFSET, vnode);
    data.putInt(offset + UNIQUIFIER_OFFSET, uniquifier);
    data.put(offset + NAME_OFFSET, name);
    data.put(offset + NAME_OFFSET + name.length, (byte) 0);
    data.putShort(head, (short) slot);
    firstSlots.set(slot);
    return true;
  }

  /** Removes a name; returns whether it was there. */
  boolean remove(byte[] name) {
    int link = head(name);
    int slot = slotAt(link);
    while (slot != 0 && !isNamed(slot, name)) {
      link = slot * SLOT_BYTES + NEXT_OFFSET;
      slot = slotAt(link);
    }
    if (slot == 0) {
      return false;
    }
    data.putShort(link, data.getShort(slot * SLOT_BYTES + NEXT_OFFSET));
    int count = DirectoryContents.slotCount(name.length);
    Arrays.fill(data.array(), slot * SLOT_BYTES, (slot + count) * SLOT_BYTES, (byte) 0);
    mark(slot, count, 0);
    firstSlots.clear(slot);
    return true;
  }

  private static int head(byte[] name) {
    return HASH_TABLE_OFFSET + Short.BYTES * DirectoryContents.bucket(name, 0, name.length);
  }

  private int slotAt(int link) {
    return Short.toUnsignedInt(data.getShort(link));
  }

  private boolean isNamed(int slot, byte[] name) {
    int start = slot * SLOT_BYTES + NAME_OFFSET;
    int end = start + name.length;
    return end < data.capacity()
        && data.get(end) == 0
        && Arrays.equals(data.array(), start, end, name, 0, name.length);
  }

  private int pages() {
    return data.capacity() / PAGE_BYTES;
  }

  private int findFree(int count) {
    for (int page = 0; page < MAX_PAGES; page++) {
      if (page == pages()) {
        addPage();
      }
      if (page < COUNTED_PAGES && data.get(FREE_COUNTS_OFFSET + page) < count) {
        continue;
      }
      for (int slot = 0; slot + count <= SLOTS_PER_PAGE; slot++) {
        if (isFree(page, slot, count)) {
          return page * SLOTS_PER_PAGE + slot;
        }
      }
    }
    return -1;
  }

  private boolean isFree(int page, int slot, int count) {
    for (int each = slot; each < slot + count; each++) {
      int bits = data.get(page * PAGE_BYTES + BITMAP_OFFSET + each / Byte.SIZE);
      if ((bits >> each % Byte.SIZE & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Marks slots of one page as in use (1) or free (0). */
  private void mark(int firstSlot, int count, int used) {
    int page = firstSlot / SLOTS_PER_PAGE;
    for (int slot = firstSlot; slot < firstSlot + count; slot++) {
      int at = page * PAGE_BYTES + BITMAP_OFFSET + slot % SLOTS_PER_PAGE / Byte.SIZE;
      int bit = 1 << slot % Byte.SIZE;
      data.put(at, (byte) (used == 1 ? data.get(at) | bit : data.get(at) & ~bit));
    }
    if (page < COUNTED_PAGES) {
      int at = FREE_COUNTS_OFFSET + page;
      data.put(at, (byte) (data.get(at) + (used == 1 ? -count : count)));
    }
  }

  private void addPage() {
    int page = pages();
    data = ByteBuffer.wrap(Arrays.copyOf(data.array(), data.capacity() + PAGE_BYTES));
    int reserved = page == 0 ? DIRECTORY_HEADER_SLOTS : PAGE_HEADER_SLOTS;
    int start = page * PAGE_BYTES;
    data.putShort(PAGE_COUNT_OFFSET, (short) (page + 1));
    data.putShort(start + TAG_OFFSET, (short) TAG);
    data.put(start + FREE_COUNT_OFFSET, (byte) (SLOTS_PER_PAGE - reserved));
    if (page < COUNTED_PAGES) {
      data.put(FREE_COUNTS_OFFSET + page, (byte) SLOTS_PER_PAGE);
    }
    mark(page * SLOTS_PER_PAGE, reserved, 1);
  }
}
