package heddle.cli;

import heddle.afs.AfsConfig;
import heddle.afs.KnownCell;
import heddle.afs.auth.Caller;
import heddle.control.ControlException;
import heddle.control.ControlPlace;
import heddle.control.ControlServer;
import heddle.control.FsService;
import heddle.control.MountAnswers;
import heddle.control.MountFacts;
import heddle.control.TokenStore;
import heddle.fuse.MountIdentities;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** The tokens of a mount's users, with the socket through which they come. */
final class MountTokens implements MountIdentities, AutoCloseable {
  private final TokenStore store;
  private final ControlServer server;

  private MountTokens(TokenStore store, ControlServer server) {
    this.store = store;
    this.server = server;
  }

  /** Begins to take tokens, and whatever else users ask of the mount. */
  static MountTokens open(
      ControlPlace.Audience audience, int uid, Supplier<MountFacts> facts, FsService files)
      throws IOException {
    TokenStore store = TokenStore.by(facts.get().distinction());
    return new MountTokens(
        store,
        ControlServer.start(
            ControlPlace.create(audience, uid), new MountAnswers(store, facts, files, uid)));
  }

  /** Returns what a mount of these cells tells its users. */
  static MountFacts facts(
      AfsConfig config, List<KnownCell> cells, TokenStore.Distinction distinction) {
    return new MountFacts(
        config.thisCell().or(() -> single(cells)).orElse(""),
        distinction,
        cells.stream()
            .map(
                cell ->
                    new MountFacts.CellFacts(
                        cell.name(),
                        config.protection().of(cell.name()).level().name().toLowerCase(Locale.ROOT),
                        cell.databaseHosts()))
            .toList());
  }

  private static Optional<String> single(List<KnownCell> cells) {
    return cells.size() == 1 ? Optional.of(cells.getFirst().name()) : Optional.empty();
  }

  /** Gives a user of the mount a token, as if the user had logged in. */
  void give(int uid, String cell, RxkadToken token) throws ControlException {
    store.setForUser(uid, cell, token);
  }

  @Override
  public Caller caller(int user, int thread) {
    return store.caller(user, thread);
  }

  @Override
  public Optional<String> controlSocket() {
    return Optional.of(server.socket().toString());
  }

  @Override
  public void close() {
    server.close();
    store.close();
  }
}
