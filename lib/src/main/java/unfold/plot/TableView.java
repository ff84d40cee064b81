package unfold.plot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import unfold.Check;

/**
 * A Tablesaw table as a notebook shows it: numbers to the right with as many digits as make sense, bold
 * cells, a caption. The table itself stays as it is.
 */
public final class TableView {
  /** A notebook holds the text beside the HTML, which few will ever see. */
  private static final int TEXT_LIMIT = 20;
  /** Of more columns the letters are smaller, so that a page of a usual width shows them all. */
  private static final int COLUMNS_LIMIT = 10;

  private final Table table;
  private final Map<String, String> formats = new HashMap<>();
  private final List<BiPredicate<Integer, String>> bold = new ArrayList<>();
  private final Set<String> right = new HashSet<>();
  private String caption;
  private int limit = 60;

  private TableView(Table table) {
    this.table = table;
  }

  /** Returns a view of a table. */
  public static TableView of(Table table) {
    return new TableView(table);
  }

  /** Writes a caption above it. */
  public TableView caption(String caption) {
    this.caption = caption;
    return this;
  }

  /** Returns the caption, null if there is none. */
  public String caption() {
    return caption;
  }

  /**
   * Shows a column's numbers in a format of {@link String#format}: {@code "%.3f"}.
   *
   * @throws IllegalStateException if the table has no such column; here and below its name may be in either case
   */
  public TableView format(String column, String format) {
    formats.put(table.column(column).name(), format);
    return this;
  }

  /** Sets columns of text to the right, as columns of numbers are. */
  public TableView alignRight(String... columns) {
    for (String column : columns) {
      right.add(table.column(column).name());
    }
    return this;
  }

  /** Sets rows in bold. */
  public TableView boldRows(IntPredicate rows) {
    return bold((row, column) -> rows.test(row));
  }

  /** Sets cells in bold, by row (from 0) and name of the column. */
  public TableView bold(BiPredicate<Integer, String> cells) {
    bold.add(cells);
    return this;
  }

  /** Shows at most so many rows, 60 if not set, and says how many there are. */
  public TableView limit(int rows) {
    limit = Check.atLeast("rows", rows, 1);
    return this;
  }

  /** Returns the table shown. */
  public Table table() {
    return table;
  }

  /** Returns the table in HTML, that shows right in JupyterLab, in nbconvert's pages and on GitHub. */
  public String html() {
    boolean wide = table.columnCount() > COLUMNS_LIMIT;
    StringBuilder html = new StringBuilder(wide ? "<table style=\"font-size:11px\">" : "<table>");
    if (caption != null) {
      html.append("<caption style=\"text-align:left\">").append(escape(caption)).append("</caption>");
    }
    html.append("<thead><tr>");
    for (Column<?> column : table.columns()) {
      html.append("<th ").append(align(column)).append('>').append(escape(column.name())).append("</th>");
    }
    html.append("</tr></thead><tbody>");
    for (int row = 0; row < Math.min(limit, table.rowCount()); row++) {
      html.append("<tr>");
      for (Column<?> column : table.columns()) {
        String text = escape(text(column, row));
        html.append("<td ").append(align(column)).append('>')
            .append(isBold(row, column.name()) ? "<b>" + text + "</b>" : text).append("</td>");
      }
      html.append("</tr>");
    }
    html.append("</tbody></table>");
    if (table.rowCount() > limit) {
      html.append("<p>").append(limit).append(" of ").append(table.rowCount()).append(" rows</p>");
    }
    return html.toString();
  }

  private boolean isBold(int row, String column) {
    return bold.stream().anyMatch(cells -> cells.test(row, column));
  }

  private boolean isRight(Column<?> column) {
    return column instanceof NumericColumn || right.contains(column.name());
  }

  private String align(Column<?> column) {
    // JupyterLab sets cells to the right unless a style says else; GitHub to the left, and drops styles.
    return isRight(column) ? "align=\"right\"" : "style=\"text-align:left\"";
  }

  private String text(Column<?> column, int row) {
    if (column.isMissing(row)) {
      return "";
    }
    String format = formats.get(column.name());
    Object value = column.get(row);
    if (format != null) {
      return String.format(Locale.ROOT, format, value);
    }
    return value instanceof Double || value instanceof Float
        ? number(((Number) value).doubleValue()) : column.getString(row);
  }

  /** Returns a number with four digits that count, in scientific form where it is very large or small. */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return Long.toString((long) value);
    }
    double size = Math.abs(value);
    if (size < 1e-4 || size >= 1e9) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return decimals == 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }

  /** Returns the table as text in columns, of a long one the first {@value #TEXT_LIMIT} rows. */
  @Override
  public String toString() {
    List<String[]> lines = new ArrayList<>();
    int shown = Math.min(Math.min(limit, TEXT_LIMIT), table.rowCount());
    int columns = table.columnCount();
    lines.add(table.columnNames().toArray(String[]::new));
    for (int row = 0; row < shown; row++) {
      String[] line = new String[columns];
      for (int c = 0; c < columns; c++) {
        line[c] = text(table.column(c), row);
      }
      lines.add(line);
    }
    int[] widths = new int[columns];
    for (String[] line : lines) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], line[c].length());
      }
    }
    StringBuilder text = new StringBuilder(caption == null ? "" : caption + "\n");
    for (String[] line : lines) {
      StringBuilder out = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String blank = " ".repeat(widths[c] - line[c].length());
        out.append(c == 0 ? "" : "  ");
        out.append(isRight(table.column(c)) ? blank + line[c] : line[c] + blank);
      }
      text.append(out.toString().stripTrailing()).append('\n');
    }
    if (table.rowCount() > shown) {
      text.append(shown).append(" of ").append(table.rowCount()).append(" rows\n");
    }
    return text.toString();
  }
}
