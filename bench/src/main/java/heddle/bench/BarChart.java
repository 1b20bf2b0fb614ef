package heddle.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Groups of bars as SVG, each bar a median with a line from the least to the greatest sample.
 *
 * @param unit of the values
 */
record BarChart(String title, String unit, List<Group> groups) {
  private static final int WIDTH = 900;
  private static final int LEFT = 70;
  private static final int PLOT_HEIGHT = 240;
  private static final int TOP = 34;
  private static final int LEGEND_LINE = 16;
  private static final int TICKS = 5;
  private static final List<String> COLOURS =
      List.of("#2b6cb0", "#dd6b20", "#ecc94b", "#718096", "#38a169", "#805ad5");

  /** Bars that stand together. */
  record Group(String label, List<Bar> bars) {}

  /** One bar; of the same series in each group has the same colour. */
  record Bar(String series, double median, double least, double greatest) {}

  /** Returns the charts one below the other as one document. */
  static String document(List<BarChart> charts) {
    var svg = new StringBuilder();
    int y = 0;
    for (BarChart chart : charts) {
      svg.append(
          String.format(
              Locale.ROOT, "<g transform=\"translate(0,%d)\">%n%s</g>%n", y, chart.svg()));
      y += chart.height();
    }
    return String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\">%n"
            + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n%s</svg>%n",
        WIDTH,
        y,
        svg);
  }

  private int height() {
    return TOP + PLOT_HEIGHT + 30 + LEGEND_LINE * seriesNames().size() + 20;
  }

  private List<String> seriesNames() {
    var names = new ArrayList<String>();
    for (Group group : groups) {
      for (Bar bar : group.bars) {
        if (!names.contains(bar.series)) {
          names.add(bar.series);
        }
      }
    }
    return names;
  }

  private String svg() {
    var svg = new StringBuilder();
    text(svg, LEFT, 20, "start", title + " (" + unit + ")");
    double top = niceTop();
    for (int i = 0; i <= TICKS; i++) {
      double value = top * i / TICKS;
      double y = y(value, top);
      line(svg, LEFT, y, WIDTH - 10, y, "#e2e8f0");
      text(svg, LEFT - 6, y + 4, "end", String.format(Locale.ROOT, "%,.0f", value));
    }
    List<String> names = seriesNames();
    double groupWidth = (double) (WIDTH - LEFT - 10) / Math.max(1, groups.size());
    for (int i = 0; i < groups.size(); i++) {
      group(svg, groups.get(i), names, LEFT + i * groupWidth, groupWidth, top);
    }
    for (int i = 0; i < names.size(); i++) {
      int y = TOP + PLOT_HEIGHT + 36 + i * LEGEND_LINE;
      rectangle(svg, LEFT, y, 10, 10, colour(i));
      text(svg, LEFT + 16, y + 9, "start", names.get(i));
    }
    return svg.toString();
  }

  private void group(
      StringBuilder svg, Group group, List<String> names, double x, double width, double top) {
    double barWidth = width * 0.8 / names.size();
    for (Bar bar : group.bars) {
      int series = names.indexOf(bar.series);
      double left = x + width * 0.1 + series * barWidth;
      double y = y(bar.median, top);
      rectangle(svg, left, y, barWidth * 0.9, TOP + PLOT_HEIGHT - y, colour(series));
      double middle = left + barWidth * 0.45;
      line(svg, middle, y(bar.least, top), middle, y(bar.greatest, top), "#1a202c");
    }
    text(svg, x + width / 2, TOP + PLOT_HEIGHT + 18, "middle", group.label);
  }

  private double niceTop() {
    double greatest =
        groups.stream()
            .flatMap(group -> group.bars.stream())
            .mapToDouble(Bar::greatest)
            .max()
            .orElse(1);
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(greatest, 1e-9))));
    double steps = Math.ceil(greatest / power);
    return power * (steps <= 2 ? Math.ceil(greatest / power * 5) / 5 : steps);
  }

  private static double y(double value, double top) {
    return TOP + PLOT_HEIGHT * (1 - value / top);
  }

  private static String colour(int series) {
    return COLOURS.get(series % COLOURS.size());
  }

  private static void rectangle(
      StringBuilder svg, double x, double y, double width, double height, String colour) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
            x,
            y,
            width,
            height,
            colour));
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String colour) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
            x1,
            y1,
            x2,
            y2,
            colour));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            escape(text)));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
