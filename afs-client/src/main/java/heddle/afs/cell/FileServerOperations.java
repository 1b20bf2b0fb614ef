package heddle.afs.cell;

import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;

/**
 * The operations of the file server by their codes.
 *
 * <p>Protocol source: OpenAFS src/fsint/afsint.xg.
 */
final class FileServerOperations implements RpcHandler.Operations {
  private final FileServerState server;
  private final CallCounts counts = new CallCounts();
  private final ReadCalls reads;
  private final StoreCalls stores;
  private final NameCalls names;
  private final RenameCall renames;
  private final LockCalls locks;
  private final VolumeCalls volumes;
  private final ServerCalls calls;

  FileServerOperations(FileServerState server) {
    this.server = server;
    reads = new ReadCalls(server);
    stores = new StoreCalls(server);
    names = new NameCalls(server);
    renames = new RenameCall(server);
    locks = new LockCalls(server);
    volumes = new VolumeCalls(server);
    calls = new ServerCalls(server, counts);
  }

  @Override
  public XdrWriter serve(int opcode, Request request) throws IOException {
    counts.count(
        switch (opcode) {
          case 130, 131, 132, 155, 65536, 65537 -> CallCounts.Kind.FETCH;
          case 133, 134, 135, 164, 65538 -> CallCounts.Kind.STORE;
          default -> CallCounts.Kind.OTHER;
        });
    return switch (opcode) {
      case 130 -> reads.fetchData(request);
      case 131 -> reads.fetchAcl(request);
      case 132 -> reads.fetchStatus(request);
      case 133 -> stores.storeData(request);
      case 134, 164 -> stores.storeAcl(request);
      case 135 -> stores.storeStatus(request);
      case 136 -> names.removeFile(request);
      case 137 -> names.createFile(request);
      case 138 -> renames.rename(request);
      case 139 -> names.symlink(request);
      case 140 -> names.link(request);
      case 141 -> names.makeDir(request);
      case 142 -> names.removeDir(request);
      case 155 -> reads.bulkStatus(request);
      case 156 -> locks.setLock(request);
      case 157 -> locks.extendLock(request);
      case 158 -> locks.releaseLock(request);
      case 161 -> reads.lookup(request);
      case 65536 -> reads.inlineBulkStatus(request);
      case 65537 -> reads.fetchData64(request);
      case 65538 -> stores.storeData64(request);
      default -> serveAboutServer(opcode, request);
    };
  }

  private XdrWriter serveAboutServer(int opcode, Request request) throws IOException {
    return switch (opcode) {
      case 146 -> calls.getStatistics(request);
      case 147 -> calls.giveUpCallBacks(request);
      case 149 -> volumes.getVolumeStatus(request);
      case 150 -> volumes.setVolumeStatus(request);
      case 151 -> VolumeCalls.rootVolume(request);
      case 153 -> calls.getTime(request);
      case 159 -> calls.xStatsVersion(request);
      case 160 -> calls.getXStats(request);
      case 65539 -> calls.giveUpAllCallBacks(request);
      case 65540 -> calls.getCapabilities(request);
      case 65542 -> calls.getStatistics64(request);
      default -> throw RpcHandler.unknownOperation();
    };
  }

  @Override
  public int code(Refusal refusal, Request request) {
    return server.host(request).translatesErrors() ? refusal.unifiedCode() : refusal.plainCode();
  }
}
