package heddle.afs.cell;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The operations of the volume server that tell of volumes and partitions, for everybody; those
 * that make, move and remove volumes are unknown here.
 *
 * <p>Protocol source: OpenAFS src/volser/volint.xg, volerr.et; volprocs.c (behaviour).
 */
final class VolumeServerOperations implements RpcHandler.Operations {
  static final int PORT = 7005;
  static final int SERVICE_ID = 4;

  /** There is one partition, the first. */
  static final int PARTITION = 0;

  static final String PARTITION_NAME = "/vicepa";

  /** VOLSERILLEGAL_PARTITION. */
  static final int NO_SUCH_PARTITION = 1_492_325_125;

  private static final int PARTITIONS = 26; // of which ListPartitions can tell
  private static final int MAX_PARTITION_NAME = 4096;
  private static final int DISK_NAME = 32; // characters
  private static final int DISK_NAME_64 = 256;
  private static final String DEVICE = "heddle";

  private final VolumeTable volumes;
  private final Partition partition;

  VolumeServerOperations(VolumeTable volumes, Partition partition) {
    this.volumes = volumes;
    this.partition = partition;
  }

  @Override
  public XdrWriter serve(int opcode, Request request) throws IOException {
    return switch (opcode) {
      case 115 -> listPartitions(request);
      case 116 -> list(readPartition(request), VolumeFacts::write);
      case 118 -> monitor(request);
      case 119 -> partitionInfo(request);
      case 121 -> list(readVolume(request), VolumeFacts::write);
      case 124 -> list(readPartition(request), VolumeFacts::writeExtended);
      case 125 -> list(readVolume(request), VolumeFacts::writeExtended);
      case 127 -> listPartitionsExtended(request);
      case 65539 -> partitionInfo64(request);
      default -> throw RpcHandler.unknownOperation();
    };
  }

  private static XdrWriter listPartitions(Request request) throws IOException {
    request.end();
    XdrWriter out = new XdrWriter();
    for (int i = 0; i < PARTITIONS; i++) {
      out.int32(i == PARTITION ? i : -1);
    }
    return out;
  }

  private static XdrWriter listPartitionsExtended(Request request) throws IOException {
    request.end();
    return new XdrWriter().int32(1).int32(PARTITION);
  }

  /** Transactions: nobody has any, since nobody can begin one. */
  private static XdrWriter monitor(Request request) throws IOException {
    request.end();
    return new XdrWriter().int32(0);
  }

  /** Reads which partition's volumes are asked for. */
  private Collection<Volume> readPartition(Request request) throws IOException {
    int number = request.in().int32();
    request.in().int32(); // whether more than ids is wanted; all are told all
    request.end();
    requirePartition(number == PARTITION);
    return List.copyOf(volumes.all());
  }

  /** Reads which volume is asked for. */
  private Collection<Volume> readVolume(Request request) throws IOException {
    XdrReader in = request.in();
    int number = in.int32();
    int id = in.int32();
    request.end();
    requirePartition(number == PARTITION);
    return List.of(volumes.byId(id).orElseThrow(() -> Refusal.of(Errno.ENODEV)));
  }

  private static void requirePartition(boolean isThere) throws Refusal {
    if (!isThere) {
      throw Refusal.of(NO_SUCH_PARTITION);
    }
  }

  private XdrWriter list(Collection<Volume> found, BiConsumer<VolumeFacts, XdrWriter> form) {
    XdrWriter out = new XdrWriter().int32(found.size());
    for (Volume volume : found) {
      form.accept(VolumeFacts.of(volume, volumes), out);
    }
    return out;
  }

  private static void readPartitionName(Request request) throws IOException {
    String name = request.in().string(MAX_PARTITION_NAME);
    request.end();
    requirePartition(name.equals(PARTITION_NAME));
  }

  private XdrWriter partitionInfo(Request request) throws IOException {
    readPartitionName(request);
    XdrWriter out = new XdrWriter();
    VolumeFacts.writeCharacters(out, PARTITION_NAME, DISK_NAME);
    VolumeFacts.writeCharacters(out, DEVICE, DISK_NAME);
    int size = (int) Math.min(partition.sizeBlocks(), Integer.MAX_VALUE);
    int free = (int) Math.min(partition.freeBlocks(), Integer.MAX_VALUE);
    return out.int32(0).int32(size).int32(free).int32(size); // the last: as servers do
  }

  private XdrWriter partitionInfo64(Request request) throws IOException {
    readPartitionName(request);
    XdrWriter out = new XdrWriter();
    VolumeFacts.writeCharacters(out, PARTITION_NAME, DISK_NAME_64);
    VolumeFacts.writeCharacters(out, DEVICE, DISK_NAME_64);
    out.int32(0).int64(partition.sizeBlocks()).int64(partition.freeBlocks());
    return out.int64(partition.sizeBlocks());
  }
}
