package unfold.train;


/** What is done to a gradient before a step. */
public final class Gradients {
  private Gradients() {}

  /** Returns the Euclidean norm over all parameters. */
  public static double norm(double[] gradient) {
    double sum = 0;
    for (double g : gradient) {
      sum += g * g;
    }
    return Math.sqrt(sum);
  }

  /** Adds strength times theta: the gradient of strength / 2 |theta|^2. */
  public static void addL2(double[] gradient, double[] theta, double strength) {
    for (int i = 0; strength != 0 && i < gradient.length; i++) {
      gradient[i] += strength * theta[i];
    }
  }

  /**
   * Scales a gradient down to a norm if it is longer, and returns its norm before. The norm is over all parameters
   * together, as in PyTorch's {@code clip_grad_norm_}, which adds 1e-6 to the norm before it divides by it.
   *
   * @param limit the greatest norm, above 0; infinity for no clipping
   */
  public static double clipByGlobalNorm(double[] gradient, double limit) {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("the norm's limit must be above 0, but was " + limit);
    }
    double norm = norm(gradient);
    if (norm > limit) {
      double scale = limit / norm;
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= scale;
      }
    }
    return norm;
  }
}
