package unfold.analysis;

import org.hipparchus.stat.descriptive.StatisticalSummary;
import org.hipparchus.stat.descriptive.StreamingStatistics;
import org.hipparchus.stat.inference.TTest;
import unfold.Check;

/**
 * Welch's t-test of whether two samples have one mean, whatever their variances: "Capacity and Trainability",
 * Table App.2.
 *
 * @param t the statistic; negative if the second mean is the larger
 * @param df the degrees of freedom of Welch and Satterthwaite, no whole number
 * @param p the probability of a statistic as far from 0 or farther if the means are equal: small where they
 *     differ
 */
public record WelchTest(double t, double df, double p) {

  /**
   * Tests two samples.
   *
   * @param first at least two finite numbers
   * @param second at least two finite numbers, not all equal if those of the first are
   */
  public static WelchTest of(double[] first, double[] second) {
    StatisticalSummary a = summary("first", first);
    StatisticalSummary b = summary("second", second);
    Check.that(a.getVariance() > 0 || b.getVariance() > 0,
        "the numbers of one sample must differ, but all are equal in both");
    TTest test = new TTest();
    double aError = a.getVariance() / a.getN();
    double bError = b.getVariance() / b.getN();
    double df = (aError + bError) * (aError + bError)
        / (aError * aError / (a.getN() - 1) + bError * bError / (b.getN() - 1));
    return new WelchTest(test.t(a, b), df, test.tTest(a, b));
  }

  private static StatisticalSummary summary(String name, double[] sample) {
    Check.that(sample.length >= 2, "the %s sample must hold at least 2 numbers, but holds %d", name,
        sample.length);
    StreamingStatistics statistics = new StreamingStatistics();
    for (double v : Check.finite(name, sample)) {
      statistics.addValue(v);
    }
    return statistics;
  }
}
