package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.traces.ScatterTrace;
import tech.tablesaw.plotly.traces.Trace;

class DrawTest {
  private static final double[] X = {1, 2, 3};

  private static JsonNode json(Trace trace) {
    return PlotlyJsonTest.json(new Figure(trace)).at("/data/0");
  }

  @Test
  void distributionsAreRedAndBlueAndSumToOne() {
    Bins bins = Bins.of(-1, 1, 8);
    Trace[] traces = Draw.distributions(bins, new double[] {0.5, 0.5, 0.9, -0.1}, new double[] {-0.5});
    JsonNode negative = json(traces[0]);
    JsonNode positive = json(traces[1]);
    assertEquals(Palette.RED, positive.at("/line/color").asText());
    assertEquals("positive paths", positive.get("name").asText());
    assertEquals(Palette.BLUE, negative.at("/line/color").asText());
    double sum = 0;
    for (JsonNode y : positive.get("y")) {
      sum += y.doubleValue();
    }
    assertEquals(1, sum, 1e-12);
    assertEquals("[0,0.25,0,0,0.5,0.25,0]", positive.get("y").toString());
    assertEquals("[-0.625,-0.375,-0.125]", negative.get("x").toString());
    assertEquals("[0,1,0]", negative.get("y").toString());
  }

  @Test
  void exactDistributionsHaveWeights() {
    Bins bins = Bins.of(0, 1, 2);
    double[] values = {0.1, 0.9};
    JsonNode y = json(Draw.distribution(bins, values, new double[] {3, 1})).get("y");
    assertEquals("[0,0.75,0.25,0]", y.toString());
    for (double[] weights : new double[][] {{3, -1}, {3}, {0, 0}, {1, Double.NaN}}) {
      assertThrows(IllegalArgumentException.class, () -> Draw.distribution(bins, values, weights));
    }
    assertThrows(IllegalArgumentException.class, () -> Draw.distribution(bins, new double[0]));
  }

  @Test
  void aCloudOfManyPointsIsSmall() {
    SplittableRandom random = new SplittableRandom(1);
    double[] x = random.doubles(100_000, -1, 1).toArray();
    double[] y = random.doubles(100_000, -1, 1).toArray();
    String json = PlotlyJson.string(Chart.of(Draw.cloud(Bins.of(-1, 1, 60), x, y, Palette.RED)));
    assertTrue(json.length() < 30_000, "characters: " + json.length());
  }

  @Test
  void aCloudOfFewCellsIsMarkers() {
    double[] x = {0.5, 0.5, -0.3, 5};
    double[] y = {0.1, 0.1, 0.3, 0};
    JsonNode json = json(Draw.cloud(Bins.of(-1, 1, 10), x, y, Palette.BLUE));
    assertEquals("markers", json.get("mode").asText());
    assertEquals("[0.5,-0.3]", json.get("x").toString());
    assertEquals("[0.1,0.3]", json.get("y").toString());
    assertEquals("[0.3,0]", json.at("/marker/color").toString(), "log10 of 2 and 1 points; one lies outside");
    assertEquals(Palette.fade(Palette.BLUE, 0.85), json.at("/marker/colorscale/1/1").asText());
    double[] outside = {5};
    assertEquals(0, json(Draw.cloud(Bins.of(-1, 1, 10), outside, outside, Palette.BLUE)).get("x").size());
  }

  @Test
  void aCloudOfManyCellsIsAMap() {
    double[] x = new double[400];
    double[] y = new double[400];
    for (int i = 0; i < 400; i++) {
      x[i] = i % 20;
      y[i] = i / 20;
    }
    JsonNode json = json(Draw.cloud(Bins.of(-0.5, 20.5, 21), x, y, Palette.BLUE));
    assertEquals("heatmap", json.get("type").asText());
    assertEquals(0, json.at("/z/0/0").intValue(), "log10 of one point");
    assertTrue(json.at("/z/20/0").isNull() && json.at("/z/0/20").isNull(), "no point there");
    assertEquals(0, json.get("x0").doubleValue(), 1e-12);
    assertEquals(1, json.get("dy").doubleValue(), 1e-12);
  }

