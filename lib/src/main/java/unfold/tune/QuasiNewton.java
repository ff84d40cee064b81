package unfold.tune;

/**
 * Minimises a smooth function by the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno with a
 * backtracking line search (Nocedal and Wright 2006, algorithms 3.1 and 6.1).
 *
 * <p>Of Hipparchus's optimisers that take gradients none would do: its conjugate gradients search every line
 * to the end, two to four times the evaluations, and are lost where the first step is too long; its
 * sequential quadratic programming returns the start.
 */
final class QuasiNewton {
  private static final double ENOUGH = 1e-4;
  private static final int HALVINGS = 15;

  /** A function whose gradient is asked for only where its value was asked for last. */
  interface Function {
    double value(double[] x);

    double[] gradient(double[] x);
  }

  private QuasiNewton() {}

  /**
   * Returns the lowest point found.
   *
   * @param longest the greatest change of a coordinate in one step
   * @param tolerance ends the search after two steps in a row that are below it
   * @param steps how many steps at most
   */
  static double[] minimize(Function function, double[] start, double longest, double tolerance, int steps) {
    int n = start.length;
    double[] x = start.clone();
    double value = function.value(x);
    double[] gradient = function.gradient(x);
    double[] inverse = new double[n * n]; // Of the Hessian.
    boolean fresh = true;
    int small = 0;
    for (int step = 0; step < steps && small < 2; step++) {
      if (fresh) {
        java.util.Arrays.fill(inverse, 0);
        for (int i = 0; i < n; i++) {
          inverse[i * n + i] = 1;
        }
      }
      double[] direction = new double[n];
      double slope = 0;
      double size = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          direction[i] -= inverse[i * n + j] * gradient[j];
        }
        slope += direction[i] * gradient[i];
        size = Math.max(size, Math.abs(direction[i]));
      }
      if (!(slope < 0)) {
        if (fresh) {
          break;
        }
        fresh = true;
        continue;
      }
      double length = Math.min(1, longest / size);
      double[] next = null;
      double lower = Double.NaN;
      for (int halving = 0; halving < HALVINGS; halving++) {
        next = new double[n];
        for (int i = 0; i < n; i++) {
          next[i] = x[i] + length * direction[i];
        }
        lower = function.value(next);
        if (lower <= value + ENOUGH * length * slope) {
          break;
        }
        // The minimum of the parabola through both values with the slope, kept within a tenth and a half.
        double guess = -0.5 * slope * length * length / (lower - value - slope * length);
        length = guess > 0.1 * length ? Math.min(guess, 0.5 * length) : 0.1 * length;
        lower = Double.NaN;
      }
      if (Double.isNaN(lower)) {
        if (fresh) {
          break;
        }
        fresh = true;
        continue;
      }
      double[] after = function.gradient(next);
      update(inverse, x, next, gradient, after, fresh);
      fresh = false;
      small = value - lower < tolerance ? small + 1 : 0;
      x = next;
      value = lower;
      gradient = after;
    }
    return x;
  }

  private static void update(double[] inverse, double[] x, double[] next, double[] gradient, double[] after,
      boolean first) {
    int n = x.length;
    double[] s = new double[n];
    double[] y = new double[n];
    double sy = 0;
    double yy = 0;
    for (int i = 0; i < n; i++) {
      s[i] = next[i] - x[i];
      y[i] = after[i] - gradient[i];
      sy += s[i] * y[i];
      yy += y[i] * y[i];
    }
    if (!(sy > 1e-10 * yy)) {
      return; // Curved the wrong way: no Hessian of a minimum.
    }
    for (int i = 0; first && i < n; i++) {
      inverse[i * n + i] = sy / yy;
    }
    double[] hy = new double[n];
    double yhy = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        hy[i] += inverse[i * n + j] * y[j];
      }
      yhy += y[i] * hy[i];
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        inverse[i * n + j] += (1 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy;
      }
    }
  }
}
