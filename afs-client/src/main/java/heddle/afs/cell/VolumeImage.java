package heddle.afs.cell;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A whole volume as it was at one moment: what a file of it says, and what a journal goes on from.
 *
 * @param sequence number of the last change that is in it
 */
record VolumeImage(
    long sequence, VolumeHeader header, VnodeNumbers numbers, Map<Integer, Vnode> vnodes) {
  private static final int FORMAT = 1;
  private static final int MAX_TEXT_BYTES = 1024;

  VolumeImage {
    vnodes = Map.copyOf(vnodes);
  }

  static void write(XdrWriter out, VolumeHeader header, VnodeNumbers numbers) {
    out.int32(header.id()).string(header.name(), MAX_TEXT_BYTES).int32(header.kind().ordinal());
    out.int32(header.parentId()).int64(header.creationSeconds()).int64(header.updateSeconds());
    out.int32(header.quotaBlocks()).int32(header.minQuotaBlocks());
    out.string(header.offlineMessage(), MAX_TEXT_BYTES).string(header.motd(), MAX_TEXT_BYTES);
    out.int32(numbers.nextDirectory()).int32(numbers.nextOther()).int32(numbers.nextUniquifier());
  }

  static VolumeHeader readHeader(XdrReader in) throws IOException {
    return new VolumeHeader(
        in.int32(),
        in.string(MAX_TEXT_BYTES),
        VolumeKind.values()[in.arrayLength(VolumeKind.values().length - 1)],
        in.int32(),
        in.int64(),
        in.int64(),
        in.int32(),
        in.int32(),
        in.string(MAX_TEXT_BYTES),
        in.string(MAX_TEXT_BYTES));
  }

  static VnodeNumbers readNumbers(XdrReader in) throws IOException {
    return new VnodeNumbers(in.int32(), in.int32(), in.int32());
  }

  /** Puts the image in the place of a file, whole or not at all. */
  void save(Path directory, String name, VnodeCodec codec) throws IOException {
    Path file = directory.resolve(name);
    Path fresh = directory.resolve(name + ".new");
    Files.deleteIfExists(fresh);
    try (RecordFile out = RecordFile.open(fresh)) {
      XdrWriter first = new XdrWriter().int32(FORMAT).int64(sequence);
      write(first, header, numbers);
      out.append(first.int32(vnodes.size()).toByteArray());
      for (Vnode vnode : vnodes.values()) {
        XdrWriter record = new XdrWriter();
        codec.write(record, Optional.empty(), vnode);
        out.append(record.toByteArray());
      }
      out.force();
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectory(directory);
  }

  /** Returns when the names in a directory are on the disk. */
  static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Reads an image that was saved. */
  static VolumeImage load(Path file, VnodeCodec codec) throws IOException {
    Loading loading = new Loading(codec);
    try (RecordFile in = RecordFile.open(file)) {
      boolean whole = in.read(loading);
      if (!whole || loading.missing != 0) {
        throw new IOException(file + " is damaged");
      }
    }
    return loading.image();
  }

  /** An image while it is read. */
  private static final class Loading implements RecordFile.Sink, VnodeCodec.Reading {
    private final VnodeCodec codec;
    private final Map<Integer, Vnode> vnodes = new HashMap<>();
    private Optional<VolumeImage> first = Optional.empty();
    private int missing = -1;

    Loading(VnodeCodec codec) {
      this.codec = codec;
    }

    @Override
    public void record(byte[] payload) throws IOException {
      XdrReader in = new XdrReader(new ByteArrayInputStream(payload));
      if (first.isPresent()) {
        Vnode vnode = codec.read(in, this);
        vnodes.put(vnode.number(), vnode);
        missing--;
        return;
      }
      int format = in.int32();
      if (format != FORMAT) {
        throw new IOException("a volume of format " + format + ", which this version cannot read");
      }
      first = Optional.of(new VolumeImage(in.int64(), readHeader(in), readNumbers(in), Map.of()));
      missing = in.int32();
    }

    @Override
    public Optional<Vnode> vnode(int number) {
      return Optional.empty();
    }

    @Override
    public void blockRead(Block block) {}

    VolumeImage image() throws IOException {
      VolumeImage head = first.orElseThrow(() -> new IOException("there is no volume"));
      return new VolumeImage(head.sequence, head.header, head.numbers, vnodes);
    }
  }
}
