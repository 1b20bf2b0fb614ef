package heddle.afs.location;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** A name server on the loopback interface, for tests. */
final class DnsResponder implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_BYTES = 4096;

  private final DatagramSocket socket;
  private final Map<String, List<Record>> records = new ConcurrentHashMap<>(); // by name and type
  private volatile int failure = Rcode.NOERROR;

  DnsResponder() throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().name("dns-responder").start(this::serve);
  }

  /** Adds a record as a zone file has it. */
  DnsResponder with(String name, int type, long ttlSeconds, String data) throws IOException {
    Name full = Name.fromString(name, Name.root);
    Record record = Record.fromString(full, type, DClass.IN, ttlSeconds, data, Name.root);
    records.computeIfAbsent(key(full, type), key -> new ArrayList<>()).add(record);
    return this;
  }

  /** Has all questions from now on answered with that error. */
  void failWith(int rcode) {
    failure = rcode;
  }

  Resolver resolver() throws IOException {
    SimpleResolver resolver =
        new SimpleResolver(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort()));
    resolver.setTimeout(PATIENCE);
    return resolver;
  }

  private static String key(Name name, int type) {
    return name.canonicalize() + " " + Type.string(type);
  }

  private void serve() {
    byte[] buffer = new byte[MAX_BYTES];
    try {
      while (!socket.isClosed()) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] reply = answer(packet).toWire();
        socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
      }
    } catch (IOException e) {
      if (!socket.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Message answer(DatagramPacket packet) throws IOException {
    Message question = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    Record asked = question.getQuestion();
    Message reply = new Message(question.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.addRecord(asked, Section.QUESTION);
    List<Record> found = records.getOrDefault(key(asked.getName(), asked.getType()), List.of());
    found.forEach(record -> reply.addRecord(record, Section.ANSWER));
    boolean known =
        records.keySet().stream()
            .anyMatch(key -> key.startsWith(asked.getName().canonicalize() + " "));
    reply.getHeader().setRcode(failure != Rcode.NOERROR ? failure : known ? 0 : Rcode.NXDOMAIN);
    return reply;
  }

  @Override
  public void close() {
    socket.close();
  }
}
