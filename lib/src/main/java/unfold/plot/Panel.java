package unfold.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import unfold.Check;

/**
 * One panel of a {@link Chart}: its axes, title, notes and reference lines.
 *
 * <p>Ranges, positions of lines and of notes are in data units, on logarithmic axes too.
 */
public final class Panel {
  private final Map<String, Map<String, Object>> axes = new LinkedHashMap<>();
  private final Map<String, Object> scene = new LinkedHashMap<>();
  private final List<Map<String, Object>> shapes = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private String title;
  private boolean square;

  record Note(Map<String, Object> json, double x, double y, boolean inData) {}

  Panel() {
    axes.put("x", new LinkedHashMap<>());
    axes.put("y", new LinkedHashMap<>());
    axes.put("z", new LinkedHashMap<>());
  }

  /** Writes a title above the panel. */
  public Panel title(String title) {
    this.title = title;
    return this;
  }

  /** Labels the x axis. */
  public Panel x(String label) {
    return axis("x", "title.text", label);
  }

  /** Labels the y axis. */
  public Panel y(String label) {
    return axis("y", "title.text", label);
  }

  /** Labels the z axis of a panel in space. */
  public Panel z(String label) {
    return axis("z", "title.text", label);
  }

  /** Fixes the ends of the x axis. */
  public Panel xRange(double low, double high) {
    return axis("x", "range", new double[] {low, high});
  }

  /** Fixes the ends of the y axis. */
  public Panel yRange(double low, double high) {
    return axis("y", "range", new double[] {low, high});
  }

  /** Fixes the ends of the z axis of a panel in space. */
  public Panel zRange(double low, double high) {
    return axis("z", "range", new double[] {low, high});
  }

  /** Makes the x axis logarithmic. */
  public Panel logX() {
    return axis("x", "type", "log");
  }

  /** Makes the y axis logarithmic. */
  public Panel logY() {
    return axis("y", "type", "log");
  }

  /** Sets where the x axis has ticks. */
  public Panel xTicks(double... values) {
    return axis("x", "tickvals", values);
  }

  /** Sets where the y axis has ticks. */
  public Panel yTicks(double... values) {
    return axis("y", "tickvals", values);
  }

  /** Sets the ticks of the x axis and what stands at them. */
  public Panel xTicks(double[] values, String... texts) {
    Draw.equal("values", values.length, "texts", texts.length);
    return axis("x", "tickvals", values).axis("x", "ticktext", texts);
  }

  /** Sets the ticks of the y axis and what stands at them. */
  public Panel yTicks(double[] values, String... texts) {
    Draw.equal("values", values.length, "texts", texts.length);
    return axis("y", "tickvals", values).axis("y", "ticktext", texts);
  }

  /** Leaves out the ticks of the x axis and their labels. */
  public Panel hideX() {
    return axis("x", "showticklabels", false).axis("x", "ticks", "");
  }

  /** Leaves out the ticks of the y axis and their labels: where only the shape matters. */
  public Panel hideY() {
    return axis("y", "showticklabels", false).axis("y", "ticks", "");
  }

  /** Gives all axes the same scale, in the plane and in space. */
  public Panel square() {
    square = true;
    return this;
  }

  /**
   * Looks at a panel in space from a point, whose box has its middle at 0 and sides of about 1. Without this
   * panels are seen from (1.4, 1.8, 0.93).
   */
  public Panel camera(double x, double y, double z) {
    Check.that(x != 0 || y != 0 || z != 0, "a camera must not stand in the middle, but was at 0, 0, 0");
    return scene("camera.eye", Map.of("x", x, "y", y, "z", z));
  }

  /** Turns the y axis round, as matrices are written: row 0 on top. */
  public Panel reverseY() {
    return axis("y", "autorange", "reversed");
  }

  /**
   * Sets any attribute of an axis.
   *
   * @param axis {@code "x"}, {@code "y"} or {@code "z"}
   * @param key its name in plotly.js, with dots for nested ones
   */
  public Panel axis(String axis, String key, Object value) {
    Check.that(axes.containsKey(axis), "axis must be x, y or z, but was %s", axis);
    Json.put(axes.get(axis), key, value);
    return this;
  }

  /** Sets any attribute of the scene of a panel in space: {@code "camera.eye"}. */
  public Panel scene(String key, Object value) {
    Json.put(scene, key, value);
    return this;
  }

  /** Draws a thin vertical line over the whole height. */
  public Panel vline(double x) {
    return line(Map.of("x0", x, "x1", x, "y0", 0, "y1", 1), false);
  }

  /** Draws a thin horizontal line over the whole width. */
  public Panel hline(double y) {
    return line(Map.of("y0", y, "y1", y, "x0", 0, "x1", 1), true);
  }

  private Panel line(Map<String, Object> ends, boolean horizontal) {
    Map<String, Object> shape = new LinkedHashMap<>(ends);
    shape.put("type", "line");
    shape.put("line", Map.of("color", Palette.GREY, "width", 1, "dash", "dash"));
    shape.put("across", horizontal ? "x" : "y");
    shapes.add(shape);
    return this;
  }

  /** Shades the panel from one x to another. */
  public Panel span(double from, double to, String color) {
    Map<String, Object> shape = new LinkedHashMap<>(Map.of("x0", from, "x1", to, "y0", 0, "y1", 1));
    shape.put("type", "rect");
    shape.put("fillcolor", Palette.fade(color, 0.1));
    shape.put("line", Map.of("width", 0));
    shape.put("layer", "below");
    shape.put("across", "y");
    shapes.add(shape);
    return this;
  }

