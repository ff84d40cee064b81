package unfold.plot;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.plotly.traces.Trace;
import unfold.Check;

/**
 * Makes traces: what Tablesaw's own cannot draw, and short forms of what they can.
 *
 * <p>All arrays of one call have the same length. Arrays are not copied, so leave them alone until the figure
 * is shown.
 */
public final class Draw {
  /** So many cells are better seen as markers than as a map. */
  private static final int FEW_CELLS = 250;
  /** A circle is drawn as a polygon of so many sides. */
  private static final int CIRCLE = 180;

  private Draw() {}

  /** Draws a line through points, in their order; a NaN breaks it. */
  public static OpenTrace line(double[] x, double[] y) {
    return xy(x, y).with("mode", "lines").with("line.width", 2);
  }

  /** Draws a line over whole numbers. */
  public static OpenTrace line(int[] x, double[] y) {
    return line(doubles(x), y);
  }

  /** Draws a line through two columns of a table, named as the second. */
  public static OpenTrace line(NumericColumn<?> x, NumericColumn<?> y) {
    return line(x.asDoubleArray(), y.asDoubleArray()).name(y.name());
  }

  /** Draws markers. */
  public static OpenTrace points(double[] x, double[] y) {
    return xy(x, y).with("mode", "markers").with("marker.size", 6);
  }

  /** Draws markers over whole numbers. */
  public static OpenTrace points(int[] x, double[] y) {
    return points(doubles(x), y);
  }

  /** Draws markers from two columns of a table, named as the second. */
  public static OpenTrace points(NumericColumn<?> x, NumericColumn<?> y) {
    return points(x.asDoubleArray(), y.asDoubleArray()).name(y.name());
  }

  /** Draws the first so many points, at least 0, of a sample too large to draw: small, half transparent markers. */
  public static OpenTrace sample(double[] x, double[] y, int atMost) {
    equal("x", x.length, "y", y.length);
    int count = Math.min(x.length, Check.atLeast("atMost", atMost, 0));
    return points(Arrays.copyOf(x, count), Arrays.copyOf(y, count))
        .with("marker.size", 3).with("marker.opacity", 0.5).with("hoverinfo", "skip");
  }

  /** Fills the band between two lines. */
  public static OpenTrace band(double[] x, double[] low, double[] high) {
    int n = x.length;
    equal("x", n, "low", low.length);
    equal("x", n, "high", high.length);
    double[] around = Arrays.copyOf(x, 2 * n);
    double[] edge = Arrays.copyOf(high, 2 * n);
    for (int i = 0; i < n; i++) {
      around[n + i] = x[n - 1 - i];
      edge[n + i] = low[n - 1 - i];
    }
    return xy(around, edge).with("mode", "lines").with("line.width", 0).with("fill", "toself")
        .with("hoverinfo", "skip").legend(false);
  }

  /** Draws vertical bars over categories. */
  public static OpenTrace bars(String[] labels, double[] heights) {
    equal("labels", labels.length, "heights", heights.length);
    return new OpenTrace("bar").with("x", labels).with("y", heights);
  }

  /**
   * Draws a heat map.
   *
   * @param x the cells' middles (or, one more, their edges) from left to right
   * @param y the same from bottom to top
   * @param z the values, {@code [row of y][column of x]}; NaN leaves a hole
   */
  public static OpenTrace heatmap(double[] x, double[] y, double[][] z) {
    OpenTrace map = heatmap(z);
    edges("x", x.length, "a row of z", z[0].length);
    edges("y", y.length, "z", z.length);
    return map.with("x", x).with("y", y);
  }

  /** Draws a heat map with cells at 0, 1, 2, ...: {@code z[row from below][column]}. */
  public static OpenTrace heatmap(double[][] z) {
    Check.that(z.length > 0, "z must have at least one row, but had none");
    for (double[] row : z) {
      equal("z[0]", z[0].length, "another row of z", row.length);
    }
    return new OpenTrace("heatmap").with("z", z).scale(Palette.sequential()).with("showscale", false);
  }

  /**
   * Draws lines of equal height over a grid, as {@link #heatmap(double[], double[], double[][])} takes it.
   */
  public static OpenTrace contour(double[] x, double[] y, double[][] z) {
    OpenTrace map = heatmap(x, y, z);
    return map.with("type", "contour").with("contours.coloring", "lines").with("line.width", 1);
  }

