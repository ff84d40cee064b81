package unfold.analysis;

import java.util.Arrays;

/** The median of a sample. */
public final class Median {
  private Median() {}

  /**
   * Returns the middle number, or the mean of the two in the middle; NaN if there is none.
   *
   * @param sample in any order, infinite numbers among them or not; it stays as it is
   */
  public static double of(double[] sample) {
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
