package heddle.afs.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallbackServiceTest {
  private static final InetSocketAddress SERVER = new InetSocketAddress("10.254.0.1", 7000);
  private static final Set<Integer> WITHOUT_ARGUMENTS = Set.of(205, 206, 211, 212, 65538);
  private static final Set<Integer> WITH_UUID = Set.of(213, 214);

  private final Recorder handler = new Recorder();
  private final CallbackService service = new CallbackService(handler);

  /** A client that writes down what servers tell it. */
  private static final class Recorder implements CallbackHandler {
    static final UUID UUID_OF_CLIENT = UUID.fromString("00746eff-1fc0-1b01-a9c8-0afe000aaa77");

    final List<String> events = new ArrayList<>();

    @Override
    public void callBack(
        InetSocketAddress server, List<WireFid> fids, List<CallbackPromise> callbacks) {
      events.add("callBack " + fids + " " + callbacks);
    }

    @Override
    public void initCallBackState(InetSocketAddress server) {
      events.add("initCallBackState " + server.getPort());
    }

    @Override
    public void initCallBackState(InetSocketAddress server, UUID serverUuid) {
      events.add("initCallBackState " + serverUuid);
    }

    @Override
    public void probe(InetSocketAddress server) {
      events.add("probe " + server.getPort());
    }

    @Override
    public ClientInterfaces interfaces() {
      try {
        Inet4Address address = (Inet4Address) InetAddress.getByName("10.254.0.10");
        return new ClientInterfaces(
            UUID_OF_CLIENT, List.of(new ClientInterfaces.Interface(address, 24, 1500)));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(Capabilities.ERROR_TRANSLATION);
    }
  }

  private byte[] serve(byte[] request) throws IOException {
    return service.serve(SERVER, new ByteArrayInputStream(request)).toByteArray();
  }

  private void assertAborted(byte[] request, int code) {
    assertThatExceptionOfType(ServiceCall.Abort.class)
        .isThrownBy(() -> serve(request))
        .satisfies(abort -> assertThat(abort.code()).isEqualTo(code));
    assertThat(handler.events).isEmpty();
  }

  private static XdrWriter request(int opcode) {
    return new XdrWriter().int32(opcode);
  }

  private static byte[] requestWithUuid(int opcode, UUID uuid) {
    XdrWriter out = request(opcode);
    WireUuid.writeTo(out, uuid);
    return out.toByteArray();
  }

  @Test
  void callBackOfARealServerHasNoCallbacks() throws IOException {
    assertThat(serve(GoldenCall.atFrame(745).request())).isEmpty();
    assertThat(handler.events).containsExactly("callBack [536870917.22040.25388] []");
  }

  @Test
  void callBackOfFifty() throws IOException {
    XdrWriter out = request(204).int32(50);
    List<WireFid> fids = IntStream.range(0, 50).mapToObj(i -> new WireFid(1, i, -i)).toList();
    fids.forEach(fid -> fid.writeTo(out));
    out.int32(50);
    fids.forEach(fid -> CallbackPromise.GIVEN_UP.writeTo(out));
    assertThat(serve(out.toByteArray())).isEmpty();
    CallbackPromise dropped = new CallbackPromise(1, Duration.ZERO, CallbackPromise.DROPPED);
    List<CallbackPromise> promises = Collections.nCopies(50, dropped);
    assertThat(handler.events).containsExactly("callBack " + fids + " " + promises);
  }

  @Test
  void callBackOfMoreThanFiftyIsMalformed() {
    XdrWriter fids = request(204).int32(51).fixedOpaque(new byte[51 * 12]).int32(0);
    assertAborted(fids.toByteArray(), AbortCodes.RXGEN_SS_UNMARSHAL);
    XdrWriter callbacks = request(204).int32(0).int32(51).fixedOpaque(new byte[51 * 12]);
    assertAborted(callbacks.toByteArray(), AbortCodes.RXGEN_SS_UNMARSHAL);
  }

  @Test
  void initCallBackStateOfARealServer() throws IOException {
    assertThat(serve(GoldenCall.atFrame(13).request())).isEmpty();
    assertThat(handler.events)
        .containsExactly("initCallBackState 000fecd6-198a-1b01-9979-0100fe0aaa77");
  }

  @Test
  void olderInitCallBackStates() throws IOException {
    assertThat(serve(request(205).toByteArray())).isEmpty();
    ClientInterfaces reply = readInterfaces(serve(request(211).toByteArray()));
    assertThat(reply).isEqualTo(handler.interfaces());
    assertThat(handler.events).containsExactly("initCallBackState 7000", "initCallBackState 7000");
  }

  @Test
  void probe() throws IOException {
    assertThat(serve(request(206).toByteArray())).isEmpty();
    assertThat(handler.events).containsExactly("probe 7000");
  }

  @Test
  void probeOfOurUuid() throws IOException {
    assertThat(serve(requestWithUuid(214, Recorder.UUID_OF_CLIENT))).isEmpty();
    assertThat(handler.events).containsExactly("probe 7000");
  }

  @Test
  void probeOfAnotherUuidIsAbortedWithOne() {
    assertAborted(requestWithUuid(214, new UUID(1, 2)), 1);
  }

  @Test
  void whoAreYou() throws IOException {
    assertThat(readInterfaces(serve(request(212).toByteArray()))).isEqualTo(handler.interfaces());
  }

  @Test
  void tellMeAboutYourselfAsOpenAfsDoes() throws IOException {
    GoldenCall golden = GoldenCall.atFrame(10);
    byte[] reply = serve(golden.request());
    assertThat(reply).hasSameSizeAs(golden.reply());
    XdrReader ours = new XdrReader(new ByteArrayInputStream(reply));
    XdrReader theirs = new XdrReader(new ByteArrayInputStream(golden.reply()));
    ClientInterfaces theirInterfaces = ClientInterfaces.readFrom(theirs);
    assertThat(theirInterfaces.uuid()).isEqualTo(Recorder.UUID_OF_CLIENT);
    assertThat(theirInterfaces.interfaces())
        .extracting(ClientInterfaces.Interface::address)
        .containsExactly((Inet4Address) InetAddress.getByName("10.254.0.10"));
    assertThat(ClientInterfaces.readFrom(ours)).isEqualTo(handler.interfaces());
    assertThat(Capabilities.readFrom(ours))
        .isEqualTo(Capabilities.readFrom(theirs))
        .isEqualTo(handler.capabilities());
  }

  @Test
  void everyOtherOpcodeIsUnknown() {
    IntStream.concat(IntStream.rangeClosed(200, 220), IntStream.rangeClosed(65536, 65540))
        .filter(opcode -> opcode != 204)
        .filter(opcode -> !WITHOUT_ARGUMENTS.contains(opcode) && !WITH_UUID.contains(opcode))
        .forEach(
            opcode -> {
              assertAborted(request(opcode).toByteArray(), AbortCodes.RXGEN_OPCODE);
              assertAborted(request(opcode).int32(1).toByteArray(), AbortCodes.RXGEN_OPCODE);
            });
  }

  @Test
  void everyKnownOpcodeIsServed() throws IOException {
    for (int opcode : WITHOUT_ARGUMENTS) {
      serve(request(opcode).toByteArray());
    }
    for (int opcode : WITH_UUID) {
      serve(requestWithUuid(opcode, Recorder.UUID_OF_CLIENT));
    }
    serve(request(204).int32(0).int32(0).toByteArray());
    assertThat(handler.events).hasSize(6);
  }

  @Test
  void requestsCutShortAnywhereAreMalformed() {
    byte[] callBack = GoldenCall.atFrame(745).request();
    byte[] initCallBackState = GoldenCall.atFrame(13).request();
    byte[] probeUuid = requestWithUuid(214, Recorder.UUID_OF_CLIENT);
    for (byte[] request : List.of(callBack, initCallBackState, probeUuid)) {
      for (int length = 0; length < request.length; length++) {
        assertAborted(Arrays.copyOf(request, length), AbortCodes.RXGEN_SS_UNMARSHAL);
      }
    }
  }

  @Test
  void requestsThatGoOnAreMalformed() {
    for (int opcode : WITHOUT_ARGUMENTS) {
      assertAborted(request(opcode).int32(0).toByteArray(), AbortCodes.RXGEN_SS_UNMARSHAL);
    }
    byte[] callBack = GoldenCall.atFrame(745).request();
    assertAborted(Arrays.copyOf(callBack, callBack.length + 1), AbortCodes.RXGEN_SS_UNMARSHAL);
  }

  private static ClientInterfaces readInterfaces(byte[] reply) throws IOException {
    assertThat(reply).hasSize((1 + 11 + 3 * 32) * 4);
    return ClientInterfaces.readFrom(new XdrReader(new ByteArrayInputStream(reply)));
  }
}
