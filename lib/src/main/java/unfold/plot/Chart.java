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

/**
 * A Tablesaw figure of one panel or of rows and columns of panels, with titles, shared axes and one legend.
 *
 * <pre>{@code
 * Chart.grid(2, 7).title("State distributions").columns("t = 1", "t = 5", ...).rows("U = 0.8", "U = 2")
 *     .shareX().x("state").add(0, 3, Draw.distributions(bins, positive, negative))
 * }</pre>
 *
 * <p>It holds Tablesaw's traces and ours alike. Traces of the same name have the same colour and one entry in the
 * legend. Sizes are computed so that everything fits {@value Style#WIDTH} pixels; {@link #set} reaches whatever
 * attribute of plotly.js' layout has no method here. All methods change this chart and return it.
 */
public final class Chart extends Figure {
  private static final int LINE = 18;
  private static final int TICK_LABELS = 20;
  private static final int TICK_LABELS_LEFT = 42;
  private static final int COLOR_BAR = 72;

  private record Entry(int panel, Map<String, Object> trace) {}

  private final int rows;
  private final int columns;
  private final Panel[] panels;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Object> extras = new LinkedHashMap<>();
  private String title;
  private String note;
  private String x;
  private String y;
  private String[] columnTitles = {};
  private String[] rowTitles = {};
  private Share shareX = Share.NONE;
  private Share shareY = Share.NONE;
  private int width = Style.WIDTH;
  private int height;

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
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "rows and columns must be at least 1, but were " + rows + " and " + columns);
    }
    return new Chart(rows, columns);
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
    if (width < 100 || height < 100) {
      throw new IllegalArgumentException(
          "width and height must be at least 100, but were " + width + " and " + height);
    }
    this.width = width;
    this.height = height;
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
    if (row < 0 || row >= rows || column < 0 || column >= columns) {
      throw new IllegalArgumentException("panel must lie in rows 0 to " + (rows - 1) + " and columns 0 to "
          + (columns - 1) + ", but was " + row + ", " + column);
    }
    return row * columns + column;
  }

  /** Returns the traces as they are drawn: on their panels' axes, with colours and legend entries by name. */
  @Override
  public Trace[] getTraces() {
    OpenTrace[] traces = traces();
    Frame frame = new Frame(traces);
    for (int i = 0; i < traces.length; i++) {
      String bar = barOf(traces[i].attributes());
      if (bar != null) {
        traces[i].with(bar, frame.colorBar(entries.get(i).panel()));
      }
    }
    return traces;
  }

  private OpenTrace[] traces() {
    List<String> names = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    List<OpenTrace> traces = new ArrayList<>();
    for (Entry entry : entries) {
      Map<String, Object> json = Json.copy(entry.trace());
      String name = json.get("name") instanceof String ? (String) json.get("name") : "";
      if (!names.contains(name)) {
        names.add(name);
      }
      String color = Palette.series(names.indexOf(name));
      OpenTrace trace = new OpenTrace(json);
      if (!colored(json)) {
        trace.color(color);
      }
      if (is3d(json)) {
        trace.with("scene", scene(entry.panel()));
      } else {
        trace.with("xaxis", axis("x", entry.panel())).with("yaxis", axis("y", entry.panel()));
      }
      if (name.isEmpty()) {
        trace.legend(false);
      } else if (trace.showLegend()) {
        trace.legend(!shown.contains(name));
        shown.add(name);
      }
      if (!name.isEmpty() && !json.containsKey("legendgroup")) {
        trace.group(name);
      }
      traces.add(trace);
    }
    return traces.toArray(OpenTrace[]::new);
  }

  private static boolean colored(Map<String, Object> json) {
    boolean own = false;
    for (String part : List.of("line", "marker")) {
      own |= json.get(part) instanceof Map && Json.map(json.get(part)).get("color") != null;
    }
    String type = (String) json.get("type");
    return own || !List.of("scatter", "scatter3d", "bar", "histogram", "box", "violin").contains(type);
  }

  private static boolean is3d(Map<String, Object> json) {
    return List.of("scatter3d", "surface", "mesh3d", "cone", "streamtube", "isosurface", "volume")
        .contains((String) json.get("type"));
  }

  private static String axis(String letter, int panel) {
    return panel == 0 ? letter : letter + (panel + 1);
  }

  private static String scene(int panel) {
    return axis("scene", panel);
  }

  /** Where everything stands, in pixels. */
  private final class Frame {
    final boolean[] space = new boolean[panels.length];
    final boolean[] used = new boolean[panels.length];
    final double[] left = new double[columns];
    final double[] top = new double[rows];
    double panelWidth;
    double panelHeight;
    int marginLeft;
    int marginRight;
    int marginTop;
    int marginBottom;
    int total;
    int legendLines;

    Frame(OpenTrace[] traces) {
      boolean[] bar = new boolean[columns];
      int legend = 0;
      for (int i = 0; i < traces.length; i++) {
        int panel = entries.get(i).panel();
        Map<String, Object> json = traces[i].attributes();
        used[panel] = true;
        space[panel] |= is3d(json);
        bar[panel % columns] |= barOf(json) != null;
        if (traces[i].showLegend() && traces[i].name() != null) {
          legend += 52 + visibleLength(traces[i].name()) * 7;
        }
      }
      marginLeft = 14 + (y == null ? 0 : LINE + 4) + room("y", 0);
      marginRight = 16 + (rowTitles.length == 0 ? 0 : LINE * lines(rowTitles));
      double[] gap = new double[columns];
      for (int c = 1; c < columns; c++) {
        gap[c] = 14 + (bar[c - 1] ? COLOR_BAR : 0) + room("y", c);
      }
      marginRight += bar[columns - 1] ? COLOR_BAR : 0;
      int inner = width - marginLeft - marginRight;
      panelWidth = (inner - Arrays.stream(gap).sum()) / columns;
      legendLines = legend == 0 ? 0 : 1 + legend / Math.max(1, inner);

      double titled = Arrays.stream(panels).anyMatch(p -> p.title() != null) ? LINE + 4 : 0;
      marginTop = 12 + (title == null ? 0 : 30 + LINE * (lines(title) - 1)) + legendLines * 22
          + (columnTitles.length == 0 ? 0 : LINE * lines(columnTitles) + 4) + (int) titled;
      marginBottom = 10 + room("x", rows - 1) + (x == null ? 0 : LINE + 4)
          + (note == null ? 0 : LINE);
      double[] gapTop = new double[rows];
      for (int r = 1; r < rows; r++) {
        gapTop[r] = 12 + titled + room("x", r - 1);
      }
      double gaps = Arrays.stream(gapTop).sum();
      double wanted = anySpace() ? panelWidth * 0.95
          : Math.max(110, Math.min(panelWidth * (columns == 1 && rows > 1 ? 0.3 : 0.8), columns == 1 ? 320 : 270));
      total = height > 0 ? height : (int) Math.round(marginTop + marginBottom + gaps + rows * wanted);
      panelHeight = (total - marginTop - marginBottom - gaps) / rows;
      if (!(panelWidth > 10 && panelHeight > 10)) {
        throw new IllegalArgumentException("a chart of " + width + " x " + total + " pixels has no room for " + rows
            + " x " + columns + " panels");
      }
      for (int c = 1; c < columns; c++) {
        left[c] = left[c - 1] + panelWidth + gap[c];
      }
      for (int r = 1; r < rows; r++) {
        top[r] = top[r - 1] + panelHeight + gapTop[r];
      }
    }

    boolean anySpace() {
      for (boolean s : space) {
        if (s) {
          return true;
        }
      }
      return false;
    }

    /** The pixels that a row (or column) of axes takes for tick labels and labels of its own. */
    private int room(String letter, int line) {
      int room = 0;
      for (int i = 0; i < panels.length; i++) {
        int at = letter.equals("x") ? i / columns : i % columns;
        if (at != line || space[i] || !used[i]) {
          continue;
        }
        if (labelsTicks(letter, i)) {
          room = Math.max(room, (letter.equals("x") ? TICK_LABELS : TICK_LABELS_LEFT)
              + (panels[i].has(letter, "title") ? LINE + 2 : 0));
        }
      }
      return room;
    }

    double innerWidth() {
      return width - marginLeft - marginRight;
    }

    double innerHeight() {
      return total - marginTop - marginBottom;
    }

    List<Double> domainX(int panel) {
      double from = left[panel % columns];
      return Style.domain(from / innerWidth(), (from + panelWidth) / innerWidth());
    }

    List<Double> domainY(int panel) {
      double from = top[panel / columns];
      return Style.domain(1 - (from + panelHeight) / innerHeight(), 1 - from / innerHeight());
    }

    /** A colour bar right of a panel, as high as it. */
    Map<String, Object> colorBar(int panel) {
      double right = left[panel % columns] + panelWidth;
      double middle = top[panel / columns] + panelHeight / 2;
      Map<String, Object> json = new LinkedHashMap<>();
      json.putAll(Map.of("x", (right + 8) / innerWidth(), "xanchor", "left", "xpad", 0));
      json.putAll(Map.of("y", 1 - middle / innerHeight(), "yanchor", "middle", "ypad", 0));
      json.putAll(Map.of("lenmode", "pixels", "len", panelHeight, "thickness", 12, "outlinewidth", 0));
      json.putAll(Map.of("tickfont", Map.of("size", Style.TICK), "title", Map.of("side", "right")));
      return json;
    }

    /** A text at pixels right of the left edge and below the upper edge of the panels' area. */
    Map<String, Object> text(String text, double fromLeft, double fromTop, int size, String xAnchor, String yAnchor) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("text", text);
      json.put("showarrow", false);
      json.put("xref", "paper");
      json.put("yref", "paper");
      json.put("x", fromLeft / innerWidth());
      json.put("y", 1 - fromTop / innerHeight());
      json.put("xanchor", xAnchor);
      json.put("yanchor", yAnchor);
      json.put("font", Map.of("size", size));
      return json;
    }
  }

  /** Returns the key of a trace's colour bar, null if it shows none. */
  private static String barOf(Map<String, Object> json) {
    for (String part : List.of("line", "marker")) {
      if (json.get(part) instanceof Map && Boolean.TRUE.equals(Json.map(json.get(part)).get("showscale"))) {
        return part + ".colorbar";
      }
    }
    return Boolean.TRUE.equals(json.get("showscale")) ? "colorbar" : null;
  }

  private static int visibleLength(String html) {
    return html.replaceAll("<[^>]*>", "").length();
  }

  private static int lines(String... texts) {
    return Arrays.stream(texts).mapToInt(text -> text.split("<br>", -1).length).max().orElse(1);
  }

  /** Whether a panel's axis shows tick labels: on the outer edge alone where it shares its range along there. */
  private boolean labelsTicks(String letter, int panel) {
    if (!panels[panel].showsTicks(letter)) {
      return false;
    }
    return letter.equals("x")
        ? shareX == Share.NONE || shareX == Share.ROW || panel / columns == rows - 1
        : shareY == Share.NONE || shareY == Share.COLUMN || panel % columns == 0;
  }

  /** Returns the panel whose axis this panel's axis follows: itself or an earlier one. */
  private int leader(Share share, int panel, Frame frame) {
    for (int i = 0; i < panel; i++) {
      boolean together = share == Share.ALL
          || share == Share.ROW && i / columns == panel / columns
          || share == Share.COLUMN && i % columns == panel % columns;
      if (together && !frame.space[i] && frame.used[i]) {
        return i;
      }
    }
    return panel;
  }

  /** Returns the whole layout in plotly.js' form. */
  Map<String, Object> layoutJson() {
    Frame frame = new Frame(traces());
    Map<String, Object> layout = new LinkedHashMap<>();
    layout.put("template", Style.template());
    layout.put("width", width);
    layout.put("height", frame.total);
    layout.put("margin", Map.of("l", frame.marginLeft, "r", frame.marginRight, "t", frame.marginTop,
        "b", frame.marginBottom));
    List<Map<String, Object>> shapes = new ArrayList<>();
    List<Map<String, Object>> texts = new ArrayList<>();
    for (int i = 0; i < panels.length; i++) {
      if (frame.space[i]) {
        Map<String, Object> scene = Style.scene();
        Json.merge(scene, panels[i].sceneJson());
        Json.put(scene, "domain", Map.of("x", frame.domainX(i), "y", frame.domainY(i)));
        layout.put(scene(i), scene);
      } else if (frame.used[i]) {
        layout.put("xaxis" + (i == 0 ? "" : i + 1), axisJson("x", i, frame));
        layout.put("yaxis" + (i == 0 ? "" : i + 1), axisJson("y", i, frame));
        shapes.addAll(panels[i].shapesJson(axis("x", i), axis("y", i)));
        texts.addAll(panels[i].notesJson(axis("x", i), axis("y", i)));
      }
      if (panels[i].title() != null) {
        texts.add(frame.text(panels[i].title(), frame.left[i % columns] + frame.panelWidth / 2,
            frame.top[i / columns] - 3, Style.LABEL, "center", "bottom"));
      }
    }
    labels(frame, texts);
    if (title != null) {
      layout.put("title", Map.of("text", title, "x", 14.0 / width, "xanchor", "left",
          "y", 1 - 10.0 / frame.total, "yanchor", "top", "yref", "container"));
    }
    if (frame.legendLines > 0) {
      double above = (columnTitles.length == 0 ? 0 : LINE * lines(columnTitles) + 4)
          + (Arrays.stream(panels).anyMatch(p -> p.title() != null) ? LINE + 4 : 0) + 2;
      layout.put("legend", Map.of("orientation", "h", "x", 0, "xanchor", "left",
          "y", 1 + above / frame.innerHeight(), "yanchor", "bottom", "tracegroupgap", 0));
    }
    layout.put("showlegend", frame.legendLines > 0);
    layout.put("annotations", texts);
    layout.put("shapes", shapes);
    Json.merge(layout, extras);
    return layout;
  }

  /** Adds the texts that belong to rows, columns and the whole. */
  private void labels(Frame frame, List<Map<String, Object>> texts) {
    boolean titled = Arrays.stream(panels).anyMatch(p -> p.title() != null);
    for (int c = 0; c < columnTitles.length; c++) {
      texts.add(frame.text(columnTitles[c], frame.left[c] + frame.panelWidth / 2, titled ? -LINE - 4 : -4,
          Style.LABEL, "center", "bottom"));
    }
    for (int r = 0; r < rowTitles.length; r++) {
      Map<String, Object> text = frame.text(rowTitles[r], frame.innerWidth() + frame.marginRight - 6,
          frame.top[r] + frame.panelHeight / 2, Style.LABEL - 1, "right", "middle");
      text.put("textangle", 90);
      texts.add(text);
    }
    if (x != null) {
      texts.add(frame.text(x, frame.innerWidth() / 2, frame.innerHeight() + frame.marginBottom
          - (note == null ? 4 : LINE + 4), Style.LABEL, "center", "bottom"));
    }
    if (y != null) {
      Map<String, Object> text = frame.text(y, 4 - frame.marginLeft, frame.innerHeight() / 2, Style.LABEL,
          "left", "middle");
      text.put("textangle", -90);
      texts.add(text);
    }
    if (note != null) {
      Map<String, Object> text = frame.text(note, frame.innerWidth() + frame.marginRight - 6,
          frame.innerHeight() + frame.marginBottom - 2, 10, "right", "bottom");
      text.put("font", Map.of("size", 10, "color", Palette.GREY));
      texts.add(text);
    }
  }

  private Map<String, Object> axisJson(String letter, int panel, Frame frame) {
    boolean horizontal = letter.equals("x");
    Map<String, Object> json = new LinkedHashMap<>();
    double length = horizontal ? frame.panelWidth : frame.panelHeight;
    json.put("domain", horizontal ? frame.domainX(panel) : frame.domainY(panel));
    json.put("anchor", axis(horizontal ? "y" : "x", panel));
    json.put("nticks", (int) Math.max(3, length / (horizontal ? 55 : 32)));
    if (panels[panel].isLog(letter)) {
      json.put("dtick", 1);
      json.put("exponentformat", "power");
    }
    int leader = leader(horizontal ? shareX : shareY, panel, frame);
    if (leader != panel) {
      json.put("matches", axis(letter, leader));
    }
    Json.merge(json, panels[panel].axisJson(letter));
    if (!labelsTicks(letter, panel)) {
      json.put("showticklabels", false);
      json.remove("title");
    }
    if ("x".equals(json.get("scaleanchor"))) {
      json.put("scaleanchor", axis("x", panel));
    }
    return json;
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
