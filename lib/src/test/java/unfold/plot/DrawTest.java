package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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
    JsonNode points = json(Draw.points(X, X).colorBy(X, "Viridis").diverging(2));
    assertEquals(2, points.at("/marker/cmid").intValue());
    assertTrue(points.path("zmid").isMissingNode(), "markers have no z");
  }

  @Test
  void markersAndLabelsKeepEachOther() {
    JsonNode one = json(Draw.line(X, X).markers(6).labels("a", "b", "c"));
    JsonNode other = json(Draw.line(X, X).labels("a", "b", "c").markers(6).markers(5));
    for (JsonNode line : List.of(one, other)) {
      assertEquals(Set.of("lines", "markers", "text"), Set.of(line.get("mode").asText().split("\\+")));
    }
  }

  @Test
  void whatIsFilledHasTheColourOfItsLineInEitherOrder() {
    JsonNode one = json(Draw.line(X, X).color(Palette.RED).filled());
    assertEquals(Palette.fade(Palette.RED, 0.18), one.get("fillcolor").asText());
    assertEquals(json(Draw.line(X, X).filled().color(Palette.RED)).get("fillcolor"), one.get("fillcolor"));
  }

  @Test
  void whatIsNoValueIsNamed() {
    assertMessage("'name' must have a value, but it was null", () -> Draw.line(X, X).name(null));
    assertMessage("'color' must have a value, but it was null", () -> Draw.line(X, X).with("line.color", null));
    assertMessage("atMost must be at least 0, but was -1", () -> Draw.sample(X, X, -1));
  }

  private static void assertMessage(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private static int red(String color) {
    return Integer.parseInt(color.substring(1, 3), 16);
  }

  private static int blue(String color) {
    return Integer.parseInt(color.substring(5, 7), 16);
  }

  @Test
  void pointsAreSplitByCategory() {
    OpenTrace points = Draw.points(new double[] {1, 2, 3, 4}, new double[] {5, 6, 7, 8})
        .labels("a", "b", "c", "d");
    OpenTrace[] traces = points.split(new int[] {2, 0, 2, -1}, "zero", "one", "two");
    assertEquals("[2]", json(traces[0]).get("x").toString());
    assertEquals(0, json(traces[1]).get("x").size());
    assertEquals("[1,3]", json(traces[2]).get("x").toString());
    assertEquals("[5,7]", json(traces[2]).get("y").toString());
    assertEquals("[\"a\",\"c\"]", json(traces[2]).get("text").toString());
    assertEquals("two", traces[2].name());
    assertEquals(Palette.series(2), json(traces[2]).at("/marker/color").asText());
    JsonNode red = json(Draw.points(X, X).color(Palette.RED).split(new int[3], "all")[0]);
    assertEquals(Palette.RED, red.at("/marker/color").asText(), "a colour of its own stays");
    assertEquals(4, json(points).get("x").size(), "the whole is as it was");
  }

  @Test
  void aSplitLineHasNoHoles() {
    double[] t = {0, 1, 2, 3, 4, 5};
    OpenTrace[] lines = Draw.line3d(t, t, t).split(new int[] {0, 0, 1, 0, -1, 0}, "a", "b");
    assertEquals("[0,1,2,null,3,null,5]", json(lines[0]).get("z").toString());
    assertEquals("[2,3,null]", json(lines[1]).get("z").toString());
  }

  @Test
  void whatBelongsToAPointGoesWithIt() {
    double[] x = {1, 2, 3, 4};
    OpenTrace[] points = Draw.points(x, x).colorBy(new double[] {5, 6, 7, 8}, "Viridis")
        .with("marker.size", new int[] {1, 2, 3, 4})
        .errors(new double[] {0.1, 0.2, 0.3, 0.4}, new double[] {0.5, 0.6, 0.7, 0.8})
        .split(new int[] {0, 1, 0, 1}, "a", "b");
    JsonNode second = json(points[1]);
    assertEquals("[6,8]", second.at("/marker/color").toString());
    assertEquals("Viridis", second.at("/marker/colorscale").asText());
    assertEquals("[2,4]", second.at("/marker/size").toString());
    assertEquals("[0.2,0.4]", second.at("/error_y/array").toString());
    assertEquals("[0.6,0.8]", second.at("/error_y/arrayminus").toString());
    JsonNode line = json(Draw.line3d(X, X, X).colorBy(X, "Viridis").labels("a", "b", "c")
        .split(new int[] {0, 1, 1}, "a", "b")[0]);
    assertEquals("[1,2,null]", line.at("/line/color").toString());
    assertEquals("[\"a\",\"b\",null]", line.get("text").toString());
  }

  @Test
  void onlyWhatHasPointsIsSplit() {
    int[] categories = {0, 1, 2};
    assertThrows(IllegalArgumentException.class, () -> Draw.line(X, X).split(categories, "a", "b"));
    assertThrows(IllegalArgumentException.class, () -> Draw.line(X, X).split(new int[2], "a"));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
        () -> Draw.heatmap(new double[][] {X}).split(categories, "a", "b", "c"));
    assertEquals("only lines and points of numbers can be split, but not a trace of type heatmap",
        e.getMessage());
  }

  @Test
  void manyPointsInSpaceAreSmall() {
    SplittableRandom random = new SplittableRandom(2);
    double[] points = random.doubles(3000 * 5, -3, 3).toArray();
    points[7 * 5 + 1] = Double.NaN;
    Chart chart = Chart.grid(1, 2).add(0, 0, Draw.points3d(points, 5)).add(0, 1, Draw.line3d(points, 5));
    JsonNode json = PlotlyJsonTest.json(chart);
    assertTrue(json.toString().length() < 120_000, "characters: " + json.toString().length());
    JsonNode y = json.at("/data/1/y");
    assertEquals("f4", y.get("dtype").asText());
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(y.get("bdata").asText()));
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(4 * 3000, bytes.capacity());
    for (double value : Draw.coordinate(points, 5, 1)) {
      assertEquals((float) value, bytes.getFloat());
    }
  }

  @Test
  void aCubeHasTwelveEdges() {
    double[] corners = new double[8 * 4];
    Arrays.setAll(corners, i -> i % 4 == 3 ? 99 : i / 4 >> i % 4 & 1);
    JsonNode json = json(Draw.cube(corners, 4));
    Set<String> edges = new TreeSet<>();
    for (int i = 0; i < json.get("x").size(); i += 3) {
      double length = 0;
      for (String axis : List.of("x", "y", "z")) {
        JsonNode values = json.get(axis);
        length += Math.abs(values.get(i).doubleValue() - values.get(i + 1).doubleValue());
        assertTrue(values.get(i + 2).isNull(), "edges do not hang together");
      }
      assertEquals(1, length, "along one axis");
      edges.add(json.at("/x/" + i) + " " + json.at("/y/" + i) + " " + json.at("/z/" + i) + " to "
          + json.at("/x/" + (i + 1)) + " " + json.at("/y/" + (i + 1)) + " " + json.at("/z/" + (i + 1)));
    }
    assertEquals(12, edges.size(), edges::toString);
    assertThrows(IllegalArgumentException.class, () -> Draw.cube(new double[21], 3));
    assertThrows(IllegalArgumentException.class, () -> Draw.cube(new double[16], 2));
  }

  @Test
  void pointsHaveCoordinates() {
    double[] points = {1, 2, 3, 4, 5, 6, 7, 8};
    assertArrayEquals(new double[] {3, 7}, Draw.coordinate(points, 4, 2));
    assertEquals("[2,6]", json(Draw.points3d(points, 4)).get("y").toString());
    assertThrows(IllegalArgumentException.class, () -> Draw.coordinate(points, 3, 0));
    assertThrows(IllegalArgumentException.class, () -> Draw.coordinate(points, 4, 4));
    assertThrows(IllegalArgumentException.class, () -> Draw.coordinate(points, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Draw.line3d(points, 2));
  }

  @Test
  void aCircleIsRoundAndClosed() {
    Map<String, Object> json = Draw.circle(1, -2, 0.5).attributes();
    double[] x = (double[]) json.get("x");
    double[] y = (double[]) json.get("y");
    for (int i = 0; i < x.length; i++) {
      assertEquals(0.5, Math.hypot(x[i] - 1, y[i] + 2), 1e-12);
    }
    assertEquals(y[0], y[y.length - 1], 1e-12);
    assertTrue(x[x.length / 2] < 0.51, "all the way round");
    assertThrows(IllegalArgumentException.class, () -> Draw.circle(0, 0, 0));
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
