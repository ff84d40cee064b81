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
    return variance * (1 + s + s * s / 3) * StrictMath.exp(-s);
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
