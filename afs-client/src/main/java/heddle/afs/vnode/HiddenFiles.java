package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.auth.Caller;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.location.FileServerCalls;
import heddle.afs.location.Request;
import heddle.afs.vnode.DirectoryChanger.Name;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are open here and have lost their last name. A file server deletes a file with its
 * last name; so such a file is given another one, {@code .__afsXXXX}, until it is closed here for
 * the last time. Thread-safe.
 *
 * <p>Protocol source: OpenAFS src/afs/VNOPS/afs_vnop_remove.c, afs_newname (behaviour).
 */
final class HiddenFiles {
  private static final Logger LOG = LoggerFactory.getLogger(HiddenFiles.class);
  private static final String PREFIX = ".__afs";
  private static final int MAX_TRIES = 100;

  private final DirectoryChanger directories;
  private final Renamer renamer;
  private final Fetchers fetchers;
  private final IntSupplier numbers;
  private final ConcurrentHashMap<Vnode, Hidden> hidden = new ConcurrentHashMap<>();

  /** Where a file is hidden, and on whose behalf it is to be removed. */
  private record Hidden(Name name, Caller caller) {}

  /**
   * @param numbers makes numbers that are unlikely to have been there before
   */
  HiddenFiles(
      DirectoryChanger directories, Renamer renamer, Fetchers fetchers, IntSupplier numbers) {
    this.directories = directories;
    this.renamer = renamer;
    this.fetchers = fetchers;
    this.numbers = numbers;
  }

  /**
   * Hides a file that is to be removed, if it is open here and this is its last name; returns
   * whether it did.
   */
  boolean hide(Name name, Vnode file, Caller caller, Request request) throws AfsException {
    if (!file.isOpen() || fetchers.statuses().status(file, request).status().linkCount() > 1) {
      return false;
    }
    Name secret = name;
    if (!isHidden(name)) {
      secret = freeName(name.directory(), request);
      try {
        renamer.rename(new Renamer.Move(name, secret, file, Optional.empty()), request);
      } catch (AfsException.PermissionDenied e) {
        return false; // the caller may delete, perhaps, but not insert
      }
    }
    hidden.put(file, new Hidden(secret, caller));
    removeIfClosed(file, request); // it may have been closed meanwhile
    return true;
  }

  /**
   * Gives a hidden file its name back, because it is not to be removed after all. Where that fails
   * the file stays hidden, but is not removed; where another has taken the name, it is removed.
   */
  void restore(Name name, Vnode file, Request request) {
    Hidden there = hidden.get(file);
    if (there == null || isSame(there.name(), name)) {
      hidden.remove(file);
      return;
    }
    try {
      KnownStatus directory = fetchers.statuses().status(name.directory(), request);
      if (fetchers
          .contents()
          .names(name.directory(), directory, request)
          .lookUp(name.bytes())
          .isPresent()) {
        return;
      }
      hidden.remove(file);
      renamer.rename(new Renamer.Move(there.name(), name, file, Optional.empty()), request);
    } catch (AfsException e) {
      hidden.remove(file);
      LOG.warn("{} is called {} now: {}", name, there.name(), e.getMessage());
    }
  }

  private static boolean isSame(Name one, Name other) {
    return one.directory() == other.directory() && Arrays.equals(one.bytes(), other.bytes());
  }

  /** The file has the name now: if that hides it no more, it is not to be removed. */
  void named(Vnode file, Name name) {
    hidden.computeIfPresent(
        file, (key, there) -> isHidden(name) ? new Hidden(name, there.caller()) : null);
  }

  private static boolean isHidden(Name name) {
    return new String(name.bytes(), StandardCharsets.ISO_8859_1).startsWith(PREFIX);
  }

  private Name freeName(Vnode directory, Request request) throws AfsException {
    DirectoryContents names =
        fetchers
            .contents()
            .names(directory, fetchers.statuses().status(directory, request), request);
    for (int i = 0; i < MAX_TRIES; i++) {
      byte[] name =
          (PREFIX + Integer.toHexString(numbers.getAsInt())).getBytes(StandardCharsets.US_ASCII);
      if (names.lookUp(name).isEmpty()) {
        return new Name(directory, name);
      }
    }
    throw new AfsException.FileExists("no free name for a hidden file in " + directory);
  }

  /** Returns whether the file is to be removed when it is closed. */
  boolean isHidden(Vnode file) {
    return hidden.containsKey(file);
  }

  /** The file was closed; it is removed if it was hidden and is not open any more. */
  void removeIfClosed(Vnode file, Request request) {
    Hidden there = file.isOpen() ? null : hidden.remove(file);
    if (there == null) {
      return;
    }
    remove(
        there.name(),
        file,
        new Request(there.caller().now(), request.startNanos(), request.deadlineNanos()));
  }

  /** Who gives up waiting for that leaves it to a thread of its own: nobody else would do it. */
  private void remove(Name name, Vnode file, Request request) {
    try {
      directories.remove(name, file, FileServerCalls::removeFile, request);
    } catch (AfsException.Interrupted e) {
      Thread.ofVirtual().name("heddle-hidden").start(() -> remove(name, file, request));
    } catch (AfsException.NoSuchFile e) {
      LOG.debug("{} is gone already", name);
    } catch (AfsException e) {
      LOG.warn("{} could not be removed after it was closed: {}", name, e.getMessage());
    }
  }
}
