package unfold.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.Trace;
import unfold.Check;

/**
 * A Tablesaw figure of one panel or of rows and columns of panels, with titles, shared axes and one legend.
 *
 * <pre>{@code
 * Chart.grid(2, 7).title("State distributions").columns("t = 1", "t = 5", ...).rows("U = 0.8", "U = 2")
 *     .shareX().x("state").add(0, 3, Draw.distributions(bins, positive, negative))
 * }</pre>
 *
 * <p>It holds Tablesaw's traces and ours alike. Traces of the same name have the same colour and one entry in
 * the legend. Sizes are computed so that everything fits {@value Style#WIDTH} pixels; {@link #set} reaches
 * whatever attribute of plotly.js' layout has no method here. All methods change this chart and return it.
 */
public final class Chart extends Figure {
  record Entry(int panel, Map<String, Object> trace) {}

  final int rows;
  final int columns;
  final Panel[] panels;
  final List<Entry> entries = new ArrayList<>();
  final Map<String, Object> extras = new LinkedHashMap<>();
  String title;
  String x;
  String y;
  String[] columnTitles = {};
  String[] rowTitles = {};
  Share shareX = Share.NONE;
  Share shareY = Share.NONE;
  int width = Style.WIDTH;
  int height;
  private String note;

  private Chart(int rows, int columns) {
    super(Layout.builder().build());
    this.rows = rows;
    this.columns = columns;
    panels = new Panel[rows * columns];
    Arrays.setAll(panels, i -> new Panel());
  }

  /** Returns a chart of one panel. */
  public static Chart of(Trace... traces) {
    return new Chart(1, 1).add(0, 0, traces);
  }

  /** Returns a chart of empty panels, {@code rows} and {@code columns} at least 1. */
  public static Chart grid(int rows, int columns) {
    return new Chart(Check.atLeast("rows", rows, 1), Check.atLeast("columns", columns, 1));
  }

  /** Adds traces to the first panel. */
  public Chart add(Trace... traces) {
    return add(0, 0, traces);
  }

  /** Adds traces to a panel, rows and columns from 0. */
  public Chart add(int row, int column, Trace... traces) {
    int panel = index(row, column);
    for (Trace trace : traces) {
      entries.add(new Entry(panel, PlotlyJson.trace(trace)));
    }
    return this;
  }

  /** Writes a title above everything. */
  public Chart title(String title) {
    this.title = title;
    return this;
  }

  /** Writes a small note below everything: scale, seed, data. */
  public Chart note(String note) {
    this.note = note;
    return this;
  }

  /** Returns the note, null if there is none. */
  public String note() {
    return note;
  }

  /** Labels the x axis, once for all panels. */
  public Chart x(String label) {
    x = label;
    return this;
  }

  /** Labels the y axis, once for all panels. */
  public Chart y(String label) {
    y = label;
    return this;
  }

  /** Writes titles above the columns, as many as there are. */
  public Chart columns(String... titles) {
    Draw.equal("titles", titles.length, "columns", columns);
    columnTitles = titles.clone();
    return this;
  }

  /** Writes titles beside the rows, as many as there are; {@code <br>} starts a line. */
  public Chart rows(String... titles) {
    Draw.equal("titles", titles.length, "rows", rows);
    rowTitles = titles.clone();
    return this;
  }

  /** Gives all panels one x range, with tick labels on the bottom row alone. */
  public Chart shareX() {
    return shareX(Share.ALL);
  }

  /** Gives panels one x range; shared in columns, only the bottom row has tick labels. */
  public Chart shareX(Share share) {
    shareX = share;
    return this;
  }

  /** Gives all panels one y range, with tick labels on the first column alone. */
  public Chart shareY() {
    return shareY(Share.ALL);
  }

  /** Gives panels one y range; shared in rows, only the first column has tick labels. */
  public Chart shareY(Share share) {
    shareY = share;
    return this;
  }

  /** Edits every panel: {@code each(p -> p.vline(0))}. */
  public Chart each(Consumer<Panel> edit) {
    Arrays.stream(panels).forEach(edit);
    return this;
  }

  /** Edits one panel, row and column from 0. */
  public Chart panel(int row, int column, Consumer<Panel> edit) {
    edit.accept(panels[index(row, column)]);
    return this;
  }

  /** Edits the panels of a row. */
  public Chart row(int row, Consumer<Panel> edit) {
    for (int column = 0; column < columns; column++) {
      panel(row, column, edit);
    }
    return this;
  }

  /** Edits the panels of a column. */
  public Chart column(int column, Consumer<Panel> edit) {
    for (int row = 0; row < rows; row++) {
      panel(row, column, edit);
    }
    return this;
  }

  /** Fixes the ends of all x axes. */
  public Chart xRange(double low, double high) {
    return each(p -> p.xRange(low, high));
  }

  /** Fixes the ends of all y axes. */
  public Chart yRange(double low, double high) {
    return each(p -> p.yRange(low, high));
  }

  /** Makes all x axes logarithmic. */
  public Chart logX() {
    return each(Panel::logX);
  }

  /** Makes all y axes logarithmic. */
  public Chart logY() {
    return each(Panel::logY);
  }

  /** Draws a thin vertical line in all panels. */
  public Chart vline(double x) {
    return each(p -> p.vline(x));
  }

  /** Draws a thin horizontal line in all panels. */
  public Chart hline(double y) {
    return each(p -> p.hline(y));
  }

  /** Sets the width and height in pixels. */
  public Chart size(int width, int height) {
    this.width = Check.atLeast("width", width, 100);
    this.height = Check.atLeast("height", height, 100);
    return this;
  }

  /**
   * Sets any attribute of plotly.js' layout, over what this chart has computed.
   *
   * @param key its name, with dots for nested ones: {@code "legend.orientation"}
   */
  public Chart set(String key, Object value) {
    Json.put(extras, key, value);
    return this;
  }

  private int index(int row, int column) {
    Check.within("row", row, 0, rows - 1);
    Check.within("column", column, 0, columns - 1);
    return row * columns + column;
  }

  /** Returns the traces as they are drawn: on their panels' axes, with colours and legend entries by name. */
  @Override
  public Trace[] getTraces() {
    return new Drawing(this).traces();
  }

  /** Puts other traces in place of all that there are, into the first panel. */
  @Override
  public void setTraces(Trace... traces) {
    entries.clear();
    add(traces);
  }

  /** Sets all that a layout of Tablesaw's says, as {@link #set} does. */
  @Override
  public void setLayout(Layout layout) {
    Json.merge(extras, PlotlyJson.layout(layout));
  }

  /** Keeps Tablesaw's own way of showing a figure, a page in the browser, working: from the same JSON. */
  @Override
  protected void buildContext(String divName) {
    super.buildContext(divName);
    String figure = "figure_" + divName;
    getContext().put("figure",
        "var " + figure + " = " + PlotlyJson.string(this).replace("</", "<\\/") + ";\n");
    getContext().put("plotFunction", "Plotly.newPlot(target_" + divName + ", " + figure + ".data, " + figure
        + ".layout, " + figure + ".config);");
  }
}
