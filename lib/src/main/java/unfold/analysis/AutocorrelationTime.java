package unfold.analysis;

import unfold.Check;

/**
 * How long a trace remembers: its integrated autocorrelation time, tau = 1 + 2 sum_{k=1..M} rho(k), in steps.
 * Noise without memory has 1, x_t = phi x_{t-1} + noise has (1 + phi) / (1 - phi), an alternating trace less
 * than 1.
 *
 * <p>rho(k) is the autocovariance at lag k over that at lag 0, both about the mean of the whole trace and
 * divided by its length. The sum ends at the first M that is at least 5 tau, where what is left is mostly
 * noise: Sokal, "Monte Carlo Methods in Statistical Mechanics: Foundations and New Algorithms" (1997),
 * section 3, there in units of half of this. Differs from it: M is at least 5, since traces that alternate
 * would end the sum at its first lag.
 *
 * @param time tau in steps; NaN for a constant trace, which has none
 * @param window the greatest lag M that was added
 * @param length the steps of the trace, all its sequences together
 */
public record AutocorrelationTime(double time, int window, int length) {
  private static final double WINDOW = 5;
  private static final double ENOUGH = 50;

  /** Tells whether the trace is at least 50 times as long as its time: else that is more of a lower bound. */
  public boolean reliable() {
    return ENOUGH * time <= length;
  }

  /**
   * Returns the time of a trace.
   *
   * @param sequences the trace, or several of one process, of equal length and seen about their common mean
   */
  public static AutocorrelationTime of(double[]... sequences) {
    Check.atLeast("the number of sequences", sequences.length, 1);
    int steps = Check.atLeast("the number of steps", sequences[0].length, 2);
    double mean = 0;
    for (double[] x : sequences) {
      Check.shape("a sequence", x, steps);
      for (double v : Check.finite("a sequence", x)) {
        mean += v;
      }
    }
    int length = Math.multiplyExact(steps, sequences.length);
    mean /= length;
    double[][] centred = new double[sequences.length][steps];
    boolean constant = true;
    for (int b = 0; b < sequences.length; b++) {
      for (int t = 0; t < steps; t++) {
        centred[b][t] = sequences[b][t] - mean;
        constant &= sequences[b][t] == sequences[0][0];
      }
    }
    if (constant) {
      return new AutocorrelationTime(Double.NaN, 0, length);
    }
    double variance = covariance(centred, 0);
    double time = 1;
    int lag = 0;
    while (lag < WINDOW * Math.max(time, 1) && lag < steps - 1) {
      lag++;
      time += 2 * covariance(centred, lag) / variance;
    }
    return new AutocorrelationTime(time, lag, length);
  }

  /** The sum of all products at a lag; the divisor, the length, cancels. */
  private static double covariance(double[][] sequences, int lag) {
    double sum = 0;
    for (double[] x : sequences) {
      for (int t = lag; t < x.length; t++) {
        sum += x[t] * x[t - lag];
      }
    }
    return sum;
  }
}
