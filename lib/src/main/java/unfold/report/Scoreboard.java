package unfold.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import unfold.Check;
import unfold.analysis.Median;
import unfold.plot.Chart;
import unfold.plot.Draw;
import unfold.plot.Palette;
import unfold.plot.TableView;

/**
 * Cells beside each other on several tasks, each of which has a measure of its own.
 *
 * <pre>{@code
 * Scoreboard board = Scoreboard.of(table);
 * show(board.table());
 * board.chart()
 * }</pre>
 *
 * <p>A score sets a task's measure between its baseline, 0, and the best mean of all cells, 1. What is worse than the
 * baseline scores 0, and so does a cell without a value, which has not been trained without diverging. A task on which
 * no cell beats the baseline scores 0 for all.
 */
public final class Scoreboard {
  /** The columns of the table that a board is made of. */
  public static final List<String> COLUMNS = List.of("task", "measure", "better", "baseline", "cell", "value");
  /** The names of the table's rows below the cells. */
  private static final String BASELINE = "baseline";
  private static final String SPREAD = "repetitions differ by";

  /** A task, and the values of each cell. */
  private record Task(String name, String measure, boolean higher, double baseline, Map<String, List<Double>> values) {
    double mean(String cell) {
      return values.getOrDefault(cell, List.of()).stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }

    double spread(String cell) {
      double[] own = values.getOrDefault(cell, List.of()).stream().mapToDouble(v -> v).toArray();
      return own.length < 2 ? Double.NaN : Arrays.stream(own).max().getAsDouble() - Arrays.stream(own).min().getAsDouble();
    }

    /** Returns how far a value is above the baseline, in the measure's units. */
    double gain(double value) {
      return higher ? value - baseline : baseline - value;
    }

    double best() {
      return values.keySet().stream().mapToDouble(this::mean).filter(Double::isFinite).map(this::gain).max().orElse(0);
    }

    double score(String cell) {
      double best = best();
      double share = gain(mean(cell)) / best;
      return best > 0 && share > 0 ? share : 0;
    }

    String title() {
      return name + ": " + measure + (higher ? " ↑" : " ↓");
    }
  }

  private final List<Task> tasks;
  private final List<String> cells;

  private Scoreboard(List<Task> tasks, List<String> cells) {
    this.tasks = tasks;
    this.cells = cells;
  }

  /**
   * Returns the board of a table with a row for each task, cell and repetition.
   *
   * @param table with the columns {@link #COLUMNS}; {@code better} is {@code higher} or {@code lower}, the
   *     {@code baseline} is finite, and a missing {@code value} is that of a cell which has none
   * @throws IllegalArgumentException if the table is not so, or a task's rows differ in measure, better or baseline
   */
  public static Scoreboard of(Table table) {
    Check.that(table.columnNames().containsAll(COLUMNS), "the table must have the columns %s, but has %s", COLUMNS,
        table.columnNames());
    Check.that(table.rowCount() > 0, "the table must have a row, but has none");
    Map<String, Task> tasks = new LinkedHashMap<>();
    List<String> cells = new ArrayList<>();
    for (Row row : table) {
      String better = row.getString("better");
      Check.that(better.equals("higher") || better.equals("lower"), "better must be higher or lower, but was '%s'",
          better);
      double baseline = Check.finite("baseline", row.getDouble("baseline"));
      Task task = tasks.computeIfAbsent(row.getString("task"), name -> new Task(name, row.getString("measure"),
          better.equals("higher"), baseline, new LinkedHashMap<>()));
      Check.that(task.measure().equals(row.getString("measure")) && task.higher() == better.equals("higher")
          && task.baseline() == baseline,
          "all rows of '%s' must have one measure, better and baseline, but row %d differs", task.name(),
          row.getRowNumber());
      String cell = row.getString("cell");
      if (!cells.contains(cell)) {
        cells.add(cell);
      }
      List<Double> values = task.values().computeIfAbsent(cell, name -> new ArrayList<>());
      if (Double.isFinite(row.getDouble("value"))) {
        values.add(row.getDouble("value"));
      }
    }
    Scoreboard unordered = new Scoreboard(List.copyOf(tasks.values()), cells);
    return new Scoreboard(unordered.tasks, cells.stream()
        .sorted(Comparator.comparingDouble(unordered::meanScore).reversed()).toList());
  }

