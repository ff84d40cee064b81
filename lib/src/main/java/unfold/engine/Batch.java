package unfold.engine;

import unfold.Check;

/**
 * Sequences of equal length, with their targets if there are any.
 *
 * @param steps the number of steps T, at least 1
 * @param size the number of sequences B, at least 1
 * @param xTBI the inputs; null for a network with an embedding
 * @param iTB the inputs of a network with an embedding, one index in 0..I-1 a step; null for any other
 * @param sBS the states at time 0; null for the network's own
 * @param yTBO the targets of squared and logistic losses; null if there are none
 * @param cTB the classes of a softmax loss, from 0, one a step and sequence; or G side by side, one for each
 *     group of outputs, as in {@link Loss#SOFTMAX_CROSS_ENTROPY}; null if there are none
 * @param wTB how much each step of each sequence weighs in the loss, from 0 up; null for all alike
 * @param carriedStep the step, 1..T, after which the states are taken from which a next batch goes on
 */
public record Batch(int steps, int size, double[] xTBI, int[] iTB, double[] sBS, double[] yTBO, int[] cTB,
    double[] wTB, int carriedStep) {

  /** Checks the arguments as far as they say by themselves. */
  public Batch {
    Check.atLeast("the number of steps", steps, 1);
    Check.atLeast("the number of sequences", size, 1);
    Check.within("the step whose states are carried on", carriedStep, 1, steps);
    Check.that((xTBI == null) != (iTB == null),
        "a batch must have either inputs xTBI or indices iTB, but has %s", xTBI == null ? "neither" : "both");
    if (iTB != null) {
      Check.that(iTB.length == steps * (long) size, "iTB must hold %d x %d indices, but holds %d", steps,
          size, iTB.length);
    } else {
      Check.that(xTBI.length > 0 && xTBI.length % (steps * (long) size) == 0,
          "xTBI must hold a multiple of %d x %d numbers, but holds %d", steps, size, xTBI.length);
    }
    if (cTB != null) {
      Check.that(cTB.length > 0 && cTB.length % (steps * (long) size) == 0,
          "cTB must hold a multiple of %d x %d classes, but holds %d", steps, size, cTB.length);
    }
    if (wTB != null) {
      Check.shape("wTB", wTB, steps, size);
      double sum = 0;
      for (double w : wTB) {
        if (!(w >= 0 && Double.isFinite(w))) {
          throw new IllegalArgumentException("weights must be finite and at least 0, but one was " + w);
        }
        sum += w;
      }
      Check.that(sum > 0, "at least one weight must be above 0, but all are 0");
    }
  }

  /** Returns sequences without targets. */
  public static Batch of(int steps, int size, double[] xTBI) {
    return new Batch(steps, size, xTBI, null, null, null, null, null, steps);
  }

  /** Returns sequences of indices without targets, for a network with an embedding. */
  public static Batch of(int steps, int size, int[] iTB) {
    return new Batch(steps, size, null, iTB, null, null, null, null, steps);
  }

  /** Returns these sequences started from the given states. */
  public Batch from(double[] sBS) {
    return new Batch(steps, size, xTBI, iTB, sBS, yTBO, cTB, wTB, carriedStep);
  }

  /** Returns these sequences with targets at every step. */
  public Batch towards(double[] yTBO) {
    return new Batch(steps, size, xTBI, iTB, sBS, yTBO, null, wTB, carriedStep);
  }

  /** Returns how many classes there are for each step and sequence: G, 1 for one softmax over all outputs. */
  public int groups() {
    return cTB == null ? 1 : cTB.length / (steps * size);
  }

  /** Returns these sequences with a class, or one for each group of outputs, at every step. */
  public Batch towards(int[] cTB) {
    return new Batch(steps, size, xTBI, iTB, sBS, null, cTB, wTB, carriedStep);
  }

  /** Returns these sequences with weights for the loss. */
  public Batch weighing(double[] wTB) {
    return new Batch(steps, size, xTBI, iTB, sBS, yTBO, cTB, wTB, carriedStep);
  }

  /**
   * Returns these sequences for a next batch that overlaps with them: it goes on from the states after this
   * step instead of the last.
   *
   * @param step the step, in 1..T
   */
  public Batch carryingFrom(int step) {
    return new Batch(steps, size, xTBI, iTB, sBS, yTBO, cTB, wTB, step);
  }

  /** Returns these sequences with targets that only count at the last step: {@code yBO} is O numbers a sequence. */
  public Batch towardsLast(double[] yBO) {
    Check.that(yBO.length % size == 0, "yBO must hold a multiple of %d numbers, but holds %d", size,
        yBO.length);
    double[] yTBO = new double[steps * yBO.length];
    System.arraycopy(yBO, 0, yTBO, (steps - 1) * yBO.length, yBO.length);
    double[] wTB = new double[steps * size];
    java.util.Arrays.fill(wTB, (steps - 1) * size, steps * size, 1);
    return towards(yTBO).weighing(wTB);
  }
}
