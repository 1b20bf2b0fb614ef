package heddle.afs.vnode;

import heddle.afs.AccessRights;
import heddle.afs.AfsException;
import heddle.afs.AfsPath;
import heddle.afs.FileType;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.location.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows paths: names, {@code .} and {@code ..}, symbolic links, mount points. Each step costs one
 * look-up in a directory that is in memory, as long as its promise stands. Thread-safe.
 *
 * <p>{@code ..} leads back the way the path came, so out of a volume to the directory of the mount
 * point that led in. A link to {@code /afs/...} leads to the same place below the dynamic root; any
 * other absolute link leads out of AFS and so nowhere.
 *
 * <p>A name in a volume that ends with {@code @sys} stands for the first one that exists with a
 * system name in place of that.
 */
public final class PathWalker {
  /** What to do with a symbolic link at the end of the path. */
  public enum LastLink {
    FOLLOW,
    KEEP
  }

  private static final int MAX_LINKS = 40;
  private static final byte[] AFS = "afs".getBytes(StandardCharsets.US_ASCII);

  private final Root root;
  private final DynamicRoot dynamicRoot;
  private final StatusFetcher statuses;
  private final BulkStatusFetcher bulk;
  private final ContentsFetcher contents;
  private final MountResolver mounts;
  private final VnodeTable table;
  private final SystemNames systemNames;

  /** Where paths begin; following it may block for a location server. */
  @FunctionalInterface
  interface Root {
    Place place(Request request) throws AfsException;
  }

  PathWalker(Root root, DynamicRoot dynamicRoot, SystemNames systemNames, Fetchers fetchers) {
    this.systemNames = systemNames;
    this.root = root;
    this.dynamicRoot = dynamicRoot;
    this.statuses = fetchers.statuses();
    this.bulk = fetchers.bulk();
    this.contents = fetchers.contents();
    this.mounts = fetchers.mounts();
    this.table = fetchers.table();
  }

  /**
   * Returns where {@code path} leads. A mount point at its end is crossed; the name of a cell at
   * its end is followed only if {@code lastLink} says so.
   */
  public Place resolve(AfsPath path, LastLink lastLink, Request request) throws AfsException {
    Place end = new Walk(request, lastLink).walk(path);
    return end instanceof CellMount mount && lastLink == LastLink.FOLLOW
        ? table.root(mount.follow(mounts, request))
        : end;
  }

  /** One walk along one path. Not thread-safe. */
  private final class Walk {
    private final Request request;
    private final LastLink lastLink;
    private final List<Place> trail = new ArrayList<>(); // from the root to here
    private int linksLeft = MAX_LINKS;

    Walk(Request request, LastLink lastLink) {
      this.request = request;
      this.lastLink = lastLink;
    }

    Place walk(AfsPath path) throws AfsException {
      AfsPath rest = path;
      trail.add(root.place(request));
      for (int i = 0; i < rest.nameCount(); ) {
        byte[] name = rest.name(i);
        i++;
        if (isDot(name)) {
          requireDirectory();
        } else if (isDotDot(name)) {
          goBack();
        } else {
          boolean last = i == rest.nameCount();
          byte[] target = step(name, last);
          if (target.length > 0) {
            rest = follow(target, rest, i);
            i = 0;
          }
        }
      }
      return trail.getLast();
    }

    private void goBack() throws AfsException {
      requireDirectory();
      if (trail.size() > 1) {
        trail.removeLast();
      }
    }

    private void requireDirectory() throws AfsException {
      if (trail.getLast() instanceof Vnode vnode) {
        PathWalker.requireDirectory(vnode, statuses.status(vnode, request));
      }
    }

    private static final byte[] NO_LINK = {};

    /** Goes to an entry of where we are; returns the target if that is a link to be followed. */
    private byte[] step(byte[] name, boolean last) throws AfsException {
      if (name.length > AfsPath.MAX_NAME_BYTES) {
        throw new AfsException.NameTooLong("a name of " + name.length + " bytes");
      }
      return switch (trail.getLast()) {
        case DynamicRoot cells -> {
          trail.add(cells.lookUp(name));
          yield NO_LINK;
        }
        case CellMount mount -> {
          trail.set(trail.size() - 1, table.root(mount.follow(mounts, request)));
          yield step(name, last);
        }
        case Vnode directory -> stepInVolume(directory, name, last);
      };
    }

