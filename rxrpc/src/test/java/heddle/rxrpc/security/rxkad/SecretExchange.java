package heddle.rxrpc.security.rxkad;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;

import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.Service;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.security.CallSecurity;
import heddle.rxrpc.security.ClientSecurity;
import heddle.rxrpc.security.ServiceHandshake;
import heddle.rxrpc.trace.JfrTracer;
import heddle.rxrpc.trace.PcapTracer;
import heddle.rxrpc.trace.PcapWriter;
import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.trace.Tracer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/**
 * A process that makes secured calls, good and bad ones, and writes down all there is to see of
 * them; what it logs goes to its standard error. {@link SecretsTest} runs it and looks.
 */
final class SecretExchange {
  static final String RECORDING = "exchange.jfr";
  static final String CAPTURE = "exchange.pcap";
  static final String SAID = "said.txt";
  static final String SERVICE_KEY = "service.key";
  static final String SESSION_KEY = "session.key";

  private static final int SERVICE = 7;

  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  /** Writes down each event. */
  private final class Scribe implements Tracer {
    @Override
    public void trace(TraceEvent event) {
      note(event);
    }
  }

  private SecretExchange() {}

  /** Writes its files into the directory that is named. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    SecretExchange exchange = new SecretExchange();
    try (ServiceKeys keys = ServiceKeys.generated();
        RxkadToken token = RxkadToken.printed(keys);
        Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
      Files.write(directory.resolve(SERVICE_KEY), keys.forPrinting().bytes());
      Files.write(directory.resolve(SESSION_KEY), token.sessionKey());
      recording.start();
      exchange.run(keys, token, directory.resolve(CAPTURE));
      recording.stop();
      recording.dump(directory.resolve(RECORDING));
      exchange.handshake(keys, token);
    }
    Files.write(directory.resolve(SAID), exchange.said);
  }

  private void run(ServiceKeys keys, RxkadToken token, Path captured) throws Exception {
    RxkadService service = RxkadService.with(keys).floor(RxkadLevel.AUTH);
    try (var capture = PcapWriter.create(captured, 1 << 20);
        Endpoint server = Endpoint.open(LOOPBACK.withTracer(watch(capture)));
        Endpoint client = Endpoint.open(LOOPBACK.withTracer(watch(capture)));
        Service served =
            server.serve(
                SERVICE,
                ServiceOptions.DEFAULT.withSecurity(service),
                call -> {
                  note(call);
                  note(call.caller());
                  call.output().write(call.input().readAllBytes());
                })) {
      for (RxkadLevel level : RxkadLevel.values()) {
        call(client, server, Rxkad.with(token, level));
      }
      RxkadToken wrong =
          RxkadToken.of("afs", token.ticketType(), token.ticket(), new byte[8], Instant.MAX);
      RxkadToken cut =
          RxkadToken.of(
              "afs", token.ticketType(), new byte[40], token.sessionKey(), token.expiry());
      call(client, server, Rxkad.with(wrong, RxkadLevel.CRYPT));
      call(client, server, Rxkad.with(cut, RxkadLevel.CRYPT));
      note(served);
      note(client);
      note(client.snapshot());
      note(server.snapshot());
      note(service);
    }
  }

  /** The parts of a handshake, and what is said of what breaks its rules. */
  private void handshake(ServiceKeys keys, RxkadToken token) throws Exception {
    RxkadService service = RxkadService.with(keys);
    ServiceHandshake handshake = service.accept(1, 4);
    ClientSecurity client = Rxkad.with(token, RxkadLevel.CRYPT).connect(1, 4).orElseThrow();
    byte[] body = client.respond(handshake.challenge(), new int[4]);
    ServiceHandshake.Accepted accepted = handshake.verify(body);
    CallSecurity call = client.call(0, 1);
    for (Object thing :
        new Object[] {
          token,
          keys,
          token.copyKey(),
          keys.forPrinting(),
          Rxkad.with(token, RxkadLevel.CRYPT),
          client,
          call,
          handshake,
          accepted,
          accepted.security(),
          accepted.caller(),
          RxkadResponse.parse(body),
          service.tickets().read(token.ticketType(), token.ticket(), 1_000_000_000L)
        }) {
      note(thing);
    }
    for (int i = 0; i < body.length; i++) {
      byte[] changed = body.clone();
      changed[i] ^= 1;
      try {
        note(handshake.verify(changed));
      } catch (RxkadException e) {
        note(e);
      }
    }
  }

  private Tracer watch(PcapWriter capture) {
    return Tracer.of(new Scribe(), new JfrTracer(), new PcapTracer(capture));
  }

  private void note(Object thing) {
    said.add(thing.toString());
  }

  private void note(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    said.add(text.toString());
  }

  private void call(Endpoint client, Endpoint server, Rxkad security) {
    try (Connection connection = client.connect(server.localAddress(), SERVICE, security);
        Call call = connection.newCall()) {
      note(connection);
      call.send(ByteBuffer.allocate(5000));
      note(call);
      note(call.input().readAllBytes().length);
    } catch (IOException e) {
      note(e);
    }
  }
}
