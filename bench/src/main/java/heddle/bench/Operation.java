package heddle.bench;

import java.util.Locale;

/**
 * What an rxperf call does.
 *
 * <p>Protocol source: OpenAFS src/tools/rxperf/rxperf.c.
 */
enum Operation {
  /** The client sends bytes. */
  SEND(0),
  /** The client gets bytes. */
  RECV(1),
  /** The client sends bytes, then gets some. */
  RPC(3),
  /** The client sends and gets what a list says. */
  FILE(4);

  private final int wireValue;

  Operation(int wireValue) {
    this.wireValue = wireValue;
  }

  int wireValue() {
    return wireValue;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
