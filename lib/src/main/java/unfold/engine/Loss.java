package unfold.engine;

/**
 * What training makes small: the mean over all steps and sequences, weighed by the batch's weights, of a loss
 * l of the outputs y and their targets. Losses are in nats.
 */
public enum Loss {
  /** The mean over the outputs of (y - target)^2. */
  SQUARED_ERROR,
  /**
   * The mean over the outputs of log(1 + exp(-y)) for a target of 1, log(1 + exp(y)) for 0: y is a log-odds.
   */
  LOGISTIC,
  /**
   * -log softmax(y)[class]: one class a step and sequence. Several classes, G, cut the outputs into as many
   * groups of O / G, each with a softmax of its own, and the loss is their sum.
   */
  SOFTMAX_CROSS_ENTROPY
}
