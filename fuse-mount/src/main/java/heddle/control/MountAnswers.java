package heddle.control;

import heddle.control.Request.DropTokens;
import heddle.control.Request.SetToken;
import heddle.control.UnixSocket.Peer;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a mount answers its users: about their own tokens, and what {@code heddle fs} asks, which is
 * done with their own rights. Thread-safe.
 */
public final class MountAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(MountAnswers.class);

  private final TokenStore tokens;
  private final MountFacts facts;
  private final FsService files;

  /** Answers from these. */
  public MountAnswers(TokenStore tokens, MountFacts facts, FsService files) {
    this.tokens = tokens;
    this.facts = facts;
    this.files = files;
  }

  /** Does what a peer asks for itself. */
  Reply answer(Request request, Peer peer) throws ControlException {
    if (request instanceof Request.Describe) {
      return new Reply.Facts(facts);
    }
    if (request instanceof Request.Fs(FsRequest wanted)) {
      return new Reply.Fs(files.answer(wanted, tokens.caller(peer.uid(), peer.pid())));
    }
    Optional<Owner> owner = tokens.owner(peer.uid(), peer.pid());
    if (owner.isEmpty()) {
      if (request instanceof SetToken set) {
        set.token().close();
      }
      return new Reply.NoSession();
    }
    return switch (request) {
      case Request.Describe describe -> new Reply.Facts(facts);
      case SetToken set -> set(owner.get(), set);
      case DropTokens drop -> drop(owner.get(), drop);
      case Request.ListTokens list -> list(owner.get());
      case Request.Fs fs -> throw new AssertionError("was answered");
    };
  }

  private Reply set(Owner owner, SetToken set) throws ControlException {
    RxkadToken token = set.token();
    try {
      if (facts.cells().stream().noneMatch(cell -> cell.name().equalsIgnoreCase(set.cell()))) {
        throw new ControlException("this mount does not know cell " + set.cell());
      }
      tokens.set(owner, set.cell(), token);
    } catch (ControlException e) {
      token.close();
      throw e;
    }
    LOG.info("{} has a token of {} for {}", owner, token.client(), set.cell());
    return new Reply.Done();
  }

  private Reply drop(Owner owner, DropTokens drop) {
    List<String> cells = tokens.drop(owner, drop.cell());
    LOG.info("{} has dropped its tokens for {}", owner, cells);
    return new Reply.Dropped(cells);
  }

  private Reply list(Owner owner) {
    return new Reply.Tokens(
        tokens.tokens(owner).entrySet().stream()
            .map(
                entry ->
                    new TokenFacts(
                        entry.getKey(), entry.getValue().client(), entry.getValue().expiry()))
            .toList());
  }
}
