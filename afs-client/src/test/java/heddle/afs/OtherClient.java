package heddle.afs;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.afs.callback.CallbackBreaker;
import heddle.afs.callback.CallbackTable;
import heddle.afs.callback.LocalInterfaces;
import heddle.afs.rpc.CallbackService;
import heddle.afs.rpc.FileService;
import heddle.afs.rpc.StoreStatus;
import heddle.afs.rpc.VolumeLocationService;
import heddle.afs.rpc.VolumeType;
import heddle.afs.rpc.WireFid;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Another client of the cell, which changes files of the first file server behind our back. */
final class OtherClient implements AutoCloseable {
  private static final CallOptions OPTIONS = CallOptions.within(Duration.ofSeconds(30));

  private final Endpoint endpoint;
  private final FileService files;
  private final VolumeLocationService volumes;

  private OtherClient(Endpoint endpoint) {
    this.endpoint = endpoint;
    files =
        new FileService(
            connect(RealCell.fileServer1(), FileService.PORT, FileService.SERVICE_ID), OPTIONS);
    volumes =
        new VolumeLocationService(
            connect(
                RealCell.databaseServer(),
                VolumeLocationService.PORT,
                VolumeLocationService.SERVICE_ID),
            OPTIONS);
  }

  private Connection connect(InetAddress server, int port, int service) {
    return endpoint.connect(new InetSocketAddress(server, port), service, Security.none());
  }

  static OtherClient open() throws IOException {
    Endpoint endpoint = Endpoint.open();
    CallbackBreaker heedless =
        new CallbackBreaker(
            new CallbackTable(),
            address -> Optional.empty(),
            new LocalInterfaces(UUID.randomUUID()));
    endpoint.serve(CallbackService.SERVICE_ID, new CallbackService(heedless));
    return new OtherClient(endpoint);
  }

  int readWriteId(String volume) throws IOException {
    return volumes.getEntryByNameU(volume).volumeId(VolumeType.READ_WRITE).orElseThrow();
  }

  /** Makes a file; returns when every other client has been told. */
  Fid create(Fid directory, String name, String content) throws IOException {
    Fid file =
        files
            .createFile(WireFid.of(directory), name.getBytes(UTF_8), StoreStatus.NOTHING)
            .fid()
            .in(directory.cell());
    store(file, content);
    return file;
  }

  /** Replaces what is in a file; returns when every other client has been told. */
  void store(Fid file, String content) throws IOException {
    byte[] bytes = content.getBytes(UTF_8);
    files.storeData64(
        WireFid.of(file), StoreStatus.NOTHING, 0, bytes.length, ByteBuffer.wrap(bytes));
  }

  void remove(Fid directory, String name) throws IOException {
    files.removeFile(WireFid.of(directory), name.getBytes(UTF_8));
  }

  @Override
  public void close() throws IOException {
    files.giveUpAllCallBacks();
    endpoint.close();
  }
}
