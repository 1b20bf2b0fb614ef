package heddle.afs.vnode;

import heddle.afs.AfsException;
import heddle.afs.FileType;
import heddle.afs.cache.DirectoryContents;
import heddle.afs.location.Lifetime;
import heddle.afs.location.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;

/**
 * Says what a directory, link or mount point contains: from memory while the status says that it is
 * of that version, else from a server, as a whole.
 */
final class ContentsFetcher {
  private static final int MAX_LINK_BYTES = 4096;
  private static final int MAX_TRIES = 10; // while somebody else changes it all the time

  private final DataFetcher data;
  private final StatusFetcher statuses;
  private final VnodeTable table;
  private final Lifetime lifetime;

  ContentsFetcher(DataFetcher data, StatusFetcher statuses, VnodeTable table, Lifetime lifetime) {
    this.data = data;
    this.statuses = statuses;
    this.table = table;
    this.lifetime = lifetime;
  }

  /** All data of one version. */
  private record Whole(byte[] bytes, KnownStatus known) {}

  /** Makes contents of data. */
  private interface Parser<C extends Contents> {
    C parse(Whole whole) throws AfsException;
  }

  /** Returns the names of a directory whose status is {@code known}. */
  DirectoryContents names(Vnode directory, KnownStatus known, Request request) throws AfsException {
    if (directory.contents().orElse(null) instanceof Contents.Names names && names.isOf(known)) {
      return names.names();
    }
    return fetch(
            directory,
            request,
            Contents.Names.class,
            DirectoryContents.MAX_BYTES,
            ContentsFetcher::parseNames)
        .names();
  }

  private static Contents.Names parseNames(Whole whole) throws AfsException {
    KnownStatus known = whole.known();
    return new Contents.Names(
        known.dataVersion(),
        known.instance(),
        DirectoryContents.parse(whole.bytes()),
        whole.bytes().length);
  }

  /** Returns the target of a symbolic link whose status is {@code known}; not to be changed. */
  byte[] target(Vnode link, KnownStatus known, Request request) throws AfsException {
    if (link.contents().orElse(null) instanceof Contents.Target target && target.isOf(known)) {
      return target.bytes();
    }
    return fetch(link, request, Contents.Target.class, MAX_LINK_BYTES, ContentsFetcher::parseTarget)
        .bytes();
  }

  private static Contents.Target parseTarget(Whole whole) {
    KnownStatus known = whole.known();
    return new Contents.Target(known.dataVersion(), known.instance(), whole.bytes());
  }

  /** Returns what a mount point says whose status is {@code known}. */
  Contents.Mount mount(Vnode mountPoint, KnownStatus known, Request request) throws AfsException {
    if (mountPoint.contents().orElse(null) instanceof Contents.Mount mount && mount.isOf(known)) {
      return mount;
    }
    return fetch(
        mountPoint, request, Contents.Mount.class, MAX_LINK_BYTES, ContentsFetcher::parseMount);
  }

  private static Contents.Mount parseMount(Whole whole) throws AfsException {
    KnownStatus known = whole.known();
    if (known.status().type() != FileType.MOUNT_POINT) {
      throw new AfsException.NoSuchFile("the mount point was replaced by something else");
    }
    return new Contents.Mount(
        known.dataVersion(), known.instance(), MountPoint.parse(whole.bytes()), Optional.empty());
  }

  private <C extends Contents> C fetch(
      Vnode vnode, Request request, Class<C> kind, int maxBytes, Parser<C> parser)
      throws AfsException {
    KnownStatus known = statuses.status(vnode, request);
    vnode.lock(request, lifetime);
    try {
      Contents present = vnode.contents().orElse(null);
      if (kind.isInstance(present) && present.isOf(known)) {
        return kind.cast(present); // somebody else has fetched it meanwhile
      }
      C fetched = parser.parse(whole(vnode, known, maxBytes, request));
      vnode.keep(fetched);
      table.reweigh(vnode);
      return fetched;
    } finally {
      vnode.unlock();
    }
  }

  /** Fetches all data of one version, whichever it is when they come. */
  private Whole whole(Vnode vnode, KnownStatus first, int maxBytes, Request request)
      throws AfsException {
    KnownStatus known = first;
    for (int i = 0; i < MAX_TRIES; i++) {
      long length = known.status().length();
      if (length > maxBytes) {
        throw new AfsException.ProtocolViolation(
            vnode + " has " + length + " bytes where " + maxBytes + " may be");
      }
      DataFetcher.Fetched<Bytes> fetched =
          data.fetch(vnode, 0, length, () -> new Bytes((int) length), request);
      known = fetched.known();
      if (fetched.byteCount() == known.status().length()) {
        return new Whole(fetched.sink().toByteArray(), known);
      }
    }
    throw new AfsException.ServerFailure(vnode + " never came as long as its status says");
  }

  /** Collects data in memory. */
  private static final class Bytes implements WritableByteChannel {
    private final ByteArrayOutputStream collected;
    private final WritableByteChannel channel;

    Bytes(int expected) {
      collected = new ByteArrayOutputStream(expected);
      channel = Channels.newChannel(collected);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return channel.write(source);
    }

    byte[] toByteArray() {
      return collected.toByteArray();
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