    private byte[] stepInVolume(Vnode directory, byte[] name, boolean last) throws AfsException {
      BulkStatusFetcher.Child child =
          SystemNames.isVariable(name)
              ? lookUpVariable(directory, name)
              : lookUp(directory, name, request);
      KnownStatus known = bulk.status(child, request);
      Vnode vnode = child.vnode();
      switch (known.status().type()) {
        case FILE, DIRECTORY -> trail.add(vnode);
        case MOUNT_POINT -> trail.add(mounts.target(vnode, known, request));
        case SYMLINK -> {
          if (!last || lastLink == LastLink.FOLLOW) {
            return linkTarget(vnode, known);
          }
          trail.add(vnode);
        }
      }
      return NO_LINK;
    }

    /** Finds the first of the names that one which ends with {@code @sys} stands for. */
    private BulkStatusFetcher.Child lookUpVariable(Vnode directory, byte[] name)
        throws AfsException {
      for (byte[] candidate : systemNames.expand(name)) {
        try {
          return lookUp(directory, candidate, request);
        } catch (AfsException.NoSuchFile e) {
          // the next one, perhaps
        }
      }
      throw noSuchFile(name, directory + ", whatever @sys stands for");
    }

    private byte[] linkTarget(Vnode link, KnownStatus known) throws AfsException {
      if (linksLeft-- == 0) {
        throw new AfsException.TooManyLinks("more than " + MAX_LINKS + " symbolic links");
      }
      byte[] target = contents.target(link, known, request);
      if (target.length == 0) {
        throw new AfsException.NoSuchFile(link + " is an empty symbolic link");
      }
      return target;
    }

    /** Returns the path that is left when a link stands for the names before {@code next}. */
    private AfsPath follow(byte[] target, AfsPath path, int next) throws AfsException {
      AfsPath ahead = linkPath(target);
      if (target[0] == '/') {
        if (ahead.nameCount() == 0 || !Arrays.equals(ahead.name(0), AFS)) {
          throw new AfsException.NoSuchFile("a symbolic link leads out of AFS, to " + ahead);
        }
        ahead = ahead.from(1);
        trail.clear();
        trail.add(dynamicRoot);
      }
      return ahead.resolve(path.from(next));
    }

    private static AfsPath linkPath(byte[] target) throws AfsException.NoSuchFile {
      try {
        return AfsPath.of(target);
      } catch (IllegalArgumentException e) {
        throw new AfsException.NoSuchFile("a symbolic link has a target that is no path", e);
      }
    }
  }

  /** Finds a name in a directory that the caller may look into. */
  BulkStatusFetcher.Child lookUp(Vnode directory, byte[] name, Request request)
      throws AfsException {
    DirectoryContents names = names(directory, request);
    DirectoryContents.Entry entry =
        names.lookUp(name).orElseThrow(() -> noSuchFile(name, directory.toString()));
    return new BulkStatusFetcher.Child(directory, names, entry, table.entry(directory, entry));
  }

  /** Returns the names of a directory that the caller may look into. */
  DirectoryContents names(Vnode directory, Request request) throws AfsException {
    KnownStatus known = statuses.status(directory, request);
    requireDirectory(directory, known);
    if (!known.rightsOf(request.caller()).contains(AccessRights.LOOKUP)) {
      throw new AfsException.PermissionDenied(
          request.caller() + " may not look into directory " + directory);
    }
    return contents.names(directory, known, request);
  }

  private static void requireDirectory(Vnode vnode, KnownStatus known)
      throws AfsException.NotADirectory {
    if (known.status().type() != FileType.DIRECTORY) {
      throw new AfsException.NotADirectory(vnode + " is no directory");
    }
  }

  private static boolean isDot(byte[] name) {
    return name.length == 1 && name[0] == '.';
  }

  private static boolean isDotDot(byte[] name) {
    return name.length == 2 && name[0] == '.' && name[1] == '.';
  }

  private static AfsException.NoSuchFile noSuchFile(byte[] name, String where) {
    return new AfsException.NoSuchFile(
        "\"" + new String(name, StandardCharsets.UTF_8) + "\" is not in " + where);
  }
}
