package heddle.afs.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.rxrpc.AbortCodes;
import heddle.rxrpc.Call;
import heddle.rxrpc.Connection;
import heddle.rxrpc.RemoteAbortException;
import heddle.rxrpc.security.Security;
import heddle.rxrpc.security.rxkad.Rxkad;
import heddle.rxrpc.security.rxkad.RxkadLevel;
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

/** The protection server, over real calls. */
class ProtectionOperationsTest {
  private static final int NO_ENTRY = 267_268;
  private static final int PERMISSION_DENIED = 267_269;

  private EmbeddedCell cell;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    cell = EmbeddedCell.start();
    client = new RawClient(cell);
    cell.addGroup("staff:readers", "alice", "bob");
  }

  @AfterEach
  void stop() {
    client.close();
    cell.close();
  }

  private XdrReader call(Security security, int opcode, Consumer<XdrWriter> arguments)
      throws IOException {
    XdrWriter request = new XdrWriter().int32(opcode);
    arguments.accept(request);
    try (Connection connection = client.connect(7002, 73, security);
        Call call = connection.newCall(RawClient.OPTIONS)) {
      call.send(request.toByteBuffer());
      return new XdrReader(new ByteArrayInputStream(call.input().readAllBytes()));
    }
  }

  private Security as(String user) {
    return Rxkad.with(cell.token(user), RxkadLevel.CRYPT);
  }

  private static void name(XdrWriter out, String name) {
    for (int i = 0; i < 64; i++) {
      out.int32(i < name.length() ? name.charAt(i) : 0);
    }
  }

  private static String name(XdrReader in) throws IOException {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      int character = in.int32();
      if (character != 0) {
        name.append((char) character);
      }
    }
    return name.toString();
  }

  private int id(String name) throws IOException {
    XdrReader in =
        call(
            Security.none(),
            504,
            out -> {
              out.int32(1);
              name(out, name);
            });
    assertThat(in.int32()).isEqualTo(1);
    return in.int32();
  }

  private static List<Integer> list(XdrReader in) throws IOException {
    List<Integer> list = new ArrayList<>();
    for (int i = in.arrayLength(100); i > 0; i--) {
      list.add(in.int32());
    }
    return list;
  }

  @Test
  void namesHaveIds() throws IOException {
    assertThat(id("system:administrators")).isEqualTo(-204);
    assertThat(id("System:AnyUser")).isEqualTo(-101);
    assertThat(id("alice")).isPositive();
    assertThat(id("staff:readers")).isNegative();
    assertThat(id("nobody-we-know")).isEqualTo(32766);
    assertThat(id("17")).isEqualTo(32766);
  }

  @Test
  void idsHaveNames() throws IOException {
    int alice = id("alice");
    XdrReader in = call(Security.none(), 505, out -> out.int32(2).int32(alice).int32(999_999));
    assertThat(in.int32()).isEqualTo(2);
    assertThat(name(in)).isEqualTo("alice");
    assertThat(name(in)).isEqualTo("999999");
  }

  @Test
  void aUserSeesHisOwnGroups() throws IOException {
    int alice = id("alice");
    int group = id("staff:readers");
    assertThat(list(call(as("alice"), 508, out -> out.int32(alice))))
        .containsExactly(group, -102, -101, alice);
    assertThat(list(call(as("admin"), 508, out -> out.int32(alice)))).contains(group);
    assertRefused(PERMISSION_DENIED, as("bob"), 508, alice);
    assertRefused(PERMISSION_DENIED, Security.none(), 508, alice);
    assertRefused(NO_ENTRY, as("admin"), 508, 4711);
  }

  private void assertRefused(int code, Security security, int opcode, int argument) {
    assertThatExceptionOfType(RemoteAbortException.class)
        .isThrownBy(() -> call(security, opcode, out -> out.int32(argument)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void membersOfGroupsAreSeenByAll() throws IOException {
    int group = id("staff:readers");
    assertThat(list(call(Security.none(), 514, out -> out.int32(group))))
        .containsExactlyInAnyOrder(id("alice"), id("bob"));
    cell.removeMember("staff:readers", "bob");
    assertThat(list(call(Security.none(), 514, out -> out.int32(group))))
        .containsExactly(id("alice"));
  }

  @Test
  void entriesAreListed() throws IOException {
    int alice = id("alice");
    XdrReader in = call(Security.none(), 512, out -> out.int32(alice));
    assertThat(in.int32()).as("S----").isEqualTo(0x80);
    assertThat(in.int32()).isEqualTo(alice);
    in.fixedOpaque(10 * 4);
    assertThat(name(in)).isEqualTo("alice");
    assertRefused(NO_ENTRY, Security.none(), 512, 4711);
  }

  @Test
  void unknownOperationsAndLongListsAreRefused() {
    assertRefused(AbortCodes.RXGEN_OPCODE, Security.none(), 500, 1);
    assertRefused(AbortCodes.RXGEN_OPCODE, Security.none(), 9999, 1);
    assertRefused(AbortCodes.RXGEN_SS_UNMARSHAL, Security.none(), 505, 5_001);
    assertRefused(AbortCodes.RXGEN_SS_UNMARSHAL, Security.none(), 505, -1);
  }

  @Test
  void namesThatCannotBeAreRefused() {
    for (String name : List.of("", "a b", "a@b", "x".repeat(64), "ü")) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> cell.addUser(name))
          .withMessageContaining(name);
    }
  }
}
