package unfold.task;

import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * Prediction of the next character of a text. Sequences begin at random places of it; the first steps only
 * bring the network into the midst of a text and do not count.
 *
 * <pre>{@code
 * Corpus text8 = Datasets.current().text8();
 * CharacterPrediction task = CharacterPrediction.of(text8.train(), text8.vocabulary().size());
 * CharacterPrediction validation = CharacterPrediction.of(text8.valid(), text8.vocabulary().size());
 * training.run(10_000, (run, update) -> task.batch(64, seed, update));
 * double bits = CharacterPrediction.bits(program.loss(theta, validation.windows(0, 500)));
 * }</pre>
 *
 * <p>Paper: "Capacity and Trainability", appendix B, text8: T = 50, of which 13 steps do not count. One makes
 * a task for each part of the text: training, validation and evaluation.
 */
public final class CharacterPrediction implements CapacityTask {
  /** The paper's number of steps. */
  public static final int STEPS = 50;
  /** The paper's number of first steps that do not count. */
  public static final int WARM_UP = 13;

  private final int[] text;
  private final int symbols;
  private final int steps;
  private final int warmUp;

  private CharacterPrediction(int[] text, int symbols, int steps, int warmUp) {
    Check.atLeast("symbols", symbols, 2);
    Check.atLeast("steps", steps, 1);
    Check.within("warmUp", warmUp, 0, steps - 1);
    Check.that(text.length > steps, "the text must be longer than the %d steps, but has %d characters", steps,
        text.length);
    for (int symbol : text) {
      Check.within("a symbol", symbol, 0, symbols - 1);
    }
    this.text = text;
    this.symbols = symbols;
    this.steps = steps;
    this.warmUp = warmUp;
  }

  /**
   * Returns the task with the paper's 50 steps, 13 of which do not count.
   *
   * @param text symbols in 0..symbols - 1, more than 50; kept, not copied
   * @param symbols how many there are, at least 2; 27 in text8
   */
  public static CharacterPrediction of(int[] text, int symbols) {
    return of(text, symbols, STEPS, WARM_UP);
  }

  /**
   * Returns the task with sequences of a length.
   *
   * @param text symbols in 0..symbols - 1, more than T; kept, not copied
   * @param symbols how many there are, at least 2
   * @param steps the number of steps T, at least 1
   * @param warmUp how many of the first steps do not count, in 0..T - 1
   */
  public static CharacterPrediction of(int[] text, int symbols, int steps, int warmUp) {
    return new CharacterPrediction(text, symbols, steps, warmUp);
  }

  @Override
  public int inputs() {
    return symbols;
  }

  @Override
  public int outputs() {
    return symbols;
  }

  @Override
  public int steps() {
    return steps;
  }

  /** Returns how many of the first steps do not count. */
  public int warmUp() {
    return warmUp;
  }

  @Override
  public Loss loss() {
    return Loss.SOFTMAX_CROSS_ENTROPY;
  }

  /** Returns sequences that begin anywhere in the text, all places alike. */
  @Override
  public Batch batch(int size, Seed seed, int update) {
    Check.atLeast("size", size, 1);
    Seed.Stream random = seed.split(update).stream("pointers");
    int[] starts = new int[size];
    for (int b = 0; b < size; b++) {
      starts[b] = random.nextInt(text.length - steps);
    }
    return batch(starts);
  }

  /** Returns the number of {@link #windows}. */
  public int windowCount() {
    return (text.length - 1 - warmUp) / (steps - warmUp);
  }

  /**
   * Returns sequences that follow one another so that each character counts once, apart from the text's first
   * and what is too little for a last sequence.
   *
   * @param first the first of them, from 0
   * @param size how many, at least 1
   */
  public Batch windows(int first, int size) {
    Check.within("first", first, 0, windowCount() - 1);
    Check.within("size", size, 1, windowCount() - first);
    int[] starts = new int[size];
    for (int b = 0; b < size; b++) {
      starts[b] = (first + b) * (steps - warmUp);
    }
    return batch(starts);
  }

  private Batch batch(int[] starts) {
    int size = starts.length;
    double[] xTBI = new double[Math.multiplyExact(steps * size, symbols)];
    int[] cTB = new int[steps * size];
    double[] wTB = new double[steps * size];
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < size; b++) {
        int row = t * size + b;
        xTBI[row * symbols + text[starts[b] + t]] = 1;
        cTB[row] = text[starts[b] + t + 1];
        wTB[row] = t < warmUp ? 0 : 1;
      }
    }
    return Batch.of(steps, size, xTBI).towards(cTB).weighing(wTB);
  }

  /** Returns the fraction of characters that are predicted right. */
  public double accuracy(double[] yTBO, Batch batch) {
    return Answers.accuracy(yTBO, batch, symbols);
  }

  /** Returns a loss in bits per character. */
  public static double bits(double loss) {
    return loss / StrictMath.log(2);
  }

  /** Returns the bits per character of who knows no more of the text than how often each character comes. */
  public double chanceBits() {
    return bits(Answers.entropy(counts(1)));
  }

  /** Returns the bits per character of who sees the character before and knows how often each pair comes. */
  public double pairBits() {
    double[] pairs = counts(2);
    double[] firsts = new double[symbols];
    for (int i = 0; i < pairs.length; i++) {
      firsts[i / symbols] += pairs[i];
    }
    return bits(Answers.entropy(pairs) - Answers.entropy(firsts));
  }

  /** How often each character or pair of characters comes. */
  private double[] counts(int length) {
    double[] counts = new double[length == 1 ? symbols : Math.multiplyExact(symbols, symbols)];
    for (int i = length - 1; i < text.length; i++) {
      counts[length == 1 ? text[i] : text[i - 1] * symbols + text[i]]++;
    }
    return counts;
  }
}
