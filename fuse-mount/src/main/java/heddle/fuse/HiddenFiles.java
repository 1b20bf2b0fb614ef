package heddle.fuse;

import heddle.afs.AfsClient.FinalLink;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.Fid;
import heddle.afs.auth.Caller;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that libfuse has renamed because they were open when their name was removed or given to
 * another file. libfuse removes them at the last release, a request of nobody's; where that release
 * overtakes the renaming, never. So they are removed here, at the last release or where the file
 * turns out to be closed already, on behalf of who had it hidden; and what libfuse removes later is
 * gone. Thread-safe.
 *
 * <p>A file whose name was to be given to another one, and was not, gets it back. libfuse does not
 * learn of that: what it asks for by the hidden name is then answered for the real one.
 */
final class HiddenFiles {
  private static final Logger LOG = LoggerFactory.getLogger("heddle.fuse");

  private record Hidden(Fid file, Caller remover) {}

  private final AfsTree tree;
  private final HandleTable<OpenFile> handles;
  private final ConcurrentHashMap<String, Hidden> hidden = new ConcurrentHashMap<>(); // by path
  private final ConcurrentHashMap<String, MountPath> restored = new ConcurrentHashMap<>();

  HiddenFiles(AfsTree tree, HandleTable<OpenFile> handles) {
    this.tree = tree;
    this.handles = handles;
  }

  /** libfuse has renamed {@code file}, to {@code path}, for {@code remover}. */
  void hid(String path, Fid file, Caller remover) {
    hidden.put(path, new Hidden(file, remover));
  }

  /** Returns whether a name of the file was removed that it keeps for as long as it is open. */
  boolean isHidden(Fid file) {
    return !hidden.isEmpty() && hidden.values().stream().anyMatch(each -> each.file().equals(file));
  }

  /**
   * Removes the hidden names of {@code file} if it is not open any more. Called after it was noted
   * that it is hidden, and after a handle was given back: the later of the two finds out.
   */
  void removeIfClosed(Fid file) {
    if (!isHidden(file) || isOpen(file)) {
      return;
    }
    hidden.forEach(
        (path, each) -> {
          if (each.file().equals(file) && hidden.remove(path, each)) {
            remove(path, each.remover());
          }
        });
  }

  private boolean isOpen(Fid file) {
    return handles.values().stream().anyMatch(open -> open.file().fid().equals(file));
  }

  private void remove(String path, Caller remover) {
    try {
      tree.remove(remover, afsPath(path));
    } catch (AfsException.Interrupted e) { // others need the thread; nobody else removes the file
      Thread.ofVirtual().name("heddle-hidden").start(() -> remove(path, remover));
    } catch (AfsException.NoSuchFile e) {
      LOG.debug("{} is gone already", path);
    } catch (AfsException e) {
      LOG.warn("{} could not be removed after it was closed: {}", path, e.getMessage());
    }
  }

  private static AfsPath afsPath(String path) {
    return AfsPath.of(path.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * What was at one path is at another now, with all that is below it. A hidden file that somebody
   * has moved himself is not removed any more.
   */
  void moved(MountPath from, MountPath to) {
    if (!hidden.isEmpty()) {
      hidden.remove(from.key());
      hidden.remove(to.key());
      String below = from.key() + "/";
      for (Map.Entry<String, Hidden> each : List.copyOf(hidden.entrySet())) {
        String path = each.getKey();
        if (path.startsWith(below) && hidden.remove(path, each.getValue())) {
          hidden.put(to.key() + path.substring(from.key().length()), each.getValue());
        }
      }
    }
    restored.replaceAll((path, real) -> real.key().equals(from.key()) ? to : real);
  }

  /**
   * Gives the file at {@code there} its name back, unless another one has it by now.
   *
   * @return whether it did
   */
  boolean restore(MountPath there, MountPath name, Caller caller) {
    try {
      tree.stat(caller, name.afsPath(), FinalLink.KEEP);
      return false;
    } catch (AfsException.NoSuchFile e) {
      // as it should be
    } catch (AfsException e) {
      LOG.warn("{} is called {} now: {}", name, there, e.getMessage());
      return false;
    }
    Hidden before = hidden.remove(there.key());
    try {
      tree.rename(caller, there.afsPath(), name.afsPath());
      restored.put(there.key(), name);
      return true;
    } catch (AfsException e) {
      LOG.warn("{} is called {} now: {}", name, there, e.getMessage());
      return before == null; // it stays there, and is not removed
    }
  }

  /** Returns where to look for what libfuse has at {@code path}. */
  MountPath resolve(MountPath path) {
    return path.isHiddenByLibrary() ? restored.getOrDefault(path.key(), path) : path;
  }

  /**
   * libfuse removes what it has hidden at {@code path}; it is gone already, or has a name again.
   */
  void forgotten(MountPath path) {
    restored.remove(path.key());
  }
}
