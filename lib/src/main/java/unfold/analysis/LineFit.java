package unfold.analysis;

import org.hipparchus.stat.regression.SimpleRegression;
import unfold.Check;

/**
 * The straight line of least squares through points, y = intercept + slope x.
 *
 * @param slope the slope
 * @param intercept y at x = 0
 * @param r2 the fraction R^2 of y's variance that the line explains; NaN if all y are equal
 */
public record LineFit(double slope, double intercept, double r2) {

  /**
   * Fits a line.
   *
   * @param x at least two finite numbers, not all equal
   * @param y as many finite numbers
   */
  public static LineFit of(double[] x, double[] y) {
    Check.that(x.length >= 2, "a line needs at least 2 points, but there are %d", x.length);
    Check.shape("y", y, x.length);
    Check.finite("x", x);
    Check.finite("y", y);
    SimpleRegression line = new SimpleRegression();
    for (int i = 0; i < x.length; i++) {
      line.addData(x[i], y[i]);
    }
    Check.that(line.getXSumSquares() > 0, "the points of a line must differ in x, but all are at %s", x[0]);
    return new LineFit(line.getSlope(), line.getIntercept(), line.getRSquare());
  }
}
