package heddle.afs.cell;

import static java.nio.charset.StandardCharsets.UTF_8;

import heddle.rxrpc.xdr.XdrReader;
import heddle.rxrpc.xdr.XdrWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The operations of the protection server that look things up. Users and groups are made with
 * {@link EmbeddedCell}.
 *
 * <p>Protocol source: OpenAFS src/ptserver/ptint.xg, ptopcodes.h; ptprocs.c (behaviour: who may see
 * what with the flags that entries have by default, {@code S----} and {@code S-M--}).
 */
final class ProtectionOperations implements RpcHandler.Operations {
  static final int PORT = 7002;
  static final int SERVICE_ID = 73;

  private static final int ERROR_BASE = 267_264;
  private static final int NO_ENTRY = ERROR_BASE + 4;
  private static final int PERMISSION_DENIED = ERROR_BASE + 5;
  private static final int BAD_ARGUMENT = ERROR_BASE + 9;

  private static final int MAX_LIST = 5_000;
  private static final int GROUP_QUOTA = 20;
  private static final int RESERVED_WORDS = 5;
  private static final int USER_FLAGS = 0x80; // S----
  private static final int GROUP_FLAGS = 0x90; // S-M--
  private static final int LISTS_USERS = 1; // flags of ListEntries
  private static final int LISTS_GROUPS = 2;

  private final ProtectionDatabase people;

  ProtectionOperations(ProtectionDatabase people) {
    this.people = people;
  }

  @Override
  public XdrWriter serve(int opcode, Request request) throws IOException {
    return switch (opcode) {
      case 504 -> nameToId(request);
      case 505 -> idToName(request);
      case 508 -> getCps(request);
      case 510 -> listMax(request);
      case 512 -> listEntry(request);
      case 514 -> listElements(request);
      case 515 -> isMember(request);
      case 517 -> listOwned(request);
      case 518 -> getCpsOnHost(request);
      case 519 -> getHostCps(request);
      case 521 -> listEntries(request);
      default -> throw RpcHandler.unknownOperation();
    };
  }

  private static String readName(XdrReader in) throws IOException {
    byte[] name = new byte[ProtectionDatabase.MAX_NAME_BYTES];
    int length = -1;
    for (int i = 0; i < name.length; i++) {
      name[i] = (byte) in.int32(); // a word for each byte
      if (name[i] == 0 && length < 0) {
        length = i;
      }
    }
    return new String(name, 0, length < 0 ? name.length : length, UTF_8);
  }

  private static void writeName(XdrWriter out, String name) {
    byte[] bytes = name.getBytes(UTF_8);
    for (int i = 0; i < ProtectionDatabase.MAX_NAME_BYTES; i++) {
      out.int32(i < bytes.length && i < ProtectionDatabase.MAX_NAME_BYTES - 1 ? bytes[i] : 0);
    }
  }