  /** Draws a circle around a point, thin and grey: the unit circle around eigenvalues. */
  public static OpenTrace circle(double x, double y, double radius) {
    Check.positive("radius", radius);
    double[] around = new double[CIRCLE + 1];
    double[] up = new double[CIRCLE + 1];
    for (int i = 0; i <= CIRCLE; i++) {
      around[i] = x + radius * StrictMath.cos(2 * Math.PI * i / CIRCLE);
      up[i] = y + radius * StrictMath.sin(2 * Math.PI * i / CIRCLE);
    }
    return line(around, up).color(Palette.GREY).width(1).with("hoverinfo", "skip");
  }

  /** Draws a line in space, in the order of its points; a NaN breaks it. */
  public static OpenTrace line3d(double[] x, double[] y, double[] z) {
    return xyz(x, y, z).with("mode", "lines").with("line.width", 4);
  }

  /** Draws a line through points as {@link #coordinate} takes them, of which three coordinates count. */
  public static OpenTrace line3d(double[] pointsNK, int width) {
    return line3d(coordinate(pointsNK, width, 0), coordinate(pointsNK, width, 1),
        coordinate(pointsNK, width, 2));
  }

  /** Draws markers in space. */
  public static OpenTrace points3d(double[] x, double[] y, double[] z) {
    return xyz(x, y, z).with("mode", "markers").with("marker.size", 4);
  }

  /** Draws markers at points as {@link #coordinate} takes them, of which three coordinates count. */
  public static OpenTrace points3d(double[] pointsNK, int width) {
    return points3d(coordinate(pointsNK, width, 0), coordinate(pointsNK, width, 1),
        coordinate(pointsNK, width, 2));
  }

  /**
   * Draws the edges of a cube in space, thin and grey, as a guide to the eye; it may be skew.
   *
   * @param cornersNK eight points as {@link #coordinate} takes them, of which three coordinates count: an
   *     edge joins two whose indices differ in one of the bits 1, 2 and 4. A corner that is NaN has no edges
   */
  public static OpenTrace cube(double[] cornersNK, int width) {
    Check.shape("cornersNK", cornersNK, 8, Check.atLeast("width", width, 3));
    double[] ends = new double[12 * 3 * 3];
    Arrays.fill(ends, Double.NaN);
    int at = 0;
    for (int corner = 0; corner < 8; corner++) {
      for (int bit = 1; bit < 8; bit *= 2) {
        if ((corner & bit) == 0) {
          System.arraycopy(cornersNK, corner * width, ends, at, 3);
          System.arraycopy(cornersNK, (corner | bit) * width, ends, at + 3, 3);
          at += 9;
        }
      }
    }
    return line3d(ends, 3).color(Palette.GREY).width(2).with("hoverinfo", "skip");
  }

  /**
   * Returns one coordinate of points.
   *
   * @param pointsNK points one after the other, {@code width} numbers each, as a projection on principal
   *     components gives them
   * @param k which, from 0
   */
  public static double[] coordinate(double[] pointsNK, int width, int k) {
    Check.within("k", k, 0, Check.atLeast("width", width, 1) - 1);
    Check.shape("pointsNK", pointsNK, pointsNK.length / width, width);
    double[] chosen = new double[pointsNK.length / width];
    Arrays.setAll(chosen, i -> pointsNK[i * width + k]);
    return chosen;
  }

  /** Draws the distribution of a sample: each bin's share, as an outline of steps over a light fill. */
  public static OpenTrace distribution(Bins bins, double[] values) {
    return distribution(bins, values, null);
  }

  /** Draws the distribution of a weighted sample; exact distributions have probabilities as weights. */
  public static OpenTrace distribution(Bins bins, double[] values, double[] weights) {
    return steps(bins, bins.shares(values, weights));
  }

