package unfold.plot;

import java.util.List;
import unfold.Check;

/**
 * Colours, safe for colour-blind eyes where the papers do not name them.
 *
 * <p>The F1B and MCRM papers name red and blue; which class is which differs, so the notebooks say it. A
 * colour scale is a list of stops, each a position in [0, 1] and a colour.
 */
public final class Palette {
  /** The papers' red: positive paths in the F1B paper, negative values in the MCRM paper. */
  public static final String RED = "#d1242f";
  /** The papers' blue: negative paths in the F1B paper, positive values in the MCRM paper. */
  public static final String BLUE = "#1f5fbf";
  /** What frames the data: axes, reference lines. */
  public static final String GREY = "#868e96";
  /** Text. */
  public static final String INK = "#212529";

  private static final List<String> SERIES = List.of(
      "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#5b1a5e", "#212529", "#7c1fe0");
  private static final List<String> DASHES = List.of("solid", "dash", "dot", "dashdot");
  private static final List<String> SYMBOLS =
      List.of("circle", "diamond", "square", "circle-open", "diamond-open", "square-open");

  private Palette() {}

  /**
   * Returns the colour of the i-th series, i at least 0, repeating after nine: six of Okabe and Ito's, then
   * a purple, near black and a violet. Eyes without red, green or blue cones tell all of them apart.
   */
  public static String series(int i) {
    return SERIES.get(Math.floorMod(i, SERIES.size()));
  }

  /** Returns all colours of series. */
  public static List<String> series() {
    return SERIES;
  }

  /** Returns the dash of the i-th series, so that lines differ without colour too. */
  public static String dash(int i) {
    return DASHES.get(Math.floorMod(i, DASHES.size()));
  }

  /** Returns the form of the i-th series' markers, which are all as good in space; a cross there is not. */
  public static String symbol(int i) {
    return SYMBOLS.get(Math.floorMod(i, SYMBOLS.size()));
  }

  /**
   * Returns a diverging scale, red for negative, white for zero, blue for positive values (MCRM, Figure 7).
   */
  public static List<List<Object>> diverging() {
    return List.of(List.of(0, "#8e0e1b"), List.of(0.25, "#dd6a63"), List.of(0.5, "#fafafa"),
        List.of(0.75, "#6b9ad6"), List.of(1, "#123f8c"));
  }

  /** Returns a scale from light to dark in even steps of lightness, for amounts that begin at zero. */
  public static List<List<Object>> sequential() {
    return List.of(List.of(0, "#f7fbff"), List.of(0.25, "#c3daee"), List.of(0.5, "#74b0d8"),
        List.of(0.75, "#2b7bba"), List.of(1, "#08306b"));
  }

  /** Returns a scale from a colour that nobody sees to a full one, for clouds of points one upon another. */
  public static List<List<Object>> fading(String color) {
    return List.of(List.of(0, fade(color, 0.08)), List.of(1, fade(color, 0.85)));
  }

  /**
   * Returns a colour with an opacity.
   *
   * @param color {@code #rrggbb}
   * @param opacity in [0, 1]
   */
  public static String fade(String color, double opacity) {
    Check.that(color.matches("#[0-9a-fA-F]{6}"), "color must be of the form #rrggbb, but was %s", color);
    int rgb = Integer.parseInt(color.substring(1), 16);
    return "rgba(" + (rgb >> 16) + "," + (rgb >> 8 & 255) + "," + (rgb & 255) + "," + opacity + ")";
  }
}
