package heddle.control;

import heddle.control.Request.DropTokens;
import heddle.control.Request.SetToken;
import heddle.control.UnixSocket.Peer;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a mount answers its users: about their own tokens, and what {@code heddle fs} asks, which is
 * done with their own rights. Thread-safe.
 */
public final class MountAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(MountAnswers.class);

  private static final int ROOT = 0;

  private final TokenStore tokens;
  private final Supplier<MountFacts> facts;
  private final FsService files;
  private final int owner;

  /**
   * Answers from these.
   *
   * @param owner number of the user who mounted
   */
  public MountAnswers(TokenStore tokens, Supplier<MountFacts> facts, FsService files, int owner) {
    this.tokens = tokens;
    this.facts = facts;
    this.files = files;
    this.owner = owner;
  }

  /** Does what a peer asks for itself. */
  Reply answer(Request request, Peer peer) throws ControlException {
    if (request instanceof Request.Describe) {
      return new Reply.Facts(facts.get());
    }
    if (request instanceof Request.Fs(FsRequest wanted)) {
      return new Reply.Fs(
          files.answer(wanted, tokens.caller(peer.uid(), peer.pid()), authority(peer)));
    }
    Optional<Owner> holder = tokens.owner(peer.uid(), peer.pid());
    if (holder.isEmpty()) {
      if (request instanceof SetToken set) {
        set.token().close();
      }
      return new Reply.NoSession();
    }
    return switch (request) {
      case Request.Describe describe -> new Reply.Facts(facts.get());
      case SetToken set -> set(holder.get(), set);
      case DropTokens drop -> drop(holder.get(), drop);
      case Request.ListTokens list -> list(holder.get());
      case Request.Fs fs -> throw new AssertionError("was answered");
    };
  }

  private FsService.Authority authority(Peer peer) {
    return peer.uid() == ROOT || peer.uid() == owner
        ? FsService.Authority.OWNER
        : FsService.Authority.USER;
  }

  private Reply set(Owner holder, SetToken set) throws ControlException {
    RxkadToken token = set.token();
    try {
      if (facts.get().cells().stream()
          .noneMatch(cell -> cell.name().equalsIgnoreCase(set.cell()))) {
        throw new ControlException("this mount does not know cell " + set.cell());
      }
      tokens.set(holder, set.cell(), token);
    } catch (ControlException e) {
      token.close();
      throw e;
    }
    LOG.info("{} has a token of {} for {}", holder, token.client(), set.cell());
    return new Reply.Done();
  }

  private Reply drop(Owner holder, DropTokens drop) {
    List<String> cells = tokens.drop(holder, drop.cell());
    LOG.info("{} has dropped its tokens for {}", holder, cells);
    return new Reply.Dropped(cells);
  }

  private Reply list(Owner holder) {
    return new Reply.Tokens(
        tokens.tokens(holder).entrySet().stream()
            .map(
                entry ->
                    new TokenFacts(
                        entry.getKey(), entry.getValue().client(), entry.getValue().expiry()))
            .toList());
  }
}