  @Test
  void errorBars() {
    JsonNode both = json(Draw.line(X, X).errors(new double[] {0.1, 0.2, 0.3}));
    assertEquals("[0.1,0.2,0.3]", both.at("/error_y/array").toString());
    JsonNode apart = json(Draw.points(X, X).errors(X, new double[] {4, 5, 6}));
    assertEquals("[4,5,6]", apart.at("/error_y/arrayminus").toString());
    assertEquals(false, apart.at("/error_y/symmetric").booleanValue());
    assertThrows(IllegalArgumentException.class, () -> Draw.line(X, X).errors(new double[2]));
  }

  @Test
  void tablesawsTracesGetWhatTheyLack() {
    ScatterTrace theirs = ScatterTrace.builder(X, X).name("mean").mode(ScatterTrace.Mode.LINE).build();
    JsonNode json = json(Draw.of(theirs).errors(X).group("g").dash("dot"));
    assertEquals("[1,2,3]", json.at("/error_y/array").toString());
    assertEquals("mean", json.get("name").asText());
    assertEquals("g", json.get("legendgroup").asText());
    assertEquals("dot", json.at("/line/dash").asText());
    assertEquals("mean", Draw.of(theirs).name());
  }

  @Test
  void columnsOfTablesDraw() {
    IntColumn n = IntColumn.create("n", 10, 20);
    JsonNode json = json(Draw.line(n, DoubleColumn.create("rate", 0.5, Double.NaN)));
    assertEquals("[10,20]", json.get("x").toString());
    assertEquals("[0.5,null]", json.get("y").toString());
    assertEquals("rate", json.get("name").asText());
  }

  @Test
  void aBandGoesRound() {
    Map<String, Object> json = Draw.band(X, new double[] {0, 1, 2}, new double[] {10, 11, 12}).attributes();
    assertArrayEquals(new double[] {1, 2, 3, 3, 2, 1}, (double[]) json.get("x"));
    assertArrayEquals(new double[] {10, 11, 12, 2, 1, 0}, (double[]) json.get("y"));
    Map<String, Object> blue = Draw.band(X, X, X).color("#0072b2").attributes();
    assertEquals("rgba(0,114,178,0.18)", blue.get("fillcolor"));
  }

  @Test
  void colourScales() {
    JsonNode map = json(Draw.heatmap(new double[][] {{-1, 1}}).diverging(0).colorBar("h"));
    assertEquals(0, map.get("zmid").intValue());
    assertEquals("h", map.at("/colorbar/title/text").asText());
    String low = map.at("/colorscale/0/1").asText();
    String high = map.at("/colorscale/4/1").asText();
    assertTrue(red(low) > blue(low) && blue(high) > red(high), "red is negative, blue positive");
    JsonNode line = json(Draw.line3d(X, X, X).colorBy(X, "Viridis").colorBar("t"));
    assertEquals("t", line.at("/line/colorbar/title/text").asText());
    assertEquals("[1,2,3]", line.at("/line/color").toString());
  }

  private static int red(String color) {
    return Integer.parseInt(color.substring(1, 3), 16);
  }

  private static int blue(String color) {
    return Integer.parseInt(color.substring(5, 7), 16);
  }

  @Test
  void lengthsMustAgree() {
    double[] two = {1, 2};
    assertThrows(IllegalArgumentException.class, () -> Draw.line(X, two));
    assertThrows(IllegalArgumentException.class, () -> Draw.line3d(X, X, two));
    assertThrows(IllegalArgumentException.class, () -> Draw.band(X, two, X));
    assertThrows(IllegalArgumentException.class, () -> Draw.bars(new String[] {"a"}, two));
    assertThrows(IllegalArgumentException.class, () -> Draw.heatmap(X, two, new double[][] {X, X, X, X}));
    assertThrows(IllegalArgumentException.class, () -> Draw.heatmap(X, X, new double[][] {X, two, X}));
    assertThrows(IllegalArgumentException.class, () -> Draw.steps(Bins.of(0, 1, 3), two));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Draw.points(X, two));
    assertEquals("x and y must have as many values, but had 3 and 2", e.getMessage());
  }
}
