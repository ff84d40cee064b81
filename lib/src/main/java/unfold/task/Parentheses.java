package unfold.task;

import java.util.Arrays;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * The parentheses counting task: how many parentheses of a type are open, for several types at once, each in
 * a stream of its own. A stream's characters are noise letters and parentheses with even odds; parentheses of
 * the other types are noise in it too. The count stays where it is at its greatest when another opens, and at
 * 0 when one closes that was never opened, which the paper leaves open.
 *
 * <p>Inputs are one hot vector a stream; within it come the opening parentheses of all types, the closing
 * ones, and the letters. Outputs are one softmax over the counts for each stream: the loss is their sum, at
 * the last step alone.
 *
 * <p>Paper: "Capacity and Trainability", section 4 and appendix B.
 *
 * @param types the number of types, and of streams, in 1..10; 10 in the paper
 * @param letters the number of noise letters, in 1..26; 10 in the paper
 * @param steps the number of steps T, at least 1; 175 in the paper
 * @param greatest the greatest count, at least 1; 9 in the paper
 */
public record Parentheses(int types, int letters, int steps, int greatest) implements CapacityTask {
  /** The paper's sizes. */
  public static final Parentheses PAPER = new Parentheses(10, 10, 175, 9);

  private static final String OPENING = "([{<«‹⟨⌈⌊⟦";
  private static final String CLOSING = ")]}>»›⟩⌉⌋⟧";

  /** Checks the arguments. */
  public Parentheses {
    Check.within("types", types, 1, OPENING.length());
    Check.within("letters", letters, 1, 26);
    Check.atLeast("steps", steps, 1);
    Check.atLeast("greatest", greatest, 1);
  }

  /** Returns this task with another number of types, and of streams. */
  public Parentheses types(int types) {
    return new Parentheses(types, letters, steps, greatest);
  }

  /** Returns this task with sequences of another length. */
  public Parentheses steps(int steps) {
    return new Parentheses(types, letters, steps, greatest);
  }

  @Override
  public int inputs() {
    return types * symbols();
  }

  @Override
  public int outputs() {
    return types * (greatest + 1);
  }

  @Override
  public Loss loss() {
    return Loss.SOFTMAX_CROSS_ENTROPY;
  }

  private int symbols() {
    return 2 * types + letters;
  }

  @Override
  public Batch batch(int size, Seed seed, int update) {
    Check.atLeast("size", size, 1);
    Seed.Stream random = seed.split(update).stream("parentheses");
    int width = inputs();
    double[] xTBI = new double[Math.multiplyExact(Math.multiplyExact(steps, size), width)];
    int[] counts = new int[size * types];
    for (int t = 0; t < steps; t++) {
      for (int i = 0; i < counts.length; i++) {
        int symbol = random.nextInt(2) == 0 ? 2 * types + random.nextInt(letters) : random.nextInt(2 * types);
        xTBI[(t * counts.length + i) * symbols() + symbol] = 1;
        counts[i] = after(counts[i], symbol, i % types);
      }
    }
    int[] classes = new int[steps * counts.length];
    System.arraycopy(counts, 0, classes, (steps - 1) * counts.length, counts.length);
    return Batch.of(steps, size, xTBI).towards(classes).weighing(SequenceSet.lastStepOnly(steps, size));
  }

  private int after(int count, int symbol, int type) {
    return symbol == type ? Math.min(count + 1, greatest)
        : symbol == types + type ? Math.max(count - 1, 0) : count;
  }

  /**
   * Returns a stream as it is read: {@code (a<a<bcb>[[[]]}.
   *
   * @param batch a batch of this task
   * @param sequence the sequence, from 0
   * @param type the stream's type, from 0
   */
  public String stream(Batch batch, int sequence, int type) {
    Check.within("sequence", sequence, 0, batch.size() - 1);
    Check.within("type", type, 0, types - 1);
    Check.shape("xTBI", batch.xTBI(), steps, batch.size(), inputs());
    StringBuilder text = new StringBuilder();
    for (int t = 0; t < steps; t++) {
      int at = ((t * batch.size() + sequence) * types + type) * symbols();
      int symbol = Answers.best(batch.xTBI(), at, symbols());
      text.append(symbol < types ? OPENING.charAt(symbol)
          : symbol < 2 * types ? CLOSING.charAt(symbol - types) : (char) ('a' + symbol - 2 * types));
    }
    return text.toString();
  }

  /** Returns the fraction of counts, over all sequences and types, that are right. */
  public double accuracy(double[] yTBO, Batch batch) {
    return Answers.accuracy(yTBO, batch, greatest + 1);
  }

  /** Returns how likely each count is at the end, for who has not seen the stream. */
  public double[] countProbabilities() {
    double[] now = new double[greatest + 1];
    now[0] = 1;
    // The type's opening parenthesis comes with probability 1/2 x 1 / (2 types), the closing one as often.
    double change = 0.25 / types;
    for (int t = 0; t < steps; t++) {
      double[] next = new double[now.length];
      for (int c = 0; c <= greatest; c++) {
        next[Math.min(c + 1, greatest)] += change * now[c];
        next[Math.max(c - 1, 0)] += change * now[c];
        next[c] += (1 - 2 * change) * now[c];
      }
      now = next;
    }
    return now;
  }

  /**
   * Returns the least loss that can be had without seeing the streams: the entropy of all counts, in nats.
   */
  public double chanceLoss() {
    return types * Answers.entropy(countProbabilities());
  }

  /** Returns the accuracy of always giving the likeliest count. */
  public double chanceAccuracy() {
    return Arrays.stream(countProbabilities()).max().getAsDouble();
  }
}
