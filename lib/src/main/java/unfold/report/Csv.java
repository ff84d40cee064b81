package unfold.report;

import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Lines of comma-separated values as RFC 4180 has them. */
final class Csv {
  private Csv() {}

  /** Returns a table with a line of its columns' names; numbers are kept to the last bit. */
  static String of(Table table) {
    StringBuilder csv = new StringBuilder(line(table.columnNames().toArray(String[]::new)));
    for (int row = 0; row < table.rowCount(); row++) {
      String[] cells = new String[table.columnCount()];
      for (int c = 0; c < cells.length; c++) {
        Column<?> column = table.column(c);
        Object value = column.isMissing(row) ? "" : column.get(row);
        cells[c] = value instanceof Double ? Rule.text((Double) value) : value.toString();
      }
      csv.append(line(cells));
    }
    return csv.toString();
  }

  /** Returns a line with its end; cells with commas, quotes or line breaks are quoted. */
  static String line(String... cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i];
      boolean quoted = cell.matches("(?s).*[\",\r\n].*");
      line.append(i == 0 ? "" : ",").append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
    }
    return line.append("\n").toString();
  }
}
