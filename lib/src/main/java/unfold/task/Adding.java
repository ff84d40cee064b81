package unfold.task;

import java.util.stream.IntStream;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * The adding problem: of T numbers uniform in [0, 1), two are marked, and their sum is to come out at the
 * last step.
 *
 * <p>Each step has two inputs, the number and the mark, 1 or 0; the one output counts at step T alone, in
 * squared error.
 *
 * <p>Paper: Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997), experiment 4, in the form of Mohamed
 * and Claudel's programs ("MCRM: Mother Compact Recurrent Memory", section 4): all pairs of marks alike,
 * wherever they stand. Hochreiter and Schmidhuber's numbers are from [-1, 1] with the first mark among the
 * first ten steps. The text of Mohamed and Claudel marks "the last two elements", which their programs do
 * not: {@link #lastTwoMarked}.
 */
public final class Adding {
  private final int steps;
  private final boolean lastTwo;

  private Adding(int steps, boolean lastTwo) {
    this.steps = steps;
    this.lastTwo = lastTwo;
  }

  /**
   * Returns the problem with two marks drawn anywhere.
   *
   * @param steps the length T of a sequence, at least 2; 200 in the paper
   */
  public static Adding of(int steps) {
    return new Adding(Check.atLeast("T", steps, 2), false);
  }

  /** Returns the problem as the paper's text puts it, marks at steps T - 1 and T: it needs no long memory. */
  public Adding lastTwoMarked() {
    return new Adding(steps, true);
  }

  /** Returns the length T of a sequence. */
  public int steps() {
    return steps;
  }

  /** Returns the number of inputs, 2: the number and the mark. */
  public int inputs() {
    return 2;
  }

  /** Returns the number of outputs, 1. */
  public int outputs() {
    return 1;
  }

  /** Returns what training makes small: the squared error, at the last step. */
  public Loss loss() {
    return Loss.SQUARED_ERROR;
  }

  /**
   * Returns the squared error of always answering 1, the mean: the variance of the sum of two uniform
   * numbers, 1/6 = 0.167. What the last step alone tells improves on it by 1/(6T); with the last two marked,
   * by half.
   */
  public double baseline() {
    return 1 / 6.0;
  }

  /** Returns fresh sequences. */
  public Batch batch(int size, Seed seed) {
    return set(size, seed).batch(IntStream.range(0, size).toArray());
  }

  /**
   * Returns a finite set; a smaller one of the same seed is its beginning. The paper's are 50,000 sequences
   * to train on and 1,000 to test.
   */
  public SequenceSet set(int size, Seed seed) {
    return new SequenceSet(size) {
      @Override
      public Batch batch(int... which) {
        checkIndices(which);
        return draw(which, seed);
      }
    };
  }

  /** Sequences are drawn whenever they are asked for, which is faster than to fetch them from memory. */
  private Batch draw(int[] which, Seed seed) {
    int size = which.length;
    double[] xTBI = new double[steps * size * 2];
    double[] yTBO = new double[steps * size];
    for (int b = 0; b < size; b++) {
      Seed.Stream random = seed.split(which[b]).stream("adding");
      int first = lastTwo ? steps - 2 : random.nextInt(steps);
      int second = lastTwo ? steps - 1 : random.nextInt(steps - 1);
      second += !lastTwo && second >= first ? 1 : 0;
      for (int t = 0; t < steps; t++) {
        xTBI[2 * (t * size + b)] = random.nextDouble();
      }
      xTBI[2 * (first * size + b) + 1] = 1;
      xTBI[2 * (second * size + b) + 1] = 1;
      yTBO[(steps - 1) * size + b] = xTBI[2 * (first * size + b)] + xTBI[2 * (second * size + b)];
    }
    return Batch.of(steps, size, xTBI).towards(yTBO).weighing(SequenceSet.lastStepOnly(steps, size));
  }

  /** Returns {@code adding, T = 200}. */
  @Override
  public String toString() {
    return "adding, T = " + steps + (lastTwo ? ", last two marked" : "");
  }
}
