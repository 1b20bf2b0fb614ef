package heddle.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows on a terminal how much has been copied; elsewhere nothing. */
final class CopyProgress implements AutoCloseable {
  private static final int WIDTH = 78; // characters
  private static final int INTERVAL_MILLIS = 250;

  private final @Nullable ProgressBar bar;

  private CopyProgress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  static CopyProgress none() {
    return new CopyProgress(null);
  }

  static CopyProgress on(PrintStream terminal) {
    return new CopyProgress(
        new ProgressBarBuilder()
            .setTaskName("copied")
            .setStyle(ProgressBarStyle.ASCII)
            .setUnit(" MiB", 1 << 20)
            .setInitialMax(0)
            .setUpdateIntervalMillis(INTERVAL_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH))
            .showSpeed()
            .build());
  }

  /** A file of {@code length} bytes is to be copied. */
  void expect(long length) {
    if (bar != null) {
      bar.maxHint(bar.getMax() + length);
    }
  }

  void copied(int bytes) {
    if (bar != null) {
      bar.stepBy(bytes);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
