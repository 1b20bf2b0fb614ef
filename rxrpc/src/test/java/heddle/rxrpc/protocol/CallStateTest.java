package heddle.rxrpc.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.rxrpc.protocol.CallState.Complete;
import heddle.rxrpc.protocol.CallState.Event;
import heddle.rxrpc.protocol.CallState.Event.Ended;
import heddle.rxrpc.protocol.CallState.Event.Step;
import heddle.rxrpc.protocol.CallState.Phase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * All transitions of a call, as a table that whoever changes them has to look at: what it says must
 * be what is checked in. {@code -Dheddle.renew=true} writes it anew.
 */
class CallStateTest {
  private static final String TABLE = "call-states.txt";
  private static final Path SOURCE =
      Path.of("src/test/resources/heddle/rxrpc/protocol").resolve(TABLE);
  private static final Complete COMPLETE = new Complete(Completion.Plain.PEER_BUSY);

  /** Returns every state; of those that are the last one, an example. */
  private static List<CallState> states() {
    List<CallState> states = new ArrayList<>(List.of(Phase.values()));
    states.add(COMPLETE);
    return states;
  }

  /** Returns every event; of those that end a call, one with each kind of completion. */
  private static List<Event> events() {
    List<Event> events = new ArrayList<>(List.of(Step.values()));
    for (Completion how : completions()) {
      events.add(new Ended(how));
    }
    return events;
  }

  private static List<Completion> completions() {
    List<Completion> all = new ArrayList<>(List.of(Completion.Plain.values()));
    for (Completion.Timeout which : Completion.Timeout.values()) {
      all.add(new Completion.TimedOut(which));
    }
    all.add(new Completion.RemotelyAborted(0));
    all.add(new Completion.RemotelyAborted(1));
    all.add(new Completion.LocallyAborted(1, AbortReason.USER));
    all.add(new Completion.Unreachable("no port"));
    return all;
  }

  private static String table() {
    var text = new StringBuilder("state, event -> state that follows (-: the same)\n");
    for (CallState state : states()) {
      text.append('\n');
      for (Event event : events()) {
        CallState after = CallState.after(state, event);
        text.append(
            String.format(
                "%-19s  %-28s  %s%n",
                text(state), text(event), after.equals(state) ? "-" : text(after)));
      }
    }
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  private static String text(CallState state) {
    return switch (state) {
      case Phase phase -> phase.name();
      case Complete(Completion how) -> "COMPLETE(" + text(how) + ")";
    };
  }

  private static String text(Event event) {
    return switch (event) {
      case Step step -> step.name();
      case Ended(Completion how) -> "ENDED(" + text(how) + ")";
    };
  }

  private static String text(Completion how) {
    return switch (how) {
      case Completion.Plain plain -> plain.name();
      case Completion.TimedOut(var which) -> "TIMED_OUT " + which.name();
      case Completion.RemotelyAborted(int code) -> "REMOTELY_ABORTED " + code;
      case Completion.LocallyAborted(int code, var reason) ->
          "LOCALLY_ABORTED " + code + " " + reason.name();
      case Completion.Unreachable(var why) -> "UNREACHABLE " + why;
    };
  }

  @Test
  void transitionsAreThoseThatAreCheckedIn() throws IOException {
    if (Boolean.getBoolean("heddle.renew")) {
      Files.writeString(SOURCE, table());
      return;
    }
    try (InputStream checkedIn = CallStateTest.class.getResourceAsStream(TABLE)) {
      assertThat(checkedIn).as(TABLE).isNotNull();
      assertThat(table())
          .as("if this is meant: mvn test -pl rxrpc -Dtest=CallStateTest -Dheddle.renew=true")
          .isEqualTo(new String(checkedIn.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void completeIsTheLastState() {
    assertThat(events())
        .allSatisfy(event -> assertThat(CallState.after(COMPLETE, event)).isSameAs(COMPLETE));
  }

  @Test
  void endComesInEveryPhase() {
    for (Phase phase : Phase.values()) {
      for (Completion how : completions()) {
        assertThat(CallState.after(phase, new Ended(how))).isEqualTo(new Complete(how));
      }
    }
  }
}
