package unfold.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import unfold.Scale;
import unfold.Seed;
import unfold.plot.Chart;
import unfold.plot.Draw;
import unfold.plot.Svg;
import unfold.plot.TableView;

class ReportTest {
  @TempDir Path folder;
  private long nanoTime;

  private Report open() {
    return open(Scale.SMOKE, folder);
  }

  private Report open(Scale scale, Path path) {
    return Report.open("f1b", scale, Seed.of(7), path, () -> nanoTime);
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(folder.resolve("f1b").resolve(file));
  }

  @Test
  void writesRowsAtOnceInFullPrecision() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      open().add("Figure 2 top", "mean+ t=10", 1 / 3.0)
          .add("Theorem 3", "errors, \"all\" L", 0, "paths", Rule.equal(0));
    } finally {
      Locale.setDefault(before);
    }
    List<String> lines = lines("rows.csv");
    assertEquals("paper,item,quantity,published,measured,unit,verdict,source,scale,seed,data,seconds", lines.get(0));
    assertTrue(lines.get(1).startsWith(
        "f1b,Figure 2 top,mean+ t=10,,0.3333333333333333,,not published,run,smoke,7,generated,0.000"),
        lines.get(1));
    assertTrue(lines.get(2).startsWith(
        "f1b,Theorem 3,\"errors, \"\"all\"\" L\",0,0,paths,reproduced,run,smoke,7,generated,"), lines.get(2));
    assertEquals(3, lines.size());
  }

  @Test
  void isEmptyBeforeTheFirstRow() throws IOException {
    open();
    assertEquals(1, lines("rows.csv").size());
  }

  @Test
  void replacesARowThatIsMeasuredAgain() throws IOException {
    Report report = open().add("A", "x", 1).add("A", "y", 2).add("A", "x", 3, Rule.equal(4));
    assertEquals(2, report.rows().size());
    assertEquals(3, report.rows().get(0).measured());
    assertTrue(lines("rows.csv").get(1).startsWith("f1b,A,x,4,3,,differs,"));
  }

  @Test
  void countsSecondsFromTheItemsBeginning() {
    Report report = open();
    pass(5);
    report.begin("A");
    pass(1);
    report.add("A", "x", 1);
    pass(2);
    report.add("A", "y", 1);
    pass(4);
    report.add("B", "z", 1);
    assertEquals(1, report.rows().get(0).seconds(), "begin starts the clock");
    assertEquals(3, report.rows().get(1).seconds(), "the clock runs on");
    assertEquals(4, report.rows().get(2).seconds(), "else an item starts where the last one ended");
  }

  private void pass(int seconds) {
    nanoTime += seconds * 1_000_000_000L;
  }

  @Test
  void storesFiguresWithTheirData() throws IOException {
    Report report = open().begin("Figure 2", "loads, then forgets");
    Chart chart = Chart.grid(1, 2)
        .add(0, 0, Draw.line(new double[] {1, 2}, new double[] {0.1, Double.NaN}).name("a, \"b\""))
        .add(0, 1, Draw.heatmap(new double[] {10, 20}, new double[] {5}, new double[][] {{3, 4}}));
    assertSame(chart, report.figure("Figure 2", "Distributions", chart));
    report.figure("Figure 2", "Another", Chart.of(Draw.line(new double[] {1}, new double[] {2})));
    report.figure("Figure 2", "Distributions", chart);

    JsonNode figures = new ObjectMapper().readTree(folder.resolve("f1b/figures.json").toFile());
    assertEquals(2, figures.size());
    assertEquals("Figure 2", figures.get(0).get("item").asText());
    assertEquals("Distributions", figures.get(0).get("caption").asText());
    assertEquals("loads, then forgets", figures.get(0).get("claim").asText());
    assertEquals("figure-2", figures.get(0).get("file").asText());
    assertEquals("figure-2-2", figures.get(1).get("file").asText());

    JsonNode json = new ObjectMapper().readTree(folder.resolve("f1b/figure-2.json").toFile());
    assertEquals(2, json.get("data").size());
    String layout = json.get("layout").toString();
    assertTrue(layout.contains("smoke scale · seed 7 · generated"), "says where it is from");
    assertEquals(List.of("trace,panel,x,y,z", "\"a, \"\"b\"\"\",1,1,0.1,", "\"a, \"\"b\"\"\",1,2,,",
        "trace 2,2,10,5,3", "trace 2,2,20,5,4"), lines("figure-2.csv"));
  }

  @Test
  void aFigureHasTheClaimsOfItsParts() throws IOException {
    Report report = open().begin("Figure 2 top", "Loads.").begin("Figure 2 bottom", "Keeps.")
        .begin("Figure 20", "No.");
    report.figure("Figure 2", "c", Svg.of("<svg/>"));
    JsonNode figures = new ObjectMapper().readTree(folder.resolve("f1b/figures.json").toFile());
    assertEquals("Loads. Keeps.", figures.get(0).get("claim").asText());
  }

  @Test
  void extractsTheCellsOfAMapThatOnlyCountsThem() throws IOException {
    open().figure("Figure 4", "map", Chart.of(Draw.heatmap(new double[][] {{1, Double.NaN}, {3, 4}})
        .with("x0", -0.5).with("dx", 0.25)));
    List<String> lines = lines("figure-4.csv");
    assertEquals(List.of("trace 1,1,-0.5,0,1", "trace 1,1,-0.5,1,3", "trace 1,1,-0.25,1,4"),
        lines.subList(1, lines.size()), "a hole is no data");
  }

  @Test
  void storesDrawingsAndTables() throws IOException {
    Report report = open();
    report.figure("Figure 1", "Dependencies", Svg.of("<svg viewBox=\"0 0 1 1\"/>"));
    Table table = Table.create(StringColumn.create("bit", "<b>"), DoubleColumn.create("x", 0.5));
    assertEquals("Paths", report.figure("Table 1", "Paths", table).caption());
    assertEquals("Own", report.figure("Table 1", "Own paths", TableView.of(table).caption("Own")).caption());
    assertEquals("<svg viewBox=\"0 0 1 1\"/>", Files.readString(folder.resolve("f1b/figure-1.svg")));
    assertTrue(Files.readString(folder.resolve("f1b/table-1.html")).contains("&lt;b&gt;"));
    assertEquals(List.of("bit,x", "<b>,0.5"), lines("table-1.csv"));
  }

  @Test
  void leavesNoHalfFile() throws IOException {
    open().add("A", "x", 1).figure("A", "c", Chart.of(Draw.line(new double[] {1}, new double[] {2})));
    try (Stream<Path> files = Files.list(folder.resolve("f1b"))) {
      assertFalse(files.anyMatch(file -> file.toString().endsWith(".part")));
    }
  }

  @Test
  void writesNothingWithoutAFolder() {
    Report report = open(Scale.QUICK, null).add("A", "x", 1);
    report.figure("A", "c", Chart.of(Draw.line(new double[] {1}, new double[] {2})));
    assertEquals(1, report.rows().size());
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    Path file = Files.writeString(folder.resolve("taken"), "");
    UncheckedIOException e = assertThrows(UncheckedIOException.class,
        () -> open(Scale.QUICK, file));
    assertTrue(e.getMessage().contains("UNFOLD_REPORT"), e.getMessage());
  }

  @Test
  void comparesPaperAndOurs() {
    Report report = open().add("Figure 3 top", "A", 0.6225, Rule.within(0.62, 0.005))
        .add("Figure 3 top", "error", 0.5, Rule.claim("separable", e -> e < 0.1))
        .add("Figure 30", "other", 1);
    String html = report.compare("Figure 3").html();
    assertTrue(html.contains(">0.6225<"), html);
    assertTrue(html.contains(">0.0025<"), "the difference: " + html);
    assertTrue(html.contains("<b>contradicted</b>"), "a bad verdict is bold: " + html);
    assertFalse(html.contains("other"), html);
    assertFalse(report.compare("Figure 30").html().contains("difference"), "none without a published number");
    assertEquals(3, report.table().table().rowCount());
    assertEquals(2, report.verdicts().table().rowCount(), "nothing is published of the third");
  }

  @Test
  void refusesNamesThatNameNothing() {
    assertThrows(IllegalArgumentException.class, () -> Report.open("../x"));
    assertThrows(IllegalArgumentException.class, () -> open().add(" ", "x", 1));
    assertThrows(IllegalArgumentException.class, () -> open().add("A", "", 1));
  }
}
