package unfold.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import unfold.Check;

/** A chart in the form of plotly.js: its traces on their axes, and the layout computed around them. */
final class Drawing {
  private static final int LINE = 18;
  private static final int EDGE = 12;
  private static final int COLOR_BAR = 72;
  /** The width of a tick label's character, about. */
  private static final double CHARACTER = 6.2;
  /** The angle of words that do not fit side by side, in degrees. */
  private static final int ASLANT = 30;
  private static final List<String> IN_SPACE =
      List.of("scatter3d", "surface", "mesh3d", "cone", "streamtube", "isosurface", "volume");
  private static final List<String> OF_ONE_COLOR =
      List.of("scatter", "scatter3d", "bar", "histogram", "box", "violin");

  private final Chart chart;
  private final OpenTrace[] traces;
  private final List<Bar> bars;
  private final Frame frame;
  private final boolean[] space;
  private final boolean[] used;
  private final int legendLines;

  Drawing(Chart chart) {
    this.chart = chart;
    space = new boolean[chart.panels.length];
    used = new boolean[chart.panels.length];
    traces = prepared();
    legendLines = legendLines();
    bars = bars();
    frame = new Frame(chart.width, chart.height, aspect(), isInSpace() ? 420 : 320, rooms(), border());
    bars.forEach(this::place);
  }

  OpenTrace[] traces() {
    return traces;
  }

  private int row(int panel) {
    return panel / chart.columns;
  }

  private int column(int panel) {
    return panel % chart.columns;
  }

  // ---- Traces ----

  /** Gives each trace its axes, and by its name a colour and one entry in the legend. */
  private OpenTrace[] prepared() {
    List<String> names = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    List<OpenTrace> prepared = new ArrayList<>();
    for (Chart.Entry entry : chart.entries) {
      OpenTrace trace = new OpenTrace(Json.copy(entry.trace()));
      String name = trace.name() == null ? "" : trace.name();
      boolean needsColor = needsColor(entry.trace());
      if (!names.contains(name) && (needsColor || !name.isEmpty())) {
        names.add(name);
      }
      if (needsColor) {
        trace.color(Palette.series(names.indexOf(name)));
      }
      used[entry.panel()] = true;
      if (IN_SPACE.contains(entry.trace().get("type"))) {
        space[entry.panel()] = true;
        trace.with("scene", id("scene", entry.panel()));
      } else {
        trace.with("xaxis", id("x", entry.panel())).with("yaxis", id("y", entry.panel()));
      }
      if (name.isEmpty() || isEmpty(entry.trace())) {
        trace.legend(false);
      } else if (trace.showLegend()) {
        trace.legend(!shown.contains(name));
        shown.add(name);
      }
      if (!name.isEmpty() && !entry.trace().containsKey("legendgroup")) {
        trace.group(name);
      }
      prepared.add(trace);
    }
    return prepared.toArray(OpenTrace[]::new);
  }

  /** Whether there is nothing to see, so that another trace of its name must have the legend's entry. */
  private static boolean isEmpty(Map<String, Object> trace) {
    return trace.get("x") instanceof double[] && ((double[]) trace.get("x")).length == 0;
  }

  private static boolean needsColor(Map<String, Object> trace) {
    return OF_ONE_COLOR.contains(trace.get("type"))
        && Json.at(trace, "line").get("color") == null && Json.at(trace, "marker").get("color") == null;
  }

  /** Returns what of a trace shows a colour bar: "line.", "marker.", "" for itself, null for nothing. */
  private static String barOf(Map<String, Object> trace) {
    for (String part : List.of("line", "marker")) {
      if (Boolean.TRUE.equals(Json.at(trace, part).get("showscale"))) {
        return part + ".";
      }
    }
    return Boolean.TRUE.equals(trace.get("showscale")) ? "" : null;
  }

  /**
   * A colour bar with the trace that has it, right of a column, along the rows of the panels that it serves.
   */
  private record Bar(int trace, String part, int firstRow, int lastRow, int column) {}

  /** Traces with the same title, colours and fixed range have one colour bar together: the last one's. */
  private List<Bar> bars() {
    Map<Object, Bar> bars = new LinkedHashMap<>();
    for (int i = 0; i < traces.length; i++) {
      Map<String, Object> json = traces[i].attributes();
      String part = barOf(json);
      if (part == null) {
        continue;
      }
      int panel = chart.entries.get(i).panel();
      Map<String, Object> owner = part.isEmpty() ? json : Json.at(json, part);
      Object low = owner.get(part.isEmpty() ? "zmin" : "cmin");
      Object high = owner.get(part.isEmpty() ? "zmax" : "cmax");
      Object same = low == null || high == null ? i
          : Arrays.asList(low, high, owner.get("colorscale"), Json.at(owner, "colorbar.title").get("text"));
      Bar earlier = bars.get(same);
      if (earlier != null) {
        traces[earlier.trace()].with(earlier.part() + "showscale", false);
      }
      bars.put(same, earlier == null ? new Bar(i, part, row(panel), row(panel), column(panel))
          : new Bar(i, part, Math.min(earlier.firstRow(), row(panel)), Math.max(earlier.lastRow(), row(panel)),
              Math.max(earlier.column(), column(panel))));
    }
    return List.copyOf(bars.values());
  }

