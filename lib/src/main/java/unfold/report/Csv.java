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
        cells[c] = value instanceof Double ? number((Double) value) : value.toString();
      }
      csv.append(line(cells));
    }
    return csv.toString();
  }

  /** Returns a number in full precision, whole ones without a point. */
  static String number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15 && Double.compare(value, -0.0) != 0;
    return whole ? Long.toString((long) value) : Double.toString(value);
  }

  /**
   * Returns a line with its end. Quoted are cells with commas, quotes or line breaks, and those that a reader may take
   * for something else: with a # first for a comment, with blanks at an end for what is without, an empty one that is
   * alone for no line.
   */
  static String line(String... cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i];
      boolean quoted = cell.matches("(?s)#.*|.*[\",\r\n].*") || !cell.equals(cell.trim())
          || cell.isEmpty() && cells.length == 1;
      line.append(i == 0 ? "" : ",").append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
    }
    return line.append("\n").toString();
  }
}
