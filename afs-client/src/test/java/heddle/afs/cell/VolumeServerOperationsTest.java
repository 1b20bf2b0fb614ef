package heddle.afs.cell;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The volume server, over real calls; OpenAFS's own {@code vos} is asked in the ITs. */
class VolumeServerOperationsTest {
  private static final int ENODEV = 19;

  private EmbeddedCell cell;
  private RawClient client;
  private int project;

  @BeforeEach
  void start() throws IOException {
    cell = EmbeddedCell.start();
    client = new RawClient(cell);
    project = cell.createVolume("project");
    cell.release("project");
  }

  @AfterEach
  void stop() {
    client.close();
    cell.close();
  }

  private XdrReader call(int opcode, Consumer<XdrWriter> arguments) throws IOException {
    XdrWriter request = new XdrWriter().int32(opcode);
    arguments.accept(request);
    try (Connection connection = client.connect(7005, 4, Security.none());
        Call call = connection.newCall(RawClient.OPTIONS)) {
      call.send(request.toByteBuffer());
      return new XdrReader(new ByteArrayInputStream(call.input().readAllBytes()));
    }
  }

  private int abortCode(int opcode, Consumer<XdrWriter> arguments) throws IOException {
    return client.abortCode(
        7005,
        4,
        out -> {
          out.int32(opcode);
          arguments.accept(out);
        });
  }

  private static String characters(XdrReader in, int length) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int character = in.int32();
      if (character != 0) {
        text.append((char) character);
      }
    }
    return text.toString();
  }

  private static List<Integer> words(XdrReader in, int count) throws IOException {
    List<Integer> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(in.int32());
    }
    return words;
  }

  @ParameterizedTest
  @ValueSource(ints = {121, 125})
  void oneVolume(int opcode) throws IOException {
    XdrReader in = call(opcode, out -> out.int32(0).int32(project + 1));
    assertThat(in.int32()).isEqualTo(1);
    assertThat(characters(in, 32)).isEqualTo("project.readonly");
    assertThat(words(in, 6)).containsExactly(project + 1, 1, 0, project, project + 1, 2);
    in.int32(); // when it was made
    assertThat(in.int32()).as("in service").isEqualTo(1);
    words(in, opcode == 121 ? 2 + 4 + 1 : 4 + 1);
    assertThat(in.int32()).as("files").isEqualTo(1);
    words(in, opcode == 121 ? 2 + 5 : 2 + 32);
    assertThat(client.abortCode(7005, 4, out -> out.int32(opcode).int32(0).int32(1)))
        .isEqualTo(ENODEV);
  }

  @ParameterizedTest
  @ValueSource(ints = {116, 124})
  void allVolumes(int opcode) throws IOException {
    XdrReader in = call(opcode, out -> out.int32(0).int32(1));
    List<String> names = new ArrayList<>();
    for (int left = in.int32(); left > 0; left--) {
      names.add(characters(in, 32));
      words(in, opcode == 116 ? 8 + 2 + 8 + 5 : 8 + 8 + 32);
    }
    assertThat(names)
        .containsExactlyInAnyOrder("root.cell", "root.afs", "project", "project.readonly");
  }

  @Test
  void thereIsOnePartition() throws IOException {
    assertThat(words(call(115, out -> {}), 26)).startsWith(0, -1, -1).endsWith(-1);
    assertThat(words(call(127, out -> {}), 2)).containsExactly(1, 0);
    XdrReader small = call(119, out -> out.string("/vicepa", 100));
    assertThat(characters(small, 32)).isEqualTo("/vicepa");
    characters(small, 32);
    assertThat(words(small, 4)).endsWith(small(cellSize())).startsWith(0);
    XdrReader large = call(65539, out -> out.string("/vicepa", 100));
    assertThat(characters(large, 256)).isEqualTo("/vicepa");
    characters(large, 256);
    assertThat(large.int32()).isZero();
    assertThat(large.int64()).isEqualTo(cellSize());
    assertThat(large.int64()).isLessThan(cellSize()).isPositive();
    assertThat(large.int64()).isEqualTo(cellSize());
  }

  private static long cellSize() {
    return Runtime.getRuntime().maxMemory() / 2 / 1024;
  }

  private static int small(long blocks) {
    return (int) Math.min(blocks, Integer.MAX_VALUE);
  }

  @Test
  void thereIsNoOtherPartition() throws IOException {
    int none = 1_492_325_125;
    assertThat(abortCode(116, out -> out.int32(1).int32(1))).isEqualTo(none);
    assertThat(abortCode(121, out -> out.int32(-1).int32(project))).isEqualTo(none);
    assertThat(abortCode(119, out -> out.string("/vicepb", 100))).isEqualTo(none);
    assertThat(abortCode(65539, out -> out.string("", 100))).isEqualTo(none);
  }

  @Test
  void nobodyHasTransactions() throws IOException {
    assertThat(call(118, out -> {}).int32()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 101, 103, 108, 109, 122, 65537, 65538, 0, -1})
  void nothingIsChanged(int opcode) throws IOException {
    assertThat(abortCode(opcode, out -> out.int32(0).int32(0))).isEqualTo(AbortCodes.RXGEN_OPCODE);
  }

  @Test
  void whatIsNoRequestIsRefused() throws IOException {
    assertThat(abortCode(121, out -> out.int32(0))).isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
    assertThat(abortCode(119, out -> out.int32(1 << 30))).isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
    assertThat(abortCode(118, out -> out.int32(0))).isEqualTo(AbortCodes.RXGEN_SS_UNMARSHAL);
  }
}