  private XdrWriter nameToId(Request request) throws IOException {
    int count = request.in().arrayLength(MAX_LIST);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(readName(request.in()));
    }
    request.end();
    XdrWriter out = new XdrWriter().int32(count);
    names.forEach(name -> out.int32(people.idOfName(name).orElse(ProtectionDatabase.ANONYMOUS)));
    return out;
  }

  private XdrWriter idToName(Request request) throws IOException {
    int count = request.in().arrayLength(MAX_LIST);
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(request.in().int32());
    }
    request.end();
    XdrWriter out = new XdrWriter().int32(count);
    ids.forEach(id -> writeName(out, people.name(id)));
    return out;
  }

  private XdrWriter getCps(Request request) throws IOException {
    int id = request.in().int32();
    request.end();
    return cps(id, request);
  }

  /** GetCPS2, for somebody on a host: hosts have no groups here. */
  private XdrWriter getCpsOnHost(Request request) throws IOException {
    int id = request.in().int32();
    request.in().int32();
    request.end();
    return cps(id, request);
  }

  private XdrWriter cps(int id, Request request) throws Refusal {
    PrincipalEntry entry = entry(id);
    requireMembersVisible(entry, request);
    return list(people.credentials(id).all().stream().sorted().toList()).int32(0);
  }

  private static XdrWriter getHostCps(Request request) throws IOException {
    request.in().int32();
    request.end();
    return list(List.of()).int32(0);
  }

  private static XdrWriter list(List<Integer> ids) {
    XdrWriter out = new XdrWriter().int32(ids.size());
    ids.forEach(out::int32);
    return out;
  }

  private PrincipalEntry entry(int id) throws Refusal {
    return people.entry(id).orElseThrow(() -> Refusal.of(NO_ENTRY));
  }

  /** Members of groups anybody may see; the groups of a user he himself and administrators. */
  private void requireMembersVisible(PrincipalEntry entry, Request request) throws Refusal {
    Credentials who = people.credentials(request.caller());
    if (!entry.isGroup()
        && who.id() != entry.id()
        && entry.id() != ProtectionDatabase.ANONYMOUS
        && !who.isAdministrator()) {
      throw Refusal.of(PERMISSION_DENIED);
    }
  }

  private XdrWriter listMax(Request request) throws IOException {
    request.end();
    List<PrincipalEntry> all = people.entries();
    int user =
        all.stream()
            .mapToInt(PrincipalEntry::id)
            .filter(id -> id > 0 && id != ProtectionDatabase.ANONYMOUS)
            .max()
            .orElse(0);
    int group = all.stream().mapToInt(PrincipalEntry::id).filter(id -> id < 0).min().orElse(0);
    return new XdrWriter().int32(user).int32(group);
  }

  private XdrWriter listEntry(Request request) throws IOException {
    int id = request.in().int32();
    request.end();
    XdrWriter out = new XdrWriter();
    write(out, entry(id));
    return out;
  }

  private void write(XdrWriter out, PrincipalEntry entry) {
    out.int32(entry.isGroup() ? GROUP_FLAGS : USER_FLAGS);
    out.int32(entry.id()).int32(entry.owner()).int32(entry.creator());
    out.int32(entry.isGroup() ? 0 : GROUP_QUOTA).int32(0);
    out.int32(people.elements(entry.id()).size());
    for (int i = 0; i < RESERVED_WORDS; i++) {
      out.int32(0);
    }
    writeName(out, entry.name());
  }

  /** ListEntries: only for administrators, all at once. */
  private XdrWriter listEntries(Request request) throws IOException {
    int flags = request.in().int32();
    int start = request.in().int32();
    request.end();
    if (!people.credentials(request.caller()).isAdministrator()) {
      throw Refusal.of(PERMISSION_DENIED);
    }
    if (start < 0) {
      throw Refusal.of(BAD_ARGUMENT);
    }
    List<PrincipalEntry> wanted =
        people.entries().stream()
            .filter(entry -> (flags & (entry.isGroup() ? LISTS_GROUPS : LISTS_USERS)) != 0)
            .skip(start)
            .limit(MAX_LIST)
            .toList();
    XdrWriter out = new XdrWriter().int32(wanted.size());
    wanted.forEach(entry -> write(out, entry));
    return out.int32(wanted.size() < MAX_LIST ? -1 : start + MAX_LIST);
  }

  private XdrWriter listElements(Request request) throws IOException {
    int id = request.in().int32();
    request.end();
    requireMembersVisible(entry(id), request);
    return list(people.elements(id).stream().sorted().limit(MAX_LIST).toList()).int32(0);
  }

  private XdrWriter isMember(Request request) throws IOException {
    int user = request.in().int32();
    int group = request.in().int32();
    request.end();
    if (group >= 0) {
      throw Refusal.of(BAD_ARGUMENT);
    }
    entry(user);
    entry(group);
    boolean is = people.credentials(user).all().contains(group);
    return new XdrWriter().int32(is ? 1 : 0);
  }

  private XdrWriter listOwned(Request request) throws IOException {
    int owner = request.in().int32();
    request.in().int32(); // where to go on: all come at once
    request.end();
    List<Integer> owned =
        people.entries().stream()
            .filter(entry -> entry.isGroup() && entry.owner() == owner)
            .map(PrincipalEntry::id)
            .limit(MAX_LIST)
            .toList();
    return list(owned).int32(0);
  }
}
