package unfold.tune;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import unfold.Check;
import unfold.tune.Outcome.Status;

/**
 * What can be read from a table of trials, as {@link TrialStore#read} and {@link Sweep#table} return it.
 *
 * <pre>{@code
 * for (Row trial : TrialTable.complete(trials)) {
 *   sizes.add(trial.getNumber("size"));
 * }
 * Settings best = TrialTable.settings(trials, TrialTable.best(trials), space);
 * }</pre>
 */
public final class TrialTable {
  private TrialTable() {}

  /** Returns the rows of the complete trials. */
  public static Table complete(Table trials) {
    return trials.where(trials.stringColumn("status").isEqualTo(Status.COMPLETE.name()));
  }

  /**
   * Returns the row of the complete trial of the lowest validation value, the first of equal ones.
   *
   * @throws IllegalArgumentException if none is complete
   */
  public static int best(Table trials) {
    int best = -1;
    double lowest = Double.NaN;
    for (int i = 0; i < trials.rowCount(); i++) {
      double value = trials.numberColumn("validation").getDouble(i);
      if (trials.getString(i, "status").equals(Status.COMPLETE.name()) && (best < 0 || value < lowest)) {
        best = i;
        lowest = value;
      }
    }
    Check.that(best >= 0, "there must be a complete trial, but there is none among %d", trials.rowCount());
    return best;
  }

  /**
   * Returns a trial's settings.
   *
   * @param trials with a column for each parameter of the space
   * @param row of the trial
   * @throws IllegalArgumentException if they are not of the space
   */
  public static Settings settings(Table trials, int row, SearchSpace space) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (SearchSpace.Parameter parameter : space.parameters()) {
      String column = TrialStore.column(parameter.name(), "setting");
      if (trials.column(column).isMissing(row)) {
        continue; // Its condition does not hold.
      }
      double number = parameter.isCategorical() ? Double.NaN : trials.numberColumn(column).getDouble(row);
      values.put(parameter.name(), switch (parameter.kind()) {
        case CATEGORICAL -> trials.getString(row, column);
        case INTEGER, LOG_INTEGER -> (int) number;
        default -> number;
      });
    }
    return space.check(Settings.of(values));
  }

  /** Rows as a table whose columns are of the numbers or words that they hold: SQLite's own have no type. */
  static Table of(ResultSet rows, String name) throws SQLException {
    List<String> names = new ArrayList<>();
    List<List<Object>> columns = new ArrayList<>();
    for (int c = 1; c <= rows.getMetaData().getColumnCount(); c++) {
      names.add(rows.getMetaData().getColumnLabel(c));
      columns.add(new ArrayList<>());
    }
    while (rows.next()) {
      for (int c = 0; c < columns.size(); c++) {
        columns.get(c).add(rows.getObject(c + 1));
      }
    }
    Table table = Table.create(name);
    for (int c = 0; c < columns.size(); c++) {
      table.addColumns(column(names.get(c), columns.get(c)));
    }
    return table;
  }

  private static Column<?> column(String name, List<Object> values) {
    if (values.stream().anyMatch(String.class::isInstance)) {
      return StringColumn.create(name, values.stream().map(v -> v == null ? "" : v.toString()));
    }
    if (values.stream().anyMatch(Double.class::isInstance) || values.stream().allMatch(v -> v == null)) {
      DoubleColumn column = DoubleColumn.create(name);
      values.forEach(v -> column.append(v == null ? Double.NaN : ((Number) v).doubleValue()));
      return column;
    }
    LongColumn column = LongColumn.create(name);
    for (Object v : values) {
      if (v == null) {
        column.appendMissing();
      } else {
        column.append(((Number) v).longValue());
      }
    }
    return column;
  }
}
