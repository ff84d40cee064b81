package unfold.tune;

import java.util.Arrays;
import unfold.Seed;

/**
 * The kernel of the highest marginal likelihood given observations of mean 0 and variance 1 in the unit cube.
 *
 * <p>With few observations the likelihood is flat in directions that mean nothing, so it is weighted with
 * the broad priors of Optuna's GPSampler: for the variance v the density v exp(-v); for the noise s, which is
 * never below 1e-8, s^0.1 exp(-30 s); for 1 / l^2 of a length scale l exp(-0.1 (l^2 + 1 / l^2)), which at 0.3
 * and 3 is half of what it is at 1. Maximised from the likeliest of some starts.
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
  private static final Prior VARIANCE = new Prior(1, 1, 0, 1);
  private static final Prior SCALE = new Prior(2, 0.1, 0.1, 0);
  private static final Prior NOISE = new Prior(1, 30, 0, 0.1);
  /** Starts are drawn around variances and length scales of 1 and this logarithm of the noise. */
  private static final double START_NOISE = StrictMath.log(1e-4);
  private static final double START_DEVIATION = 0.8;
  private static final double IMPOSSIBLE = 1e10;

  private final double[] xND;
  private final double[] yN;
  private final int dimensions;
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
      starts[s] = new double[fit.dimensions + 2];
      starts[s][fit.dimensions + 1] = START_NOISE;
      for (int i = 0; s > 0 && i < starts[s].length; i++) {
        starts[s][i] += START_DEVIATION * random.nextGaussian();
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
    double cost = 0;
    for (int i = 0; i < theta.length; i++) {
      cost += prior(i).cost(theta[i]);
    }
    if (!(cost < IMPOSSIBLE)) {
      return;
    }
    try {
      newestProcess = GaussianProcess.of(kernel(theta), xND, yN);
    } catch (IllegalArgumentException e) {
      return; // Too little noise.
    }
    newestValue = cost - newestProcess.logMarginalLikelihood();
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
      gradient[i] = prior(i).slope(theta[i]) - likelihood[i];
    }
    return gradient;
  }

  private Prior prior(int i) {
    return i == 0 ? VARIANCE : i <= dimensions ? SCALE : NOISE;
  }

  /** The prior of exp(t), minus its logarithm being above exp(kt) + below exp(-kt) - power t. */
  private record Prior(double k, double above, double below, double power) {
    double cost(double t) {
      return above * StrictMath.exp(k * t) + below * StrictMath.exp(-k * t) - power * t;
    }

    double slope(double t) {
      return k * (above * StrictMath.exp(k * t) - below * StrictMath.exp(-k * t)) - power;
    }
  }
}
