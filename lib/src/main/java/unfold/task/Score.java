package unfold.task;

/**
 * How a network does on a set.
 *
 * @param loss the mean over all targets of the network's loss, in nats or squared units
 * @param accuracy the share of the targets, in 0..1, that the greatest output names; NaN where that is not
 *     defined or not counted
 */
public record Score(double loss, double accuracy) {
  private static final double LN2 = StrictMath.log(2);

  /** Returns a softmax loss in bits: for characters, bits per character (Graves 2013). */
  public double bits() {
    return loss / LN2;
  }

  /** Returns the perplexity of a softmax loss, its exponential. */
  public double perplexity() {
    return StrictMath.exp(loss);
  }
}
