package unfold.task;

import java.util.Arrays;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * The memory capacity task: a random vector is shown at the first step and is to be given back at the last
 * one. Its numbers are uniform in +-sqrt(3), of variance 1, so that the mean squared error of a guess of 0 is
 * 1.
 *
 * <p>Paper: "Capacity and Trainability", section 2.2, Figure 2c and appendix B: "after 12 time steps the
 * target of the network was exact reconstruction of the input". Here the output of step 12 is meant; the
 * input is zero from step 2 on, and no output but the last counts.
 *
 * @param inputs the number of inputs, as many as outputs, at least 1; 64 in the paper
 * @param steps the number of steps T, at least 1; 12 in the paper
 */
public record MemoryThroughput(int inputs, int steps) implements CapacityTask {
  /** The paper's sizes. */
  public static final MemoryThroughput PAPER = new MemoryThroughput(64, 12);

  private static final double BOUND = Math.sqrt(3);

  /** Checks the arguments. */
  public MemoryThroughput {
    Check.atLeast("inputs", inputs, 1);
    Check.atLeast("steps", steps, 1);
  }

  @Override
  public int outputs() {
    return inputs;
  }

  @Override
  public Loss loss() {
    return Loss.SQUARED_ERROR;
  }

  @Override
  public Batch batch(int size, Seed seed, int update) {
    Check.atLeast("size", size, 1);
    Seed.Stream random = seed.split(update).stream("memory throughput");
    int row = Math.multiplyExact(size, inputs);
    double[] xTBI = new double[Math.multiplyExact(steps, row)];
    for (int i = 0; i < row; i++) {
      xTBI[i] = random.nextDouble(-BOUND, BOUND);
    }
    return Batch.of(steps, size, xTBI).towardsLast(Arrays.copyOf(xTBI, row));
  }

  /**
   * Returns the least mean squared error of what passes through a linear map to n dimensions, 1 - n / I, or 0
   * from n = I on. All directions of the inputs are alike in variance, so that it does not matter which n are
   * kept.
   *
   * @param n the number of dimensions, at least 0: of units of a layer
   */
  public double projectionError(int n) {
    return Math.max(0, 1 - (double) Check.atLeast("n", n, 0) / inputs);
  }
}
