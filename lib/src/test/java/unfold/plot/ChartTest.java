package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.ScatterTrace;

class ChartTest {
  private static final double[] X = {1, 2, 4};
  private static final double[] Y = {0.5, 0.25, 0.125};
  private static final double[][] Z = {{1, 2, 3}, {4, Double.NaN, 6}};
  private static final Bins BINS = Bins.of(-1, 1, 20);

  private static JsonNode json(Chart chart) {
    return PlotlyJsonTest.json(chart);
  }

  /** A chart of every kind that the notebooks draw. */
  static List<Chart> charts() {
    double[] high = {0.6, 0.3, 0.2};
    Chart distributions = Chart.grid(2, 7).title("states").shareX().shareY(Share.ROW).x("state").y("share")
        .columns("1", "2", "3", "4", "5", "6", "7").rows("top<br>row", "bottom").note("quick");
    Chart cells = Chart.grid(3, 2).shareX().row(2, p -> p.square());
    for (int i = 0; i < 14; i++) {
      double[] positive = {0, 0.1 * i};
      distributions.add(i / 7, i % 7, Draw.distributions(BINS, positive, new double[] {-0.05 * i}));
    }
    for (int c = 0; c < 2; c++) {
      cells.add(0, c, Draw.sample(X, Y, 2)).add(1, c, Draw.cloud(BINS, Y, Y, Palette.RED))
          .add(2, c, Draw.cloud(BINS, X, X, Palette.BLUE));
    }
    return List.of(
        distributions,
        cells,
        Chart.of(Draw.line(X, Y).errors(Y).markers(5).name("a"), Draw.band(X, Y, high).name("b"),
            Draw.points(X, Y).errors(Y, high).labels("p", "q", "r")).logX().logY().hline(0.2).x("n"),
        Chart.grid(1, 2).add(0, 0, Draw.heatmap(X, high, new double[][] {X, Y, Y}).diverging(0).colorBar("h"))
            .add(0, 1, Draw.heatmap(Z).range(0, 6).scale("Viridis").values(".1f").colorBar("c"))
            .add(0, 1, Draw.points(X, Y).symbol("x")),
        Chart.grid(2, 2).add(0, 0, Draw.line3d(X, Y, X).colorBy(X, "Viridis").colorBar("t"))
            .add(0, 1, Draw.points3d(X, Y, X).name("p")).add(1, 1, Draw.line(X, Y))
            .each(p -> p.x("PC 1").y("PC 2").z("PC 3").zRange(0, 5).scene("camera.eye.x", 2)),
        Chart.of(Draw.bars(new String[] {"one", "two"}, new double[] {1, 2})).title("two<br>lines"),
        Chart.of(Draw.contour(X, high, new double[][] {X, Y, Y}))
            .add(ScatterTrace.builder(X, Y).name("theirs").build()));
  }

