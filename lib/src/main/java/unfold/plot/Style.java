package unfold.plot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all figures have in common: white, thin axes, a light grid, fonts that stay readable at 900 pixels.
 */
final class Style {
  /** The width of a figure: what a notebook's column on a laptop has. */
  static final int WIDTH = 900;
  static final int HEIGHT = 420;
  static final int TITLE = 15;
  static final int LABEL = 13;
  static final int TICK = 11;
  static final String FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";
  static final String GRID = "#e9ecef";
  private static final String LINE = "#ced4da";

  private Style() {}

  /** A template of plotly.js: defaults for what a figure does not say itself. */
  static Map<String, Object> template() {
    Map<String, Object> layout = new LinkedHashMap<>();
    layout.put("font", Map.of("family", FONT, "size", LABEL, "color", Palette.INK));
    layout.put("title", Map.of("font", Map.of("size", TITLE), "x", 0.01, "xanchor", "left"));
    layout.put("colorway", Palette.series());
    layout.put("paper_bgcolor", "#ffffff");
    layout.put("plot_bgcolor", "#ffffff");
    layout.put("xaxis", axis());
    layout.put("yaxis", axis());
    layout.put("hovermode", "closest");
    layout.put("bargap", 0.4);
    layout.put("colorscale",
        Map.of("diverging", Palette.diverging(), "sequential", Palette.sequential()));
    layout.put("legend", Map.of("font", Map.of("size", 12)));
    return new LinkedHashMap<>(Map.of("layout", layout));
  }

  private static Map<String, Object> axis() {
    Map<String, Object> axis = new LinkedHashMap<>();
    axis.put("showgrid", true);
    axis.put("gridcolor", GRID);
    axis.put("zeroline", false);
    axis.put("showline", true);
    axis.put("linecolor", Palette.GREY);
    axis.put("ticks", "outside");
    axis.put("ticklen", 4);
    axis.put("tickcolor", Palette.GREY);
    axis.put("tickfont", Map.of("size", TICK));
    axis.put("title", Map.of("font", Map.of("size", LABEL), "standoff", 8));
    axis.put("automargin", false);
    return axis;
  }

  /** A scene in space: a cube whatever the ranges, seen from no nearer than lets the labels fit. */
  static Map<String, Object> scene() {
    Map<String, Object> scene = new LinkedHashMap<>();
    for (String axis : List.of("xaxis", "yaxis", "zaxis")) {
      scene.put(axis, new LinkedHashMap<>(Map.of("tickfont", Map.of("size", TICK - 1), "nticks", 5,
          "title", Map.of("font", Map.of("size", LABEL - 1)), "gridcolor", "#dee2e6", "showbackground", false,
          "zeroline", false, "showspikes", false, "showline", true, "linecolor", LINE)));
    }
    scene.put("aspectmode", "cube");
    // Not along a diagonal, on which the corners of a cube would hide one another.
    scene.put("camera", Map.of("eye", Map.of("x", 1.4, "y", 1.8, "z", 0.93),
        "center", Map.of("x", 0.11, "y", -0.085, "z", -0.15)));
    return scene;
  }
}