  /** Gives each colour bar its place, as far as the trace itself does not say where. */
  private void place(Bar bar) {
    double away = 8 + (bar.column() == chart.columns - 1 ? rowTitleWidth() : 0);
    Map<String, Object> place = frame.colorBar(bar.firstRow(), bar.lastRow(), bar.column(), away);
    String key = bar.part() + "colorbar";
    Json.merge(place, Json.at(traces[bar.trace()].attributes(), key));
    traces[bar.trace()].with(key, place);
  }

  /** Returns {@code x} for the first panel, then {@code x2}, {@code x3}, ... */
  private static String id(String letter, int panel) {
    return panel == 0 ? letter : letter + (panel + 1);
  }

  // ---- Rooms ----

  private int legendLines() {
    double width = 0;
    for (OpenTrace trace : traces) {
      if (trace.showLegend()) {
        String name = trace.name().replaceAll("<[^>]*>", "");
        width += 45 + name.chars().mapToDouble(c -> " ,.:;'|()ijl".indexOf(c) < 0 ? 6.8 : 3.6).sum();
      }
    }
    // It begins where the panels do, which in the plane have ticks before them.
    return (int) Math.ceil(width / Math.max(100, chart.width - (isInSpace() ? 2 * EDGE : 150)));
  }

  private boolean isInSpace() {
    for (boolean inSpace : space) {
      if (inSpace) {
        return true;
      }
    }
    return false;
  }

  private double aspect() {
    if (isInSpace()) {
      return 0.95;
    }
    return chart.columns > 1 ? 0.75 : chart.rows > 1 ? 0.25 : 0.42;
  }

  private Frame.Rooms rooms() {
    double[] left = new double[chart.columns];
    double[] right = new double[chart.columns];
    double[] above = new double[chart.rows];
    double[] below = new double[chart.rows];
    for (int i = 0; i < used.length; i++) {
      if (chart.panels[i].title() != null) {
        above[row(i)] = Math.max(above[row(i)], LINE * lines(chart.panels[i].title()) + 2);
      }
      if (used[i] && !space[i]) {
        left[column(i)] = Math.max(left[column(i)], ticks("y", i));
        below[row(i)] = Math.max(below[row(i)], ticks("x", i));
      }
    }
    bars.forEach(bar -> right[bar.column()] = COLOR_BAR);
    right[chart.columns - 1] += rowTitleWidth();
    return new Frame.Rooms(left, right, above, below);
  }

  /** The pixels that a panel's tick labels and its axis' own label take. */
  private double ticks(String letter, int panel) {
    if (!labelsTicks(letter, panel)) {
      return 0;
    }
    double label = chart.panels[panel].has(letter, "title") ? LINE + 4 : 0;
    double word = CHARACTER * longest(words(letter, panel));
    if (letter.equals("y")) {
      return label + Math.max(36, 10 + word);
    }
    int more = lines(words(letter, panel).toArray(String[]::new)) - 1;
    return label + (areAslant(panel) ? 12 + word * Math.sin(Math.toRadians(ASLANT)) : 18) + 14 * more;
  }

  /** Whether the words at the x axis do not fit side by side, and nobody has chosen their angle. */
  private boolean areAslant(int panel) {
    Set<String> words = words("x", panel);
    return !chart.panels[panel].has("x", "tickangle")
        && CHARACTER * longest(words) * words.size() > 0.8 * chart.width / chart.columns;
  }

  /** Returns the length of the longest line. */
  private static int longest(Set<String> words) {
    return words.stream().flatMap(word -> Arrays.stream(word.split("<br>"))).mapToInt(String::length).max().orElse(0);
  }

  /** The words that stand at an axis' ticks; of numbers nothing is known before they are drawn. */
  private Set<String> words(String letter, int panel) {
    Set<String> words = new HashSet<>();
    addWords(chart.panels[panel].axisJson(letter).get("ticktext"), words);
    for (int i = 0; i < traces.length; i++) {
      if (chart.entries.get(i).panel() == panel) {
        addWords(traces[i].attributes().get(letter), words);
      }
    }
    return words;
  }

