package heddle.afs.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.Call;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.xdr.XdrException;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stubs and callback service over real calls: two endpoints on loopback. */
class RpcLoopbackTest {
  private static final WireFid FID = new WireFid(1, 2, 3);
  private static final UUID OUR_UUID = new UUID(0x1234, -0x5678);
  private static final CallOptions OPTIONS = CallOptions.within(Duration.ofSeconds(60));

  private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
  private Endpoint server;
  private Endpoint client;

  @BeforeEach
  void open() throws IOException {
    EndpointConfig loopback =
        EndpointConfig.DEFAULT.withBindAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server = Endpoint.open(loopback);
    client = Endpoint.open(loopback);
    client.serve(CallbackService.SERVICE_ID, new CallbackService(new Recorder()));
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private final class Recorder implements CallbackHandler {
    @Override
    public void callBack(
        InetSocketAddress from, List<WireFid> fids, List<CallbackPromise> callbacks) {
      events.add("callBack " + from.getPort() + " " + fids);
      if (fids.isEmpty()) {
        throw new IllegalStateException("a handler with a fault");
      }
    }

    @Override
    public void initCallBackState(InetSocketAddress from) {
      events.add("initCallBackState");
    }

    @Override
    public void initCallBackState(InetSocketAddress from, UUID serverUuid) {
      events.add("initCallBackState " + serverUuid);
    }

    @Override
    public void probe(InetSocketAddress from) {
      events.add("probe");
    }

    @Override
    public ClientInterfaces interfaces() {
      Inet4Address address = (Inet4Address) InetAddress.getLoopbackAddress();
      return new ClientInterfaces(
          OUR_UUID, List.of(new ClientInterfaces.Interface(address, 8, 65535)));
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(Capabilities.ERROR_TRANSLATION);
    }
  }

  /** Calls the client as a file server does; returns the reply or the abort code. */
  private Answer callClient(XdrWriter request) throws IOException {
    try (Connection connection =
            server.connect(client.localAddress(), CallbackService.SERVICE_ID, Security.none());
        Call call = connection.newCall(OPTIONS)) {
      call.send(request.toByteBuffer());
      return new Answer(call.input().readAllBytes().length, OptionalInt.empty());
    } catch (RemoteAbortException e) {
      return new Answer(0, OptionalInt.of(e.code()));
    }
  }

  private record Answer(int byteCount, OptionalInt abortCode) {
    static Answer reply(int words) {
      return new Answer(words * 4, OptionalInt.empty());
    }

    static Answer abort(int code) {
      return new Answer(0, OptionalInt.of(code));
    }
  }

  @Test
  void everyOpcodeIsAnswered() throws IOException {
    int interfaces = 1 + 11 + 3 * 32;
    for (int opcode :
        IntStream.concat(IntStream.rangeClosed(200, 220), IntStream.rangeClosed(65536, 65540))
            .toArray()) {
      Answer expected =
          switch (opcode) {
            case 205, 206 -> Answer.reply(0);
            case 211, 212 -> Answer.reply(interfaces);
            case 65538 -> Answer.reply(interfaces + 2);
            case 204, 213, 214 -> Answer.abort(AbortCodes.RXGEN_SS_UNMARSHAL); // no arguments
            default -> Answer.abort(AbortCodes.RXGEN_OPCODE);
          };
      assertThat(callClient(new XdrWriter().int32(opcode))).as("%s", opcode).isEqualTo(expected);
    }
    assertThat(Set.copyOf(events)).containsExactlyInAnyOrder("initCallBackState", "probe");
  }

  @Test
  void callbacksWithArguments() throws IOException {
    XdrWriter callBack = new XdrWriter().int32(204).int32(1);
    FID.writeTo(callBack);
    callBack.int32(0);
    assertThat(callClient(callBack)).isEqualTo(Answer.reply(0));
    assertThat(callClient(withUuid(213, new UUID(1, 2)))).isEqualTo(Answer.reply(0));
    assertThat(callClient(withUuid(214, OUR_UUID))).isEqualTo(Answer.reply(0));
    assertThat(callClient(withUuid(214, new UUID(1, 2)))).isEqualTo(Answer.abort(1));
    assertThat(events)
        .containsExactly(
            "callBack " + server.localAddress().getPort() + " [1.2.3]",
            "initCallBackState " + new UUID(1, 2),
            "probe");
  }

  private static XdrWriter withUuid(int opcode, UUID uuid) {
    XdrWriter out = new XdrWriter().int32(opcode);
    WireUuid.writeTo(out, uuid);
    return out;
  }

  @Test
  void handlerThatFailsAbortsItsCallOnly() throws IOException {
    XdrWriter empty = new XdrWriter().int32(204).int32(0).int32(0);
    assertThat(callClient(empty)).isEqualTo(Answer.abort(AbortCodes.RX_USER_ABORT));
    assertThat(callClient(new XdrWriter().int32(206))).isEqualTo(Answer.reply(0));
  }

  private FileService serving(byte[] reply) {
    server.serve(FileService.SERVICE_ID, call -> call.reply(ByteBuffer.wrap(reply)));
    return files();
  }

  private FileService files() {
    Connection connection =
        client.connect(server.localAddress(), FileService.SERVICE_ID, Security.none());
    return new FileService(connection, OPTIONS);
  }

  @Test
  void dataOfManyPackets() throws IOException {
    byte[] data = new byte[3_000_001];
    new Random(1).nextBytes(data);
    FileService files = serving(Replies.fetchData(data.length, data));

    ByteBuffer target = ByteBuffer.allocateDirect(data.length + 100);
    FetchDataReply reply = files.fetchData64(FID, 0, target);
    assertThat(reply.byteCount()).isEqualTo(data.length);
    assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(data));
    assertThat(reply.status()).isEqualTo(Replies.STATUS);

    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    reply = files.fetchData64(FID, 0, data.length, Channels.newChannel(sink));
    assertThat(reply.byteCount()).isEqualTo(data.length);
    assertThat(sink.toByteArray()).isEqualTo(data);
  }

