package unfold.task;

/** When a static input is shown: a hyperparameter of the perceptron capacity task (appendix A). */
public enum InputMode {
  /** At the first step; the input is zero afterwards. */
  ONCE,
  /** At every step. */
  EVERY_STEP;

  /** Copies the inputs of the first step to the later ones, where they are to be seen there. */
  void repeat(double[] xTBI, int steps) {
    int row = xTBI.length / steps;
    for (int t = 1; this == EVERY_STEP && t < steps; t++) {
      System.arraycopy(xTBI, 0, xTBI, t * row, row);
    }
  }
}
