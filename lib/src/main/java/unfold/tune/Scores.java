package unfold.tune;

import java.util.Arrays;
import org.hipparchus.distribution.continuous.NormalDistribution;
import unfold.analysis.Median;

/**
 * What the Gaussian process sees of validation values: numbers of mean 0 and variance 1.
 *
 * <p>Losses can have a heavy tail, and how bad a bad one is does not matter. So if one is an outlier,
 * farther above the median of the first, random trials than 20 times the spread of their better half, then
 * only values up to the median of all stay as they are. Those above are replaced by the normal
 * distribution's quantiles at their ranks, with the spread of the better half (the half-rank warping of Song
 * et al. 2024, "The Vizier Gaussian Process Bandit Algorithm"). Without an outlier that would lose what is
 * known of the worse half.
 */
final class Scores {
  private static final double OUTLIER = 20;
  private static final NormalDistribution NORMAL = new NormalDistribution();

  private Scores() {}

  /**
   * Returns scores in the values' order; NaN stands for an infeasible trial, which gets the worst score of
   * the others.
   *
   * @param values at least two different numbers among them
   * @param first how many of them, at the beginning, are of random trials
   */
  static double[] of(double[] values, int first) {
    double[] sorted = sorted(values);
    double[] random = sorted(Arrays.copyOf(values, Math.min(first, values.length)));
    double worst = sorted[sorted.length - 1];
    boolean outlier = random.length == 0 || worst > Median.of(random) + OUTLIER * spread(random);
    double median = Median.of(sorted);
    double spread = spread(sorted);
    double[] scores = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double value = Double.isNaN(values[i]) ? worst : values[i];
      scores[i] = outlier && value > median && spread > 0
          ? median + spread * NORMAL.inverseCumulativeProbability(rank(sorted, value) / sorted.length)
          : value;
    }
    return standardized(scores);
  }

  private static double[] sorted(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
  }

  /** Returns the root mean square of how far values up to the median are below it. */
  private static double spread(double[] sorted) {
    double median = Median.of(sorted);
    double squares = 0;
    int better = 0;
    for (; better < sorted.length && sorted[better] <= median; better++) {
      squares += (sorted[better] - median) * (sorted[better] - median);
    }
    return Math.sqrt(squares / better);
  }

  /** Returns the mean rank, from 1/2 to count - 1/2, of a value among all that equal it. */
  private static double rank(double[] sorted, double value) {
    int first = 0;
    while (sorted[first] < value) {
      first++;
    }
    int end = first;
    while (end < sorted.length && sorted[end] == value) {
      end++;
    }
    return 0.5 * (first + end);
  }

  private static double[] standardized(double[] scores) {
    double mean = 0;
    for (double score : scores) {
      mean += score / scores.length;
    }
    double squares = 0;
    for (double score : scores) {
      squares += (score - mean) * (score - mean) / scores.length;
    }
    double deviation = Math.sqrt(squares);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (scores[i] - mean) / deviation;
    }
    return scores;
  }
}
