package heddle.afs.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import heddle.afs.auth.CredentialCache;
import heddle.afs.auth.KerberosTokenSource;
import heddle.afs.cache.DirectoryContents;
import heddle.rxrpc.CallException;
import heddle.rxrpc.CallOptions;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.EndpointConfig;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.Service;
import heddle.rxrpc.ServiceCall;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadError;
import heddle.rxrpc.security.rxkad.RxkadLevel;
import heddle.rxrpc.security.rxkad.RxkadPrincipal;
import heddle.rxrpc.security.rxkad.RxkadService;
import heddle.rxrpc.security.rxkad.RxkadToken;
import heddle.rxrpc.security.rxkad.ServiceKeys;
import heddle.rxrpc.testkit.Eventually;
import heddle.rxrpc.testkit.NeedsCell;
import heddle.rxrpc.testkit.RealCell;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAFS's servers know who calls, and our services know which of OpenAFS's tools do. */
@NeedsCell
class SecuredRpcIT {
  private static final CallOptions OPTIONS = CallOptions.within(Duration.ofSeconds(60));
  private static final int TOOL_SECONDS = 120;
  private static final int NOT_HERE = 22;

  @TempDir private Path directory;
  private Endpoint endpoint;

  @BeforeAll
  static void useTheConfigurationOfTheCell() {
    System.setProperty("java.security.krb5.conf", RealCell.kerberosConfig().toString());
  }

  @BeforeEach
  void open() throws IOException {
    endpoint = Endpoint.open();
    var client = new AfsRpcIT.Client(UUID.randomUUID(), new LinkedBlockingQueue<>());
    endpoint.serve(CallbackService.SERVICE_ID, new CallbackService(client));
  }

  @AfterEach
  void close() throws IOException {
    files(Security.none()).giveUpAllCallBacks();
    endpoint.close();
  }

  private static RxkadToken token(String user) throws IOException {
    return KerberosTokenSource.ofKeytab(RealCell.keytab(user), user)
        .token(RealCell.name(), List.of("db1." + RealCell.name()));
  }

  private FileService files(Security security) {
    var server = new InetSocketAddress(RealCell.fileServer1(), FileService.PORT);
    return new FileService(endpoint.connect(server, FileService.SERVICE_ID, security), OPTIONS);
  }

  private WireFid root(String volume, Security security) throws IOException {
    var server = new InetSocketAddress(RealCell.databaseServer(), VolumeLocationService.PORT);
    var locations =
        new VolumeLocationService(
            endpoint.connect(server, VolumeLocationService.SERVICE_ID, security), OPTIONS);
    int id = locations.getEntryByNameU(volume).volumeId(VolumeType.READ_WRITE).orElseThrow();
    return new WireFid(id, 1, 1);
  }

