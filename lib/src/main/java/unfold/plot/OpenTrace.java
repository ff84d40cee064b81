package unfold.plot;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tech.tablesaw.plotly.components.HoverLabel;
import tech.tablesaw.plotly.traces.Trace;
import unfold.Check;

/**
 * A trace that takes any attribute of plotly.js, beside Tablesaw's own in the same figure.
 *
 * <p>{@link Draw} makes them. The methods cover what the papers' figures need; {@link #with} sets everything
 * else, by the names of plotly.js. All methods change this trace and return it.
 */
public final class OpenTrace implements Trace {
  /** How opaque a filled area is. */
  private static final double FILL = 0.18;
  /** The attributes that have a value for each point of a line or of markers, where they are arrays. */
  private static final List<String> POINTWISE = List.of("x", "y", "z", "text", "hovertext", "customdata",
      "marker.color", "marker.size", "line.color", "error_y.array", "error_y.arrayminus");

  private final Map<String, Object> attributes = new LinkedHashMap<>();

  OpenTrace(String type) {
    attributes.put("type", type);
  }

  OpenTrace(Map<String, Object> attributes) {
    this.attributes.putAll(attributes);
  }

  /**
   * Sets an attribute.
   *
   * @param key its name in plotly.js, with dots for nested ones: {@code "line.shape"}
   * @param value a number, text, boolean, array, list or map; a map is merged into what is there
   */
  public OpenTrace with(String key, Object value) {
    Json.put(attributes, key, value);
    return this;
  }

  /** Names the trace in the legend. Traces of one name share one entry, over all panels of a chart. */
  public OpenTrace name(String name) {
    return with("name", name);
  }

  /** Colours lines, markers and error bars, and what is filled, there lightly. */
  public OpenTrace color(String color) {
    String type = (String) attributes.get("type");
    if (type.equals("scatter") || type.equals("scatter3d")) {
      with("line.color", color);
    }
    if (attributes.containsKey("fill")) {
      with("fillcolor", Palette.fade(color, FILL));
    }
    return with("marker.color", color);
  }

  /** Colours each marker, or each point of a 3-D line, by a value on a scale. */
  public OpenTrace colorBy(double[] values, Object scale) {
    return with(coloured() + "color", values).with(coloured() + "colorscale", scale);
  }

  /** Sets the width of the lines in pixels. */
  public OpenTrace width(double width) {
    return with("line.width", width);
  }

  /** Dashes the lines: {@code solid}, {@code dash}, {@code dot} or {@code dashdot}. */
  public OpenTrace dash(String dash) {
    return with("line.dash", dash);
  }

  /** Sets the opacity of everything, in [0, 1]. */
  public OpenTrace opacity(double opacity) {
    return with("opacity", opacity);
  }

  /** Shows markers of a size in pixels, also on lines. */
  public OpenTrace markers(double size) {
    if (isLine()) {
      alsoShow("markers");
    }
    return with("marker.size", size);
  }

  /** Shows markers of a form: {@code circle}, {@code x}, {@code diamond}, {@code square-open}, ... */
  public OpenTrace symbol(String symbol) {
    return with("marker.symbol", symbol);
  }

  /**
   * Returns the points or the line of this trace as one trace a category, named and, unless this one has a
   * colour, in the colours of {@link Palette#series(int)}. A line of one category goes on to where the next
   * begins, so that nothing of its way is missing.
   *
   * <pre>{@code
   * chart.add(Draw.points3d(x, y, z).split(outputs, "0 0 0", "0 0 1", ...))
   * }</pre>
   *
   * @param categories of each point, as indices of the names; at -1 there is nothing
   * @param names of the categories; one without points has an empty trace, which the legend leaves out
   * @return as many traces as there are names
   */
  public OpenTrace[] split(int[] categories, String... names) {
    Object x = attributes.get("x");
    Check.that(x instanceof double[] && attributes.get("mode") != null,
        "only lines and points of numbers can be split, but not a trace of type %s", attributes.get("type"));
    Draw.equal("x", Draw.length(x), "categories", categories.length);
    for (int category : categories) {
      Check.within("a category", category, -1, names.length - 1);
    }
    boolean colored = valueAt("marker.color") != null || valueAt("line.color") != null;
    OpenTrace[] traces = new OpenTrace[names.length];
    for (int k = 0; k < names.length; k++) {
      int[] points = points(categories, k);
      traces[k] = new OpenTrace(attributes()).name(names[k]);
      for (String key : POINTWISE) {
        Object values = valueAt(key);
        if (values != null && values.getClass().isArray()) {
          Draw.equal("x", categories.length, key, Draw.length(values));
          traces[k].with(key, chosen(values, points));
        }
      }
      if (!colored) {
        traces[k].color(Palette.series(k));
      }
    }
    return traces;
  }

  /** Returns the attribute at a key with dots, null if there is none. */
  private Object valueAt(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? attributes.get(key) : Json.at(attributes, key.substring(0, dot)).get(key.substring(dot + 1));
  }

