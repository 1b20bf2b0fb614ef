package heddle.afs.vnode;

import heddle.afs.AfsDirectory;
import heddle.afs.AfsException;
import heddle.afs.DirectoryEntry;
import heddle.afs.Fid;
import heddle.afs.FileStatus;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.location.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An open directory of a volume. */
final class OpenDirectory implements AfsDirectory {
  private final Vnode vnode;
  private final DirectoryContents names;
  private final Holder holder;
  private final FileSystem fileSystem;
  private volatile @Nullable List<DirectoryEntry> entries;

  OpenDirectory(Vnode vnode, DirectoryContents names, Holder holder, FileSystem fileSystem) {
    this.vnode = vnode;
    this.names = names;
    this.holder = holder;
    this.fileSystem = fileSystem;
  }

  /** Whether the name is {@code .} or {@code ..}. */
  static boolean isDots(byte[] name) {
    return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }

  @Override
  public Fid fid() {
    return vnode.fid();
  }

  @Override
  public List<DirectoryEntry> entries() {
    List<DirectoryEntry> present = entries;
    if (present == null) {
      present = read();
      entries = present; // two at once make two equal ones
    }
    return present;
  }

  private List<DirectoryEntry> read() {
    List<DirectoryEntry> list = new ArrayList<>(names.size());
    Optional<DirectoryContents.Entry> next = names.entryFrom(0);
    while (next.isPresent()) {
      DirectoryContents.Entry entry = next.get();
      if (!isDots(entry.name())) {
        Fid fid = fid();
        list.add(
            new DirectoryEntry(
                entry.name(),
                new Fid(fid.cell(), fid.volume(), entry.vnode(), entry.uniquifier())));
      }
      next = names.entryFrom(entry.nextOffset());
    }
    return List.copyOf(list);
  }

  @Override
  public FileStatus status(DirectoryEntry wanted) throws AfsException {
    Request request = fileSystem.begin(holder.now());
    DirectoryContents.Entry entry =
        names
            .lookUp(wanted.name())
            .orElseThrow(() -> new AfsException.NoSuchFile(wanted + " is not in " + vnode));
    Vnode child = fileSystem.table().entry(vnode, entry);
    KnownStatus known =
        fileSystem.bulk().status(new BulkStatusFetcher.Child(vnode, names, entry, child), request);
    Optional<FileStatus> shown = child.shown(known, request.caller());
    return shown.isPresent() ? shown.get() : fileSystem.reader().shown(child, request);
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "open directory " + vnode.fid() + " of " + holder;
  }
}
