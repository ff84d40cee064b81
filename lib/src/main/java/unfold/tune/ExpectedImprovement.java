package unfold.tune;

/**
 * The logarithm of how far below a value the function is expected to be, E max(0, best - f): its maximum is
 * that of expected improvement, and its slope does not vanish where the improvement does (Ament et al.
 * 2023).
 */
final class ExpectedImprovement {
  private static final double HALF_LOG_2PI = 0.5 * StrictMath.log(2 * StrictMath.PI);
  private static final double ROOT_2PI = Math.sqrt(2 * Math.PI);
  /** Below it, the tail's continued fraction; above it, Phi's series. */
  private static final double TAIL = -3;
  private static final int TERMS = 40;

  private ExpectedImprovement() {}

  /**
   * Returns log h(z) and its derivative Phi(z) / h(z) for h(z) = phi(z) + z Phi(z): at mean m and standard
   * deviation s, expected improvement is s h((best - m) / s).
   */
  static double[] logH(double z) {
    if (z > TAIL) {
      double phi = StrictMath.exp(-0.5 * z * z) / ROOT_2PI;
      double cumulated = cumulated(z, phi);
      double h = phi + z * cumulated;
      return new double[] {StrictMath.log(h), cumulated / h};
    }
    // With x = -z and Mills' ratio 1 / (x + K), K = 1 / (x + 2 / (x + 3 / ...)): h = phi K / (x + K).
    double x = -z;
    double k = x;
    for (int n = TERMS; n >= 1; n--) {
      k = n == 1 ? 1 / k : x + n / k;
    }
    return new double[] {-0.5 * z * z - HALF_LOG_2PI + StrictMath.log(k / (x + k)), 1 / k};
  }

  /** Returns Phi(z) for z above -3: 1/2 + phi(z) (z + z^3 / 3 + z^5 / (3 5) + ...). */
  private static double cumulated(double z, double phi) {
    if (z > 9) {
      return 1;
    }
    double term = z;
    double sum = z;
    for (int n = 3; Math.abs(term) > 1e-18; n += 2) {
      term *= z * z / n;
      sum += term;
    }
    return 0.5 + phi * sum;
  }

  /** Returns the logarithm of expected improvement. */
  static double log(double best, double mean, double variance) {
    double deviation = Math.sqrt(variance);
    return StrictMath.log(deviation) + logH((best - mean) / deviation)[0];
  }

  /** Returns the logarithm of expected improvement and writes its derivatives by the coordinates. */
  static double log(double best, GaussianProcess.At at, double[] derivatives) {
    double deviation = Math.sqrt(at.variance());
    double z = (best - at.mean()) / deviation;
    double[] h = logH(z);
    GaussianProcess.Slopes slopes = at.slopes();
    for (int d = 0; d < derivatives.length; d++) {
      double change = slopes.varianceD()[d] / (2 * deviation);
      derivatives[d] = change / deviation + h[1] * (-slopes.meanD()[d] - z * change) / deviation;
    }
    return StrictMath.log(deviation) + h[0];
  }
}