  /** Returns an array's values at some points, with nothing where the index is -1. */
  private static Object chosen(Object values, int[] points) {
    if (values instanceof double[] numbers) {
      return Arrays.stream(points).mapToDouble(i -> i < 0 ? Double.NaN : numbers[i]).toArray();
    }
    List<Object> chosen = new ArrayList<>();
    for (int i : points) {
      chosen.add(i < 0 ? null : Array.get(values, i));
    }
    return chosen;
  }

  /** Returns the indices of a category's points; on a line with the point after each run, and -1 as a gap. */
  private int[] points(int[] categories, int category) {
    IntStream.Builder points = IntStream.builder();
    for (int i = 0; i < categories.length; i++) {
      if (categories[i] == category) {
        points.add(i);
      } else if (isLine() && i > 0 && categories[i - 1] == category) {
        if (categories[i] >= 0) {
          points.add(i);
        }
        points.add(-1);
      }
    }
    return points.build().toArray();
  }

  /** Writes a text at each point. */
  public OpenTrace labels(String... labels) {
    Draw.equal("x", Draw.length(attributes.get("x")), "labels", labels.length);
    alsoShow("text");
    return with("text", labels).with("textposition", "top center").with("textfont.size", Style.TICK);
  }

  /** Draws error bars up and down. */
  public OpenTrace errors(double[] plusMinus) {
    return errors(plusMinus, null);
  }

  /** Draws error bars up by {@code plus} and down by {@code minus}, both lengths, not ends. */
  public OpenTrace errors(double[] plus, double[] minus) {
    Draw.equal("y", Draw.length(attributes.get("y")), "errors", plus.length);
    with("error_y", Map.of("type", "data", "array", plus, "visible", true, "thickness", 1.2, "width", 3));
    if (minus != null) {
      Draw.equal("y", Draw.length(attributes.get("y")), "errors", minus.length);
      with("error_y.symmetric", false).with("error_y.arrayminus", minus);
    }
    return this;
  }

  /** Fills the area down to zero, lightly in the colour of the line if that has one, {@code #rrggbb}. */
  public OpenTrace filled() {
    Object color = valueAt("line.color");
    if (color instanceof String text && text.startsWith("#")) {
      with("fillcolor", Palette.fade(text, FILL));
    }
    return with("fill", "tozeroy");
  }

  /** Sets the colour scale: a name of plotly.js ({@code "Viridis"}) or stops as of {@link Palette}. */
  public OpenTrace scale(Object scale) {
    return with(coloured() + "colorscale", scale);
  }

  /** Fixes the values at both ends of the colour scale; of a line or markers, once they have one. */
  public OpenTrace range(double low, double high) {
    return with(limits() + "min", low).with(limits() + "max", high);
  }

  /** Makes the colours diverge from a value: red below, blue above; of a line or markers, once they have values. */
  public OpenTrace diverging(double middle) {
    return with(limits() + "mid", middle).scale(Palette.diverging());
  }

  /** Writes each cell's value into a heat map, in a format of d3: {@code ".2f"}. */
  public OpenTrace values(String format) {
    return with("texttemplate", "%{z:" + format + "}");
  }

  /** Shows the colour scale beside the panel; maps of the same title, colours and range have one together. */
  public OpenTrace colorBar(String title) {
    String where = coloured();
    return with(where + "showscale", true).with(where + "colorbar.title.text", title);
  }

  /** Sets what shows under the mouse, in the template language of plotly.js: {@code "t = %{x}"}. */
  public OpenTrace hover(String template) {
    return with("hovertemplate", template + "<extra></extra>");
  }

  /** Shows or hides the entry in the legend. */
  public OpenTrace legend(boolean shown) {
    return with("showlegend", shown);
  }

  /** Puts the trace into a group that one click in the legend shows and hides. */
  public OpenTrace group(String group) {
    return with("legendgroup", group);
  }

  /** Returns the attributes: a copy, whose arrays are not copied. */
  public Map<String, Object> attributes() {
    return Json.copy(attributes);
  }

  /** Where the colour scale's attributes stand: in the lines or markers, of a map in the trace itself. */
  private String coloured() {
    String type = (String) attributes.get("type");
    boolean marks = type.startsWith("scatter") || type.equals("bar");
    return !marks ? "" : isLine() ? "line." : "marker.";
  }

  /** Where the limits of the coloured values stand, but for their last three letters. */
  private String limits() {
    String where = coloured();
    return where + (where.isEmpty() ? "z" : "c");
  }

  /** Shows one more of lines, markers and text. */
  private void alsoShow(String part) {
    String mode = (String) attributes.getOrDefault("mode", "markers");
    with("mode", mode.contains(part) ? mode : mode + "+" + part);
  }

  private boolean isLine() {
    Object mode = attributes.get("mode");
    return mode instanceof String && ((String) mode).startsWith("lines");
  }

  @Override
  public String asJavascript(int i) {
    return "var trace" + i + " = " + Json.string(Json.plain(attributes)) + ";";
  }

  @Override
  public String name() {
    return (String) attributes.get("name");
  }

  @Override
  public HoverLabel hoverLabel() {
    return null;
  }

  @Override
  public boolean showLegend() {
    return !Boolean.FALSE.equals(attributes.get("showlegend"));
  }
}
