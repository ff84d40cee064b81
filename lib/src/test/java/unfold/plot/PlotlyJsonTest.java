package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.api.BoxPlot;
import tech.tablesaw.plotly.api.Histogram;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Font;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.components.Marker;
import tech.tablesaw.plotly.traces.HeatmapTrace;
import tech.tablesaw.plotly.traces.Scatter3DTrace;
import tech.tablesaw.plotly.traces.ScatterTrace;
import tech.tablesaw.plotly.traces.Trace;

class PlotlyJsonTest {
  private static final double[] X = {1, 2, 3};

  static JsonNode json(Figure figure) {
    try {
      return new ObjectMapper().readTree(PlotlyJson.string(figure));
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Figure figure(Layout layout, Trace... traces) {
    return new Figure(layout, traces);
  }

  private static JsonNode trace(Trace trace) {
    return json(new Figure(trace)).at("/data/0");
  }

  @Test
  void numbersAreNumbers() {
    JsonNode y = trace(ScatterTrace.builder(X, new double[] {0.1, -2e-9, 3}).build()).get("y");
    assertTrue(y.get(0).isNumber());
    assertEquals(0.1, y.get(0).doubleValue());
    assertEquals(-2e-9, y.get(1).doubleValue());
    assertTrue(y.get(2).isIntegralNumber(), "3, not 3.0: a notebook holds every character");
  }

  @Test
  void whatIsNotFiniteIsAGap() {
    double[] y = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (Trace trace : List.of(ScatterTrace.builder(X, y).build(), Draw.line(X, y))) {
      JsonNode values = trace(trace).get("y");
      assertEquals("[null,null,null]", values.toString());
    }
  }

  @Test
  void keepsSevenDigits() {
    JsonNode y = trace(Draw.line(X, new double[] {1 / 3.0, 123456789.123, 1e-12 / 3})).get("y");
    assertEquals("[0.3333333,1.234568E8,3.333333E-13]", y.toString());
    JsonNode whole = trace(Draw.line(X, new double[] {1234567890123.0, 0, 0})).get("y");
    assertEquals(1234567890123L, whole.get(0).longValue());
  }

  @Test
  void wordsStayWords() {
    StringColumn words = StringColumn.create("c", "1d", "b", "NaN");
    JsonNode x = trace(ScatterTrace.builder(words, DoubleColumn.create("y", X)).build()).get("x");
    assertEquals("[\"1d\",\"b\",\"NaN\"]", x.toString());
  }

  @Test
  void quotesAndMarkupComeThrough() {
    String text = "a \"b\" <c> & 'd' {e}";
    JsonNode json = json(figure(Layout.builder(text, text, text).build(),
        ScatterTrace.builder(X, X).name(text).build()));
    assertEquals(text, json.at("/layout/title/text").asText());
    assertEquals(text, json.at("/layout/xaxis/title/text").asText());
    assertEquals(text, json.at("/data/0/name").asText());
    JsonNode chart = json(Chart.of(Draw.line(X, X).name(text)).title(text));
    assertEquals(text, chart.at("/layout/title/text").asText());
    assertEquals(text, chart.at("/data/0/name").asText());
  }

  @Test
  void titlesHaveTheFormThatPlotly3Reads() {
    Axis axis = Axis.builder().title("n").titleFont(Font.builder().size(20).build()).build();
    JsonNode layout = json(figure(Layout.builder().title("top").xAxis(axis).build(),
        ScatterTrace.builder(X, X).build())).get("layout");
    assertEquals("top", layout.at("/title/text").asText());
    assertEquals("n", layout.at("/xaxis/title/text").asText());
    assertEquals(20, layout.at("/xaxis/title/font/size").asInt());
    assertFalse(layout.toString().contains("titlefont"));
  }

  @Test
  void aTraceWithoutANameHasNone() {
    assertNull(trace(ScatterTrace.builder(X, X).build()).get("name"));
  }

  @Test
  void severalHeatMapsOfTablesaw() {
    Object[] x = {"a", "b"};
    HeatmapTrace one = HeatmapTrace.builder(x, x, new double[][] {{1, 2}, {3, 4}}).build();
    HeatmapTrace two = HeatmapTrace.builder(x, x, new double[][] {{5, 6}, {7, 8}}).build();
    JsonNode data = json(new Figure(one, two)).get("data");
    assertEquals("[[1,2],[3,4]]", data.at("/0/z").toString());
    assertEquals("[[5,6],[7,8]]", data.at("/1/z").toString());
  }

  @Test
  void modesInSpace() {
    assertEquals("lines", trace(Scatter3DTrace.builder(X, X, X).mode(Scatter3DTrace.Mode.LINE).build())
        .get("mode").asText());
    Trace both = Scatter3DTrace.builder(X, X, X).mode(Scatter3DTrace.Mode.LINE_AND_MARKERS).build();
    assertEquals("lines+markers", trace(both).get("mode").asText());
  }

  @Test
  void logarithmicAxesOfTablesaw() {
    JsonNode layout = json(figure(Layout.builder().xAxis(Axis.builder().type(Axis.Type.LOG).build()).build(),
        ScatterTrace.builder(X, X).build())).get("layout");
    assertEquals("log", layout.at("/xaxis/type").asText());
  }

  @Test
  void readsEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertEquals("[0.5,1.5,2.5]", trace(Draw.line(X, new double[] {0.5, 1.5, 2.5})).get("y").toString());
      assertEquals("[0.5,1.5,2.5]",
          trace(ScatterTrace.builder(X, new double[] {0.5, 1.5, 2.5}).build()).get("y").toString());
      double right = json(Chart.grid(1, 2).add(Draw.line(X, X))).at("/layout/xaxis/domain/1").doubleValue();
      assertTrue(right > 0.3 && right < 0.5, "half of the width: " + right);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void allKindsOfTablesawAreRead() {
    Table table = Table.create("t", DoubleColumn.create("x", X), StringColumn.create("g", "a", "b", "a"));
    assertEquals("histogram", json(Histogram.create("h", table, "x")).at("/data/0/type").asText());
    assertEquals("box", json(BoxPlot.create("b", table, "g", "x")).at("/data/0/type").asText());
    JsonNode marker = trace(ScatterTrace.builder(X, X).opacity(0.5)
        .marker(Marker.builder().color(X).showScale(true).build()).build());
    assertEquals(0.5, marker.get("opacity").doubleValue());
    assertTrue(marker.at("/marker/showscale").booleanValue());
  }

  @Test
  void figuresGetTheStyleUnlessTheySayMore() {
    JsonNode plain = json(new Figure(ScatterTrace.builder(X, X).build())).get("layout");
    assertEquals(900, plain.get("width").asInt());
    assertEquals("#ffffff", plain.at("/template/layout/plot_bgcolor").asText());
    assertEquals(500, json(figure(Layout.builder().width(500).build(), ScatterTrace.builder(X, X).build()))
        .at("/layout/width").asInt());
  }

  @Test
  void saysWhatItCannotRead() {
    assertThrows(IllegalStateException.class, () -> PlotlyJson.read("var trace0 = {x: [1,"));
  }
}