  private static void addWords(Object values, Set<String> words) {
    List<?> list = values instanceof Object[] ? Arrays.asList((Object[]) values)
        : values instanceof List ? (List<?>) values : List.of();
    for (Object word : list) {
      if (word instanceof String) {
        words.add((String) word);
      }
    }
  }

  private Frame.Border border() {
    return new Frame.Border(
        EDGE + (chart.y == null ? 0 : LINE),
        EDGE,
        EDGE + titleHeight() + 22 * legendLines + columnTitleHeight(),
        EDGE + (chart.x == null ? 0 : LINE) + (chart.note() == null ? 0 : 14));
  }

  private int titleHeight() {
    return chart.title == null ? 0 : 8 + 20 * lines(chart.title);
  }

  private int rowTitleWidth() {
    return chart.rowTitles.length == 0 ? 0 : 2 + LINE * lines(chart.rowTitles);
  }

  private int columnTitleHeight() {
    return chart.columnTitles.length == 0 ? 0 : 4 + LINE * lines(chart.columnTitles);
  }

  private static int lines(String... texts) {
    return Arrays.stream(texts).mapToInt(text -> text.split("<br>", -1).length).max().orElse(1);
  }

  // ---- Sharing ----

  /**
   * Whether a panel's axis shows tick labels: on the outer edge alone where it shares its range along there.
   */
  private boolean labelsTicks(String letter, int panel) {
    if (!chart.panels[panel].showsTicks(letter)) {
      return false;
    }
    return letter.equals("x")
        ? chart.shareX == Share.NONE || chart.shareX == Share.ROW || row(panel) == chart.rows - 1
        : chart.shareY == Share.NONE || chart.shareY == Share.COLUMN || column(panel) == 0;
  }

  /** Returns the panel whose axis this panel's axis follows: itself or an earlier one. */
  private int leader(Share share, int panel) {
    for (int i = 0; i < panel; i++) {
      boolean together = share == Share.ALL
          || share == Share.ROW && row(i) == row(panel)
          || share == Share.COLUMN && column(i) == column(panel);
      if (together && used[i] && !space[i]) {
        return i;
      }
    }
    return panel;
  }

  /** Whether none of the panels that share a leader's range says what it is. */
  private boolean isFree(String letter, Share share, int leader) {
    return IntStream.range(0, used.length).noneMatch(panel -> leader(share, panel) == leader
        && (chart.panels[panel].has(letter, "range") || chart.panels[panel].has(letter, "autorange")));
  }

  // ---- Layout ----

  Map<String, Object> layout() {
    Map<String, Object> layout = new LinkedHashMap<>();
    layout.put("template", Style.template());
    layout.put("width", chart.width);
    layout.put("height", frame.height());
    layout.put("margin", frame.margins());
    if (chart.title != null) {
      layout.put("title", Map.of("text", chart.title, "x", (double) EDGE / chart.width, "xanchor", "left",
          "y", 1 - 10.0 / frame.height(), "yanchor", "top", "yref", "container"));
    }
    layout.put("showlegend", legendLines > 0);
    if (legendLines > 0) {
      layout.put("legend", Map.of("orientation", "h", "x", 0, "xanchor", "left", "yanchor", "top",
          "y", frame.y(EDGE / 2.0 + titleHeight()), "bgcolor", "rgba(255,255,255,0)",
          "itemsizing", isInSpace() ? "constant" : "trace"));
    }
    List<Map<String, Object>> texts = new ArrayList<>();
    List<Map<String, Object>> shapes = new ArrayList<>();
    for (int i = 0; i < used.length; i++) {
      Panel panel = chart.panels[i];
      if (space[i]) {
        Check.that(!panel.hasShapes(),
            "a panel in space has no lines across and no spans, but row %d, column %d has one", row(i), column(i));
        Map<String, Object> scene = Style.scene();
        Json.merge(scene, panel.sceneJson());
        Json.put(scene, "domain", Map.of("x", frame.domainX(column(i)), "y", frame.domainY(row(i))));
        layout.put(id("scene", i), scene);
        texts.addAll(panel.notesJson(frame.domainX(column(i)), frame.domainY(row(i))));
      } else if (used[i]) {
        layout.put(id("xaxis", i), axis("x", i));
        layout.put(id("yaxis", i), axis("y", i));
        shapes.addAll(panel.shapesJson(id("x", i), id("y", i)));
        texts.addAll(panel.notesJson(id("x", i), id("y", i)));
      }
      if (panel.title() != null) {
        double above = frame.top(row(i)) - 2;
        texts.add(frame.text(panel.title(), frame.middle(column(i)), above, "center", "bottom"));
      }
    }
    texts.addAll(labels());
    layout.put("annotations", texts);
    layout.put("shapes", shapes);
    Json.merge(layout, chart.extras);
    return layout;
  }

