package heddle.cli;

import heddle.afs.auth.KerberosEnvironment;
import heddle.afs.auth.TokenSource;
import heddle.control.MountFacts.CellFacts;
import heddle.fuse.MountException;
import heddle.fuse.PathBytes;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
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
      "Get a token for a cell from your Kerberos ticket, and give it to the mounts: from then on",
      "you are yourself there, not just anybody. What aklog does for OpenAFS's client."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  kinit && heddle login                    (the mount's own cell)",
      "  heddle login other.example               (another cell that the mount knows)",
      "  heddle login --keytab /etc/job.keytab --renew    (a job that runs for days)",
      "",
      "The ticket must be in a file: KRB5CCNAME=FILE:/tmp/krb5cc_me. The realm is found as aklog",
      "does: afs/CELL@REALM of your realm, then of the realm of the cell's hosts ([domain_realm]),",
      "then afs@REALM. The token lasts as long as the ticket; 'heddle tokens' shows it. When it has",
      "expired, files of the cell fail with \"Key has expired\" until you log in again or out."
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
      description = "Whose key; default: the first one in the keytab.")
  private @Nullable String principal;

  @Option(
      names = "--renew",
      description = {
        "Stay, and renew the tokens before they expire: from the keytab, or from your tickets,",
        "which something else (kinit, krenew) keeps fresh. Ends with the mount."
      })
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

  @Override
  public Integer call() throws IOException, MountException, InterruptedException {
    common.apply();
    if (principal != null && keytab == null) {
      throw new ParameterException(
          spec.commandLine(), "--principal says whose key in a keytab: give --keytab FILE too");
    }
    KerberosEnvironment.adopt();
    var wanted = new ArrayList<Wanted>();
    for (MountChoice.Target target : choice.targets(console.surroundings())) {
      wanted.add(new Wanted(target, target.cell(Optional.ofNullable(cell))));
    }
    TokenSource source = source();
    Instant firstExpiry = logIn(source, wanted);
    if (renew) {
      new Renewal(
              console.surroundings(),
              () -> logIn(source, wanted),
              message -> console.err().println(spec.qualifiedName() + ": " + message))
          .run(firstExpiry);
    }
    return Heddle.OK;
  }

  private TokenSource source() throws IOException {
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

  /** Gives each mount its token; returns when the first expires. */
  private Instant logIn(TokenSource source, List<Wanted> all) throws IOException {
    var objects = new ArrayList<Map<String, Object>>();
    Instant first = Instant.MAX;
    try (var output = new Output(console)) {
      for (Wanted each : all) {
        CellFacts facts = each.cell;
        try (RxkadToken token = source.token(facts.name(), facts.databaseHosts())) {
          each.target.control().set(facts.name(), token);
          var text = new TokenText(each.target.point(), facts.name(), token.client());
          if (json) {
            objects.add(text.json(token.expiry(), console.surroundings().now()));
          } else {
            output.text(text.loggedIn(token.expiry(), console.surroundings().now())).newLine();
          }
          first = token.expiry().isBefore(first) ? token.expiry() : first;
        }
      }
      if (json) {
        output.text(Json.of(objects)).newLine();
      }
    }
    return first;
  }
}
