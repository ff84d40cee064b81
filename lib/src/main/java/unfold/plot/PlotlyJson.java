package unfold.plot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.Trace;

/**
 * A figure as the JSON that plotly.js draws: {@code data}, {@code layout} and {@code config}.
 *
 * <p>Tablesaw 0.44.4 writes JavaScript only, so that is read here as JSON of a lenient kind, and repaired:
 * numbers that it writes as strings, titles in the form that plotly.js 3 no longer reads, escaped characters,
 * empty names, the modes of 3-D traces, its one name for all heat maps. Values that are not finite become
 * null, which plotly.js draws as a gap. Figures get the project's style where they say nothing themselves.
 */
public final class PlotlyJson {
  /** The MIME type under which notebooks hold such a figure. */
  public static final String MIME = "application/vnd.plotly.v1+json";

  private static final ObjectMapper LENIENT = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES,
          JsonReadFeature.ALLOW_TRAILING_COMMA, JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS,
          JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER,
          JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
      .build();
  /** So many numbers are better written as bytes. */
  private static final int MANY = 100;
  private static final Set<String> NUMERIC = Set.of("x", "y", "z", "open", "high", "low", "close");

  private PlotlyJson() {}

  /**
   * Returns the figure as a tree of maps, lists, strings, numbers, booleans and nulls.
   *
   * @throws IllegalStateException if a trace or layout writes what cannot be read
   */
  public static Map<String, Object> of(Figure figure) {
    Trace[] traces;
    Map<String, Object> layout;
    if (figure instanceof Chart) {
      Drawing drawing = new Drawing((Chart) figure);
      traces = drawing.traces();
      layout = drawing.layout();
    } else {
      traces = figure.getTraces();
      layout = figure.getLayout() == null ? new LinkedHashMap<>() : layout(figure.getLayout());
    }
    List<Object> data = new ArrayList<>();
    for (Trace trace : traces) {
      data.add(Json.plain(packed(trace(trace))));
    }
    layout.putIfAbsent("template", Style.template());
    layout.putIfAbsent("width", Style.WIDTH);
    layout.putIfAbsent("height", Style.HEIGHT);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("data", data);
    json.put("layout", Json.plain(layout));
    json.put("config", figure.getConfig() == null
        ? Map.of("displaylogo", false) : read(figure.getConfig().asJavascript()));
    return json;
  }

  /** Returns the figure as JSON text. */
  public static String string(Figure figure) {
    return Json.string(of(figure));
  }

  /** Returns a layout's attributes, with titles as plotly.js 3 wants them. */
  static Map<String, Object> layout(Layout layout) {
    Map<String, Object> json = read(layout.asJavascript());
    titles(json);
    return json;
  }

  /** Returns a trace's attributes: numbers as numbers, 3-D modes as plotly.js knows them. */
  static Map<String, Object> trace(Trace trace) {
    if (trace instanceof OpenTrace) {
      return ((OpenTrace) trace).attributes();
    }
    Map<String, Object> json = read(trace.asJavascript(0));
    for (String key : NUMERIC) {
      if (json.get(key) instanceof List) {
        json.put(key, numbers((List<?>) json.get(key)));
      }
    }
    json.remove("name", "");
    if (json.get("opacity") instanceof String) {
      json.put("opacity", Double.valueOf((String) json.get("opacity")));
    }
    if ("scatter3d".equals(json.get("type")) && json.get("mode") instanceof String) {
      // Tablesaw writes 'line' and 'line + markers'.
      json.put("mode", ((String) json.get("mode")).replace(" ", "").replaceAll("\\bline\\b", "lines"));
    }
    return json;
  }

  /**
   * Replaces the coordinates of many points in space by the bytes of an array, which plotly.js takes too:
   * half as long as numbers, a quarter in a notebook, which gives each number a line. Floats have the seven
   * digits that are kept of all numbers.
   */
  private static Map<String, Object> packed(Map<String, Object> trace) {
    for (String axis : List.of("x", "y", "z")) {
      if ("scatter3d".equals(trace.get("type")) && trace.get(axis) instanceof double[]) {
        double[] values = (double[]) trace.get(axis);
        if (values.length >= MANY) {
          ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
          for (double value : values) {
            bytes.putFloat((float) value);
          }
          String text = Base64.getEncoder().encodeToString(bytes.array());
          trace.put(axis, Map.of("dtype", "f4", "bdata", text));
        }
      }
    }
    return trace;
  }

  /** Reads {@code var name = {...};} as a tree. */
  static Map<String, Object> read(String javascript) {
    int from = javascript.indexOf('{');
    int to = javascript.lastIndexOf('}');
    try {
      return Json.map(unescape(LENIENT.readValue(javascript.substring(from, to + 1), LinkedHashMap.class)));
    } catch (JsonProcessingException | IndexOutOfBoundsException e) {
      throw new IllegalStateException("not readable as JSON: " + javascript, e);
    }
  }

  /** Undoes the template engine's HTML escaping, which plotly.js would show. */
  private static Object unescape(Object value) {
    if (value instanceof Map) {
      Json.map(value).replaceAll((k, v) -> unescape(v));
      return value;
    }
    if (value instanceof List) {
      List<Object> copy = new ArrayList<>();
      ((List<?>) value).forEach(v -> copy.add(unescape(v)));
      return copy;
    }
    if (value instanceof String) {
      return ((String) value).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
          .replace("&#39;", "'").replace("&amp;", "&");
    }
    return value;
  }

  /**
   * Turns {@code ["1.0", "NaN"]} into {@code [1.0, NaN]} when every entry is a number, else leaves the list.
   */
  private static List<?> numbers(List<?> texts) {
    List<Object> numbers = new ArrayList<>(texts.size());
    for (Object text : texts) {
      if (!(text instanceof String)) {
        return texts;
      }
      String s = (String) text;
      boolean word = s.equals("NaN") || s.endsWith("Infinity");
      // "1d" is a number to Java, but a word to everybody else.
      if (s.isEmpty() || !word && !Character.isDigit(s.charAt(s.length() - 1)) && !s.endsWith(".")) {
        return texts;
      }
      try {
        numbers.add(Double.parseDouble(s));
      } catch (NumberFormatException e) {
        return texts;
      }
    }
    return numbers;
  }

  /** Makes every {@code title: 'text'} with its {@code titlefont} a {@code title: {text, font}}. */
  private static void titles(Map<String, Object> tree) {
    Object font = tree.remove("titlefont");
    if (font != null) {
      Json.put(tree, "title.font", font);
    } else if (tree.get("title") instanceof String) {
      Json.child(tree, "title");
    }
    tree.forEach((key, value) -> {
      if (value instanceof Map && !key.equals("title")) {
        titles(Json.map(value));
      }
    });
  }
}
