package heddle.afs.cell;

import heddle.afs.AfsException;
import heddle.afs.cache.DirectoryContents;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Vnodes as they are written down: what has changed since the vnode was written down the last time,
 * which is all of it where it never was. Of directories that are the pages that differ, of files
 * the places of the blocks that differ.
 */
final class VnodeCodec {
  private static final int MAX_PAGES = DirectoryContents.MAX_BYTES / DirectoryContents.PAGE_BYTES;
  private static final int MAX_BLOCKS = 1 << 28;

  private final FileBlocks blocks;

  /** Writes and reads vnodes whose blocks are kept there. */
  VnodeCodec(FileBlocks blocks) {
    this.blocks = blocks;
  }

  void write(XdrWriter out, Optional<Vnode> before, Vnode vnode) throws IOException {
    out.int32(vnode.number()).int32(vnode.uniquifier()).int32(vnode.type().ordinal());
    write(out, vnode.attributes());
    Optional<Vnode> base = before.filter(old -> old.uniquifier() == vnode.uniquifier());
    switch (vnode.data()) {
      case VnodeData.Bytes bytes ->
          write(out, base.isPresent() ? base.get().content() : Content.EMPTY, bytes.content());
      case VnodeData.Names names -> {
        ByteBuffer old = base.isPresent() ? base.get().names().bytes() : ByteBuffer.allocate(0);
        write(out, old, names.names().bytes());
        write(out, names.accessList().normal());
        write(out, names.accessList().negative());
      }
    }
  }

  Vnode read(XdrReader in, Reading reading) throws IOException {
    int number = in.int32();
    int uniquifier = in.int32();
    VnodeType type = VnodeType.values()[checked(in.int32(), VnodeType.values().length - 1)];
    Attributes attributes = readAttributes(in);
    Optional<Vnode> base =
        reading.vnode(number).filter(old -> old.uniquifier() == uniquifier && old.type() == type);
    VnodeData data =
        type == VnodeType.DIRECTORY
            ? readNames(in, base)
            : new VnodeData.Bytes(
                readContent(in, base.isPresent() ? base.get().content() : Content.EMPTY, reading));
    return new Vnode(number, uniquifier, type, attributes, data);
  }

  /** Who reads: knows what was written down before, and learns which blocks are new. */
  interface Reading {
    Optional<Vnode> vnode(int number);

    void blockRead(Block block);
  }

  private static int checked(int value, int max) throws XdrException {
    if (value < 0 || value > max) {
      throw new XdrException(value + " where at most " + max + " may be");
    }
    return value;
  }

  private static void write(XdrWriter out, Attributes each) {
    out.int32(each.mode()).int32(each.owner()).int32(each.group()).int32(each.author());
    out.int32(each.linkCount()).int32(each.parent()).int64(each.dataVersion());
    out.int64(each.modifiedSeconds()).int64(each.serverSeconds());
  }

  private static Attributes readAttributes(XdrReader in) throws IOException {
    return new Attributes(
        in.int32(),
        in.int32(),
        in.int32(),
        in.int32(),
        in.int32(),
        in.int32(),
        in.int64(),
        in.int64(),
        in.int64());
  }

  private void write(XdrWriter out, Content before, Content content) throws IOException {
    out.int64(content.length()).int32(content.blockCount());
    List<Integer> changed = new ArrayList<>();
    for (int i = 0; i < content.blockCount(); i++) {
      Block there = i < before.blockCount() ? before.block(i) : MemoryBlock.HOLE;
      if (!there.equals(content.block(i))) {
        changed.add(i);
      }
    }
    out.int32(changed.size());
    for (int index : changed) {
      out.int32(index);
      blocks.write(out, content.block(index));
    }
  }

  private Content readContent(XdrReader in, Content before, Reading reading) throws IOException {
    long length = in.int64();
    int count = checked(in.int32(), MAX_BLOCKS);
    if (count != (length + Block.BYTES - 1) / Block.BYTES) {
      throw new XdrException(count + " blocks for " + length + " bytes");
    }
    Block[] all = new Block[count];
    Arrays.fill(all, MemoryBlock.HOLE);
    for (int i = 0; i < Math.min(count, before.blockCount()); i++) {
      all[i] = before.block(i);
    }
    int changed = checked(in.int32(), count);
    for (int i = 0; i < changed; i++) {
      int index = checked(in.int32(), count - 1);
      all[index] = blocks.read(in);
      reading.blockRead(all[index]);
    }
    return Content.of(all, length);
  }

  private static void write(XdrWriter out, ByteBuffer before, ByteBuffer directory) {
    int pages = directory.capacity() / DirectoryContents.PAGE_BYTES;
    List<Integer> changed = new ArrayList<>();
    for (int page = 0; page < pages; page++) {
      int start = page * DirectoryContents.PAGE_BYTES;
      if (start >= before.capacity() || !page(before, page).equals(page(directory, page))) {
        changed.add(page);
      }
    }
    out.int32(pages).int32(changed.size());
    for (int page : changed) {
      byte[] bytes = new byte[DirectoryContents.PAGE_BYTES];
      page(directory, page).get(bytes);
      out.int32(page).fixedOpaque(bytes);
    }
  }

  private static ByteBuffer page(ByteBuffer directory, int page) {
    return directory.slice(page * DirectoryContents.PAGE_BYTES, DirectoryContents.PAGE_BYTES);
  }

  private static VnodeData.Names readNames(XdrReader in, Optional<Vnode> base) throws IOException {
    int pages = checked(in.int32(), MAX_PAGES);
    byte[] all = new byte[pages * DirectoryContents.PAGE_BYTES];
    if (base.isPresent()) {
      ByteBuffer old = base.get().names().bytes();
      old.get(all, 0, Math.min(all.length, old.capacity()));
    }
    int changed = checked(in.int32(), pages);
    for (int i = 0; i < changed; i++) {
      int page = checked(in.int32(), pages - 1);
      byte[] bytes = in.fixedOpaque(DirectoryContents.PAGE_BYTES);
      System.arraycopy(bytes, 0, all, page * DirectoryContents.PAGE_BYTES, bytes.length);
    }
    AccessControlList list = new AccessControlList(readEntries(in), readEntries(in));
    try {
      return new VnodeData.Names(DirectoryContents.parse(all), list);
    } catch (AfsException e) {
      throw new XdrException(String.valueOf(e.getMessage()));
    }
  }

  private static void write(XdrWriter out, List<AccessControlList.Entry> entries) {
    out.int32(entries.size());
    entries.forEach(entry -> out.int32(entry.id()).int32(entry.rights()));
  }

  private static List<AccessControlList.Entry> readEntries(XdrReader in) throws IOException {
    int count = in.arrayLength(AccessControlList.MAX_ENTRIES);
    List<AccessControlList.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new AccessControlList.Entry(in.int32(), in.int32()));
    }
    return entries;
  }
}
