package heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExperimentTest {
  private final List<String> order = new ArrayList<>();
  private final PrintWriter nowhere = new PrintWriter(Writer.nullWriter());

  /** Has samples up its sleeve; a negative one is a failure. */
  private final class Scripted implements Contender {
    private final String label;
    private final double[] rates;
    private int next;

    Scripted(String label, double... rates) {
      this.label = label;
      this.rates = rates;
    }

    @Override
    public String label() {
      return label;
    }

    @Override
    public Sample sample() throws IOException {
      order.add(label);
      double rate = rates[next++];
      if (rate < 0) {
        throw new IOException("broken");
      }
      return Sample.ofRate(rate);
    }

    @Override
    public void close() {
      order.add("close " + label);
    }
  }

  private Experiment.Result run(int rounds, Contender... contenders) throws InterruptedException {
    return new Experiment("chart", "group", "calls/s", "us", List.of(contenders))
        .run(rounds, nowhere);
  }

  @Test
  void samplesAreInterleaved() throws InterruptedException {
    run(2, new Scripted("a", 1, 2), new Scripted("b", 3, 4));

    assertThat(order).containsExactly("a", "b", "a", "b", "close a", "close b");
  }

  @Test
  void medianAndSpread() throws InterruptedException {
    Series odd = run(3, new Scripted("a", 5, 1, 9)).series().getFirst();
    Series even = run(4, new Scripted("a", 5, 1, 9, 6)).series().getFirst();

    assertThat(odd.rate()).isEqualTo(5);
    assertThat(odd.leastRate()).isEqualTo(1);
    assertThat(odd.greatestRate()).isEqualTo(9);
    assertThat(even.rate()).isEqualTo(5.5);
    assertThat(odd.median(Sample::clientCpu)).isNaN();
  }

  @Test
  void ratioIsToTheBestOfThoseChosen() throws InterruptedException {
    Experiment.Result result =
        run(1, new Scripted("ours", 12), new Scripted("x1", 3), new Scripted("x2", 4));

    assertThat(result.ratio(label -> label.startsWith("x"))).hasValue(3);
    assertThat(result.ratio(label -> label.startsWith("y"))).isEmpty();
  }

  @Test
  void whoFailsTwiceIsLeftOutAndSaysWhy() throws InterruptedException {
    Experiment.Result result =
        run(4, new Scripted("a", 1, 1, 1, 1), new Scripted("b", -1, -1, 1, 1));

    assertThat(order.stream().filter("b"::equals)).hasSize(2);
    StringWriter text = new StringWriter();
    result.print(new PrintWriter(text));
    assertThat(text.toString()).contains("b").contains("failed: broken; broken");
    assertThat(result.ratio("b"::equals)).isEmpty();
  }

  @Test
  void jsonHoldsEverySample() throws InterruptedException {
    Experiment.Result result = run(2, new Scripted("a", 1, 2), new Scripted("b", -1, 3));

    assertThat(com.grack.nanojson.JsonWriter.string(result.json()))
        .contains("\"median\":1.5", "\"rate\":2.0", "\"failures\":[\"broken\"]")
        .doesNotContain("NaN");
  }
}
