package unfold.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import unfold.plot.PlotlyJson;
import unfold.plot.TableView;

class ScoreboardTest {
  private final Table table = Table.create(StringColumn.create("task"), StringColumn.create("measure"),
      StringColumn.create("better"), DoubleColumn.create("baseline"), StringColumn.create("cell"),
      DoubleColumn.create("value"));

  private void add(String task, String better, double baseline, String cell, Double value) {
    table.stringColumn("task").append(task);
    table.stringColumn("measure").append(task.equals("adding") ? "error" : "share");
    table.stringColumn("better").append(better);
    table.doubleColumn("baseline").append(baseline);
    table.stringColumn("cell").append(cell);
    table.doubleColumn("value").append(value);
  }

  /** The RNN has 0.5 of the way from 1 to 0.2 in adding, the GRU 0.25 of that from 0.1 to 0.9 in digits. */
  private Scoreboard board() {
    add("adding", "lower", 1, "RNN", 0.5);
    add("adding", "lower", 1, "RNN", 0.7);
    add("adding", "lower", 1, "GRU", 0.1);
    add("adding", "lower", 1, "GRU", 0.3);
    add("adding", "lower", 1, "IRNN", 7.0);
    add("digits", "higher", 0.1, "RNN", 0.9);
    add("digits", "higher", 0.1, "GRU", 0.3);
    add("digits", "higher", 0.1, "IRNN", null);
    return Scoreboard.of(table);
  }

  @Test
  void scoresLieBetweenBaselineAndBest() {
    Scoreboard board = board();
    assertEquals(List.of("adding", "digits"), board.tasks());
    assertEquals(0.2, board.mean("adding", "GRU"), 1e-12);
    assertEquals(1, board.score("adding", "GRU"));
    assertEquals(0.5, board.score("adding", "RNN"), 1e-12);
    assertEquals(0, board.score("adding", "IRNN"), "worse than the baseline");
    assertEquals(1, board.score("digits", "RNN"));
    assertEquals(0.25, board.score("digits", "GRU"), 1e-12);
    assertEquals(0, board.score("digits", "IRNN"), "never trained without diverging");
    assertTrue(Double.isNaN(board.mean("digits", "IRNN")));
    assertEquals(0.75, board.meanScore("RNN"), 1e-12);
    assertEquals(List.of("RNN", "GRU", "IRNN"), board.cells());
    assertEquals(0.2, board.spread("adding"), 1e-12);
    assertTrue(Double.isNaN(board.spread("digits")), "one value each");
  }

  @Test
  void whereNoCellBeatsTheBaselineAllScoreNothing() {
    add("adding", "lower", 1, "RNN", 1.5);
    add("adding", "lower", 1, "GRU", null);
    Scoreboard board = Scoreboard.of(table);
    assertEquals(0, board.score("adding", "RNN"));
    assertEquals(0, board.score("adding", "GRU"));
  }

  @Test
  void theTableHasTheBestInBoldAndTheBaselineBelow() {
    TableView view = board().table();
    assertEquals(List.of("cell", "adding: error ↓", "digits: share ↑"), view.table().columnNames());
    assertEquals(List.of("RNN", "GRU", "IRNN", "baseline", "repetitions differ by"),
        view.table().stringColumn("cell").asList());
    assertEquals(List.of("0.6", "0.2", "7", "1", "0.2"), view.table().stringColumn("adding: error ↓").asList());
    assertEquals("–", view.table().stringColumn("digits: share ↑").get(2));
    assertTrue(view.html().contains("<b>0.2</b>") && view.html().contains("<b>0.9</b>"), view.html());
    assertFalse(view.html().contains("<b>0.6</b>") || view.html().contains("<b>1</b>"), view.html());
  }

  @Test
  void smallNumbersKeepTheirDigitsAndOneRepetitionHasNoSpread() {
    add("adding", "lower", 1, "RNN", 0.000012345);
    add("adding", "lower", 1, "GRU", 0.00123456);
    TableView view = Scoreboard.of(table).table();
    assertEquals(List.of("1.2e-05", "0.00123", "1"), view.table().stringColumn("adding: error ↓").asList());
  }

  @Test
  void theFigureHasACellARowAndTheMeansAtTheRight() {
    String json = PlotlyJson.string(board().chart());
    assertTrue(json.contains("\"y\":[\"RNN\",\"GRU\",\"IRNN\"]"), json);
    assertTrue(json.contains("\"x\":[\"adding\",\"digits\",\"<b>mean</b>\"]"), json);
    assertTrue(json.contains("\"z\":[[0.5"), json);
  }

  @Test
  void badTablesAreNamed() {
    assertThrows(IllegalArgumentException.class, () -> Scoreboard.of(table), "no row");
    Table without = table.copy().removeColumns("value");
    assertThrows(IllegalArgumentException.class, () -> Scoreboard.of(without));
    Scoreboard board = board();
    assertMessage("the task must be one of [adding, digits], but was 'text8'", () -> board.score("text8", "RNN"));
    String unknown = "the cell must be one of [RNN, GRU, IRNN], but was 'rnn'";
    assertMessage(unknown, () -> board.score("adding", "rnn"));
    assertMessage(unknown, () -> board.mean("adding", "rnn"));
    assertMessage(unknown, () -> board.meanScore("rnn"));
  }

  @Test
  void rowsOfATaskThatDifferAreNamed() {
    add("adding", "lower", 1, "RNN", 0.5);
    add("adding", "higher", 1, "GRU", 0.5);
    String message = "all rows of 'adding' must have one measure, better and baseline, but row 1 differs";
    assertMessage(message, () -> Scoreboard.of(table));
    table.stringColumn("better").set(1, "lower");
    table.doubleColumn("baseline").set(1, 2);
    assertMessage(message, () -> Scoreboard.of(table));
    table.doubleColumn("baseline").setMissing(1);
    assertMessage("baseline must be finite, but was NaN", () -> Scoreboard.of(table));
  }

  private static void assertMessage(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void aDirectionThatIsNoneIsNamed() {
    add("adding", "up", 1, "RNN", 1.5);
    assertMessage("better must be higher or lower, but was 'up'", () -> Scoreboard.of(table));
  }
}
