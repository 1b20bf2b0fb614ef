package heddle.control;

import heddle.control.MountFacts.CellFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a mount answers. */
sealed interface Reply {
  /** It is as was asked. */
  record Done() implements Reply {}

  /** It is not, for that reason. */
  record Refused(String reason) implements Reply {}

  /** It is not, for the mount cannot tell what session the user is in. */
  record NoSession() implements Reply {}

  /** To {@link Request.Describe}. */
  record Facts(MountFacts facts) implements Reply {}

  /** To {@link Request.DropTokens}: the cells that there was a token for. */
  record Dropped(List<String> cells) implements Reply {}

  /** To {@link Request.ListTokens}. */
  record Tokens(List<TokenFacts> tokens) implements Reply {}

  /** To {@link Request.Fs}. */
  record Fs(FsAnswer answer) implements Reply {}

  int DONE = 0;
  int REFUSED = 1;
  int FACTS = 2;
  int DROPPED = 3;
  int TOKENS = 4;
  int NO_SESSION = 5;
  int FS = 6;

  int MAX_TEXT_BYTES = 4096;
  int MAX_CELLS = 1000;
  int MAX_HOSTS = 16;

  /** Appends the reply; of cells and hosts beyond what there is room for nothing is said. */
  default void writeTo(Message out) throws ControlException {
    switch (this) {
      case Done done -> out.number(DONE);
      case Refused refused -> out.number(REFUSED).text(refused.reason);
      case NoSession none -> out.number(NO_SESSION);
      case Facts facts -> write(facts.facts, out.number(FACTS));
      case Dropped dropped -> {
        out.number(DROPPED).number(dropped.cells.size());
        for (String cell : dropped.cells) {
          out.text(cell);
        }
      }
      case Tokens tokens -> {
        out.number(TOKENS).number(tokens.tokens.size());
        for (TokenFacts token : tokens.tokens) {
          out.text(token.cell()).text(token.client()).number(token.expiry().getEpochSecond());
        }
      }
      case Fs fs -> RecordCodec.writeKind((Record) fs.answer, out.number(FS));
    }
  }

  private static void write(MountFacts facts, Message out) throws ControlException {
    out.text(facts.ownCell()).number(facts.distinction().ordinal());
    List<CellFacts> cells = first(facts.cells(), MAX_CELLS);
    out.number(cells.size());
    for (CellFacts cell : cells) {
      List<String> hosts = first(cell.databaseHosts(), MAX_HOSTS);
      out.text(cell.name()).text(cell.level()).number(hosts.size());
      for (String host : hosts) {
        out.text(host);
      }
    }
  }

  private static <T> List<T> first(List<T> list, int count) {
    return list.subList(0, Math.min(count, list.size()));
  }

  /**
   * Reads a reply, which must be all of the message.
   *
   * @throws ControlException if it is none
   */
  static Reply read(Message in) throws ControlException {
    long kind = in.number();
    Reply reply;
    if (kind == DONE) {
      reply = new Done();
    } else if (kind == REFUSED) {
      reply = new Refused(in.text(MAX_TEXT_BYTES));
    } else if (kind == NO_SESSION) {
      reply = new NoSession();
    } else if (kind == FACTS) {
      reply = new Facts(facts(in));
    } else if (kind == DROPPED) {
      reply = new Dropped(texts(in, MAX_CELLS));
    } else if (kind == TOKENS) {
      reply = new Tokens(tokens(in));
    } else if (kind == FS) {
      reply = new Fs(RecordCodec.readKind(FsAnswer.class, in));
    } else {
      throw new ControlException("unknown reply " + kind);
    }
    in.end();
    return reply;
  }

  private static MountFacts facts(Message in) throws ControlException {
    String ownCell = in.text(MAX_TEXT_BYTES);
    TokenStore.Distinction[] distinctions = TokenStore.Distinction.values();
    TokenStore.Distinction distinction = distinctions[in.count(distinctions.length - 1)];
    int count = in.count(MAX_CELLS);
    List<CellFacts> cells = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = in.text(MAX_TEXT_BYTES);
      cells.add(new CellFacts(name, in.text(MAX_TEXT_BYTES), texts(in, MAX_HOSTS)));
    }
    return new MountFacts(ownCell, distinction, cells);
  }

  private static List<String> texts(Message in, int max) throws ControlException {
    int count = in.count(max);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(in.text(MAX_TEXT_BYTES));
    }
    return List.copyOf(texts);
  }

  private static List<TokenFacts> tokens(Message in) throws ControlException {
    int count = in.count(MAX_CELLS);
    List<TokenFacts> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String cell = in.text(MAX_TEXT_BYTES);
      String client = in.text(MAX_TEXT_BYTES);
      long expirySeconds = Math.clamp(in.number(), 0, Integer.MAX_VALUE);
      tokens.add(new TokenFacts(cell, client, Instant.ofEpochSecond(expirySeconds)));
    }
    return List.copyOf(tokens);
  }
}