  /** Returns the cells, that of the greatest mean score first. */
  public List<String> cells() {
    return cells;
  }

  /** Returns the tasks, in the order of the table. */
  public List<String> tasks() {
    return tasks.stream().map(Task::name).toList();
  }

  /** Returns a cell's score on a task, from 0 to 1. */
  public double score(String task, String cell) {
    return task(task).score(known(cell));
  }

  /** Returns the mean of a cell's scores on all tasks, from 0 to 1. */
  public double meanScore(String cell) {
    String own = known(cell);
    return tasks.stream().mapToDouble(task -> task.score(own)).average().orElse(Double.NaN);
  }

  /** Returns the mean of a cell's values on a task; NaN if it has none. */
  public double mean(String task, String cell) {
    return task(task).mean(known(cell));
  }

  /**
   * Returns by how much a cell's values on a task differ, as a median over all cells with two or more of them; NaN if
   * there is none.
   */
  public double spread(String task) {
    Task own = task(task);
    return Median.of(cells.stream().mapToDouble(own::spread).filter(Double::isFinite).toArray());
  }

  private String known(String cell) {
    Check.that(cells.contains(cell), "the cell must be one of %s, but was '%s'", cells, cell);
    return cell;
  }

  private Task task(String name) {
    return tasks.stream().filter(task -> task.name().equals(name)).findFirst().orElseThrow(() ->
        new IllegalArgumentException("the task must be one of " + tasks() + ", but was '" + name + "'"));
  }

  /**
   * Returns the means of all cells on all tasks, a column's best in bold and arrows telling where better is; below them
   * the baselines and, where there are some, by how much repetitions differ.
   */
  public TableView table() {
    boolean repeated = tasks.stream().anyMatch(task -> Double.isFinite(spread(task.name())));
    List<String> names = new ArrayList<>(cells);
    names.addAll(repeated ? List.of(BASELINE, SPREAD) : List.of(BASELINE));
    Table table = Table.create("cells on tasks", StringColumn.create("cell", names));
    for (Task task : tasks) {
      StringColumn column = StringColumn.create(task.title());
      cells.forEach(cell -> column.append(number(task.mean(cell))));
      column.append(number(task.baseline()));
      table.addColumns(repeated ? column.append(number(spread(task.name()))) : column);
    }
    return TableView.of(table).alignRight(tasks.stream().map(Task::title).toArray(String[]::new))
        .bold((row, column) -> row < cells.size() && tasks.stream().anyMatch(task -> task.title().equals(column)
            && task.score(cells.get(row)) == 1));
  }

  /** Returns a number with three digits that count. */
  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    boolean tiny = value != 0 && Math.abs(value) < 1e-4;
    return tiny ? String.format(Locale.ROOT, "%.1e", value)
        : TableView.number(Double.parseDouble(String.format(Locale.ROOT, "%.3g", value)));
  }

  /** Returns the scores as a heat map with a column of their means. */
  public Chart chart() {
    String[] columns = new String[tasks.size() + 1];
    Arrays.setAll(columns, i -> i < tasks.size() ? tasks.get(i).name().replace(" ", "<br>") : "<b>mean</b>");
    double[][] scores = cells.stream().map(cell -> IntStream.range(0, columns.length)
        .mapToDouble(i -> i < tasks.size() ? tasks.get(i).score(cell) : meanScore(cell)).toArray())
        .toArray(double[][]::new);
    return Chart.of(Draw.heatmap(scores).values(".2f").with("x", columns).with("y", cells.toArray(String[]::new))
        .scale(Palette.sequential()).range(0, 1).colorBar("score"))
        .each(panel -> panel.reverseY().axis("y", "dtick", 1).axis("x", "dtick", 1).axis("x", "tickangle", 0)
            .axis("x", "tickfont.size", 10))
        .size(Math.max(600, 200 + 60 * columns.length), 160 + 28 * cells.size());
  }
}
