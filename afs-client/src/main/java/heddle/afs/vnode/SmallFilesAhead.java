package heddle.afs.vnode;

import heddle.afs.Fid;
import heddle.afs.FileType;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.location.Request;
import java.util.Optional;

/**
 * Fetches small files before they are asked for, for who reads those of a directory one after the
 * other, as copying, packing and searching do: else each costs a round trip.
 *
 * <p>Only files whose status is known are fetched, and only for a caller who has just read another
 * of the directory. Thread-safe.
 */
final class SmallFilesAhead {
  private static final int MAX_BYTES = 1 << 16; // of a small file
  private static final int MAX_SCANNED = 64; // entries looked at for one more file

  private final VnodeTable table;
  private final FileReader reader;

  SmallFilesAhead(VnodeTable table, FileReader reader) {
    this.table = table;
    this.reader = reader;
  }

  /** The first bytes of {@code file} were read. */
  void hasRead(Vnode file, Request request) {
    int offset = file.nextEntry();
    KnownStatus known = file.believedBy(request);
    if (offset == 0 || known == null || !isSmall(known)) {
      return;
    }
    Optional<Fid> parent = known.parent(file.fid());
    if (parent.isPresent()) {
      Vnode directory = table.vnode(parent.get(), file.volume());
      ReadingOrder order = directory.listing().reading();
      int wanted = order.read(offset);
      if (wanted > 0 && directory.contents().orElse(null) instanceof Contents.Names names) {
        fetch(directory, names.names(), wanted, request);
      }
    }
  }

  private void fetch(Vnode directory, DirectoryContents names, int wanted, Request request) {
    ReadingOrder order = directory.listing().reading();
    int offset = order.frontier();
    int count = 0;
    for (int i = 0; i < MAX_SCANNED && count < wanted; i++) {
      Optional<DirectoryContents.Entry> entry = names.entryFrom(offset);
      if (entry.isEmpty()) {
        break;
      }
      Vnode next = table.entry(directory, entry.get());
      KnownStatus known = next.believedBy(request);
      if (known == null) {
        break; // statuses are fetched when somebody asks for one
      }
      offset = entry.get().nextOffset();
      if (isSmall(known)) {
        reader.prefetch(next, 0, request);
        count++;
      }
    }
    order.fetched(count, offset);
  }

  private static boolean isSmall(KnownStatus known) {
    long length = known.status().length();
    return known.status().type() == FileType.FILE && length > 0 && length <= MAX_BYTES;
  }
}
