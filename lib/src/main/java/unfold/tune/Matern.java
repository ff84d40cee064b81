package unfold.tune;

import java.util.Arrays;
import unfold.Check;

/**
 * The Matern 5/2 kernel with one length scale a dimension (automatic relevance determination) and
 * observation noise: with r^2 = sum_d ((x_d - x'_d) / l_d)^2,
 *
 * <p>k(x, x') = variance (1 + sqrt(5) r + 5/3 r^2) exp(-sqrt(5) r), and noise more where an observation
 * meets itself.
 *
 * @param variance of the function, above 0
 * @param lengthScales l_d, above 0, one a dimension; infinity for a dimension that does not matter
 * @param noise the variance of an observation given the function, above 0
 */
public record Matern(double variance, double[] lengthScales, double noise) {
  private static final double ROOT5 = Math.sqrt(5);
  private static final double LOG2_E = 1.4426950408889634;
  /** The logarithm of 2 in two parts; whole numbers times the first are exact. */
  private static final double LN2_HIGH = 0x1.62e42fee00000p-1;
  private static final double LN2_LOW = 0x1.a39ef35793c76p-33;
  /** Below it the exponential counts as 0. */
  private static final double LEAST_EXPONENT = -700;

  /** Checks the numbers. */
  public Matern {
    Check.positive("variance", variance);
    Check.positive("noise", noise);
    for (double l : lengthScales) {
      Check.that(l > 0, "a length scale must be above 0, but was %s", l);
    }
    lengthScales = lengthScales.clone();
  }

  /** Returns a copy of the length scales. */
  @Override
  public double[] lengthScales() {
    return lengthScales.clone();
  }

  int dimensions() {
    return lengthScales.length;
  }

  /**
   * Returns points with each coordinate divided by its length scale, in which the kernel sees plain
   * distances.
   */
  double[] scaled(double[] xND) {
    double[] scaled = new double[xND.length];
    for (int i = 0; i < xND.length; i++) {
      scaled[i] = xND[i] / lengthScales[i % lengthScales.length];
    }
    return scaled;
  }

  /** Returns r of two scaled points, the ones that begin there. */
  double distance(double[] aND, int a, double[] bND, int b) {
    double sum = 0;
    for (int d = 0; d < lengthScales.length; d++) {
      double difference = aND[a + d] - bND[b + d];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  /** Returns the covariance of the function at distance r. */
  double covariance(double r) {
    double s = ROOT5 * r;
    return variance * (1 + s + s * s / 3) * exp(-s);
  }

  /**
   * Returns e^x of an x up to 0, within four units in the last place; as {@link StrictMath#exp} with the same
   * bits on every machine, but faster.
   */
  static double exp(double x) {
    if (x < LEAST_EXPONENT) {
      return 0;
    }
    double k = Math.rint(LOG2_E * x);
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    double r2 = r * r;
    double series = 1 + r + r2 * (1 / 2.0 + r * (1 / 6.0) + r2 * (1 / 24.0 + r * (1 / 120.0)
        + r2 * (1 / 720.0 + r * (1 / 5040.0) + r2 * (1 / 40320.0 + r * (1 / 362880.0)
        + r2 * (1 / 3628800.0 + r * (1 / 39916800.0) + r2 * (1 / 479001600.0))))));
    return series * Double.longBitsToDouble((long) (k + Double.MAX_EXPONENT) << 52);
  }

  /**
   * Returns -1/r dk/dr at distance r, where the covariance is k: the derivative by x_d is minus this times
   * (x_d - x'_d) / l_d^2.
   */
  double slope(double r, double k) {
    double s = ROOT5 * r;
    return k * (5 / 3.0) * (1 + s) / (1 + s + s * s / 3);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Matern kernel && variance == kernel.variance && noise == kernel.noise
        && Arrays.equals(lengthScales, kernel.lengthScales);
  }

  @Override
  public int hashCode() {
    return Double.hashCode(variance) + 31 * Double.hashCode(noise) + 961 * Arrays.hashCode(lengthScales);
  }

  /** Returns all numbers as text. */
  @Override
  public String toString() {
    return "Matern 5/2, variance " + variance + ", length scales " + Arrays.toString(lengthScales)
        + ", noise " + noise;
  }
}
