package heddle.afs.cell;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The changes of a volume since its image was saved. Not thread-safe: the volume's lock guards it.
 *
 * <p>A change is one record, so a crash leaves it whole or not at all. A <em>barrier</em> is a
 * record that is written when all blocks before it are on the disk. Changes after the last barrier
 * name blocks that may not be there after a crash of the machine; they are checked, and the first
 * that is not whole ends the journal.
 */
final class VolumeJournal implements AutoCloseable {
  private static final int CHANGE = 1;
  private static final int BARRIER = 2;

  private final RecordFile file;
  private final FileBlocks blocks;
  private final VnodeCodec codec;

  VolumeJournal(RecordFile file, FileBlocks blocks, VnodeCodec codec) {
    this.file = file;
    this.blocks = blocks;
    this.codec = codec;
  }

  /** Appends a change, the vnodes before it being those of the volume. */
  void append(long sequence, Volume volume, VolumeChange change) throws IOException {
    XdrWriter out = new XdrWriter().int32(CHANGE).int64(sequence);
    VolumeImage.write(out, change.header(), change.numbers());
    out.int32(change.changed().size());
    for (Map.Entry<Integer, Optional<Vnode>> each : change.changed().entrySet()) {
      out.int32(each.getKey()).int32(each.getValue().isPresent() ? 1 : 0);
      if (each.getValue().isPresent()) {
        codec.write(out, volume.vnode(each.getKey()), each.getValue().get());
      }
    }
    file.append(out.toByteArray());
  }

  /** Returns when all changes are on the disk, and says so in the journal. */
  void barrier() throws IOException {
    blocks.force();
    file.append(new XdrWriter().int32(BARRIER).toByteArray());
    file.force();
  }

  /** Returns the length in bytes. */
  long length() {
    return file.length();
  }

  /** The image has all that is here. */
  void clear() throws IOException {
    file.clear();
  }

  /** Returns the volume as it is after all changes that are whole. */
  VolumeImage replay(VolumeImage image) throws IOException {
    List<byte[]> records = new ArrayList<>();
    file.read(records::add);
    int checkedUpTo = 0;
    for (int i = 0; i < records.size(); i++) {
      checkedUpTo = kind(records.get(i)) == BARRIER ? i : checkedUpTo;
    }
    Replay replay = new Replay(image);
    for (int i = 0; i < records.size(); i++) {
      if (!replay.apply(records.get(i), i > checkedUpTo || checkedUpTo == 0)) {
        break;
      }
    }
    return replay.image();
  }

  private static int kind(byte[] record) throws IOException {
    return reader(record).int32();
  }

  private static XdrReader reader(byte[] record) {
    return new XdrReader(new ByteArrayInputStream(record));
  }

  /** A volume while its journal is read. */
  private final class Replay implements VnodeCodec.Reading {
    private final Map<Integer, Vnode> vnodes;
    private final List<Block> fresh = new ArrayList<>();
    private long sequence;
    private VolumeHeader header;
    private VnodeNumbers numbers;

    Replay(VolumeImage image) {
      vnodes = new HashMap<>(image.vnodes());
      sequence = image.sequence();
      header = image.header();
      numbers = image.numbers();
    }

    /** Makes a change, if it is whole; returns whether it is. */
    boolean apply(byte[] record, boolean unsure) throws IOException {
      XdrReader in = reader(record);
      if (in.int32() != CHANGE) {
        return true;
      }
      long number = in.int64();
      if (number <= sequence) {
        return true; // the image has it: the crash was between the two
      }
      VolumeHeader newHeader = VolumeImage.readHeader(in);
      VnodeNumbers newNumbers = VolumeImage.readNumbers(in);
      Map<Integer, Optional<Vnode>> changed = readVnodes(in);
      if (unsure && !fresh.stream().allMatch(blocks::isWhole)) {
        return false;
      }
      changed.forEach(
          (key, vnode) ->
              vnode.ifPresentOrElse(value -> vnodes.put(key, value), () -> vnodes.remove(key)));
      sequence = number;
      header = newHeader;
      numbers = newNumbers;
      return true;
    }

    private Map<Integer, Optional<Vnode>> readVnodes(XdrReader in) throws IOException {
      fresh.clear();
      Map<Integer, Optional<Vnode>> changed = new HashMap<>();
      for (int left = in.int32(); left > 0; left--) {
        int key = in.int32();
        boolean present = in.int32() != 0;
        changed.put(key, present ? Optional.of(codec.read(in, this)) : Optional.empty());
      }
      return changed;
    }

    @Override
    public Optional<Vnode> vnode(int number) {
      return Optional.ofNullable(vnodes.get(number));
    }

    @Override
    public void blockRead(Block block) {
      fresh.add(block);
    }

    VolumeImage image() {
      return new VolumeImage(sequence, header, numbers, vnodes);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
