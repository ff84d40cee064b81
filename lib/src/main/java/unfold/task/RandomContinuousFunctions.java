package unfold.task;

import java.util.Arrays;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.engine.Program;

/**
 * Random continuous functions: N random vectors of d standard normal numbers are to be mapped to random
 * standard normal numbers y_i. Sample i weighs beta_i, proportional to 1 / (i + tau), so that a network of
 * any size has samples that are worth learning and never enough parameters for all.
 *
 * <p>A training batch draws samples with the probabilities beta_i and weighs them alike: in the mean that is
 * the paper's loss, the squared error of all samples weighed by beta_i, with less noise than weights on
 * samples drawn alike. {@link #error} is the sum itself. As the targets are random, held-out samples would
 * mean nothing: the loss on the samples themselves is the task.
 *
 * <p>Paper: "Capacity and Trainability", section 3 and appendix B. Its "unit norm Gaussian" is taken as
 * variance 1 of each number. It does not say when x is shown: that is an argument. The error counts at the
 * last step.
 */
public final class RandomContinuousFunctions implements CapacityTask {

  /**
   * The sizes of the task; N x (4 d + 12) bytes are kept in memory.
   *
   * @param samples the number of samples N, at least 1
   * @param inputs the number of inputs d, at least 1
   * @param tau the characteristic constant of the weights, above 0
   * @param steps the number of steps T, at least 1
   * @param mode when x is shown
   */
  public record Settings(int samples, int inputs, double tau, int steps, InputMode mode) {
    /** The paper's, with x shown at every step. */
    public static final Settings PAPER = new Settings(1_000_000, 50, 5000, 50, InputMode.EVERY_STEP);

    /** Checks the arguments. */
    public Settings {
      Check.atLeast("samples", samples, 1);
      Check.atLeast("inputs", inputs, 1);
      Check.positive("tau", tau);
      Check.atLeast("steps", steps, 1);
      Check.that(mode != null, "the input mode must be ONCE or EVERY_STEP, but was null");
    }

    /** Returns these settings with fewer or more samples, and a tau in the same proportion to them. */
    public Settings samples(int samples) {
      return new Settings(samples, inputs, tau * samples / this.samples, steps, mode);
    }

    /** Returns these settings with another number of inputs. */
    public Settings inputs(int inputs) {
      return new Settings(samples, inputs, tau, steps, mode);
    }

    /** Returns these settings with another number of steps. */
    public Settings steps(int steps) {
      return new Settings(samples, inputs, tau, steps, mode);
    }

    /** Returns these settings with another way of showing x. */
    public Settings shown(InputMode mode) {
      return new Settings(samples, inputs, tau, steps, mode);
    }
  }

  /** Samples that are run at once for the error of all. */
  private static final int AT_ONCE = 500;

  private final Settings settings;
  private final float[] xNI;
  private final float[] yN;
  /** The sum of the weights of samples 0..i. */
  private final double[] cumulative;

  private RandomContinuousFunctions(Settings settings, Seed seed) {
    this.settings = settings;
    int count = settings.samples;
    xNI = new float[Math.multiplyExact(count, settings.inputs)];
    Seed.Stream random = seed.stream("inputs");
    for (int i = 0; i < xNI.length; i++) {
      xNI[i] = (float) random.nextGaussian();
    }
    yN = new float[count];
    random = seed.stream("targets");
    for (int i = 0; i < count; i++) {
      yN[i] = (float) random.nextGaussian();
    }
    cumulative = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += 1 / (i + settings.tau);
      cumulative[i] = sum;
    }
    for (int i = 0; i < count; i++) {
      cumulative[i] /= sum;
    }
  }

  /** Draws the samples; the same seed gives the same, and fewer of them are the first of more. */
  public static RandomContinuousFunctions draw(Settings settings, Seed seed) {
    return new RandomContinuousFunctions(settings, seed);
  }

  /** Returns the sizes of the task. */
  public Settings settings() {
    return settings;
  }

  @Override
  public int inputs() {
    return settings.inputs;
  }

  @Override
  public int outputs() {
    return 1;
  }

  @Override
  public int steps() {
    return settings.steps;
  }

  @Override
  public Loss loss() {
    return Loss.SQUARED_ERROR;
  }

  /** Returns samples drawn, with replacement, with the probabilities beta_i. */
  @Override
  public Batch batch(int size, Seed seed, int update) {
    Check.atLeast("size", size, 1);
    Seed.Stream random = seed.split(update).stream("samples");
    int[] samples = new int[size];
    for (int b = 0; b < size; b++) {
      int at = Arrays.binarySearch(cumulative, random.nextDouble());
      // A number in [c_(i-1), c_i) is sample i's.
      samples[b] = Math.min(at < 0 ? -at - 1 : at + 1, settings.samples - 1);
    }
    return batch(samples, null);
  }

  /**
   * Returns successive samples with their weights beta_i.
   *
   * @param first the first, from 0
   * @param size how many, at least 1
   */
  public Batch samples(int first, int size) {
    Check.within("first", first, 0, settings.samples - 1);
    Check.within("size", size, 1, settings.samples - first);
    int[] samples = new int[size];
    Arrays.setAll(samples, b -> first + b);
    return batch(samples, Arrays.stream(samples).mapToDouble(this::weight).toArray());
  }

  private Batch batch(int[] samples, double[] weights) {
    int inputs = settings.inputs;
    int row = Math.multiplyExact(samples.length, inputs);
    double[] xTBI = new double[Math.multiplyExact(settings.steps, row)];
    double[] yB = new double[samples.length];
    for (int b = 0; b < samples.length; b++) {
      for (int j = 0; j < inputs; j++) {
        xTBI[b * inputs + j] = xNI[samples[b] * inputs + j];
      }
      yB[b] = yN[samples[b]];
    }
    settings.mode.repeat(xTBI, settings.steps);
    Batch batch = Batch.of(settings.steps, samples.length, xTBI).towardsLast(yB);
    if (weights == null) {
      return batch;
    }
    double[] wTB = new double[settings.steps * weights.length];
    System.arraycopy(weights, 0, wTB, wTB.length - weights.length, weights.length);
    return batch.weighing(wTB);
  }

  /** Returns the weight beta_i of a sample, from 0; all weights add up to 1. */
  public double weight(int sample) {
    Check.within("sample", sample, 0, settings.samples - 1);
    return cumulative[sample] - (sample == 0 ? 0 : cumulative[sample - 1]);
  }

  /**
   * Returns the squared error of all samples, each weighed by its beta_i: what the paper's Figure 3e-g shows.
   */
  public double error(Program program, double[] theta) {
    double error = 0;
    for (int first = 0; first < settings.samples; first += AT_ONCE) {
      int size = Math.min(AT_ONCE, settings.samples - first);
      double share = cumulative[first + size - 1] - (first == 0 ? 0 : cumulative[first - 1]);
      error += share * program.loss(theta, samples(first, size));
    }
    return error;
  }

  /** Returns the error of the guess 0, about 1. */
  public double chanceError() {
    double error = 0;
    for (int i = 0; i < yN.length; i++) {
      error += weight(i) * yN[i] * yN[i];
    }
    return error;
  }

  /**
   * Returns the weight of all samples but the first k: the error to be expected of who knows these exactly
   * and guesses 0 for the others.
   *
   * @param k how many are known, in 0..N
   */
  public double weightBeyond(int k) {
    Check.within("k", k, 0, settings.samples);
    return k == 0 ? 1 : 1 - cumulative[k - 1];
  }
}