  @ParameterizedTest
  @MethodSource("charts")
  void isSound(Chart chart) {
    JsonNode json = json(chart);
    JsonNode layout = json.get("layout");
    double width = layout.get("width").doubleValue();
    double height = layout.get("height").doubleValue();
    assertTrue(width > 0 && width <= 900 && height >= 150 && height <= 1200, width + " x " + height);
    JsonNode margin = layout.get("margin");
    for (String side : List.of("l", "r", "t", "b")) {
      assertTrue(margin.get(side).doubleValue() >= 12 && margin.get(side).doubleValue() < 200, side);
    }
    assertFalse(json.toString().contains("NaN"));
    List<double[]> boxes = new ArrayList<>();
    for (JsonNode trace : json.get("data")) {
      double[] box;
      if (trace.has("scene")) {
        box = box(layout.get(trace.get("scene").asText()).get("domain"));
      } else {
        JsonNode x = layout.get(trace.get("xaxis").asText().replaceFirst("x", "xaxis"));
        JsonNode y = layout.get(trace.get("yaxis").asText().replaceFirst("y", "yaxis"));
        assertEquals(trace.get("xaxis").asText(), y.get("anchor").asText());
        assertEquals(trace.get("yaxis").asText(), x.get("anchor").asText());
        box = new double[] {x.at("/domain/0").doubleValue(), x.at("/domain/1").doubleValue(),
            y.at("/domain/0").doubleValue(), y.at("/domain/1").doubleValue()};
      }
      assertTrue(box[0] >= 0 && box[0] < box[1] && box[1] <= 1);
      assertTrue(box[2] >= 0 && box[2] < box[3] && box[3] <= 1);
      if (boxes.stream().noneMatch(other -> Arrays.equals(other, box))) {
        boxes.forEach(other -> assertTrue(other[1] <= box[0] || box[1] <= other[0] || other[3] <= box[2]
            || box[3] <= other[2], "panels overlap"));
        boxes.add(box);
      }
    }
    layout.properties().forEach(entry -> {
      JsonNode matches = entry.getValue().get("matches");
      if (matches != null) {
        assertTrue(layout.has(matches.asText().replaceFirst("^([xy])", "$1axis")), "matches " + matches);
      }
    });
    for (JsonNode text : layout.get("annotations")) {
      if ("paper".equals(text.get("xref").asText())) {
        double inner = width - margin.get("l").doubleValue() - margin.get("r").doubleValue();
        double at = margin.get("l").doubleValue() + text.get("x").doubleValue() * inner;
        assertTrue(at >= 0 && at <= width, text + " lies outside");
      }
    }
  }

  private static double[] box(JsonNode domain) {
    return new double[] {domain.at("/x/0").doubleValue(), domain.at("/x/1").doubleValue(),
        domain.at("/y/0").doubleValue(), domain.at("/y/1").doubleValue()};
  }

  private static Chart grid(Share x, Share y) {
    Chart chart = Chart.grid(2, 3).shareX(x).shareY(y).each(p -> p.x("own x").y("own y"));
    for (int i = 0; i < 6; i++) {
      chart.add(i / 3, i % 3, Draw.line(X, Y));
    }
    return chart;
  }

