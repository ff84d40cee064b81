package unfold.analysis;

import java.util.Arrays;
import unfold.Check;

/**
 * The best classifier of one number: a threshold, with the positive class above or below.
 *
 * @param value numbers of at least this are on the upper side; minus infinity if all are
 * @param positiveAbove whether the upper side is called positive
 * @param error its probability of error with both classes equally likely
 */
public record Threshold(double value, boolean positiveAbove, double error) {

  /**
   * Finds the threshold of least error between two samples, each an equally likely class, in either
   * orientation. Equal numbers are never parted. On a drawn sample its error is biased low: it is fitted to
   * the sample it is measured on.
   *
   * @param positive states of positive paths, at least one
   * @param negative states of negative paths, at least one
   * @throws IllegalArgumentException if a sample is empty or holds a NaN
   */
  public static Threshold best(double[] positive, double[] negative) {
    double[] p = sorted("positive", positive);
    double[] n = sorted("negative", negative);
    Threshold best = new Threshold(Double.NEGATIVE_INFINITY, true, 0.5);
    int belowP = 0;
    int belowN = 0;
    while (belowP < p.length || belowN < n.length) {
      double value = belowP == p.length ? n[belowN] : belowN == n.length ? p[belowP]
          : Math.min(p[belowP], n[belowN]);
      double error = 0.5 * ((double) belowP / p.length + 1 - (double) belowN / n.length);
      if (Math.min(error, 1 - error) < best.error) {
        best = new Threshold(value, error <= 0.5, Math.min(error, 1 - error));
      }
      while (belowP < p.length && p[belowP] == value) {
        belowP++;
      }
      while (belowN < n.length && n[belowN] == value) {
        belowN++;
      }
    }
    return best;
  }

  private static double[] sorted(String name, double[] sample) {
    Check.that(sample.length > 0, "the %s sample must hold at least one number, but is empty", name);
    double[] sorted = sample.clone();
    for (int i = 0; i < sorted.length; i++) {
      Check.that(!Double.isNaN(sorted[i]), "the %s sample must hold numbers, but number %d is NaN", name, i);
      sorted[i] += 0.0; // -0 becomes 0
    }
    Arrays.sort(sorted);
    return sorted;
  }
}