  private Map<String, Object> axis(String letter, int panel) {
    boolean across = letter.equals("x");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("domain", across ? frame.domainX(column(panel)) : frame.domainY(row(panel)));
    json.put("anchor", id(across ? "y" : "x", panel));
    json.put("nticks", (int) Math.max(4, across ? frame.panelWidth() / 36 : frame.panelHeight() / 30));
    Share share = across ? chart.shareX : chart.shareY;
    int leader = leader(share, panel);
    if (chart.panels[panel].isLog(letter)) {
      List<Double> between = ticksWithinADecade(letter, leader);
      json.put(between.isEmpty() ? "dtick" : "tickvals", between.isEmpty() ? 1 : between);
      json.put("exponentformat", areWritten(between) ? "none" : "power");
      json.put("separatethousands", true);
    }
    if (across && areAslant(panel)) {
      json.put("tickangle", -ASLANT);
    }
    if (leader != panel) {
      json.put("matches", id(letter, leader));
    }
    if (share != Share.NONE && isFree(letter, share, leader)) {
      json.put("autorange", true); // plotly.js does not look for it where the other axes share a fixed range.
    }
    if (chart.panels[panel].isSquare()) {
      json.put("constrain", "domain");
      if (!across) {
        json.put("scaleanchor", id("x", panel));
      }
    }
    Json.merge(json, chart.panels[panel].axisJson(letter));
    if (!labelsTicks(letter, panel)) {
      json.put("showticklabels", false);
      json.remove("title");
    }
    return json;
  }

  /** Whether numbers of an axis show as a text has them, 10,000, and not as powers of ten. */
  private static boolean areWritten(List<Double> ticks) {
    return !ticks.isEmpty() && ticks.get(0) >= 1e-4 && ticks.get(ticks.size() - 1) < 1e6;
  }

  /**
   * Returns 1, 2, 5, 10, ... over the range of a logarithmic axis if it is so short that powers of ten alone would
   * leave the axis bare, else nothing. Without a range the values count, in all panels that follow this one.
   */
  private List<Double> ticksWithinADecade(String letter, int leader) {
    Share share = letter.equals("x") ? chart.shareX : chart.shareY;
    double[] range = chart.panels[leader].range(letter);
    double low = range == null ? Double.POSITIVE_INFINITY : Math.min(range[0], range[1]);
    double high = range == null ? 0 : Math.max(range[0], range[1]);
    for (int i = 0; range == null && i < traces.length; i++) {
      Object values = traces[i].attributes().get(letter);
      if (leader(share, chart.entries.get(i).panel()) == leader && values instanceof double[]) {
        for (double value : (double[]) values) {
          if (value > 0 && value < Double.POSITIVE_INFINITY) {
            low = Math.min(low, value);
            high = Math.max(high, value);
          }
        }
      }
    }
    List<Double> ticks = new ArrayList<>();
    if (low > 0 && high / low < 50) {
      for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
        for (int digit : new int[] {1, 2, 5}) {
          ticks.add(digit * Math.pow(10, power));
        }
      }
    }
    return ticks;
  }

  /** The texts that belong to rows, columns and the whole. */
  private List<Map<String, Object>> labels() {
    List<Map<String, Object>> texts = new ArrayList<>();
    for (int c = 0; c < chart.columnTitles.length; c++) {
      double above = EDGE + titleHeight() + 22 * legendLines + columnTitleHeight() - 4;
      texts.add(frame.text(chart.columnTitles[c], frame.middle(c), above, "center", "bottom"));
    }
    for (int r = 0; r < chart.rowTitles.length; r++) {
      double middle = frame.top(r) + frame.panelHeight() / 2;
      double right = frame.right(chart.columns - 1) + 4;
      texts.add(turned(frame.text(chart.rowTitles[r], right, middle, "left", "middle"), 90));
    }
    if (chart.x != null) {
      double below = frame.height() - (chart.note() == null ? 4 : 18);
      texts.add(frame.text(chart.x, frame.centreX(), below, "center", "bottom"));
    }
    if (chart.y != null) {
      texts.add(turned(frame.text(chart.y, 4, frame.centreY(), "left", "middle"), -90));
    }
    if (chart.note() != null) {
      double right = chart.width - 4;
      Map<String, Object> note = frame.text(chart.note(), right, frame.height() - 2, "right", "bottom");
      note.put("font", Map.of("size", 10, "color", Palette.GREY));
      texts.add(note);
    }
    return texts;
  }

  private static Map<String, Object> turned(Map<String, Object> text, int angle) {
    text.put("textangle", angle);
    return text;
  }
}
