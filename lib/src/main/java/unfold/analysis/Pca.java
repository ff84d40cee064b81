package unfold.analysis;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import unfold.Check;

/**
 * The principal components of states: the directions of greatest variance, each orthogonal to those before.
 *
 * <pre>{@code
 * Pca pca = Pca.of(sTBS, 100);
 * double[] first3 = pca.project(sTBS, 3);
 * }</pre>
 *
 * A component has the length 1, and its loading of greatest modulus is positive, so that a figure never flips.
 *
 * @param meanS the mean state
 * @param componentsSS the components, row after row, in descending order of their variances
 * @param variances the variance of the states along each component: divided by N - 1
 */
public record Pca(double[] meanS, double[] componentsSS, double[] variances) {
  /** Loadings whose moduli differ by less, relatively, count as equal: the first of them decides the sign. */
  private static final double TIE = 1e-9;

  /**
   * Returns the principal components of states.
   *
   * @param statesNS the states, row after row, at least two that differ
   * @param width the width S of a state, at least 1
   * @throws IllegalArgumentException if a number is not finite, or all states are equal
   */
  public static Pca of(double[] statesNS, int width) {
    int count = Check.rows("statesNS", statesNS, width);
    Check.that(count >= 2, "there must be at least 2 states, but there is %d", count);
    Check.finite("statesNS", statesNS);
    double[] meanS = new double[width];
    for (int i = 0; i < statesNS.length; i++) {
      meanS[i % width] += statesNS[i];
    }
    for (int i = 0; i < width; i++) {
      meanS[i] /= count;
    }
    double[] covarianceSS = covariance(statesNS, meanS, count);
    // Equal states may be left with a variance of rounding errors, nearly equal ones with none.
    Check.that(!allEqual(statesNS, width) && Arrays.stream(covarianceSS).anyMatch(v -> v != 0),
        "the states must differ, but all are equal");
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(width, true, true);
    if (!eigen.decompose(DMatrixRMaj.wrap(width, width, covarianceSS))) {
      throw new ArithmeticException("the covariance's eigenvalues were not found");
    }
    int[] order = IntStream.range(0, width).boxed()
        .sorted((i, j) -> Double.compare(eigen.getEigenvalue(j).real, eigen.getEigenvalue(i).real))
        .mapToInt(i -> i).toArray();
    double[] componentsSS = new double[width * width];
    double[] variances = new double[width];
    for (int k = 0; k < width; k++) {
      variances[k] = Math.max(0, eigen.getEigenvalue(order[k]).real);
      double[] component = eigen.getEigenVector(order[k]).data;
      double sign = Math.signum(component[largest(component)]);
      for (int i = 0; i < width; i++) {
        componentsSS[k * width + i] = sign * component[i] + 0.0;
      }
    }
    return new Pca(meanS, componentsSS, variances);
  }

  private static double[] covariance(double[] statesNS, double[] meanS, int count) {
    int width = meanS.length;
    double[] sum = new double[width * width];
    double[] centred = new double[width];
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < width; i++) {
        centred[i] = statesNS[n * width + i] - meanS[i];
      }
      for (int i = 0; i < width; i++) {
        double a = centred[i];
        int row = i * width;
        for (int k = i; k < width; k++) {
          sum[row + k] += a * centred[k];
        }
      }
    }
    for (int i = 0; i < width; i++) {
      for (int k = i; k < width; k++) {
        sum[i * width + k] /= count - 1;
        sum[k * width + i] = sum[i * width + k];
      }
    }
    return sum;
  }

  /** Returns which element has the greatest modulus, the first of them if several have. */
  static int largest(double[] vector) {
    double greatest = Arrays.stream(vector).map(Math::abs).max().orElseThrow();
    return IntStream.range(0, vector.length).filter(i -> Math.abs(vector[i]) >= (1 - TIE) * greatest).findFirst()
        .orElseThrow();
  }

  /** Tells whether all states are equal, exactly: their distances from their mean are seldom zero then. */
  static boolean allEqual(double[] statesNS, int width) {
    return IntStream.range(0, statesNS.length).allMatch(i -> statesNS[i] == statesNS[i % width]);
  }

  /** Returns the width S of a state. */
  public int width() {
    return meanS.length;
  }

  /** Returns a component, S numbers; k from 0. */
  public double[] component(int k) {
    Check.within("k", k, 0, width() - 1);
    return Arrays.copyOfRange(componentsSS, k * width(), (k + 1) * width());
  }

  /** Returns the share of the total variance that each component has; all together have 1. */
  public double[] shares() {
    double total = 0;
    for (double variance : variances) {
      total += variance;
    }
    double all = total;
    return Arrays.stream(variances).map(v -> v / all).toArray();
  }

  /**
   * Returns the coordinates of states along the first components, from the mean state.
   *
   * @param statesNS N states, row after row: any of this width
   * @param k how many components, in 1..S
   * @return N x k numbers, row after row
   */
  public double[] project(double[] statesNS, int k) {
    int width = width();
    int count = Check.rows("statesNS", statesNS, width);
    Check.within("k", k, 1, width);
    double[] projected = new double[count * k];
    for (int n = 0; n < count; n++) {
      for (int j = 0; j < k; j++) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
          sum += (statesNS[n * width + i] - meanS[i]) * componentsSS[j * width + i];
        }
        projected[n * k + j] = sum;
      }
    }
    return projected;
  }

  /** Returns the space that the first k components span, k in 1..S. */
  public Subspace subspace(int k) {
    Check.within("k", k, 1, width());
    return Subspace.spannedBy(Arrays.copyOf(componentsSS, k * width()), width());
  }
}