  private static DirectoryContents list(FileService files, WireFid fid) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(4 * 2048);
    long length = files.fetchData64(fid, 0, data).byteCount();
    return DirectoryContents.parse(Arrays.copyOf(data.array(), (int) length));
  }

  @ParameterizedTest
  @EnumSource
  void aliceListsHerPrivateVolume(RxkadLevel level) throws IOException {
    Security alice = Rxkad.with(token("alice"), level);

    DirectoryContents listing = list(files(alice), root("user.alice", alice));

    assertThat(listing.lookUp("..".getBytes(StandardCharsets.US_ASCII))).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void bobDoesNot(RxkadLevel level) throws IOException {
    assertDenied(Rxkad.with(token("bob"), level));
  }

  @Test
  void norDoesWhoIsNotKnown() throws IOException {
    assertDenied(Security.none());
  }

  private void assertDenied(Security security) throws IOException {
    WireFid root = root("user.alice", security);
    var refusal =
        catchThrowableOfType(RemoteAbortException.class, () -> list(files(security), root));

    assertThat(AfsErrorCode.kind(refusal.code())).isEqualTo(ErrorKind.PERMISSION_DENIED);
  }

  @ParameterizedTest
  @EnumSource
  void megabytesGoBothWays(RxkadLevel level) throws IOException {
    Security admin = Rxkad.with(token("alice"), level);
    FileService files = files(admin);
    byte[] bytes = new byte[3_000_000];
    new Random(7).nextBytes(bytes);
    WireFid scratch = root("scratch", admin);
    byte[] name = ("secured-" + level).getBytes(StandardCharsets.US_ASCII);
    WireFid file = files.createFile(scratch, name, StoreStatus.NOTHING).fid();

    files.storeData64(file, StoreStatus.NOTHING, 0, bytes.length, ByteBuffer.wrap(bytes));
    ByteBuffer read = ByteBuffer.allocate(bytes.length);

    assertThat(files.fetchData64(file, 0, read).byteCount()).isEqualTo(bytes.length);
    assertThat(read.array()).isEqualTo(bytes);
    files.removeFile(scratch, name);
  }

  @Test
  void aTokenOfAnotherCellIsRefusedWithAdvice() throws Exception {
    try (ServiceKeys others = ServiceKeys.generated()) {
      Security stranger = Rxkad.with(RxkadToken.printed(others), RxkadLevel.CRYPT);
      var refusal = catchThrowableOfType(CallException.class, () -> root("user.alice", stranger));

      assertThat(refusal.rxkadError().orElseThrow())
          .isIn(RxkadError.UNKNOWN_KEY, RxkadError.BAD_TICKET);
      assertThat(refusal).hasMessageContaining("get a new ticket");
    }
  }

  /** Returns a token that the server believes for ten seconds only, and we believe for ever. */
  private RxkadToken shortLivedToken() throws Exception {
    String cache = "FILE:" + directory.resolve("cache");
    String said =
        run(
            "kinit",
            "-l",
            "10s",
            "-c",
            cache,
            "-k",
            "-t",
            RealCell.keytab("alice").toString(),
            "alice");
    assertThat(said).isEmpty();
    try (RxkadToken token =
        KerberosTokenSource.of(CredentialCache.named(cache)).token(RealCell.name(), List.of())) {
      assertThat(token.expiry()).isBefore(Instant.now().plusSeconds(11));
      return RxkadToken.of(
          token.client(), token.ticketType(), token.ticket(), token.sessionKey(), Instant.MAX);
    }
  }

  @Test
  void aTokenExpiresInTheMiddleOfItsUseAndThenOnNewConnectionsToo() throws Exception {
    RxkadToken token = shortLivedToken();
    FileService inUse = files(Rxkad.with(token, RxkadLevel.CRYPT));
    WireFid root = root("user.alice", Security.none());
    assertThat(list(inUse, root).lookUp("..".getBytes(StandardCharsets.US_ASCII))).isPresent();

    var ends = new AtomicReference<CallException>();
    Eventually.until(
        () -> {
          ends.set(catchThrowableOfType(CallException.class, () -> list(inUse, root)));
          return ends.get() != null;
        },
        () -> "the server still takes a ticket of ten seconds");

    assertThat(ends.get().rxkadError()).contains(RxkadError.EXPIRED);
    assertThat(ends.get()).hasMessageContaining("heddle login");
    FileService anew = files(Rxkad.with(token, RxkadLevel.AUTH));
    CallException refusal = catchThrowableOfType(CallException.class, () -> list(anew, root));
    assertThat(refusal.rxkadError()).contains(RxkadError.EXPIRED);
    FileService renewed = files(Rxkad.with(token("alice"), RxkadLevel.CRYPT));
    assertThat(list(renewed, root).lookUp("..".getBytes(StandardCharsets.US_ASCII))).isPresent();
  }

  // ---------------------------------------------------------------- services of ours

  private record Asked(int opcode, Optional<Principal> by) {}

  /** Serves what a tool calls: notes who asks for what, and refuses it. */
  private static void note(ServiceCall call, BlockingQueue<Asked> asked) throws IOException {
    int opcode = ByteBuffer.wrap(call.input().readNBytes(4)).getInt();
    asked.add(new Asked(opcode, call.caller()));
    throw new ServiceCall.Abort(NOT_HERE);
  }

  /** The KDC seals its tickets with a service's key; each type has a way of its own to do that. */
  @ParameterizedTest
  @ValueSource(ints = {16, 17, 18, 23})
  void aServiceKnowsAliceByWhateverTypeOfKeyTheKdcHasSealedHerTicketWith(int encryptionType)
      throws Exception {
    String cell = "etype" + encryptionType + "." + RealCell.name();
    Path keytab = RealCell.keytab("etype" + encryptionType);
    RxkadToken alice =
        KerberosTokenSource.ofKeytab(RealCell.keytab("alice"), "alice")
            .token(cell, List.of("db1." + cell));
    BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    try (ServiceKeys keys = ServiceKeys.ofKeytab(keytab);
        Endpoint server = Endpoint.open(EndpointConfig.DEFAULT);
        Service service =
            server.serve(
                FileService.SERVICE_ID,
                ServiceOptions.DEFAULT.withSecurity(RxkadService.with(keys)),
                call -> note(call, asked))) {
      var here =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.localAddress().getPort());
      var files =
          new FileService(
              endpoint.connect(here, service.serviceId(), Rxkad.with(alice, RxkadLevel.CRYPT)),
              OPTIONS);

      var refusal = catchThrowableOfType(RemoteAbortException.class, files::getTime);

      assertThat(refusal.code()).isEqualTo(NOT_HERE);
      RxkadPrincipal caller = (RxkadPrincipal) asked.remove().by().orElseThrow();
      assertThat(caller.name()).isEqualTo("alice");
      assertThat(caller.isSuperuser()).isFalse();
    }
  }

  private String run(String... command) throws Exception {
    Path output = directory.resolve("output");
    Process tool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    tool.getOutputStream().close();
    boolean ended = tool.waitFor(TOOL_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      tool.destroyForcibly();
    }
    assertThat(ended).as(String.join(" ", command)).isTrue();
    return Files.readString(output);
  }

  /** Returns a configuration in which the databases of the cell are on this host. */
  private Path configuration(String host) throws IOException {
    Path server = Path.of("/etc/openafs/server");
    Path made = Files.createDirectory(directory.resolve("etc"));
    for (String file : List.of("ThisCell", "KeyFileExt", "rxkad.keytab")) {
      Files.copy(server.resolve(file), made.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(made.resolve("CellServDB"), ">" + RealCell.name() + "\n" + host + " #here\n");
    return made;
  }

  @ParameterizedTest
  @CsvSource({"bos, 7007, 1", "vos, 7005, 4", "pts, 7002, 73"})
  void toolsOfOpenAfsShowThatTheyAreServersOfTheCell(String tool, int port, int serviceId)
      throws Exception {
    BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    InetAddress here = ownAddress();
    EndpointConfig config =
        EndpointConfig.DEFAULT.withBindAddress(new InetSocketAddress(here, port));
    try (ServiceKeys keys = ServiceKeys.ofKeytab(RealCell.serviceKeytab());
        Endpoint server = Endpoint.open(config);
        Service service =
            server.serve(
                serviceId,
                ServiceOptions.DEFAULT.withSecurity(RxkadService.with(keys)),
                call -> note(call, asked))) {
      String host = here.getHostAddress();
      String said =
          switch (tool) {
            case "bos" -> run("bos", "status", host, "-localauth");
            case "vos" -> run("vos", "partinfo", host, "-localauth", "-noresolve");
            default ->
                run(
                    "pts",
                    "examine",
                    "alice",
                    "-localauth",
                    "-config",
                    configuration(host).toString());
          };

      Asked first = asked.poll(1, TimeUnit.SECONDS);
      assertThat(first).as(tool + " said: " + said).isNotNull();
      assertThat(service.serviceId()).isEqualTo(serviceId);
      RxkadPrincipal caller = (RxkadPrincipal) first.by().orElseThrow();
      assertThat(caller).isEqualTo(new RxkadPrincipal("afs", "", ""));
      assertThat(caller.isSuperuser()).isTrue();
    }
  }

  private static InetAddress ownAddress() throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.connect(RealCell.fileServer1(), FileService.PORT);
      return socket.getLocalAddress();
    }
  }
}