  private static List<String> matches(Chart chart, String axis) {
    List<String> matches = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      JsonNode json = json(chart).at("/layout/" + axis + "axis" + (i == 1 ? "" : i));
      matches.add(json.has("matches") ? json.get("matches").asText() : "-");
    }
    return matches;
  }

  @Test
  void sharesAxes() {
    assertEquals(List.of("-", "x", "x", "x", "x", "x"), matches(grid(Share.ALL, Share.NONE), "x"));
    assertEquals(List.of("-", "-", "-", "x", "x2", "x3"), matches(grid(Share.COLUMN, Share.NONE), "x"));
    assertEquals(List.of("-", "y", "y", "-", "y4", "y4"), matches(grid(Share.NONE, Share.ROW), "y"));
    assertEquals(List.of("-", "-", "-", "-", "-", "-"), matches(grid(Share.NONE, Share.NONE), "y"));
  }

  private static List<Boolean> free(Chart chart, String axis) {
    return IntStream.rangeClosed(1, 6)
        .mapToObj(i -> json(chart).at("/layout/" + axis + "axis" + (i == 1 ? "" : i) + "/autorange").booleanValue())
        .toList();
  }

  /** plotly.js left a shared y axis at -1 to 4 whatever the data were, when the shared x axis had a fixed range. */
  @Test
  void sharedAxesWithoutRangeAskForOne() {
    List<Boolean> all = Collections.nCopies(6, true);
    List<Boolean> none = Collections.nCopies(6, false);
    Chart chart = grid(Share.ALL, Share.ALL).logY().xRange(0, 3000);
    assertEquals(none, free(chart, "x"));
    assertEquals(all, free(chart, "y"));
    assertEquals(none, free(grid(Share.NONE, Share.NONE), "y"));
    assertEquals(none, free(grid(Share.ALL, Share.ALL).panel(0, 2, p -> p.yRange(1, 2)), "y"));
    assertEquals(List.of(false, false, false, true, true, true),
        free(grid(Share.NONE, Share.ROW).panel(0, 2, p -> p.yRange(1, 2)), "y"));
    assertEquals("reversed",
        json(grid(Share.ALL, Share.ALL).each(Panel::reverseY)).at("/layout/yaxis/autorange").asText());
  }

  @Test
  void sharedAxesAreLabelledAtTheEdge() {
    JsonNode layout = json(grid(Share.ALL, Share.ROW)).get("layout");
    assertFalse(layout.at("/xaxis/showticklabels").booleanValue());
    assertTrue(layout.at("/xaxis/title").isMissingNode());
    assertTrue(layout.at("/xaxis4/showticklabels").isMissingNode());
    assertEquals("own x", layout.at("/xaxis4/title/text").asText());
    assertEquals("own y", layout.at("/yaxis/title/text").asText());
    assertFalse(layout.at("/yaxis2/showticklabels").booleanValue());
    // Shared in columns, each column's y axis still differs from the next.
    assertTrue(json(grid(Share.ROW, Share.COLUMN)).at("/layout/yaxis2/showticklabels").isMissingNode());
  }

  @Test
  void oneNameOneColourOneEntry() {
    JsonNode data = json(Chart.grid(1, 2).add(0, 0, Draw.line(X, Y).name("a"), Draw.line(X, Y).name("b"))
        .add(0, 1, Draw.line(X, Y).name("b"), Draw.line(X, Y).name("a"), Draw.line(X, Y))).get("data");
    assertEquals(data.at("/0/line/color"), data.at("/3/line/color"));
    assertEquals(data.at("/1/line/color"), data.at("/2/line/color"));
    assertFalse(data.at("/0/line/color").equals(data.at("/1/line/color")));
    List<Boolean> shown = new ArrayList<>();
    data.forEach(trace -> shown.add(trace.get("showlegend").booleanValue()));
    assertEquals(List.of(true, true, false, false, false), shown);
    assertEquals("a", data.at("/3/legendgroup").asText());
  }

  @Test
  void drawingTwiceChangesNothing() {
    for (Chart chart : charts()) {
      assertEquals(PlotlyJson.string(chart), PlotlyJson.string(chart));
    }
  }

  @Test
  void aTraceMayStandInTwoCharts() {
    OpenTrace trace = Draw.line(X, Y);
    json(Chart.grid(1, 2).add(0, 1, trace));
    assertEquals("x", json(Chart.of(trace)).at("/data/0/xaxis").asText());
    assertNull(trace.attributes().get("xaxis"));
  }

  @Test
  void rangesOfLogarithmicAxesArePowersInPlotly() {
    JsonNode layout = json(Chart.of(Draw.line(X, Y)).logX().xRange(0.01, 100).yRange(0.01, 100)
        .panel(0, 0, p -> p.arrow(10, 10, "here").vline(10))).get("layout");
    assertEquals("[-2,2]", layout.at("/xaxis/range").toString());
    assertEquals("[0.01,100]", layout.at("/yaxis/range").toString());
    // Of annotations plotly.js wants the power, of shapes the value.
    assertEquals(1, layout.at("/annotations/0/x").doubleValue());
    assertEquals(10, layout.at("/annotations/0/y").doubleValue());
    assertEquals(10, layout.at("/shapes/0/x0").doubleValue());
    assertThrows(IllegalArgumentException.class,
        () -> json(Chart.of(Draw.line(X, Y)).logX().xRange(0, 1)));
  }

  @Test
  void aLogarithmicAxisIsNeverBare() {
    double[] n = {10, 20, 50, 100};
    double[] rate = {1e-6, 1, 2, Double.NaN};
    JsonNode layout = json(Chart.of(Draw.line(n, rate)).logX().logY()).get("layout");
    assertEquals("[10,20,50,100,200,500]", layout.at("/xaxis/tickvals").toString());
    assertTrue(layout.at("/yaxis/tickvals").isMissingNode());
    assertEquals(1, layout.at("/yaxis/dtick").intValue());
    JsonNode chosen = json(Chart.of(Draw.line(n, n)).logX().panel(0, 0, p -> p.xTicks(30))).get("layout");
    assertEquals("[30]", chosen.at("/xaxis/tickvals").toString());
  }

  @Test
  void panelsThatShareALogarithmicAxisHaveTheSameTicks() {
    double[] narrow = {0.5, 1, 2};
    double[] wide = {1, 10, 1000};
    Chart chart = Chart.grid(1, 2).add(0, 0, Draw.line(narrow, narrow)).add(0, 1, Draw.line(narrow, wide)).logY();
    JsonNode own = json(chart).get("layout");
    assertEquals("[0.1,0.2,0.5,1,2,5]", own.at("/yaxis/tickvals").toString());
    assertTrue(own.at("/yaxis2/tickvals").isMissingNode());
    JsonNode shared = json(chart.shareY(Share.ROW)).get("layout");
    assertTrue(shared.at("/yaxis/tickvals").isMissingNode());
    assertTrue(shared.at("/yaxis2/tickvals").isMissingNode());
    JsonNode cut = json(chart.yRange(0.4, 12)).get("layout");
    assertEquals("[0.1,0.2,0.5,1,2,5,10,20,50]", cut.at("/yaxis2/tickvals").toString(), "what is outside does not count");
  }

  @Test
  void shortLogarithmicAxesHaveNumbersAndLongOnesPowers() {
    double[] x = {2000, 12_000};
    double[] y = {1, 1e6};
    JsonNode layout = json(Chart.of(Draw.line(x, y)).logX().logY()).get("layout");
    assertEquals("none", layout.at("/xaxis/exponentformat").asText());
    assertEquals("power", layout.at("/yaxis/exponentformat").asText());
    JsonNode tiny = json(Chart.of(Draw.line(new double[] {2e-7, 1e-6}, x)).logX()).get("layout");
    assertEquals("power", tiny.at("/xaxis/exponentformat").asText());
  }

  @Test
  void linesCrossTheirPanelAlone() {
    JsonNode shapes = json(Chart.grid(1, 2).add(0, 0, Draw.line(X, Y)).add(0, 1, Draw.line(X, Y))
        .panel(0, 1, p -> p.vline(2).hline(3).span(1, 2, Palette.RED))).at("/layout/shapes");
    assertEquals("x2", shapes.at("/0/xref").asText());
    assertEquals("y2 domain", shapes.at("/0/yref").asText());
    assertEquals("x2 domain", shapes.at("/1/xref").asText());
    assertEquals("y2", shapes.at("/1/yref").asText());
    assertEquals(3, shapes.size());
  }

  @Test
  void colourBarsStandBesideTheirPanels() {
    JsonNode json = json(Chart.grid(1, 2).add(0, 0, Draw.heatmap(Z).colorBar("left"))
        .add(0, 1, Draw.heatmap(Z).colorBar("right")));
    double left = json.at("/data/0/colorbar/x").doubleValue();
    double right = json.at("/data/1/colorbar/x").doubleValue();
    assertTrue(left > json.at("/layout/xaxis/domain/1").doubleValue());
    assertTrue(left < json.at("/layout/xaxis2/domain/0").doubleValue());
    assertTrue(right > 1, "the last bar stands in the margin");
    assertEquals("left", json.at("/data/0/colorbar/title/text").asText());
    JsonNode own = json(Chart.of(Draw.heatmap(Z).colorBar("own").with("colorbar.thickness", 30)));
    assertEquals(30, own.at("/data/0/colorbar/thickness").intValue());
    assertTrue(own.at("/data/0/colorbar/len").intValue() > 100, "what is not said is computed");
  }

  @Test
  void equalMapsHaveOneColourBar() {
    Chart chart = Chart.grid(2, 2);
    for (int i = 0; i < 4; i++) {
      chart.add(i / 2, i % 2, Draw.heatmap(Z).range(0, i == 3 ? 9 : 5).colorBar("error"));
    }
    JsonNode json = json(chart);
    List<Boolean> shown = new ArrayList<>();
    json.get("data").forEach(trace -> shown.add(trace.get("showscale").booleanValue()));
    assertEquals(List.of(false, false, true, true), shown, "the fourth has another range");
    double middle = json.at("/data/2/colorbar/y").doubleValue();
    assertEquals(0.5, middle, 0.01, "along both rows");
    assertTrue(json.at("/data/2/colorbar/x").doubleValue() > 1, "right of the last column that it serves");
    JsonNode paths = json(Chart.grid(1, 2)
        .add(0, 0, Draw.line3d(X, Y, X).colorBy(X, "Viridis").range(-1, 9).colorBar("step"))
        .add(0, 1, Draw.line3d(X, Y, X).colorBy(Y, "Viridis").range(-1, 9).colorBar("step")));
    assertEquals(9, paths.at("/data/0/line/cmax").intValue());
    assertFalse(paths.at("/data/0/line/showscale").booleanValue());
    assertTrue(paths.at("/data/1/line/showscale").booleanValue());
    JsonNode free = json(Chart.grid(1, 2).add(0, 0, Draw.heatmap(Z).colorBar("e"))
        .add(0, 1, Draw.heatmap(Z).colorBar("e")));
    assertTrue(free.at("/data/0/showscale").booleanValue(), "without a fixed range each has its own");
  }

  @Test
  void wordsHaveRoomAtTheirTicks() {
    String[] words = {"load emptying broken", "memorization broken"};
    double[][] z = {{1}, {2}};
    JsonNode rows = json(Chart.of(Draw.heatmap(z).with("y", words))).get("layout");
    assertTrue(rows.at("/margin/l").doubleValue() > 120, "the left margin: " + rows.at("/margin/l"));
    assertTrue(rows.at("/xaxis/tickangle").isMissingNode());
    JsonNode bars = json(Chart.grid(1, 4).add(Draw.bars(words, new double[] {1, 2}))).get("layout");
    assertEquals(-30, bars.at("/xaxis/tickangle").intValue());
    assertTrue(bars.at("/margin/b").doubleValue() > 70, "the lower margin: " + bars.at("/margin/b"));
    String[] broken = {"load<br>emptying<br>broken", "memorization<br>broken"};
    JsonNode upright = json(Chart.of(Draw.bars(broken, new double[] {1, 2}))).get("layout");
    double lines = upright.at("/margin/b").doubleValue();
    assertTrue(lines > 40 && lines < 60, "three lines, side by side: " + lines);
  }

  @Test
  void setReachesEverything() {
    JsonNode layout = json(Chart.of(Draw.line(X, Y)).set("xaxis.rangeslider.visible", true)
        .set("height", 300)).get("layout");
    assertTrue(layout.at("/xaxis/rangeslider/visible").booleanValue());
    assertEquals("y", layout.at("/xaxis/anchor").asText(), "the rest stays");
    assertEquals(300, layout.get("height").asInt());
  }

  @Test
  void tablesawsSettersWork() {
    Chart chart = Chart.of(Draw.line(X, Y), Draw.line(X, Y)).title("ours");
    chart.setTraces(ScatterTrace.builder(X, X).build());
    chart.setLayout(Layout.builder("theirs", "n").width(640).build());
    JsonNode json = json(chart);
    assertEquals("[1,2,4]", json.at("/data/0/y").toString());
    assertEquals(1, json.get("data").size());
    assertEquals("theirs", json.at("/layout/title/text").asText());
    assertEquals("n", json.at("/layout/xaxis/title/text").asText());
    assertEquals(640, json.at("/layout/width").asInt());
  }

  @Test
  void tablesawsPageShowsItToo() {
    String page = Chart.of(Draw.line(X, Y)).title("</script>").asJavascript("div");
    assertTrue(page.contains(
        "Plotly.newPlot(target_div, figure_div.data, figure_div.layout, figure_div.config)"));
    assertEquals(page.indexOf("</script>"), page.lastIndexOf("</script>"), "text cannot end the script");
  }

  @Test
  void squarePanelsHaveOneScale() {
    JsonNode layout = json(Chart.grid(1, 3).add(0, 1, Draw.points(X, Y)).add(0, 2, Draw.points3d(X, Y, X))
        .each(Panel::square)).get("layout");
    assertEquals("x2", layout.at("/yaxis2/scaleanchor").asText());
    assertEquals("domain", layout.at("/xaxis2/constrain").asText());
    assertEquals("data", layout.at("/scene3/aspectmode").asText());
    JsonNode free = json(Chart.of(Draw.points3d(X, Y, X))).get("layout");
    assertEquals("cube", free.at("/scene/aspectmode").asText());
  }

  @Test
  void aPanelInSpaceHasItsCameraAndNotes() {
    Chart chart = Chart.grid(1, 2).add(0, 0, Draw.points3d(X, Y, X)).add(0, 1, Draw.points3d(X, Y, X))
        .panel(0, 1, p -> p.camera(0, 2, 1).note("corner", "top left"));
    JsonNode layout = json(chart).get("layout");
    assertEquals(2, layout.at("/scene2/camera/eye/y").doubleValue());
    assertTrue(layout.at("/scene2/camera/center").isObject(), "the rest stays");
    assertTrue(layout.at("/scene/camera/eye/y").doubleValue() < 2);
    JsonNode note = layout.at("/annotations/0");
    assertEquals("paper", note.get("xref").asText());
    double left = layout.at("/scene2/domain/x/0").doubleValue();
    assertEquals(left, note.get("x").doubleValue(), 0.02, "in the corner of its own panel");
    assertTrue(note.get("y").doubleValue() > 0.95);
    assertThrows(IllegalArgumentException.class, () -> Chart.of().panel(0, 0, p -> p.camera(0, 0, 0)));
    assertThrows(IllegalArgumentException.class,
        () -> json(Chart.of(Draw.points3d(X, Y, X)).panel(0, 0, p -> p.text(1, 2, "where?"))));
    Chart crossed = Chart.of(Draw.points3d(X, Y, X)).vline(1);
    assertEquals("a panel in space has no lines across and no spans, but row 0, column 0 has one",
        assertThrows(IllegalArgumentException.class, () -> json(crossed)).getMessage());
  }

  @Test
  void theLegendHasNoEntryForNothing() {
    JsonNode data = json(Chart.grid(1, 2)
        .add(0, 0, Draw.points3d(X, Y, X).split(new int[] {0, 0, 0}, "a", "b"))
        .add(0, 1, Draw.points3d(X, Y, X).split(new int[] {0, 1, 1}, "a", "b"))).get("data");
    List<Boolean> shown = new ArrayList<>();
    data.forEach(trace -> shown.add(trace.get("showlegend").booleanValue()));
    assertEquals(List.of(true, false, false, true), shown, "b has points in the second panel alone");
  }

  @Test
  void whatIsGreyTakesNoColour() {
    JsonNode data = json(Chart.of(Draw.circle(0, 0, 1), Draw.points(X, Y).name("eigenvalues"))).get("data");
    assertEquals(Palette.series(0), data.at("/1/marker/color").asText());
  }

  @Test
  void refusesWhatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> Chart.grid(0, 1));
    assertThrows(IllegalArgumentException.class, () -> Chart.grid(2, 2).add(2, 0, Draw.line(X, Y)));
    assertThrows(IllegalArgumentException.class, () -> Chart.grid(2, 2).columns("one"));
    assertThrows(IllegalArgumentException.class, () -> Chart.of().size(50, 500));
    assertThrows(IllegalArgumentException.class, () -> json(Chart.grid(1, 40)));
    assertThrows(IllegalArgumentException.class, () -> Chart.of().panel(0, 0, p -> p.note("x", "middle")));
    assertThrows(IllegalArgumentException.class,
        () -> Chart.of().panel(0, 0, p -> p.axis("w", "type", "log")));
  }

  @Test
  void anEmptyChartIsAChart() {
    assertEquals(0, json(Chart.grid(2, 2).title("later")).get("data").size());
    assertEquals(Map.of("type", "bar"), Draw.trace("bar").attributes());
  }
}
