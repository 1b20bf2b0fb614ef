package heddle.control;

import heddle.rxrpc.security.rxkad.RxkadException;
import heddle.rxrpc.security.rxkad.RxkadToken;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** What a user asks of a mount, always for itself. */
sealed interface Request {
  /** What mount is this? */
  record Describe() implements Request {}

  /** Here is my token. */
  record SetToken(String cell, RxkadToken token) implements Request {}

  /** Drop my token for a cell, or all. */
  record DropTokens(Optional<String> cell) implements Request {}

  /** What tokens have I got? */
  record ListTokens() implements Request {}

  /** Do something of {@code heddle fs} for me. */
  record Fs(FsRequest request) implements Request {}

  int DESCRIBE = 1;
  int SET_TOKEN = 2;
  int DROP_TOKENS = 3;
  int LIST_TOKENS = 4;
  int FS = 5;

  int MAX_CELL_BYTES = 255;
  int MAX_CLIENT_BYTES = 1024;
  int MAX_TICKET_BYTES = 16 << 10;
  int KEY_BYTES = 8;

  /** Appends the request. */
  default void writeTo(Message out) throws ControlException {
    switch (this) {
      case Describe describe -> out.number(DESCRIBE);
      case SetToken set -> {
        out.number(SET_TOKEN).text(set.cell);
        write(set.token, out);
      }
      case DropTokens drop -> out.number(DROP_TOKENS).text(drop.cell.orElse(""));
      case ListTokens list -> out.number(LIST_TOKENS);
      case Fs fs -> RecordCodec.writeKind((Record) fs.request, out.number(FS));
    }
  }

  private static void write(RxkadToken token, Message out) throws ControlException {
    byte[] key;
    try {
      key = token.sessionKey();
    } catch (RxkadException e) {
      throw new ControlException("the token was dropped", e);
    }
    out.text(token.client()).number(token.ticketType()).bytes(token.ticket()).bytes(key);
    out.number(token.expiry().getEpochSecond());
    Arrays.fill(key, (byte) 0);
  }

  /**
   * Reads a request, which must be all of the message.
   *
   * @throws ControlException if it is none
   */
  static Request read(Message in) throws ControlException {
    long kind = in.number();
    Request request;
    if (kind == DESCRIBE) {
      request = new Describe();
    } else if (kind == SET_TOKEN) {
      request = new SetToken(cell(in), token(in));
    } else if (kind == DROP_TOKENS) {
      String cell = in.text(MAX_CELL_BYTES);
      request = new DropTokens(Optional.of(cell).filter(name -> !name.isEmpty()));
    } else if (kind == LIST_TOKENS) {
      request = new ListTokens();
    } else if (kind == FS) {
      request = new Fs(RecordCodec.readKind(FsRequest.class, in));
    } else {
      throw new ControlException("unknown request " + kind);
    }
    return complete(request, in);
  }

  /** Checks that nothing follows a request; what follows makes it none, and its token useless. */
  static Request complete(Request request, Message in) throws ControlException {
    try {
      in.end();
      return request;
    } catch (ControlException e) {
      if (request instanceof SetToken set) {
        set.token.close();
      }
      throw e;
    }
  }

  private static String cell(Message in) throws ControlException {
    String cell = in.text(MAX_CELL_BYTES);
    if (cell.isEmpty() || cell.chars().anyMatch(c -> c <= ' ' || c == '/' || c == 0x7f)) {
      throw new ControlException("no name of a cell");
    }
    return cell;
  }

  private static boolean isUnprintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  private static RxkadToken token(Message in) throws ControlException {
    String client = in.text(MAX_CLIENT_BYTES);
    if (client.codePoints().anyMatch(Request::isUnprintable)) { // it goes to logs and terminals
      throw new ControlException("no name of a user");
    }
    long ticketType = in.number();
    byte[] ticket = in.bytes(MAX_TICKET_BYTES);
    byte[] key = in.bytes(KEY_BYTES);
    try {
      long expirySeconds = in.number();
      if (key.length != KEY_BYTES || ticketType < 0 || ticketType > 0xffff) {
        throw new ControlException("no token");
      }
      Instant expiry = Instant.ofEpochSecond(Math.clamp(expirySeconds, 0, Integer.MAX_VALUE));
      return RxkadToken.of(client, (int) ticketType, ticket, key, expiry);
    } catch (RxkadException e) {
      throw new ControlException("no token: " + e.getMessage(), e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }
}
