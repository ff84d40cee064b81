package unfold.analysis;

import unfold.Check;

/**
 * The linear classifier C(s) of the paper's section 3: +1 if beta . s + gamma is at least 0, else -1.
 *
 * @param beta one number a state, at least one
 * @param gamma the offset
 */
public record LinearClassifier(double[] beta, double gamma) {

  /** Checks that there is a beta and that all numbers are finite. */
  public LinearClassifier {
    Check.that(beta.length > 0, "beta must hold a number for each state, but is empty");
    Check.finite("beta", beta);
    Check.finite("gamma", gamma);
  }

  /** Returns the classifier gamma + beta_1 s^1 + beta_2 s^2 + ... */
  public static LinearClassifier of(double gamma, double... beta) {
    return new LinearClassifier(beta.clone(), gamma);
  }

  /**
   * Returns the best classifier of two samples of points in the plane: the best threshold along each of a
   * number of directions spread evenly over the half circle; of those of equal error, the one of greatest margin.
   *
   * @param directions how many directions are tried, at least 1
   * @param positive the points of the positive class, two numbers each
   * @param negative the points of the negative class
   */
  public static LinearClassifier best(int directions, double[] positive, double[] negative) {
    Check.atLeast("the number of directions", directions, 1);
    LinearClassifier best = null;
    double error = Double.POSITIVE_INFINITY;
    for (int i = 0; i < directions; i++) {
      double x = Math.cos(Math.PI * i / directions);
      double y = Math.sin(Math.PI * i / directions);
      double[] p = along("positive", positive, x, y);
      double[] n = along("negative", negative, x, y);
      Threshold cut = Threshold.best(p, n);
      if (cut.error() <= error) {
        double middle = cut.value() == Double.NEGATIVE_INFINITY ? -Double.MAX_VALUE
            : middle(cut.value(), p, n);
        double sign = cut.positiveAbove() ? 1 : -1;
        LinearClassifier line = of(-sign * middle, sign * x, sign * y);
        if (cut.error() < error || line.margin(positive, negative) > best.margin(positive, negative)) {
          best = line;
          error = cut.error();
        }
      }
    }
    return best;
  }

  /**
   * Returns by how far it parts two samples: the least distance of a point from the dividing line, negative
   * if a point is on the wrong side.
   */
  public double margin(double[] positive, double[] negative) {
    double least = Double.POSITIVE_INFINITY;
    for (double y : outputs(positive)) {
      least = Math.min(least, y);
    }
    for (double y : outputs(negative)) {
      least = Math.min(least, -y);
    }
    double norm = 0;
    for (double v : beta) {
      norm += v * v;
    }
    return least / Math.sqrt(norm);
  }

  private static double[] along(String name, double[] points, double x, double y) {
    double[] values = new double[Check.rows(name, points, 2)];
    for (int i = 0; i < values.length; i++) {
      values[i] = x * points[2 * i] + y * points[2 * i + 1];
    }
    return values;
  }

  /** A threshold half way down to the next number below it. */
  private static double middle(double value, double[] p, double[] n) {
    double below = Double.NEGATIVE_INFINITY;
    for (double[] sample : new double[][] {p, n}) {
      for (double v : sample) {
        if (v < value && v > below) {
          below = v;
        }
      }
    }
    return below == Double.NEGATIVE_INFINITY ? value : below + (value - below) / 2;
  }

  /** Returns beta . s + gamma of each point. */
  public double[] outputs(double[] sBS) {
    int width = beta.length;
    double[] outputs = new double[Check.rows("sBS", sBS, width)];
    for (int b = 0; b < outputs.length; b++) {
      outputs[b] = gamma;
      for (int i = 0; i < width; i++) {
        outputs[b] += beta[i] * sBS[b * width + i];
      }
    }
    return outputs;
  }
}
