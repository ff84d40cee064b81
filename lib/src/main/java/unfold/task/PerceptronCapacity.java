package unfold.task;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * The perceptron capacity task: b random binary patterns of I bits are to be learnt by heart, each with a
 * random binary label. What a network has stored is the mutual information of its answers and the labels.
 *
 * <pre>{@code
 * PerceptronCapacity task = PerceptronCapacity.draw(new PerceptronCapacity.Settings(16, 900), seed);
 * training.run(20_000, (run, update) -> task.batch(128, seed, update));
 * double bits = task.bits(task.accuracy(program.run(theta, task.all(), false).yTBO()));
 * }</pre>
 *
 * <p>The logistic loss is averaged over step 5 and those after it, or taken at the last step of fewer. The
 * answer is the sign of the output at the last step. Training, validation and evaluation set are one: nothing
 * can be known of another.
 *
 * <p>Paper: "Capacity and Trainability", section 2.1 and appendix B. It does not say how many inputs there
 * are, nor at which step the answer is read. Patterns here differ from each other, the least that general
 * position demands. 2^I must therefore reach b, and each input takes n parameters: trained alike, tanh RNNs
 * of 300 parameters stored much the same with 12, 16 and 24 inputs and half of it with 32 and 48, which leave
 * few units.
 */
public final class PerceptronCapacity implements CapacityTask {
  /** The first step whose output counts: "cross entropy error is evaluated beginning after 5 time steps". */
  public static final int FIRST_STEP = 5;

  /**
   * The sizes of the task.
   *
   * @param inputs the number of bits I of a pattern, at least 1
   * @param samples the number of patterns b, at least 1 and at most 2^I; the paper's tuner chooses from 0.1
   *     to 10 times the number of parameters
   * @param steps the number of steps T, at least 1; 5 in the paper's Figure 1
   * @param counted the first step whose output counts in the loss, at least 1; the last step counts in any case
   * @param mode when a pattern is shown
   */
  public record Settings(int inputs, int samples, int steps, int counted, InputMode mode) {
    /** Checks the arguments. */
    public Settings {
      Check.atLeast("inputs", inputs, 1);
      Check.atLeast("samples", samples, 1);
      Check.that(inputs > 30 || samples <= 1 << inputs,
          "samples must be at most the 2^%d different patterns of %d inputs, but were %d", inputs, inputs,
          samples);
      Check.atLeast("steps", steps, 1);
      Check.atLeast("the first step that counts", counted, 1);
      Check.that(mode != null, "the input mode must be ONCE or EVERY_STEP, but was null");
    }

    /** Makes settings of the paper's five steps, with the pattern shown at every one of them. */
    public Settings(int inputs, int samples) {
      this(inputs, samples, FIRST_STEP, FIRST_STEP, InputMode.EVERY_STEP);
    }

    /** Returns these settings with another number of steps. */
    public Settings steps(int steps) {
      return new Settings(inputs, samples, steps, counted, mode);
    }

    /** Returns these settings with a loss that counts the outputs from a step on; from T on, the last alone. */
    public Settings countingFrom(int step) {
      return new Settings(inputs, samples, steps, step, mode);
    }

    /** Returns these settings with another way of showing the pattern. */
    public Settings shown(InputMode mode) {
      return new Settings(inputs, samples, steps, counted, mode);
    }
  }

  private final Settings settings;
  private final Seed seed;
  /** The bits of all patterns, b x I. */
  private final byte[] patterns;
  private final byte[] labels;
  private final Batch all;
  /** The samples in the order of the newest epoch that was asked for. */
  private volatile Epoch epoch;

  private record Epoch(Seed seed, int number, int[] order) {}

