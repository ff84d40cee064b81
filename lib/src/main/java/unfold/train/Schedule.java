package unfold.train;

import java.util.Arrays;
import unfold.Check;

/**
 * The learning rate of each epoch: a pure function of what was measured before, so that it needs no memory.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * Returns the rate of an epoch.
   *
   * @param epoch the epoch, from 0
   * @param losses the validation losses of the epochs before it, one each
   */
  double rate(int epoch, double[] losses);

  /** Returns one rate throughout. */
  static Schedule constant(double rate) {
    Check.positive("rate", rate);
    return (epoch, losses) -> rate;
  }

  /**
   * Returns a rate that is multiplied by a factor at the beginning of some epochs.
   *
   * @param epochs the epochs, each at least 0
   */
  static Schedule steps(double rate, double factor, int... epochs) {
    Check.positive("rate", rate);
    Check.positive("factor", factor);
    int[] at = epochs.clone();
    for (int epoch : at) {
      Check.atLeast("an epoch", epoch, 0);
    }
    return (epoch, losses) -> rate * StrictMath.pow(factor,
        Arrays.stream(at).filter(e -> e <= epoch).count());
  }

  /**
   * Returns a rate that is halved after every epoch, the first {@code spared} left out, whose validation loss
   * is no less than the worst of the {@code window} epochs before it.
   *
   * <p>With a window of 10 and 5 epochs spared it is that of Mohamed and Claudel's program ("MCRM: Mother
   * Compact Recurrent Memory") for Penn Treebank's words; their paper does not mention it. For its characters
   * they have another: a tenth of the rate where the loss is above the worst of the last 3 epochs.
   *
   * <p>Its rates throw an {@link IllegalArgumentException} where nothing is measured, as of the second epoch.
   *
   * @param window how many epochs before are looked at, at least 1
   * @param spared how many epochs at the beginning never halve the rate, at least 1
   */
  static Schedule halving(double rate, int window, int spared) {
    Check.positive("rate", rate);
    Check.atLeast("the window", window, 1);
    Check.atLeast("the number of epochs spared", spared, 1);
    return (epoch, losses) -> {
      Check.that(losses.length == epoch, "halving needs the validation loss of each of the %d epochs before, but"
          + " has %d: call Epochs.measuring", epoch, losses.length);
      double now = rate;
      for (int e = spared; e < epoch; e++) {
        double worst = Arrays.stream(losses, Math.max(0, e - window), e).max().getAsDouble();
        now /= losses[e] >= worst ? 2 : 1;
      }
      return now;
    };
  }

  /** Returns the halving schedule of MCRM's program for words, window 10, first 5 epochs spared. */
  static Schedule halving(double rate) {
    return halving(rate, 10, 5);
  }
}
