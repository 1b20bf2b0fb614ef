package heddle.control;

import heddle.rxrpc.security.rxkad.RxkadToken;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Talks to a mount over its socket; a connection for each request. */
public final class ControlClient implements MountControl {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration PATIENCE_WITH_SERVERS =
      ControlServer.PATIENCE_WITH_SERVERS.plusSeconds(5);

  private final Path socket;
  private final int owner;

  /**
   * Does nothing yet.
   *
   * @param socket name of the mount's socket
   * @param owner number of the user who mounted: nobody else is told anything
   */
  public ControlClient(Path socket, int owner) {
    this.socket = socket;
    this.owner = owner;
  }

  @Override
  public MountFacts describe() throws IOException {
    return switch (ask(new Request.Describe())) {
      case Reply.Facts facts -> facts.facts();
      case Reply reply -> throw unexpected(reply);
    };
  }

  @Override
  public void set(String cell, RxkadToken token) throws IOException {
    Reply reply = ask(new Request.SetToken(cell, token));
    if (!(reply instanceof Reply.Done)) {
      throw unexpected(reply);
    }
  }

  @Override
  public List<String> drop(Optional<String> cell) throws IOException {
    return switch (ask(new Request.DropTokens(cell))) {
      case Reply.Dropped dropped -> dropped.cells();
      case Reply reply -> throw unexpected(reply);
    };
  }

  @Override
  public List<TokenFacts> tokens() throws IOException {
    return switch (ask(new Request.ListTokens())) {
      case Reply.Tokens tokens -> tokens.tokens();
      case Reply reply -> throw unexpected(reply);
    };
  }

  @Override
  public FsAgent fs() {
    return request ->
        switch (ask(new Request.Fs(request), PATIENCE_WITH_SERVERS)) {
          case Reply.Fs(FsAnswer.Failed(FsFailure failure)) -> throw new FsException(failure);
          case Reply.Fs(FsAnswer answer) -> answer;
          case Reply reply -> throw unexpected(reply);
        };
  }

  private Reply ask(Request request) throws IOException {
    return ask(request, PATIENCE);
  }

  private Reply ask(Request request, Duration patience) throws IOException {
    try (UnixSocket connection = UnixSocket.connect(SocketCalls.load(), socket, patience)) {
      int peer = connection.peer().uid();
      if (peer != owner) {
        throw new ControlException(
            "a process of uid "
                + Integer.toUnsignedString(peer)
                + " listens in place of the mount, which is of uid "
                + Integer.toUnsignedString(owner));
      }
      var line = new Line(connection);
      Message message = Message.empty();
      request.writeTo(message);
      line.send(message);
      try (Message reply = line.receive()) {
        return Reply.read(reply);
      }
    } catch (EOFException e) {
      throw new ControlException("the mount is busy, or ends; try again", e);
    }
  }

  private static ControlException unexpected(Reply reply) {
    return switch (reply) {
      case Reply.Refused refused -> new ControlException(refused.reason());
      case Reply.NoSession none -> new NoSessionException();
      default -> new ControlException("the mount answers what it was not asked");
    };
  }
}
