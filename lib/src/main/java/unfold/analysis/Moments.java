package unfold.analysis;

import unfold.Check;

/**
 * Mean and standard deviation of a sample or of a whole population.
 *
 * @param mean the mean
 * @param sd the population standard deviation: the root of the mean squared distance from the mean
 */
public record Moments(double mean, double sd) {

  /** Returns the moments of a sample of at least one number. */
  public static Moments of(double[] sample) {
    Check.that(sample.length > 0, "a sample must hold at least one number, but is empty");
    double sum = 0;
    for (double v : sample) {
      sum += v;
    }
    double mean = sum / sample.length;
    double squares = 0;
    for (double v : sample) {
      squares += (v - mean) * (v - mean);
    }
    return new Moments(mean, Math.sqrt(squares / sample.length));
  }
}
