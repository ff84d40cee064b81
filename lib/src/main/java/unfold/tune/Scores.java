package unfold.tune;

import java.util.Arrays;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * What the Gaussian process sees of validation values: losses have a heavy tail, and how bad a bad one is
 * does not matter. Values up to the median stay as they are; those above are replaced by the normal
 * distribution's quantiles at their ranks, with the spread of the better half (the half-rank warping of Song
 * et al. 2024, "The Vizier Gaussian Process Bandit Algorithm"). Then all have mean 0 and variance 1.
 *
 * <p>Of what was tried this alone keeps its sight where a third of the losses are 1e12. Values as they are
 * do better on functions without a tail (Hartmann's of 6 dimensions after 100 trials), logarithms no better
 * anywhere.
 */
final class Scores {
  private static final NormalDistribution NORMAL = new NormalDistribution();

  private Scores() {}

  /**
   * Returns scores in the values' order; NaN stands for an infeasible trial, which gets the worst score of
   * the others.
   *
   * @param values at least two different numbers among them
   */
  static double[] of(double[] values) {
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    int count = sorted.length;
    double median = count % 2 == 1 ? sorted[count / 2] : 0.5 * (sorted[count / 2 - 1] + sorted[count / 2]);
    double squares = 0;
    int better = 0;
    for (; better < count && sorted[better] <= median; better++) {
      squares += (sorted[better] - median) * (sorted[better] - median);
    }
    double spread = Math.sqrt(squares / better);
    double[] scores = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double value = Double.isNaN(values[i]) ? sorted[count - 1] : values[i];
      scores[i] = value > median && spread > 0
          ? median + spread * NORMAL.inverseCumulativeProbability(rank(sorted, value) / count)
          : value;
    }
    return standardized(scores);
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
