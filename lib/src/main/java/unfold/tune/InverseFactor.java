package unfold.tune;

import java.util.Arrays;

/**
 * The inverse of a lower Cholesky factor, for products with many vectors: unlike the sums of a triangular
 * solution, theirs do not wait for each other. Immutable.
 *
 * <p>Rows and columns are arrays of their own, since loops whose arrays all have the same index are those that
 * the JVM's compiler turns into vector instructions.
 */
final class InverseFactor {
  private final int count;
  private final double[][] rows;
  private final double[][] columns;

  /**
   * Inverts.
   *
   * @param factorNN N x N, row by row; only the lower half is read
   */
  InverseFactor(double[] factorNN, int count) {
    this.count = count;
    rows = new double[count][count];
    columns = new double[count][count];
    for (int i = 0; i < count; i++) {
      double[] factors = Arrays.copyOfRange(factorNN, i * count, i * count + count);
      addRows(factors, 0, i, rows, rows[i], i);
      double last = 1 / factors[i];
      for (int j = 0; j < i; j++) {
        rows[i][j] *= -last;
        columns[j][i] = rows[i][j];
      }
      rows[i][i] = last;
      columns[i][i] = last;
    }
  }

  /** Returns this times a vector. */
  double[] times(double[] aN) {
    double[] vN = new double[count];
    for (int j = 0; j < count; j++) {
      addScaled(aN[j], columns[j], vN, j, count);
    }
    return vN;
  }

  /** Returns this, transposed, times a vector. */
  double[] transposedTimes(double[] vN) {
    double[] wN = new double[count];
    for (int i = 0; i < count; i++) {
      addScaled(vN[i], rows[i], wN, 0, i + 1);
    }
    return wN;
  }

  private static void addScaled(double factor, double[] vector, double[] to, int first, int end) {
    for (int i = first; i < end; i++) {
      to[i] += factor * vector[i];
    }
  }

  /**
   * Takes from each number the square of the length of this times a vector.
   *
   * @param aNM M vectors, the columns
   * @param numbersM one number a vector
   */
  void takeSquares(double[][] aNM, double[] numbersM) {
    double[] vM = new double[numbersM.length];
    for (int i = 0; i < count; i++) {
      Arrays.fill(vM, 0);
      addRows(rows[i], 0, i + 1, aNM, vM, vM.length);
      for (int m = 0; m < vM.length; m++) {
        numbersM[m] -= vM[m] * vM[m];
      }
    }
  }

  /** Returns this, transposed, times this, the inverse of what the factor is of: its lower half. */
  double[][] square() {
    double[][] squareNN = new double[count][count];
    for (int i = 0; i < count; i++) {
      addRows(columns[i], i, count, rows, squareNN[i], i + 1);
    }
    return squareNN;
  }

  /**
   * Adds rows of a matrix, each times its factor, four at a time.
   *
   * @param first the first row and factor
   * @param end one after the last
   * @param to receives the sums of the first {@code width} columns
   */
  private static void addRows(double[] factors, int first, int end, double[][] matrix, double[] to, int width) {
    int k = first;
    for (; k + 4 <= end; k += 4) {
      addFour(factors[k], matrix[k], factors[k + 1], matrix[k + 1], factors[k + 2], matrix[k + 2], factors[k + 3],
          matrix[k + 3], to, width);
    }
    for (; k < end; k++) {
      addScaled(factors[k], matrix[k], to, 0, width);
    }
  }

  private static void addFour(double a, double[] u, double b, double[] v, double c, double[] w, double d, double[] x,
      double[] to, int width) {
    for (int m = 0; m < width; m++) {
      to[m] = to[m] + a * u[m] + b * v[m] + c * w[m] + d * x[m];
    }
  }
}
