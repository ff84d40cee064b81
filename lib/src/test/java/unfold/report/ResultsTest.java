package unfold.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import unfold.Scale;
import unfold.Seed;
import unfold.cell.MemoryCells;
import unfold.net.Initializer;
import unfold.net.Network;
import unfold.plot.Chart;
import unfold.train.TrainedNetwork;

class ResultsTest {
  private static final Map<String, Object> SETTINGS = Map.of("delay", 8, "rate", 5e-4, "cells", List.of("RNN", "GRU"));

  @TempDir Path folder;
  private int made;

  private Results results(boolean fresh) {
    return Results.open(folder.resolve("memory"), fresh, Scale.QUICK, Seed.of(3));
  }

  private Table table(Path checkpoint) {
    made++;
    return Table.create(StringColumn.create("word", "1", "two, \"three\""), IntColumn.create("whole", 1, 2),
        DoubleColumn.create("real", 1.0, 1 / 3.0));
  }

  @Test
  void aTableIsMadeOnceForItsSettingsAndSeed() {
    Result<Table> first = results(false).table("Delay 8", SETTINGS, this::table);
    Result<Table> again = results(false).table("Delay 8", SETTINGS, this::table);
    assertEquals(1, made);
    assertFalse(first.stored());
    assertTrue(again.stored());
    assertEquals(first.provenance(), again.provenance());
    assertEquals(List.of(ColumnType.STRING, ColumnType.INTEGER, ColumnType.DOUBLE), again.value().types());
    assertEquals(List.of("1", "two, \"three\""), again.value().stringColumn("word").asList());
    assertEquals(1 / 3.0, again.value().doubleColumn("real").get(1));

    results(false).table("Delay 8", Map.of("delay", 9), this::table);
    results(false).seed(Seed.of(4)).table("Delay 8", SETTINGS, this::table);
    results(false).table("Delay 9", SETTINGS, this::table);
    assertEquals(4, made, "other settings, another seed or another name is another result");
    assertFalse(results(true).table("Delay 8", SETTINGS, this::table).stored());
    assertEquals(5, made, "fresh makes it again");
  }

  /** Map.of has another order in each JVM, so here its result is compared with that of its names in order. */
  @Test
  void settingsOfAnyTypeAreFoundAgain() {
    Map<String, Object> ordered = new LinkedHashMap<>();
    ordered.put("b", 1L);
    ordered.put("a", 2f);
    Map<String, Object> settings = Map.of("long", 40_000L, "float", 0.1f, "flag", true, "rates", new double[] {1, 0.5},
        "ordered", ordered, "map", Map.of("c", 1, "a", 2, "b", List.of(1L)));
    results(false).table("types", settings, this::table);
    assertTrue(results(false).table("types", settings, this::table).stored());
    assertEquals(results(false).file("x", Map.of("n", 1)), results(false).file("x", Map.of("n", 1L)));
    String sorted = results(false).file("x", Map.of("map", new TreeMap<>(Map.of("c", 1, "a", 2, "b", 3))));
    assertEquals(sorted, results(false).file("x", Map.of("map", Map.of("c", 1, "a", 2, "b", 3))));
    assertNotEquals(results(false).file("x", Map.of("map", new TreeMap<>(ordered))),
        results(false).file("x", Map.of("map", ordered)));
    for (Object bad : new Object[] {Set.of("a", "b"), Scale.SMOKE, List.of(Set.of("a")), Map.of("a", Set.of(1))}) {
      String message = assertThrows(IllegalArgumentException.class,
          () -> results(false).table("types", Map.of("bad", bad), this::table)).getMessage();
      assertTrue(message.startsWith("the setting 'bad' must be of numbers, words"), message);
    }
  }

  @Test
  void storedResultsHaveTheNamesOfTheirSettings() throws IOException {
    List<Path> stored;
    try (Stream<Path> files = Files.walk(Path.of("..", "data", "results"))) {
      stored = files.filter(file -> file.toString().endsWith(".json")).toList();
    }
    assertTrue(stored.size() >= 200, stored.size() + " results");
    ObjectMapper json = new ObjectMapper();
    for (Path file : stored) {
      JsonNode result = json.readTree(Files.readString(file));
      Map<String, Object> settings = json.convertValue(result.get("settings"), new TypeReference<>() { });
      Seed seed = Seed.of(result.at("/provenance/seed").asLong());
      assertEquals(file.getFileName().toString(),
          results(false).seed(seed).file(result.get("name").asText(), settings) + ".json");
    }
  }

