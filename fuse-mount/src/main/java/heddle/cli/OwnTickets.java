package heddle.cli;

import heddle.afs.AfsException;
import heddle.afs.KnownCell;
import heddle.afs.auth.Identity;
import heddle.afs.auth.KerberosEnvironment;
import heddle.afs.auth.TokenSource;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/**
 * The identity of a command without a mount: that of the user's Kerberos tickets, where there are
 * any. Why there is no token is said only where somebody may not do something.
 */
final class OwnTickets {
  @Option(
      names = "--anonymous",
      description = "As anybody; else your Kerberos tickets are used, if you have any.")
  private boolean anonymous;

  private final Map<String, String> reasons = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /** Gets tokens for those of {@code wanted} that are among {@code known}, as far as possible. */
  Identity identity(Surroundings surroundings, Collection<String> wanted, List<KnownCell> known) {
    Identity identity = Identity.named("you");
    Optional<TokenSource> source = anonymous ? Optional.empty() : source(surroundings, wanted);
    if (source.isPresent()) {
      for (KnownCell cell : known) {
        if (wanted.stream().anyMatch(cell.name()::equalsIgnoreCase)) {
          setToken(identity, source.get(), cell);
        }
      }
    }
    return identity;
  }

  private Optional<TokenSource> source(Surroundings surroundings, Collection<String> wanted) {
    KerberosEnvironment.adopt();
    Optional<TokenSource> source = Optional.empty();
    String reason = "you have no Kerberos ticket; get one: kinit";
    try {
      source = surroundings.tickets();
    } catch (IOException e) {
      reason = Failures.describe(e);
    }
    if (source.isEmpty()) {
      for (String cell : wanted) {
        reasons.put(cell, reason);
      }
    }
    return source;
  }

  private void setToken(Identity identity, TokenSource source, KnownCell cell) {
    try {
      identity.set(cell.name(), source.token(cell.name(), cell.databaseHosts()));
    } catch (IOException e) {
      // not static: a logger that is made before the options are read knows nothing of them
      LoggerFactory.getLogger(OwnTickets.class).debug("no token for {}", cell.name(), e);
      reasons.put(cell.name(), Failures.describe(e));
    }
  }

  /** Returns what to add to the message of a failure, where that is known. */
  String explanation(IOException failure, Optional<String> cell) {
    return failure instanceof AfsException.PermissionDenied
        ? reason(cell).map(reason -> " (as anybody: " + reason + ")").orElse("")
        : "";
  }

  /** Returns why there is no token for a cell, where that is known. */
  Optional<String> reason(Optional<String> cell) {
    return cell.map(reasons::get);
  }
}
