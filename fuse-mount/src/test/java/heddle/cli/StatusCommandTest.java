package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import heddle.afs.ServerFacts;
import heddle.cli.FakeSurroundings.FakeMount;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@code heddle status} shows. */
class StatusCommandTest {
  private final CommandRun command = new CommandRun();

  private FakeMount mount(String point, int owner) throws IOException {
    command.tree.settings().servers =
        List.of(
            new ServerFacts(
                ServerFacts.Kind.FILES,
                "memory.example",
                ServerFacts.State.UP,
                List.of(
                    new ServerFacts.Address(
                        InetAddress.getByName("192.0.2.1"), 20_123, Optional.of(1_230_000L)))));
    return command.surroundings.addMount(point, owner);
  }

  @Test
  void aMountIsShownWithItsServersCallsCacheAndTokens() throws Exception {
    mount("/mnt/afs", FakeSurroundings.UID)
        .set("memory.example", FakeSurroundings.token(FakeSurroundings.START.plusSeconds(3600)));

    assertThat(command.runExactly("status")).isZero();

    assertThat(command.err()).isEmpty();
    assertThat(command.out())
        .contains(
            "/mnt/afs, cell memory.example, mounted by uid 1000\n",
            "alice@REALM",
            "(1:00 h)\n",
            "    file     192.0.2.1       up        1.23 ms  rank 20123  memory.example\n",
            "    FetchData64 1.2.3 to 127.0.0.1:7000, for 3.2 s, waits for data\n",
            "  cache: statuses 30 of 40 at hand (75 %), data 1 of 4 at hand (25 %);"
                + " broken promises 2\n",
            "  on disk: 0.0 of 1.0 MiB; data found there 2 times\n",
            "  written and not stored: 4096 bytes\n");
  }

  @Test
  void scriptsGetJson() throws Exception {
    mount("/mnt/afs", FakeSurroundings.UID);

    assertThat(command.runExactly("status", "--json", "/mnt/afs")).isZero();

    assertThat(command.out())
        .contains(
            "\"mount\":\"/mnt/afs\"",
            "\"roundTripMicros\":1230",
            "\"ageMillis\":3210",
            "\"dirtyBytes\":4096",
            "\"diskHits\":2,\"diskBytes\":8192,\"diskMaxBytes\":1048576",
            "\"callsMade\":{\"FetchStatus\":7}");
  }

  @Test
  void mountsOfOthersAreLeftOutAndSilentOnesToldOf() throws Exception {
    mount("/mnt/other", 1001);
    assertThat(command.runExactly("status")).isZero();
    assertThat(command.err()).contains("no mount of yours");
    assertThat(command.out()).isEmpty();

    mount("/mnt/silent", FakeSurroundings.UID).silence = Optional.of(new IOException("no answer"));
    mount("/mnt/afs", FakeSurroundings.UID);
    assertThat(command.runExactly("status")).isEqualTo(1);
    assertThat(command.err()).contains("/mnt/silent: no answer");
    assertThat(command.out()).startsWith("/mnt/afs, ");
  }
}
