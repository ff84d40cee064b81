package unfold.tune;

import java.util.Arrays;
import unfold.Seed;

/**
 * The kernel of the highest marginal likelihood given observations of mean 0 and variance 1 in the unit cube.
 *
 * <p>With few observations the likelihood is flat in directions that mean nothing, so it is weighted with
 * broad priors, each log-normal: variance around 1; length scales around exp(sqrt(2)) sqrt(D), since points
 * are farther apart in more dimensions (Hvarfner, Hellsten and Nardi 2024); noise around 1e-4, never below
 * 1e-8. Maximised from the likeliest of some starts.
 */
final class KernelFit implements QuasiNewton.Function {
  private static final double LEAST_NOISE = 1e-8;
  private static final int DRAWS = 8;
  /** From how many starts it is maximised; from one where there are many observations. */
  private static final int STARTS = 2;
  private static final int MANY = 100;
  private static final double LONGEST_STEP = 2;
  private static final double TOLERANCE = 1e-2;
  private static final int STEPS = 60;
  /** The prior's means and standard deviations of the logarithms of variance, length scales and noise. */
  private static final double VARIANCE_DEVIATION = 1.5;
  private static final double SCALE_DEVIATION = Math.sqrt(3);
  private static final double NOISE_MEAN = StrictMath.log(1e-4);
  private static final double NOISE_DEVIATION = 3;
  /** Farther from the prior's mean, in its deviations, nothing is evaluated. */
  private static final double FAR = 8;
  private static final double IMPOSSIBLE = 1e10;

  private final double[] xND;
  private final double[] yN;
  private final int dimensions;
  private final double[] means;
  private final double[] deviations;
  /** The newest point, its value, and its process, which gives the gradient if that is wanted. */
  private double[] newest;
  private double newestValue;
  private GaussianProcess newestProcess;
  private double[] best;
  private double bestValue = Double.POSITIVE_INFINITY;

  private KernelFit(double[] xND, double[] yN) {
    this.xND = xND;
    this.yN = yN;
    dimensions = xND.length / yN.length;
    means = new double[dimensions + 2];
    deviations = new double[dimensions + 2];
    Arrays.fill(means, Math.sqrt(2) + 0.5 * StrictMath.log(dimensions));
    Arrays.fill(deviations, SCALE_DEVIATION);
    means[0] = 0;
    deviations[0] = VARIANCE_DEVIATION;
    means[dimensions + 1] = NOISE_MEAN;
    deviations[dimensions + 1] = NOISE_DEVIATION;
  }

  /**
   * Returns the kernel.
   *
   * @param random draws the starts
   */
  static Matern fit(double[] xND, double[] yN, Seed.Stream random) {
    KernelFit fit = new KernelFit(xND, yN);
    double[][] starts = new double[1 + DRAWS][];
    double[] values = new double[starts.length];
    for (int s = 0; s < starts.length; s++) {
      starts[s] = fit.means.clone();
      for (int i = 0; i < starts[s].length; i++) {
        // The first start has scales of 1: where all is unlike, nothing is ruled out.
        boolean scale = i >= 1 && i <= fit.dimensions;
        starts[s][i] = s == 0 ? scale ? 0 : fit.means[i]
            : fit.means[i] + 0.5 * fit.deviations[i] * random.nextGaussian();
      }
      values[s] = fit.value(starts[s]);
    }
    for (int s = 0; s < (yN.length < MANY ? STARTS : 1); s++) {
      int next = 0;
      for (int other = 1; other < starts.length; other++) {
        next = values[other] < values[next] ? other : next;
      }
      values[next] = Double.POSITIVE_INFINITY;
      QuasiNewton.minimize(fit, starts[next], LONGEST_STEP, TOLERANCE, STEPS);
    }
    return fit.kernel(fit.best);
  }

  private Matern kernel(double[] theta) {
    double[] scales = new double[dimensions];
    for (int d = 0; d < dimensions; d++) {
      scales[d] = StrictMath.exp(theta[1 + d]);
    }
    return new Matern(StrictMath.exp(theta[0]), scales, LEAST_NOISE + StrictMath.exp(theta[dimensions + 1]));
  }

  /** Returns minus the logarithm of likelihood times prior at the logarithms of the kernel's numbers. */
  @Override
  public double value(double[] theta) {
    if (!Arrays.equals(theta, newest)) {
      evaluate(theta);
    }
    return newestValue;
  }

  private void evaluate(double[] theta) {
    newest = theta.clone();
    newestProcess = null;
    newestValue = IMPOSSIBLE;
    double prior = 0;
    for (int i = 0; i < theta.length; i++) {
      double z = (theta[i] - means[i]) / deviations[i];
      if (!(Math.abs(z) < FAR)) {
        return;
      }
      prior += 0.5 * z * z;
    }
    try {
      newestProcess = GaussianProcess.of(kernel(theta), xND, yN);
    } catch (IllegalArgumentException e) {
      return; // Too little noise.
    }
    newestValue = prior - newestProcess.logMarginalLikelihood();
    if (newestValue < bestValue) {
      bestValue = newestValue;
      best = newest;
    }
  }

  @Override
  public double[] gradient(double[] theta) {
    value(theta);
    double[] gradient = new double[theta.length];
    if (newestProcess == null) {
      return gradient;
    }
    double[] likelihood = newestProcess.logMarginalLikelihoodGradient();
    int last = theta.length - 1;
    likelihood[last] *= StrictMath.exp(theta[last]) / newestProcess.kernel().noise();
    for (int i = 0; i < theta.length; i++) {
      gradient[i] = (theta[i] - means[i]) / (deviations[i] * deviations[i]) - likelihood[i];
    }
    return gradient;
  }
}
