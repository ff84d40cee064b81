package unfold.tune;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.TriangularSolver_DDRM;
import org.ejml.dense.row.decomposition.chol.CholeskyDecompositionBlock_DDRM;
import unfold.Check;

/**
 * What is known of a function from noisy observations: the posterior of a Gaussian process of mean 0
 * (Rasmussen and Williams 2006, algorithm 2.1 and equation 5.9). Immutable.
 *
 * <pre>{@code
 * GaussianProcess process = GaussianProcess.of(kernel, xND, yN);
 * double mean = process.mean(x), deviation = Math.sqrt(process.variance(x));
 * }</pre>
 *
 * <p>Every sum is taken in one fixed order on one thread, so that the bits are the same on every machine.
 */
public final class GaussianProcess {
  /** Of so many points the covariances with some hundred observations stay in the processor's caches. */
  private static final int TOGETHER = 64;
  /** The width of the Cholesky decomposition's blocks that is fastest for some hundred observations. */
  private static final int BLOCK = 20;

  private final Matern kernel;
  private final int count;
  private final double[] scaledND;
  private final double[] yN;
  /** The lower Cholesky factor of the observations' covariance, row by row; above its diagonal is anything. */
  private final double[] factorNN;
  /** Made when it is first asked for: the likelihood needs none. */
  private volatile InverseFactor inverse;
  /** The covariance's inverse times the observations. */
  private final double[] alphaN;
  private final double halfLogDeterminant;
  private final double[] xND;

