package heddle.cli;

import heddle.afs.auth.KerberosEnvironment;
import heddle.afs.auth.TokenSource;
import heddle.control.MountFacts.CellFacts;
import heddle.control.TokenFacts;
import heddle.fuse.MountException;
import heddle.fuse.PathBytes;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle login}. */
@Command(
    name = "login",
    description = {
      "Get a token from your Kerberos ticket, and give it to the mounts.",
      "From then on you are yourself there, not just anybody. What aklog does for"
          + " OpenAFS's client."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kinit && heddle login                    (the mount's own cell)",
      "  heddle login other.example               (another cell that the mount knows)",
      "  heddle login --keytab /etc/job.keytab --renew    (a job that runs for days)",
      "  heddle login --cell-key /srv/cell/KeyFileExt --principal alice",
      "                                           (a cell of heddle serve)",
      "",
      "The ticket must be in a file: KRB5CCNAME=FILE:/tmp/krb5cc_me. The realm is found as aklog"
          + " does: afs/CELL@REALM of your realm, then of the realm of the cell's hosts"
          + " ([domain_realm]), then afs@REALM. The token lasts as long as the ticket; 'heddle tokens'"
          + " shows it. When it has expired, files of the cell fail with \"Key has expired\" until you"
          + " log in again or out."
    })
final class LoginCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init") // by picocli
  private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MountChoice choice = new MountChoice();

  @Option(
      names = "--keytab",
      paramLabel = "FILE",
      description = "Use a key in this file in place of a ticket; only this process reads it.")
  private @Nullable String keytab;

  @Option(
      names = "--principal",
      paramLabel = "NAME",
      description = "Whose key; default: the first one in the keytab. With --cell-key, any user.")
  private @Nullable String principal;

  @Option(
      names = "--cell-key",
      paramLabel = "FILE",
      description =
          "Make the token with the key of the cell's servers (a KeyFileExt, as heddle serve"
              + " keeps one in its directory), for any user: needs no Kerberos, but --principal.")
  private @Nullable String cellKey;

  @Option(
      names = "--renew",
      description =
          "Stay, and renew the tokens before they expire: from the keytab, or from your"
              + " tickets, which something else (kinit, krenew) keeps fresh. Ends with the last of"
              + " the mounts, or when 'heddle logout' has dropped the tokens.")
  private boolean renew;

  @Option(names = "--json", description = "Write a JSON array.")
  private boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "CELL",
      description = "The cell; default: the mount's own.")
  private @Nullable String cell;

  LoginCommand(Console console) {
    this.console = console;
  }

  /** One cell of one mount. */
  private record Wanted(MountChoice.Target target, CellFacts cell) {}

  /** A token that is renewed. */
  private final class Kept implements Renewal.Login {
    private final Wanted wanted;
    private final TokenSource source;
    private boolean given;

    Kept(Wanted wanted, TokenSource source) {
      this.wanted = wanted;
      this.source = source;
    }

    @Override
    public String mount() {
      return wanted.target.shown();
    }

    TokenFacts give() throws IOException {
      TokenFacts token = LoginCommand.give(source, wanted);
      given = true;
      return token;
    }

    @Override
    public Optional<Instant> again() throws IOException {
      if (given && !isThere()) {
        return Optional.empty(); // who logs out means it
      }
      TokenFacts token = give();
      say(Map.of(wanted, token));
      return Optional.of(token.expiry());
    }

    private boolean isThere() throws IOException {
      return wanted.target.control().tokens().stream()
          .anyMatch(token -> token.cell().equalsIgnoreCase(wanted.cell.name()));
    }
  }

  @Override
  public Integer call() throws IOException, MountException, InterruptedException {
    common.apply();
    checkKeys();
    KerberosEnvironment.adopt();
    List<Wanted> wanted = wanted();
    TokenSource source = source();
    var renewal = new Renewal(console.surroundings(), this::say);
    var given = new LinkedHashMap<Wanted, TokenFacts>();
    for (Wanted each : wanted) {
      var kept = new Kept(each, source);
      Instant expiry = Instant.EPOCH;
      try {
        TokenFacts token = kept.give();
        given.put(each, token);
        expiry = token.expiry();
      } catch (IOException e) {
        if (wanted.size() == 1) {
          throw e;
        }
        say(kept.mount() + ": " + Failures.describe(e));
      }
      renewal.add(kept, expiry);
    }
    say(given);
    if (renew && !given.isEmpty()) {
      renewal.run();
    }
    return given.size() == wanted.size() ? Heddle.OK : Heddle.FAILED;
  }

  private void say(String message) {
    console.err().println(Complaint.of(spec, message));
  }

  /** Returns what is to be logged in to: mounts that do not know the cell are left out. */
  private List<Wanted> wanted() throws IOException, MountException {
    var wanted = new ArrayList<Wanted>();
    Optional<MountException> unknown = Optional.empty();
    for (MountChoice.Target target : choice.targets(console.surroundings(), this::say)) {
      try {
        wanted.add(new Wanted(target, target.cell(Optional.ofNullable(cell))));
      } catch (MountException e) {
        unknown = unknown.or(() -> Optional.of(e));
      }
    }
    if (wanted.isEmpty() && unknown.isPresent()) {
      throw unknown.get();
    }
    return wanted;
  }

  private void checkKeys() {
    if (principal != null && keytab == null && cellKey == null) {
      throw new ParameterException(
          spec.commandLine(), "--principal says whose key in a keytab: give --keytab FILE too");
    }
    if (cellKey != null && (principal == null || keytab != null)) {
      throw new ParameterException(
          spec.commandLine(),
          keytab == null
              ? "--cell-key makes tokens for anybody: say for whom with --principal NAME"
              : "--cell-key and --keytab exclude each other");
    }
  }

  private TokenSource source() throws IOException {
    if (cellKey != null && principal != null) {
      var file = PathBytes.toPath(RawArguments.toBytes(cellKey));
      return console.surroundings().cellKey(file, principal);
    }
    if (keytab != null) {
      var file = PathBytes.toPath(RawArguments.toBytes(keytab));
      return console.surroundings().keytab(file, Optional.ofNullable(principal));
    }
    return console
        .surroundings()
        .tickets()
        .orElseThrow(
            () ->
                new IOException(
                    "you have no Kerberos ticket; get one: kinit (or give --keytab FILE)"));
  }

  /** Gives a mount its token. */
  private static TokenFacts give(TokenSource source, Wanted wanted) throws IOException {
    CellFacts facts = wanted.cell;
    try (RxkadToken token = source.token(facts.name(), facts.databaseHosts())) {
      wanted.target.control().set(facts.name(), token);
      return new TokenFacts(facts.name(), token.client(), token.expiry());
    }
  }

  private void say(Map<Wanted, TokenFacts> given) throws IOException {
    var objects = new ArrayList<Map<String, Object>>();
    Instant now = console.surroundings().now();
    try (var output = new Output(console)) {
      for (Map.Entry<Wanted, TokenFacts> entry : given.entrySet()) {
        TokenFacts token = entry.getValue();
        var text = new TokenText(entry.getKey().target.point(), token.cell(), token.client());
        if (json) {
          objects.add(text.json(token.expiry(), now));
        } else {
          output.text(text.loggedIn(token.expiry(), now)).newLine();
        }
      }
      if (json) {
        output.text(Json.of(objects)).newLine();
      }
    }
  }
}