  /**
   * Writes into a corner: {@code "top left"}, {@code "top right"}, {@code "bottom left"}, {@code "bottom
   * right"}.
   */
  public Panel note(String text, String corner) {
    Check.that(corner.matches("(top|bottom) (left|right)"),
        "corner must be 'top left', 'top right', 'bottom left' or 'bottom right', but was '%s'", corner);
    boolean top = corner.startsWith("top");
    boolean left = corner.endsWith("left");
    Map<String, Object> json = text(text);
    json.put("showarrow", false);
    json.put("xanchor", left ? "left" : "right");
    json.put("yanchor", top ? "top" : "bottom");
    json.put("align", left ? "left" : "right");
    notes.add(new Note(json, left ? 0.02 : 0.98, top ? 0.98 : 0.02, false));
    return this;
  }

  /** Writes at a point, with an arrow to it. */
  public Panel arrow(double x, double y, String text) {
    Map<String, Object> json = text(text);
    json.putAll(Map.of("showarrow", true, "arrowhead", 2, "arrowsize", 0.9, "arrowwidth", 1,
        "arrowcolor", Palette.GREY, "ax", 24, "ay", -28));
    notes.add(new Note(json, x, y, true));
    return this;
  }

  /** Writes at a point. */
  public Panel text(double x, double y, String text) {
    Map<String, Object> json = text(text);
    json.put("showarrow", false);
    notes.add(new Note(json, x, y, true));
    return this;
  }

  private static Map<String, Object> text(String text) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("text", text);
    json.put("font", Map.of("size", Style.TICK, "color", Palette.INK));
    return json;
  }

  String title() {
    return title;
  }

  /** Returns an axis as plotly.js wants it: with ranges in powers of ten where it is logarithmic. */
  Map<String, Object> axisJson(String axis) {
    Map<String, Object> json = new LinkedHashMap<>(axes.get(axis));
    if (isLog(axis) && json.get("range") instanceof double[]) {
      double[] range = (double[]) json.get("range");
      Check.that(range[0] > 0 && range[1] > 0,
          "range of a logarithmic axis must be above 0, but was %s to %s", range[0], range[1]);
      json.put("range", List.of(Math.log10(range[0]), Math.log10(range[1])));
    }
    return json;
  }

  /** Returns the range that was set, in data units, null if none was. */
  double[] range(String axis) {
    return axes.get(axis).get("range") instanceof double[] range ? range : null;
  }

  boolean has(String axis, String key) {
    return axes.get(axis).containsKey(key);
  }

  boolean showsTicks(String axis) {
    return !Boolean.FALSE.equals(axes.get(axis).get("showticklabels"));
  }

  boolean isLog(String axis) {
    return "log".equals(axes.get(axis).get("type"));
  }

  boolean isSquare() {
    return square;
  }

  Map<String, Object> sceneJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    if (square) {
      json.put("aspectmode", "data");
    }
    json.putAll(scene);
    axes.forEach((name, axis) -> {
      if (!axis.isEmpty()) {
        Json.put(json, name + "axis", axisJson(name));
      }
    });
    return json;
  }

  boolean hasShapes() {
    return !shapes.isEmpty();
  }

  /** Returns the lines and shades, in the axes with these names ({@code "x3"}, {@code "y3"}). */
  List<Map<String, Object>> shapesJson(String x, String y) {
    List<Map<String, Object>> json = new ArrayList<>();
    for (Map<String, Object> shape : shapes) {
      Map<String, Object> copy = new LinkedHashMap<>(shape);
      Object across = copy.remove("across");
      copy.put("xref", across.equals("x") ? x + " domain" : x);
      copy.put("yref", across.equals("y") ? y + " domain" : y);
      json.add(copy);
    }
    return json;
  }

  /** Returns the notes of a panel in space, which are in its corners, in its part of the panels' area. */
  List<Map<String, Object>> notesJson(List<Double> domainX, List<Double> domainY) {
    List<Map<String, Object>> json = new ArrayList<>();
    for (Note note : notes) {
      Check.that(!note.inData(), "a panel in space has notes in its corners alone, but not '%s' at %s, %s",
          note.json().get("text"), note.x(), note.y());
      Map<String, Object> copy = new LinkedHashMap<>(note.json());
      copy.put("xref", "paper");
      copy.put("yref", "paper");
      copy.put("x", domainX.get(0) + note.x() * (domainX.get(1) - domainX.get(0)));
      copy.put("y", domainY.get(0) + note.y() * (domainY.get(1) - domainY.get(0)));
      json.add(copy);
    }
    return json;
  }

  /**
   * Returns the notes, in the axes with these names; positions on logarithmic axes are powers of ten there.
   */
  List<Map<String, Object>> notesJson(String x, String y) {
    List<Map<String, Object>> json = new ArrayList<>();
    for (Note note : notes) {
      Map<String, Object> copy = new LinkedHashMap<>(note.json());
      copy.put("xref", note.inData() ? x : x + " domain");
      copy.put("yref", note.inData() ? y : y + " domain");
      copy.put("x", note.inData() && isLog("x") ? Math.log10(note.x()) : note.x());
      copy.put("y", note.inData() && isLog("y") ? Math.log10(note.y()) : note.y());
      json.add(copy);
    }
    return json;
  }
}