  @Test
  void tablesComeBackAsTheyWere() {
    StringColumn words = StringColumn.create("word", "NA", " a ", "", "null", "a\tb", "# 1", "\"", "NaN", "*");
    DoubleColumn numbers = DoubleColumn.create("real", -0.0, 1, Double.NaN, Double.POSITIVE_INFINITY, 1e300, 0.1, 0,
        -1e15, Double.MIN_VALUE);
    for (Table table : List.of(Table.create(words, numbers), Table.create(words), Table.create(numbers))) {
      String name = "columns " + table.columnCount() + table.column(0).name();
      results(false).table(name, SETTINGS, checkpoint -> table);
      Table again = results(false).storedTable(name, SETTINGS).orElseThrow().value();
      assertEquals(table.columnNames(), again.columnNames());
      for (int c = 0; c < table.columnCount(); c++) {
        assertEquals(table.column(c).asList(), again.column(c).asList());
      }
    }
  }

  @Test
  void whatIsStoredIsFoundWithoutMakingIt() {
    assertTrue(results(false).storedTable("delays", SETTINGS).isEmpty());
    results(false).table("delays", SETTINGS, this::table);
    assertTrue(results(true).storedTable("delays", SETTINGS).isPresent());
  }

  @Test
  void namesThatDifferInAPlusAloneAreDifferentResults() throws IOException {
    results(false).table("tuning RNN", SETTINGS, this::table);
    results(false).table("tuning +RNN", SETTINGS, this::table);
    assertEquals(2, made);
    try (Stream<Path> files = Files.list(folder.resolve("memory"))) {
      assertEquals(2, files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".json")
          && (name.startsWith("tuning-rnn-seed-3-") || name.startsWith("tuning-plus-rnn-seed-3-"))).count());
    }
  }

  @Test
  void theNewestTableOfANameIsFoundWhateverItsSettings() throws IOException {
    assertTrue(results(false).newestTable("delays").isEmpty(), "there is no folder yet");
    results(false).table("delays", SETTINGS, this::table);
    results(false).table("delays", Map.of("delay", 9), checkpoint -> table(checkpoint).first(1));
    results(false).table("delays by cell", SETTINGS, this::table);
    results(false).seed(Seed.of(4)).table("delays", SETTINGS, this::table);
    Path first;
    try (Stream<Path> files = Files.list(folder.resolve("memory"))) {
      first = files.filter(file -> file.toString().matches(".*/delays-seed-3-\\w+[.]json")).filter(file -> {
        try {
          return Files.readString(file).contains("\"cells\"");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }).findFirst().orElseThrow();
    }
    String json = Files.readString(first);
    Files.writeString(first, json.replaceAll("\"made\" : \"\\d+", "\"made\" : \"2001"));
    assertEquals(1, results(false).newestTable("delays").orElseThrow().value().rowCount());
    Files.writeString(first, json.replaceAll("\"made\" : \"\\d+", "\"made\" : \"2999"));
    Result<Table> newest = results(true).newestTable("delays").orElseThrow();
    assertEquals(2, newest.value().rowCount());
    assertTrue(newest.stored() && newest.provenance().made().startsWith("2999"));
    assertTrue(results(false).seed(Seed.of(5)).newestTable("delays").isEmpty());
  }

  @Test
  void aNetworkComesBackWithItsLosses() {
    Network net = Network.inputs(3).layer(MemoryCells.rnn(), 7).readout(2).build()
        .initialize(Initializer.normal(1), Seed.of(1));
    TrainedNetwork trained = new TrainedNetwork(net, new int[] {50, 100}, new double[] {0.1, 0.01});
    results(false).network("net", SETTINGS, net.architecture(), checkpoint -> trained);
    Result<TrainedNetwork> stored = results(false).storedNetwork("net", SETTINGS, net.architecture()).orElseThrow();
    assertArrayEquals(net.theta(), stored.value().network().theta(), 0.0);
    assertArrayEquals(trained.updates(), stored.value().updates());
    assertArrayEquals(trained.losses(), stored.value().losses(), 0.0);
    assertTrue(stored.toString().matches("stored: quick scale, seed 3, \\d{4}-\\d\\d-\\d\\d, 0 s.*"), stored.toString());
    Network other = Network.inputs(3).layer(MemoryCells.rnn(), 8).readout(2).build();
    assertTrue(results(false).storedNetwork("net", SETTINGS, other.architecture()).isEmpty());
  }

  /** Leaves a checkpoint of the table "long" that says "half". */
  private void breakOffHalfway() {
    assertThrows(CancellationException.class, () -> results(false).table("long", SETTINGS, checkpoint -> {
      Files.createDirectories(checkpoint.getParent());
      Files.writeString(checkpoint, "half");
      throw new CancellationException();
    }));
  }

  @Test
  void whatIsBrokenOffLeavesItsCheckpointAndNoResult() throws IOException {
    breakOffHalfway();
    assertTrue(results(false).storedTable("long", SETTINGS).isEmpty());
    results(false).table("long", SETTINGS, checkpoint -> {
      assertEquals("half", Files.readString(checkpoint));
      Files.createFile(checkpoint.resolveSibling(checkpoint.getFileName() + ".lock"));
      return table(checkpoint);
    });
    try (Stream<Path> files = Files.list(folder.resolve("memory"))) {
      assertEquals(2, files.count(), "the table and what it is; the checkpoint is gone with what lay beside it");
    }
  }

  @Test
  void freshBeginsAtTheBeginning() throws IOException {
    breakOffHalfway();
    assertFalse(results(true).table("long", SETTINGS, checkpoint -> {
      assertFalse(Files.exists(checkpoint), "what an earlier run has left");
      return table(checkpoint);
    }).stored());
  }

  @Test
  void damageIsNamedAndNothingIsUsed() throws IOException {
    results(false).table("delays", SETTINGS, this::table);
    Path csv;
    try (Stream<Path> files = Files.list(folder.resolve("memory"))) {
      csv = files.filter(f -> f.toString().endsWith(".csv")).findFirst().orElseThrow();
    }
    Files.writeString(csv, Files.readString(csv).replace("0.33", "0.34"));
    String message = assertThrows(IllegalStateException.class,
        () -> results(false).table("delays", SETTINGS, this::table)).getMessage();
    assertTrue(message.contains(csv.toString()) && message.contains("--fresh"), message);
    results(true).table("delays", SETTINGS, this::table);
    assertTrue(results(false).table("delays", SETTINGS, this::table).stored());
    Files.delete(csv);
    assertThrows(IllegalStateException.class, () -> results(false).storedTable("delays", SETTINGS));
    assertThrows(UncheckedIOException.class, () -> results(false).table("bad", SETTINGS, checkpoint -> {
      throw new IOException("disk full");
    }));
  }

  @Test
  void rowsOfAReportSayThatTheyRestOnAStoredResult() throws IOException {
    Report report = Report.open("memory", Scale.SMOKE, Seed.of(7), folder, System::nanoTime);
    Result<Table> made = results(false).table("delays", SETTINGS, this::table);
    report.begin("Figure 1").from(made).add("Figure 1", "now", 1, Rule.equal(1));
    report.from(results(false).table("delays", SETTINGS, this::table)).add("Figure 1", "before", 1, Rule.equal(1));
    report.begin("Figure 2").add("Figure 2", "after", 1, Rule.equal(1));
    List<String> lines = Files.readAllLines(folder.resolve("memory/rows.csv"));
    assertTrue(lines.get(1).contains("reproduced,run,smoke,7"), lines.get(1));
    assertTrue(lines.get(2).contains("reproduced,stored,quick,3"), lines.get(2));
    assertTrue(lines.get(3).contains("reproduced,run,smoke,7"), lines.get(3));
    assertEquals(List.of("reproduced", "reproduced, stored"),
        report.compare("Figure 1").table().stringColumn("verdict").asList());
    assertNotEquals(made.provenance().scale(), report.scale());
  }

  @Test
  void anotherItemRestsOnNothingStored() {
    results(false).table("delays", SETTINGS, this::table);
    Result<Table> stored = results(false).storedTable("delays", SETTINGS).orElseThrow();
    Report report = Report.open("memory", Scale.SMOKE, Seed.of(7), null, System::nanoTime);
    report.begin("Figure 1").from(stored).add("Figure 2", "its own", 1).add("Figure 2 top", "a part's", 1)
        .add("Figure 3", "another's", 1).add("Figure 2", "its own again", 1);
    assertEquals(List.of(true, true, false, true), report.rows().stream().map(row -> row.stored() != null).toList());
    assertTrue(report.figure("Figure 2", "its own", Chart.of()).note().endsWith("stored"));
    assertFalse(report.figure("Figure 3", "another's", Chart.of()).note().endsWith("stored"));
  }
}