  @Test
  void storeOfManyPackets() throws IOException {
    byte[] data = new byte[1_000_001];
    new Random(2).nextBytes(data);
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    XdrWriter reply = new XdrWriter();
    Replies.STATUS.writeTo(reply);
    Replies.VOL_SYNC.writeTo(reply);
    server.serve(
        FileService.SERVICE_ID,
        call -> {
          received.writeBytes(call.input().readAllBytes());
          call.reply(reply.toByteBuffer());
        });

    StatusReply stored =
        files().storeData64(FID, StoreStatus.NOTHING, 0, data.length, ByteBuffer.wrap(data));

    assertThat(stored).isEqualTo(new StatusReply(Replies.STATUS, Replies.VOL_SYNC));
    byte[] request = received.toByteArray();
    assertThat(Arrays.copyOfRange(request, 64, request.length)).isEqualTo(data);
  }

  @Test
  void abortOfTheServerComesAsItIs() {
    server.serve(
        FileService.SERVICE_ID,
        call -> {
          throw new ServiceCall.Abort(AfsErrorCode.VNOVOL);
        });
    FileService files = files();
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(() -> files.fetchStatus(FID))
        .satisfies(e -> assertThat(e.code()).isEqualTo(AfsErrorCode.VNOVOL));
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(() -> files.fetchData64(FID, 0, ByteBuffer.allocate(10)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(AfsErrorCode.VNOVOL));
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(
            () ->
                files.storeData64(
                    FID, StoreStatus.NOTHING, 0, 1 << 20, ByteBuffer.allocate(1 << 20)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(AfsErrorCode.VNOVOL));
  }

  @Test
  void abortInTheMiddleOfTheDataComesAsItIs() {
    server.serve(
        FileService.SERVICE_ID,
        call -> {
          byte[] reply = Replies.fetchData(2_000_000, new byte[100_000]);
          call.write(ByteBuffer.wrap(reply, 0, 50_000));
          throw new ServiceCall.Abort(AfsErrorCode.VSALVAGE);
        });
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(() -> files().fetchData64(FID, 0, ByteBuffer.allocate(2_000_000)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(AfsErrorCode.VSALVAGE));
  }

  @Test
  void malformedRepliesEndTheirCallOnly() throws IOException {
    byte[] good = Replies.fetchStatus();
    ConcurrentLinkedQueue<byte[]> replies =
        new ConcurrentLinkedQueue<>(
            List.of(
                Arrays.copyOf(good, good.length - 4),
                Arrays.copyOf(good, good.length + 4),
                Arrays.copyOf(good, good.length + 1_000_000),
                new byte[0],
                good));
    server.serve(FileService.SERVICE_ID, call -> call.reply(ByteBuffer.wrap(replies.remove())));
    FileService files = files();
    for (int i = 0; i < 4; i++) {
      assertThatExceptionOfType(XdrException.class).isThrownBy(() -> files.fetchStatus(FID));
    }
    assertThat(files.fetchStatus(FID).status()).isEqualTo(Replies.STATUS);
  }
}
