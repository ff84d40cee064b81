package unfold.tune;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Rows as a table whose columns are of the numbers or words that they hold: SQLite's own have no type. */
final class TrialTable {
  private TrialTable() {}

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
