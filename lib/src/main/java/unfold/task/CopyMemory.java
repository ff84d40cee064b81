package unfold.task;

import java.util.stream.IntStream;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * Copy memory: ten digits of 1..8 are to be said again, in their order, T steps later.
 *
 * <p>A sequence has T + 20 steps. Input: the ten digits, T - 1 zeros, and eleven times the digit 9, the first
 * of which, at step T + 10, is the delimiter. Target: 0 at the first T + 10 steps, then the ten digits. The
 * input is the digit's value in one channel, or one-hot in ten; the output is one of ten classes, in
 * cross-entropy over all T + 20 steps, which makes losses small where T is large.
 *
 * <p>Paper: Mohamed and Claudel, "MCRM: Mother Compact Recurrent Memory", section 4, after Arjovsky et al.
 * (2015). Its text sets the target "identical to the input"; the digits at the end and zeros before are what
 * its programs train.
 */
public final class CopyMemory {
  /** How many digits are to be remembered. */
  public static final int DIGITS = 10;
  private static final int CLASSES = 10;
  private static final int DRAWN = 8;
  private static final int DELIMITER = 9;

  private final int blank;
  private final boolean oneHot;

  private CopyMemory(int blank, boolean oneHot) {
    this.blank = blank;
    this.oneHot = oneHot;
  }

  /**
   * Returns the task with one input channel, as the paper's programs have it.
   *
   * @param blank the time T from a digit to its recall less ten, at least 1; 1000 in the paper
   */
  public static CopyMemory of(int blank) {
    return new CopyMemory(Check.atLeast("T", blank, 1), false);
  }

  /** Returns the task with the input one-hot in ten channels. */
  public CopyMemory oneHot() {
    return new CopyMemory(blank, true);
  }

  /** Returns the length of a sequence, T + 20. */
  public int steps() {
    return blank + 2 * DIGITS;
  }

  /** Returns the number of inputs, 1 or one-hot 10. */
  public int inputs() {
    return oneHot ? CLASSES : 1;
  }

  /** Returns the number of classes, 10. */
  public int outputs() {
    return CLASSES;
  }

  /** Returns what training makes small: the cross-entropy over all steps. */
  public Loss loss() {
    return Loss.SOFTMAX_CROSS_ENTROPY;
  }

  /**
   * Returns the loss without a memory of the digits, 10 ln 8 / (T + 20): sure of the zeros, even odds for the
   * eight digits at the last ten steps.
   */
  public double baseline() {
    return DIGITS * StrictMath.log(DRAWN) / steps();
  }

  /** Returns fresh sequences. */
  public Batch batch(int size, Seed seed) {
    return set(size, seed).batch(IntStream.range(0, size).toArray());
  }

  /**
   * Returns a finite set, whose accuracy is that of the ten digits alone; a smaller one of the same seed is
   * its beginning. The paper's are 10,000 sequences to train on and 1,000 to test.
   */
  public SequenceSet set(int size, Seed seed) {
    return new SequenceSet(size) {
      @Override
      public Batch batch(int... which) {
        checkIndices(which);
        return draw(which, seed);
      }

      @Override
      protected int firstNamed() {
        return blank + DIGITS + 1;
      }
    };
  }

  private Batch draw(int[] which, Seed seed) {
    int size = which.length;
    int[] symbols = new int[steps() * size];
    int[] cTB = new int[steps() * size];
    for (int b = 0; b < size; b++) {
      Seed.Stream random = seed.split(which[b]).stream("copy");
      for (int t = 0; t < DIGITS; t++) {
        int digit = 1 + random.nextInt(DRAWN);
        symbols[t * size + b] = digit;
        cTB[(blank + DIGITS + t) * size + b] = digit;
      }
      for (int t = blank + DIGITS - 1; t < steps(); t++) {
        symbols[t * size + b] = DELIMITER;
      }
    }
    double[] xTBI = new double[symbols.length * inputs()];
    for (int i = 0; i < symbols.length; i++) {
      if (oneHot) {
        xTBI[i * CLASSES + symbols[i]] = 1;
      } else {
        xTBI[i] = symbols[i];
      }
    }
    return Batch.of(steps(), size, xTBI).towards(cTB);
  }

  /** Returns {@code copy memory, T = 1000}. */
  @Override
  public String toString() {
    return "copy memory, T = " + blank + (oneHot ? ", one-hot" : "");
  }
}
