package heddle.rxrpc.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A packet as an implementation of Rx put it on the wire, with what tshark reads in it.
 *
 * @param name what it is, then the capture and frame it comes from
 * @param fields tshark's names (without {@code rx.}) and values
 * @param bytes the datagram
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PacketVector(String name, Map<String, String> fields, byte[] bytes) {

  /** Returns all vectors, in the order of the file. */
  public static List<PacketVector> all() {
    return read("openafs-1.8.9.txt");
  }

  /** Returns the vector whose name starts with this word. */
  public static PacketVector named(String word) {
    return all().stream()
        .filter(vector -> vector.name.startsWith(word + " "))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the datagram, to be read. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes);
  }

  /** Returns a field as a 32-bit number, signed or unsigned. */
  public int number(String field) {
    return (int) Long.parseLong(Objects.requireNonNull(fields.get(field), field));
  }

  @Override
  public String toString() {
    return name;
  }

  private static List<PacketVector> read(String resource) {
    var vectors = new ArrayList<PacketVector>();
    try (var in = PacketVector.class.getResourceAsStream(resource);
        var reader =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.US_ASCII))) {
      String name = "";
      Map<String, String> fields = new LinkedHashMap<>();
      var hex = new StringBuilder();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("#")) {
          continue;
        }
        if (line.startsWith("= ")) {
          add(vectors, name, fields, hex);
          name = line.substring(2);
          fields = new LinkedHashMap<>();
        } else if (line.contains("=")) {
          for (String field : line.split(" ", -1)) {
            String[] parts = field.split("=", 2);
            fields.put(parts[0], parts[1]);
          }
        } else {
          hex.append(line);
        }
      }
      add(vectors, name, fields, hex);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return vectors;
  }

  private static void add(
      List<PacketVector> vectors, String name, Map<String, String> fields, StringBuilder hex) {
    if (!name.isEmpty()) {
      vectors.add(new PacketVector(name, fields, HexFormat.of().parseHex(hex)));
      hex.setLength(0);
    }
  }
}
