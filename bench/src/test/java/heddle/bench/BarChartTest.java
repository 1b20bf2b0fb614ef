package heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class BarChartTest {
  private static final BarChart CHART =
      new BarChart(
          "a < b & c",
          "MB/s",
          List.of(
              new BarChart.Group(
                  "one",
                  List.of(
                      new BarChart.Bar("x", 50, 25, 100), new BarChart.Bar("y", 100, 100, 100))),
              new BarChart.Group("two", List.of(new BarChart.Bar("y", 0, 0, 0)))));

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void documentIsXmlWithABarForEachValueAndALegend() throws Exception {
    Document document = parse(BarChart.document(List.of(CHART, CHART)));

    assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(document.getElementsByTagName("g").getLength()).isEqualTo(2);
    int barsAndLegend = 3 + 2;
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(1 + 2 * barsAndLegend);
    assertThat(document.getElementsByTagName("text").item(0).getTextContent())
        .isEqualTo("a < b & c (MB/s)");
  }

  @Test
  void barsAreAsHighAsTheirMedians() throws Exception {
    NodeList bars = parse(BarChart.document(List.of(CHART))).getElementsByTagName("rect");

    double half = height(bars, 1);
    assertThat(height(bars, 2)).isEqualTo(2 * half);
    assertThat(height(bars, 3)).isZero();
  }

  private static double height(NodeList bars, int index) {
    return Double.parseDouble(((Element) bars.item(index)).getAttribute("height"));
  }
}