  private GaussianProcess(Matern kernel, double[] xND, double[] yN) {
    this.kernel = kernel;
    this.xND = xND;
    this.yN = yN;
    count = yN.length;
    scaledND = kernel.scaled(xND);
    DMatrixRMaj covariance = new DMatrixRMaj(count, count);
    int dimensions = kernel.dimensions();
    for (int i = 0; i < count; i++) {
      for (int j = 0; j <= i; j++) {
        double k = i == j ? kernel.variance() + kernel.noise()
            : kernel.covariance(kernel.distance(scaledND, i * dimensions, scaledND, j * dimensions));
        covariance.data[i * count + j] = k;
        covariance.data[j * count + i] = k;
      }
    }
    CholeskyDecompositionBlock_DDRM cholesky = new CholeskyDecompositionBlock_DDRM(BLOCK);
    Check.that(cholesky.decompose(covariance), "the noise must be large enough for the covariance of %d"
        + " observations to be positive definite, but was %s", count, kernel.noise());
    factorNN = cholesky.getT().data;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += StrictMath.log(factorNN[i * count + i]);
    }
    halfLogDeterminant = sum;
    alphaN = yN.clone();
    TriangularSolver_DDRM.solveL(factorNN, alphaN, count);
    TriangularSolver_DDRM.solveTranL(factorNN, alphaN, count);
  }

  /**
   * Returns the posterior given observations.
   *
   * @param xND where, N points of as many coordinates as the kernel has length scales; N at least 1
   * @param yN what was observed there, around 0
   * @throws IllegalArgumentException if a shape does not fit, a number is not finite, or the noise is too
   *     small for the covariance to be positive definite
   */
  public static GaussianProcess of(Matern kernel, double[] xND, double[] yN) {
    Check.atLeast("the number of observations", yN.length, 1);
    Check.shape("xND", xND, yN.length, kernel.dimensions());
    return new GaussianProcess(kernel, Check.finite("xND", xND).clone(), Check.finite("yN", yN).clone());
  }

  /**
   * Returns the posterior after more observations, each of them the mean that is expected there: means stay
   * as they are, variances shrink as they will whatever is observed (Desautels, Krause and Burdick 2014,
   * section 4.1).
   *
   * @param xMD where, M points
   */
  public GaussianProcess hallucinate(double[] xMD) {
    int more = xMD.length / kernel.dimensions();
    double[] points = Arrays.copyOf(xND, xND.length + xMD.length);
    System.arraycopy(xMD, 0, points, xND.length, xMD.length);
    double[] values = Arrays.copyOf(yN, count + more);
    for (int i = 0; i < more; i++) {
      values[count + i] = mean(Arrays.copyOfRange(xMD, i * kernel.dimensions(), (i
          + 1) * kernel.dimensions()));
    }
    return of(kernel, points, values);
  }

  /** Returns the function's expected value at a point. */
  public double mean(double[] x) {
    return at(x).mean();
  }

  /** Returns the variance of the function, without noise, at a point. */
  public double variance(double[] x) {
    return at(x).variance();
  }

  private InverseFactor inverse() {
    InverseFactor made = inverse;
    if (made == null) {
      made = new InverseFactor(factorNN, count);
      inverse = made;
    }
    return made;
  }

  /** Returns a variance that rounding has not made zero or less. */
  private double aboveZero(double variance) {
    return Math.max(variance, 1e-14 * kernel.variance());
  }

  /** What is known of the function at a point. */
  At at(double[] x) {
    return new At(kernel.scaled(Check.shape("x", x, kernel.dimensions())));
  }

  /** Mean and variance at a point and, from what they took, their derivatives by its coordinates. */
  final class At {
    private final double[] scaled;
    private final double[] distanceN;
    private final double[] kN;
    private double[] whitenedN;

    private At(double[] scaled) {
      this.scaled = scaled;
      distanceN = new double[count];
      kN = new double[count];
      for (int i = 0; i < count; i++) {
        distanceN[i] = kernel.distance(scaledND, i * scaled.length, scaled, 0);
        kN[i] = kernel.covariance(distanceN[i]);
      }
    }

    double mean() {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += alphaN[i] * kN[i];
      }
      return sum;
    }

    double variance() {
      double left = kernel.variance();
      for (double v : whitened()) {
        left -= v * v;
      }
      return aboveZero(left);
    }

    private double[] whitened() {
      if (whitenedN == null) {
        whitenedN = inverse().times(kN);
      }
      return whitenedN;
    }

    Slopes slopes() {
      double[] weightN = inverse().transposedTimes(whitened());
      double[] scales = kernel.lengthScales();
      double[] meanD = new double[scaled.length];
      double[] varianceD = new double[scaled.length];
      for (int i = 0; i < count; i++) {
        double slope = kernel.slope(distanceN[i], kN[i]);
        for (int d = 0; d < scaled.length; d++) {
          double change = -slope * (scaled[d] - scaledND[i * scaled.length + d]) / scales[d];
          meanD[d] += alphaN[i] * change;
          varianceD[d] -= 2 * weightN[i] * change;
        }
      }
      return new Slopes(meanD, varianceD);
    }
  }

  /** The derivatives of mean and variance by a point's coordinates. */
  record Slopes(double[] meanD, double[] varianceD) {}

  /**
   * Writes means and variances at many points, faster than one by one.
   *
   * @param xMD the points
   * @param means receives M means
   * @param variances receives M variances
   */
  void posterior(double[] xMD, double[] means, double[] variances) {
    double[] scaled = kernel.scaled(xMD);
    for (int first = 0; first < means.length; first += TOGETHER) {
      posterior(scaled, first, Math.min(means.length, first + TOGETHER), means, variances);
    }
  }

  /** Writes means and variances of the points from first to end. */
  private void posterior(double[] scaled, int first, int end, double[] means, double[] variances) {
    int many = end - first;
    int dimensions = kernel.dimensions();
    double[][] xDM = new double[dimensions][many];
    for (int i = 0; i < many * dimensions; i++) {
      xDM[i % dimensions][i / dimensions] = scaled[first * dimensions + i];
    }
    double[][] kNM = new double[count][many];
    double[] meanM = new double[many];
    double[] varianceM = new double[many];
    Arrays.fill(varianceM, kernel.variance());
    for (int i = 0; i < count; i++) {
      double[] kM = kNM[i];
      for (int d = 0; d < dimensions; d++) {
        addSquares(xDM[d], scaledND[i * dimensions + d], kM);
      }
      for (int m = 0; m < many; m++) {
        kM[m] = kernel.covariance(Math.sqrt(kM[m]));
      }
      for (int m = 0; m < many; m++) {
        meanM[m] += alphaN[i] * kM[m];
      }
    }
    inverse().takeSquares(kNM, varianceM);
    for (int m = 0; m < many; m++) {
      means[first + m] = meanM[m];
      variances[first + m] = aboveZero(varianceM[m]);
    }
  }

  private static void addSquares(double[] xM, double x, double[] sumM) {
    for (int m = 0; m < sumM.length; m++) {
      sumM[m] += (xM[m] - x) * (xM[m] - x);
    }
  }

  /** Returns the logarithm of the observations' density. */
  public double logMarginalLikelihood() {
    double fit = 0;
    for (int i = 0; i < count; i++) {
      fit += yN[i] * alphaN[i];
    }
    return -0.5 * fit - halfLogDeterminant - 0.5 * count * StrictMath.log(2 * StrictMath.PI);
  }

  /**
   * Returns the derivatives of {@link #logMarginalLikelihood} by the logarithms of variance, of each length
   * scale, and of noise, in this order.
   */
  public double[] logMarginalLikelihoodGradient() {
    int dimensions = kernel.dimensions();
    double[] gradient = new double[dimensions + 2];
    double[][] precisionNN = inverse().square();
    for (int i = 0; i < count; i++) {
      double own = 0.5 * (alphaN[i] * alphaN[i] - precisionNN[i][i]);
      gradient[0] += own * kernel.variance();
      gradient[dimensions + 1] += own * kernel.noise();
      for (int j = 0; j < i; j++) {
        double weight = alphaN[i] * alphaN[j] - precisionNN[i][j];
        double r = kernel.distance(scaledND, i * dimensions, scaledND, j * dimensions);
        double k = kernel.covariance(r);
        gradient[0] += weight * k;
        double slope = weight * kernel.slope(r, k);
        for (int d = 0; d < dimensions; d++) {
          double difference = scaledND[i * dimensions + d] - scaledND[j * dimensions + d];
          gradient[1 + d] += slope * difference * difference;
        }
      }
    }
    return gradient;
  }

  /** Returns the kernel. */
  public Matern kernel() {
    return kernel;
  }
}
