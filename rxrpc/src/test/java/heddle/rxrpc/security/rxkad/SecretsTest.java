package heddle.rxrpc.security.rxkad;

import static heddle.rxrpc.testkit.Loopback.LOOPBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.Endpoint;
import heddle.rxrpc.ServiceOptions;
import heddle.rxrpc.trace.JfrTracer;
import heddle.rxrpc.trace.PcapTracer;
import heddle.rxrpc.trace.PcapWriter;
import heddle.rxrpc.trace.TraceEvent;
import heddle.rxrpc.trace.Tracer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No key is in a trace, a recording, a capture, a message or a name, in any form. */
@Timeout(120)
class SecretsTest {
  private static final int SERVICE = 7;
  private static final int WINDOW = 8; // bytes of a key in a row that may nowhere be

  @TempDir private Path directory;
  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  /** Writes down each event. */
  private final class Scribe implements Tracer {
    @Override
    public void trace(TraceEvent event) {
      said.add(event.toString());
    }
  }

  @Test
  void noKeyIsSaidAnywhere() throws Exception {
    Path recorded = directory.resolve("test.jfr");
    Path captured = directory.resolve("test.pcap");
    byte[] serviceKey;
    byte[] sessionKey;
    try (ServiceKeys keys = ServiceKeys.generated();
        RxkadToken token = RxkadToken.printed(keys);
        Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
      serviceKey = keys.forPrinting().bytes().clone();
      sessionKey = token.sessionKey();
      recording.start();
      exchange(keys, token, captured);
      recording.stop();
      recording.dump(recorded);
    }
    assertThat(String.join("\n", said)).contains("RXKADLEVELFAIL", "RXKADSEALEDINCON");
    Map<String, byte[]> places = new LinkedHashMap<>();
    places.put("what was said", String.join("\n", said).getBytes(StandardCharsets.UTF_8));
    places.put("the recording", Files.readAllBytes(recorded));
    places.put("the capture", Files.readAllBytes(captured));
    for (Map.Entry<String, byte[]> place : places.entrySet()) {
      assertThat(place.getValue()).as(place.getKey()).hasSizeGreaterThan(1000);
      String text = new String(place.getValue(), StandardCharsets.ISO_8859_1);
      for (byte[] key : List.of(serviceKey, sessionKey)) {
        for (String form : forms(key)) {
          assertThat(text.contains(form)).as("%s has a key", place.getKey()).isFalse();
        }
      }
    }
  }

  private void exchange(ServiceKeys keys, RxkadToken token, Path captured) throws Exception {
    RxkadToken wrong =
        RxkadToken.of("afs", token.ticketType(), token.ticket(), new byte[8], Instant.MAX);
    RxkadService service = RxkadService.with(keys).floor(RxkadLevel.AUTH);
    try (var capture = PcapWriter.create(captured, 1 << 20)) {
      try (Endpoint server = Endpoint.open(LOOPBACK.withTracer(watch(capture)));
          Endpoint client = Endpoint.open(LOOPBACK.withTracer(watch(capture)))) {
        server.serve(
            SERVICE,
            ServiceOptions.DEFAULT.withSecurity(service),
            call -> call.output().write(call.input().readAllBytes()));
        for (RxkadLevel level : RxkadLevel.values()) {
          note(call(client, server, Rxkad.with(token, level)));
        }
        note(call(client, server, Rxkad.with(wrong, RxkadLevel.CRYPT)));
        said.addAll(List.of(client.snapshot().toString(), server.snapshot().toString()));
        said.addAll(List.of(token.toString(), keys.toString(), service.toString()));
        said.add(Rxkad.with(token, RxkadLevel.CRYPT).toString());
        said.add(token.copyKey().toString());
        said.add(keys.forPrinting().toString());
      }
    }
  }

  private Tracer watch(PcapWriter capture) {
    return Tracer.of(new Scribe(), new JfrTracer(), new PcapTracer(capture));
  }

  private void note(Throwable failure) {
    if (failure != null) {
      StringWriter text = new StringWriter();
      failure.printStackTrace(new PrintWriter(text, true));
      said.add(text.toString());
    }
  }

  private static Throwable call(Endpoint client, Endpoint server, Rxkad security) {
    return catchThrowable(
        () -> {
          try (Connection connection = client.connect(server.localAddress(), SERVICE, security);
              Call call = connection.newCall()) {
            call.send(ByteBuffer.allocate(5000));
            assertThat(call.input().readAllBytes()).hasSize(5000);
          }
        });
  }

  /** Returns in what forms each part of a key might be found. */
  private static List<String> forms(byte[] key) {
    var forms = new ArrayList<String>();
    for (int from = 0; from + WINDOW <= key.length; from++) {
      byte[] part = Arrays.copyOfRange(key, from, from + WINDOW);
      forms.add(new String(part, StandardCharsets.ISO_8859_1));
      forms.add(HexFormat.of().formatHex(part));
      forms.add(HexFormat.of().withUpperCase().formatHex(part));
      forms.add(HexFormat.ofDelimiter(":").formatHex(part));
      forms.add(HexFormat.ofDelimiter(" ").formatHex(part));
      forms.add(Arrays.toString(part).replaceAll("[\\[\\]]", ""));
    }
    forms.add(Base64.getEncoder().withoutPadding().encodeToString(key));
    return forms;
  }
}
