package heddle.afs.cache;

import static heddle.afs.cache.DirectoryContents.BITMAP_OFFSET;
import static heddle.afs.cache.DirectoryContents.DIRECTORY_HEADER_SLOTS;
import static heddle.afs.cache.DirectoryContents.HASH_TABLE_OFFSET;
import static heddle.afs.cache.DirectoryContents.NAME_OFFSET;
import static heddle.afs.cache.DirectoryContents.NEXT_OFFSET;
import static heddle.afs.cache.DirectoryContents.PAGE_BYTES;
import static heddle.afs.cache.DirectoryContents.PAGE_HEADER_SLOTS;
import static heddle.afs.cache.DirectoryContents.SLOTS_PER_PAGE;
import static heddle.afs.cache.DirectoryContents.SLOT_BYTES;
import static heddle.afs.cache.DirectoryContents.TAG;
import static heddle.afs.cache.DirectoryContents.UNIQUIFIER_OFFSET;
import static heddle.afs.cache.DirectoryContents.VNODE_OFFSET;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes directories slot by slot where a file server would put them: first fit, page by page, new
 * names at the head of their hash chain.
 *
 * <p>Protocol source: OpenAFS src/dir/dir.c (behaviour).
 */
public final class DirectoryImage {
  private static final int MAX_PAGES = DirectoryContents.MAX_BYTES / PAGE_BYTES;
  private static final int COUNTED_PAGES = 128; // that have a number of free slots in the header
  private static final int FREE_COUNTS_OFFSET = 32;
  private static final int FREE_COUNT_OFFSET = 4; // of the page, set once and never again

  private ByteBuffer data = ByteBuffer.allocate(0);

  /** Makes a directory of {@code .} and {@code ..}. */
  public DirectoryImage(int vnode, int uniquifier, int parentVnode, int parentUniquifier) {
    addPage();
    for (int page = 1; page < COUNTED_PAGES; page++) {
      data.put(FREE_COUNTS_OFFSET + page, (byte) SLOTS_PER_PAGE);
    }
    create(bytes("."), vnode, uniquifier);
    create(bytes(".."), parentVnode, parentUniquifier);
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns a copy of the directory as it is now. */
  public byte[] toBytes() {
    return data.array().clone();
  }

  int pages() {
    return data.capacity() / PAGE_BYTES;
  }

  /** Adds a name; false if there is no room. The caller knows that it is not there yet. */
  public boolean create(byte[] name, int vnode, int uniquifier) {
    int count = DirectoryContents.slotCount(name.length);
    int slot = findFree(count);
    if (slot < 0) {
      return false;
    }
    mark(slot, count, true);
    int offset = slot * SLOT_BYTES;
    int bucket = HASH_TABLE_OFFSET + 2 * DirectoryContents.bucket(name, 0, name.length);
    data.put(offset, (byte) 1);
    data.putShort(offset + NEXT_OFFSET, data.getShort(bucket));
    data.putInt(offset + VNODE_OFFSET, vnode);
    data.putInt(offset + UNIQUIFIER_OFFSET, uniquifier);
    data.put(offset + NAME_OFFSET, name);
    data.put(offset + NAME_OFFSET + name.length, (byte) 0);
    data.putShort(bucket, (short) slot);
    return true;
  }

  /** Removes a name that is there. */
  void delete(byte[] name) {
    int link = HASH_TABLE_OFFSET + 2 * DirectoryContents.bucket(name, 0, name.length);
    int slot = Short.toUnsignedInt(data.getShort(link));
    while (!isNamed(slot, name)) {
      link = slot * SLOT_BYTES + NEXT_OFFSET;
      slot = Short.toUnsignedInt(data.getShort(link));
    }
    data.putShort(link, data.getShort(slot * SLOT_BYTES + NEXT_OFFSET));
    int count = DirectoryContents.slotCount(name.length);
    Arrays.fill(data.array(), slot * SLOT_BYTES, (slot + count) * SLOT_BYTES, (byte) 0);
    mark(slot, count, false);
  }

  private boolean isNamed(int slot, byte[] name) {
    int start = slot * SLOT_BYTES + NAME_OFFSET;
    return Arrays.equals(data.array(), start, start + name.length, name, 0, name.length)
        && data.get(start + name.length) == 0;
  }

  private int findFree(int count) {
    for (int page = 0; page < MAX_PAGES; page++) {
      if (page == pages()) {
        addPage();
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
      int bits = data.get(page * PAGE_BYTES + BITMAP_OFFSET + each / 8);
      if ((bits >> each % 8 & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  private void mark(int firstSlot, int count, boolean used) {
    int page = firstSlot / SLOTS_PER_PAGE;
    for (int slot = firstSlot; slot < firstSlot + count; slot++) {
      int at = page * PAGE_BYTES + BITMAP_OFFSET + slot % SLOTS_PER_PAGE / 8;
      int bit = 1 << slot % 8;
      data.put(at, (byte) (used ? data.get(at) | bit : data.get(at) & ~bit));
    }
    if (page < COUNTED_PAGES) {
      int at = FREE_COUNTS_OFFSET + page;
      data.put(at, (byte) (data.get(at) + (used ? -count : count)));
    }
  }

  private void addPage() {
    int page = pages();
    data = ByteBuffer.wrap(Arrays.copyOf(data.array(), data.capacity() + PAGE_BYTES));
    int reserved = page == 0 ? DIRECTORY_HEADER_SLOTS : PAGE_HEADER_SLOTS;
    int start = page * PAGE_BYTES;
    data.putShort(0, (short) (page + 1));
    data.putShort(start + DirectoryContents.TAG_OFFSET, (short) TAG);
    data.put(start + FREE_COUNT_OFFSET, (byte) (SLOTS_PER_PAGE - reserved));
    if (page < COUNTED_PAGES) {
      data.put(FREE_COUNTS_OFFSET + page, (byte) SLOTS_PER_PAGE);
    }
    mark(page * SLOTS_PER_PAGE, reserved, true);
  }
}