  /** Draws heights that the caller has computed, one a bin, as an outline of steps over a light fill. */
  public static OpenTrace steps(Bins bins, double[] heights) {
    equal("bins", bins.count(), "heights", heights.length);
    int first = 0;
    int last = bins.count() - 1;
    while (first < last && heights[first] == 0) {
      first++;
    }
    while (last > first && heights[last] == 0) {
      last--;
    }
    // One empty bin at either side closes the outline; the other empty ones would only fill the notebook.
    int n = last - first + 3;
    double[] x = new double[n];
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = bins.low() + (first - 1 + i + 0.5) * bins.width();
      y[i] = i == 0 || i == n - 1 ? 0 : heights[first - 1 + i];
    }
    return line(x, y).with("line.shape", "hvh").width(1.5).filled();
  }

  /**
   * Draws two classes' distributions as the F1B paper does: positive paths red, negative ones blue.
   *
   * @param positive any number of values
   * @param negative the same of the other class
   */
  public static Trace[] distributions(Bins bins, double[] positive, double[] negative) {
    return distributions(bins, positive, null, negative, null);
  }

  /**
   * Draws two classes' weighted distributions, positive paths red, negative ones blue and wider, so that they
   * show under equal red ones.
   */
  public static Trace[] distributions(Bins bins, double[] positive, double[] positiveWeights,
      double[] negative, double[] negativeWeights) {
    return new Trace[] {
        distribution(bins, negative, negativeWeights).color(Palette.BLUE).width(2).name("negative paths"),
        distribution(bins, positive, positiveWeights).color(Palette.RED).width(1.2).name("positive paths")};
  }

  /**
   * Draws a cloud of many points as the cells that they fill, the darker the more: 100,000 points as a few
   * kilobytes.
   *
   * <p>Where they fill few cells, each is a marker, which can be seen however small the cells are.
   *
   * @param bins the cells along both axes
   * @param color {@code #rrggbb}
   */
  public static OpenTrace cloud(Bins bins, double[] x, double[] y, String color) {
    int[][] counts = bins.counts(x, y);
    double most = Math.log10(Math.max(10, x.length / 10.0));
    long filled = Arrays.stream(counts).flatMapToInt(Arrays::stream).filter(count -> count > 0).count();
    OpenTrace cloud;
    if (filled <= FEW_CELLS) {
      Map<String, Object> shades = Map.of("colorscale", Palette.fading(color), "cmin", 0, "cmax", most);
      cloud = markers(bins, counts, (int) filled).with("marker", shades);
    } else {
      cloud = cells(bins, counts).scale(Palette.fading(color)).range(0, most);
    }
    return cloud.with("hoverinfo", "skip");
  }

  private static OpenTrace markers(Bins bins, int[][] counts, int filled) {
    double[] centres = bins.centres();
    double[] x = new double[filled];
    double[] y = new double[filled];
    double[] weights = new double[filled];
    int i = 0;
    for (int row = 0; row < counts.length; row++) {
      for (int column = 0; column < counts.length; column++) {
        if (counts[row][column] > 0) {
          x[i] = centres[column];
          y[i] = centres[row];
          weights[i++] = weight(counts[row][column]);
        }
      }
    }
    return points(x, y).markers(5).with("marker.color", weights);
  }

  private static OpenTrace cells(Bins bins, int[][] counts) {
    double[][] z = new double[counts.length][];
    for (int row = 0; row < z.length; row++) {
      z[row] = Arrays.stream(counts[row]).mapToDouble(Draw::weight).toArray();
    }
    double first = bins.centres()[0];
    return heatmap(z).with("x0", first).with("dx", bins.width()).with("y0", first).with("dy", bins.width());
  }

  /** The logarithm of a count, NaN for none; two digits are more than an eye can tell apart. */
  private static double weight(int count) {
    return count == 0 ? Double.NaN : Math.rint(100 * Math.log10(count)) / 100;
  }

  /** Takes over a trace of Tablesaw's, to add what it lacks: {@code Draw.of(scatter).errors(sd)}. */
  public static OpenTrace of(Trace trace) {
    return new OpenTrace(PlotlyJson.trace(trace));
  }

  /** Starts a trace of any of plotly.js' types, empty: {@code Draw.trace("violin").with("y", values)}. */
  public static OpenTrace trace(String type) {
    return new OpenTrace(type);
  }

  private static OpenTrace xy(double[] x, double[] y) {
    equal("x", x.length, "y", y.length);
    return new OpenTrace("scatter").with("x", x).with("y", y);
  }

  private static OpenTrace xyz(double[] x, double[] y, double[] z) {
    equal("x", x.length, "y", y.length);
    equal("x", x.length, "z", z.length);
    return new OpenTrace("scatter3d").with("x", x).with("y", y).with("z", z);
  }

  private static double[] doubles(int[] values) {
    return Arrays.stream(values).asDoubleStream().toArray();
  }

  static int length(Object listOrArray) {
    if (listOrArray instanceof List) {
      return ((List<?>) listOrArray).size();
    }
    return listOrArray == null ? 0 : Array.getLength(listOrArray);
  }

  static void equal(String a, int lengthA, String b, int lengthB) {
    Check.that(lengthA == lengthB,
        "%s and %s must have as many values, but had %d and %d", a, b, lengthA, lengthB);
  }

  private static void edges(String axis, int lengthAxis, String z, int lengthZ) {
    Check.that(lengthAxis == lengthZ || lengthAxis == lengthZ + 1,
        "%s must have as many values as %s, or one more, but had %d for %d", axis, z, lengthAxis, lengthZ);
  }
}