  private PerceptronCapacity(Settings settings, Seed seed) {
    this.settings = settings;
    this.seed = seed;
    patterns = differentPatterns(settings, seed.stream("patterns"));
    labels = new byte[settings.samples];
    Seed.Stream random = seed.stream("labels");
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) random.nextInt(2);
    }
    all = batch(identity(settings.samples), 0, settings.samples);
  }

  /** Draws patterns and labels; the same seed gives the same. */
  public static PerceptronCapacity draw(Settings settings, Seed seed) {
    return new PerceptronCapacity(settings, seed);
  }

  private static byte[] differentPatterns(Settings settings, Seed.Stream random) {
    int inputs = settings.inputs;
    byte[] patterns = new byte[Math.multiplyExact(settings.samples, inputs)];
    Set<ByteBuffer> seen = new HashSet<>();
    for (int i = 0; i < settings.samples; ) {
      byte[] pattern = new byte[inputs];
      for (int j = 0; j < inputs; j++) {
        pattern[j] = (byte) random.nextInt(2);
      }
      if (seen.add(ByteBuffer.wrap(pattern))) {
        System.arraycopy(pattern, 0, patterns, i * inputs, inputs);
        i++;
      }
    }
    return patterns;
  }

  private static int[] identity(int count) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    return order;
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
    return Loss.LOGISTIC;
  }

  /**
   * Returns all samples, in their order: for training without chance, and for what has been stored at the
   * end.
   */
  public Batch all() {
    return all;
  }

  /** Returns the label of a sample, 0 or 1. */
  public int label(int sample) {
    return labels[Check.within("sample", sample, 0, labels.length - 1)];
  }

  /**
   * Returns the samples of an update: each comes once an epoch, in a new random order; what is too little for
   * a batch at an epoch's end is left out.
   *
   * @param size the number of samples of a batch, in 1..b; b gives {@link #all}
   */
  @Override
  public Batch batch(int size, Seed seed, int update) {
    Check.within("size", size, 1, settings.samples);
    Check.atLeast("update", update, 0);
    if (size == settings.samples) {
      return all;
    }
    int perEpoch = settings.samples / size;
    return batch(order(seed, update / perEpoch), update % perEpoch * size, size);
  }

  private int[] order(Seed seed, int number) {
    Epoch newest = epoch;
    if (newest == null || newest.number != number || !newest.seed.equals(seed)) {
      int[] order = identity(settings.samples);
      Seed.Stream random = seed.split(number).stream("order");
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
      newest = new Epoch(seed, number, order);
      epoch = newest;
    }
    return newest.order;
  }

  private Batch batch(int[] order, int first, int size) {
    int inputs = settings.inputs;
    int steps = settings.steps;
    double[] xTBI = new double[Math.multiplyExact(steps, Math.multiplyExact(size, inputs))];
    double[] yTBO = new double[steps * size];
    double[] wTB = new double[steps * size];
    for (int b = 0; b < size; b++) {
      int sample = order[first + b];
      for (int j = 0; j < inputs; j++) {
        xTBI[b * inputs + j] = patterns[sample * inputs + j];
      }
      for (int t = Math.min(settings.counted, steps) - 1; t < steps; t++) {
        yTBO[t * size + b] = labels[sample];
        wTB[t * size + b] = 1;
      }
    }
    settings.mode.repeat(xTBI, steps);
    return Batch.of(steps, size, xTBI).towards(yTBO).weighing(wTB);
  }

  /**
   * Returns the fraction p of samples whose output at the last step has the sign of their label. An output of
   * 0 is counted as wrong.
   *
   * @param yTBO the outputs of {@link #all}
   */
  public double accuracy(double[] yTBO) {
    Check.shape("yTBO", yTBO, settings.steps, settings.samples, 1);
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      double y = yTBO[(settings.steps - 1) * labels.length + i];
      right += (labels[i] == 1 ? y > 0 : y < 0) ? 1 : 0;
    }
    return (double) right / labels.length;
  }

  /** Returns the accuracy of always giving the label that is more frequent. */
  public double chanceAccuracy() {
    int ones = 0;
    for (byte label : labels) {
      ones += label;
    }
    return (double) Math.max(ones, labels.length - ones) / labels.length;
  }

  /** Returns the mutual information of answers and labels, in bits: {@link #bits(int, double)} of b. */
  public double bits(double accuracy) {
    return bits(settings.samples, accuracy);
  }

  /**
   * Returns the mutual information b + b (p log2 p + (1 - p) log2 (1 - p)), equation 22, in bits. A p below
   * 1/2 would count as information too, and counts as 1/2.
   *
   * @param samples the number of samples b, at least 0
   * @param accuracy the fraction p of those that are right, from 0 to 1
   */
  public static double bits(int samples, double accuracy) {
    Check.atLeast("samples", samples, 0);
    Check.that(accuracy >= 0 && accuracy <= 1, "accuracy must be from 0 to 1, but was %s", accuracy);
    double p = Math.max(0.5, accuracy);
    return p == 1 ? samples
        : samples * (1 + (p * StrictMath.log(p) + (1 - p) * StrictMath.log(1 - p)) / StrictMath.log(2));
  }

  /** Returns {@code perceptron capacity, 1200 samples of 10 bits, 5 steps, EVERY_STEP, seed 1}. */
  @Override
  public String toString() {
    return "perceptron capacity, " + settings.samples + " samples of " + settings.inputs + " bits, "
        + settings.steps + " steps, " + settings.mode + ", seed " + seed.value();
  }
}
