package unfold.analysis;

import java.util.ArrayList;
import java.util.List;

/**
 * Solves A d = r by GMRES, given what A does to one vector after the other: Saad and Schultz, "GMRES" (1986),
 * algorithm 3. Where A is minus the identity and little besides, as that of a network near its attractors, few vectors
 * do.
 */
final class Krylov {
  private static final int MOST_VECTORS = 40;

  private final double accuracy;
  private final int most;
  private final List<double[]> basis = new ArrayList<>();
  /** The triangular factor of the Hessenberg matrix, column after column. */
  private final List<double[]> columns = new ArrayList<>();
  private final double[] cosines;
  private final double[] sines;
  private final double[] right;

  /**
   * Begins.
   *
   * @param r the right-hand side, not zero
   * @param length its length
   * @param accuracy how small the residual's length must be, as a share of r's
   */
  Krylov(double[] r, double length, double accuracy) {
    this.accuracy = accuracy * length;
    most = Math.min(r.length, MOST_VECTORS);
    cosines = new double[most];
    sines = new double[most];
    right = new double[most + 1];
    right[0] = length;
    basis.add(scaled(r, 1 / length));
  }

  private static double[] scaled(double[] vector, double by) {
    double[] scaled = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      scaled[i] = by * vector[i];
    }
    return scaled;
  }

  /** Returns the vector, of length 1, that A is to be applied to next. */
  double[] next() {
    return basis.get(basis.size() - 1);
  }

  /** Takes A times the vector, which it changes; returns whether to go on. */
  boolean take(double[] product) {
    int k = columns.size();
    double[] column = new double[k + 1];
    for (int j = 0; j <= k; j++) {
      column[j] = dot(product, basis.get(j));
      subtract(product, column[j], basis.get(j));
    }
    double below = Math.sqrt(dot(product, product));
    for (int j = 0; j < k; j++) {
      double upper = cosines[j] * column[j] + sines[j] * column[j + 1];
      column[j + 1] = cosines[j] * column[j + 1] - sines[j] * column[j];
      column[j] = upper;
    }
    double length = Math.sqrt(column[k] * column[k] + below * below);
    if (!(length > 0 && length < 1e100)) {
      return false;
    }
    cosines[k] = column[k] / length;
    sines[k] = below / length;
    column[k] = length;
    columns.add(column);
    right[k + 1] = -sines[k] * right[k];
    right[k] *= cosines[k];
    if (isSolved() || k + 1 == most) {
      return false;
    }
    basis.add(scaled(product, 1 / below));
    return true;
  }

  /** Tells whether the residual is small enough. */
  boolean isSolved() {
    return !columns.isEmpty() && Math.abs(right[columns.size()]) <= accuracy;
  }

  /** Writes the solution. */
  void solve(double[] d) {
    int count = columns.size();
    double[] y = new double[count];
    java.util.Arrays.fill(d, 0);
    for (int j = count - 1; j >= 0; j--) {
      double sum = right[j];
      for (int k = j + 1; k < count; k++) {
        sum -= columns.get(k)[j] * y[k];
      }
      y[j] = sum / columns.get(j)[j];
      subtract(d, -y[j], basis.get(j));
    }
  }

  /** Four sums at once, since each must wait for its last one. */
  private static double dot(double[] a, double[] b) {
    double s = 0;
    double t = 0;
    double u = 0;
    double v = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s += a[i] * b[i];
      t += a[i + 1] * b[i + 1];
      u += a[i + 2] * b[i + 2];
      v += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s += a[i] * b[i];
    }
    return s + t + (u + v);
  }

  private static void subtract(double[] from, double times, double[] vector) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= times * vector[i];
    }
  }
}
