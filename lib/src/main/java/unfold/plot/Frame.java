package unfold.plot;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import unfold.Check;

/**
 * Where the panels of a chart stand, in pixels, and how that is said in fractions of the area that all panels
 * fill.
 *
 * <p>All columns are equally wide and all rows equally high. What stands around the panels has its room
 * reserved: what belongs to one column or row (ticks, colour bars) beside it, what belongs to all (title,
 * legend, labels) outside.
 */
final class Frame {
  private static final double GAP = 12;

  /** The pixels that the things around the panels take, one entry a column or row. */
  record Rooms(double[] left, double[] right, double[] above, double[] below) {}

  /** The pixels that the things around all panels take. */
  record Border(double left, double right, double top, double bottom) {}

  private final double[] left;
  private final double[] top;
  private final double panelWidth;
  private final double panelHeight;
  private final double[] margin;
  private final double width;
  private final double height;

  /**
   * Lays out the panels.
   *
   * @param width of the figure
   * @param height of the figure, 0 for what suits the panels
   * @param aspect a panel's wanted height as a share of its width
   * @param highest a panel's greatest wanted height
   * @throws IllegalArgumentException if there is no room for the panels
   */
  Frame(int width, int height, double aspect, double highest, Rooms rooms, Border border) {
    int columns = rooms.left().length;
    int rows = rooms.above().length;
    double across = border.left() + border.right() + sum(rooms.left(), rooms.right()) + (columns - 1) * GAP;
    double down = border.top() + border.bottom() + sum(rooms.above(), rooms.below()) + (rows - 1) * GAP;
    panelWidth = (width - across) / columns;
    double wanted = Math.max(105, Math.min(highest, panelWidth * aspect));
    this.width = width;
    this.height = height > 0 ? height : Math.rint(down + rows * wanted);
    panelHeight = (this.height - down) / rows;
    Check.that(panelWidth >= 20 && panelHeight >= 20,
        "a chart of %d x %d pixels has no room for %d x %d panels", width, (int) this.height, rows, columns);
    left = starts(border.left(), rooms.left(), rooms.right(), panelWidth);
    top = starts(border.top(), rooms.above(), rooms.below(), panelHeight);
    margin = new double[] {left[0], width - left[columns - 1] - panelWidth, top[0],
        this.height - top[rows - 1] - panelHeight};
  }

  private static double[] starts(double from, double[] before, double[] after, double size) {
    double[] starts = new double[before.length];
    double at = from;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = at + before[i];
      at = starts[i] + size + after[i] + GAP;
    }
    return starts;
  }

  private static double sum(double[] before, double[] after) {
    return Arrays.stream(before).sum() + Arrays.stream(after).sum();
  }

  int height() {
    return (int) height;
  }

  double panelWidth() {
    return panelWidth;
  }

  double panelHeight() {
    return panelHeight;
  }

  /** The middle of a column, from the figure's left edge. */
  double middle(int column) {
    return left[column] + panelWidth / 2;
  }

  /** The right edge of a column, from the figure's left edge. */
  double right(int column) {
    return left[column] + panelWidth;
  }

  /** The upper edge of a row, from the figure's upper edge. */
  double top(int row) {
    return top[row];
  }

  /** The middle of all columns. */
  double centreX() {
    return (left[0] + left[left.length - 1] + panelWidth) / 2;
  }

  /** The middle of all rows. */
  double centreY() {
    return (top[0] + top[top.length - 1] + panelHeight) / 2;
  }

  Map<String, Object> margins() {
    return Map.of("l", margin[0], "r", margin[1], "t", margin[2], "b", margin[3], "pad", 0);
  }

  /** A distance from the figure's left edge as a fraction of the panels' area. */
  double x(double pixels) {
    return (pixels - margin[0]) / (width - margin[0] - margin[1]);
  }

  /** A distance from the figure's upper edge as a fraction of the panels' area, from below. */
  double y(double pixels) {
    return 1 - (pixels - margin[2]) / (height - margin[2] - margin[3]);
  }

  List<Double> domainX(int column) {
    return domain(x(left[column]), x(left[column] + panelWidth));
  }

  List<Double> domainY(int row) {
    return domain(y(top[row] + panelHeight), y(top[row]));
  }

  /** Rounding must not leave the unit interval: plotly.js drops such a domain without a word. */
  private static List<Double> domain(double from, double to) {
    return List.of(Math.max(0, from), Math.min(1, to));
  }

  /** A colour bar some pixels right of a column, as high as its panels from one row to another. */
  Map<String, Object> colorBar(int firstRow, int lastRow, int column, double away) {
    double length = Math.min(320, top[lastRow] + panelHeight - top[firstRow]);
    double middle = (top[firstRow] + top[lastRow] + panelHeight) / 2;
    Map<String, Object> json = new LinkedHashMap<>();
    json.putAll(Map.of("x", x(right(column) + away), "xanchor", "left", "xpad", 0));
    json.putAll(Map.of("y", y(middle), "yanchor", "middle", "ypad", 0));
    json.putAll(Map.of("lenmode", "pixels", "len", length, "thickness", 12, "outlinewidth", 0));
    json.putAll(Map.of("tickfont", Map.of("size", Style.TICK), "title", Map.of("side", "right")));
    return json;
  }

  /** A text at pixels from the figure's left and upper edges. */
  Map<String, Object> text(String text, double fromLeft, double fromTop, String xAnchor, String yAnchor) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.putAll(Map.of("text", text, "showarrow", false, "font", Map.of("size", Style.LABEL)));
    json.putAll(Map.of("xref", "paper", "x", x(fromLeft), "xanchor", xAnchor));
    json.putAll(Map.of("yref", "paper", "y", y(fromTop), "yanchor", yAnchor));
    return json;
  }
}
