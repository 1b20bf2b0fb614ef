package heddle.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A path between client and server that {@link UdpProxy} makes.
 *
 * @param roundTripMillis both directions together
 * @param lossPercent of the datagrams of each direction
 */
record SlowPath(double roundTripMillis, double lossPercent) {
  private static final double RENO = 1.22;
  private static final int SEGMENT_BYTES = 1416;
  private static final int WINDOW_PACKETS = 255;

  Process start(Children children, int port, int serverPort) throws IOException {
    return Program.Heddle.start(
        children,
        Program.Heddle.command(
            List.of(),
            "proxy",
            "-p",
            String.valueOf(port),
            "--to",
            "127.0.0.1:" + serverPort,
            "--rtt",
            String.valueOf(roundTripMillis),
            "--loss",
            String.valueOf(lossPercent)));
  }

  /**
   * Returns the megabytes a second that one flow can be expected to move: a window each round trip,
   * or what Reno makes of random loss, 1.22 MSS / (RTT sqrt(p)), if that is less.
   */
  double expectedRate() {
    double roundTrip = roundTripMillis / 1e3;
    double byWindow = WINDOW_PACKETS * SEGMENT_BYTES / roundTrip / 1e6;
    double byLoss =
        RENO * SEGMENT_BYTES / (roundTrip * Math.sqrt(Math.max(1e-9, lossPercent / 100))) / 1e6;
    return Math.min(byWindow, byLoss);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.4g ms, %.4g %% loss", roundTripMillis, lossPercent);
  }
}
