package heddle.rxrpc.transport;

import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Prints the goodput of calls over paths with delay and loss, in virtual time, beside what the
 * formula of Mathis et al. gives, 1.22 * MSS / (RTT * sqrt(p)), or without loss beside that of a
 * full window.
 */
final class LossGoodputReport {
  private static final int SEEDS = 5;

  private LossGoodputReport() {}

  public static void main(String[] args) {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 60;
    System.out.println("   RTT ms   loss %  calls     MB/s   of ideal  (worst seed)");
    for (double rttMillis : new double[] {12.5, 50}) {
      for (double loss : new double[] {0, 0.001, 0.01, 0.05}) {
        for (int calls : new int[] {1, 16}) {
          int duration = loss == 0 ? Math.max(1, seconds / 20) : seconds; // it is always the same
          print(new Goodput((long) (rttMillis * 1e6), loss, calls, duration));
        }
      }
    }
  }

  private static void print(Goodput path) {
    double ideal =
        path.loss() == 0 ? path.fullWindow() : Math.min(path.formula(), path.fullWindow());
    double[] results =
        LongStream.rangeClosed(1, SEEDS).parallel().mapToDouble(path::measure).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%9.1f %8.1f %6d %8.2f %10.2f  %12.2f%n",
        path.rttNanos() / 1e6,
        path.loss() * 100,
        path.calls(),
        results[SEEDS / 2] / 1e6,
        results[SEEDS / 2] / ideal,
        results[0] / ideal);
  }
}
