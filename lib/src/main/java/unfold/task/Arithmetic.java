package unfold.task;

import java.util.Arrays;
import java.util.function.IntFunction;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * The arithmetic task: an addition is read character by character, and the sum is to be written.
 *
 * <p>Paper: "Capacity and Trainability", section 4 and appendix B, which give one example and leave the exact
 * format open. Here it is, for 2 compute steps; spaces are drawn as dots:
 *
 * <pre>
 * input   -343243+93851=......................
 * target  ................-249392.............
 * input   12+-7=..............................
 * target  ........5...........................
 * </pre>
 *
 * The operands are always joined by {@code +} and the second one keeps its own sign; none has leading zeros.
 * Between the step of {@code =} and that of the answer's first character lie the compute steps, and all steps
 * without a character of the answer want a space: these are the answer's padding. All T = 36 steps count
 * alike in the loss; the longest addition with six compute steps takes 35.
 *
 * @param limit the greatest operand; operands are whole numbers uniform in [-limit, limit], limit in
 *     1..100,000,000; 10,000,000 in the paper
 * @param computeSteps the number of steps between {@code =} and the answer, at least 0; 1 to 6 in the paper,
 *     a hyperparameter
 * @param steps the number of steps T, enough for the longest addition; 36 in the paper
 */
public record Arithmetic(int limit, int computeSteps, int steps) implements CapacityTask {
  private static final String READ = "0123456789-+= ";
  private static final String WRITTEN = "0123456789- ";

  /** Checks the arguments. */
  public Arithmetic {
    Check.within("limit", limit, 1, 100_000_000);
    Check.atLeast("computeSteps", computeSteps, 0);
    int needed = longest(limit) + computeSteps;
    Check.that(steps >= needed,
        "steps must be at least %d, for the longest addition and %d compute steps, but was %d", needed,
        computeSteps, steps);
  }

  /** Returns the paper's task, of 36 steps and operands up to ten million. */
  public static Arithmetic paper(int computeSteps) {
    return new Arithmetic(10_000_000, computeSteps, 36);
  }

  /** Returns the task with operands up to another limit and as many steps as the longest addition takes. */
  public static Arithmetic upTo(int limit, int computeSteps) {
    return new Arithmetic(limit, computeSteps, longest(limit) + computeSteps);
  }

  /** The characters of the longest addition and its answer. */
  private static int longest(int limit) {
    return (-limit + "+" + -limit + "=" + -2 * limit).length();
  }

  @Override
  public int inputs() {
    return READ.length();
  }

  @Override
  public int outputs() {
    return WRITTEN.length();
  }

  @Override
  public Loss loss() {
    return Loss.SOFTMAX_CROSS_ENTROPY;
  }

  @Override
  public Batch batch(int size, Seed seed, int update) {
    Check.atLeast("size", size, 1);
    Seed.Stream random = seed.split(update).stream("arithmetic");
    int[] firsts = new int[size];
    int[] seconds = new int[size];
    for (int b = 0; b < size; b++) {
      firsts[b] = random.nextInt(-limit, limit + 1);
      seconds[b] = random.nextInt(-limit, limit + 1);
    }
    return additions(firsts, seconds);
  }

  /**
   * Returns the batch of given additions.
   *
   * @param firsts the first operands, in [-limit, limit]
   * @param seconds as many second operands
   */
  public Batch additions(int[] firsts, int[] seconds) {
    int size = firsts.length;
    Check.that(seconds.length == size,
        "there must be as many second operands as first ones, %d, but there are %d", size, seconds.length);
    double[] xTBI = new double[Math.multiplyExact(steps, Math.multiplyExact(size, READ.length()))];
    int[] cTB = new int[steps * size];
    for (int b = 0; b < size; b++) {
      String question = Check.within("an operand", firsts[b], -limit, limit) + "+"
          + Check.within("an operand", seconds[b], -limit, limit) + "=";
      String answer = Integer.toString(firsts[b] + seconds[b]);
      int begin = question.length() + computeSteps;
      for (int t = 0; t < steps; t++) {
        int row = t * size + b;
        char read = t < question.length() ? question.charAt(t) : ' ';
        char written = t >= begin && t < begin + answer.length() ? answer.charAt(t - begin) : ' ';
        xTBI[row * READ.length() + READ.indexOf(read)] = 1;
        cTB[row] = WRITTEN.indexOf(written);
      }
    }
    return Batch.of(steps, size, xTBI).towards(cTB);
  }

  /** Returns what a sequence's network reads, T characters. */
  public String question(Batch batch, int sequence) {
    int width = READ.length();
    return text(batch, sequence, row -> READ.charAt(Answers.best(batch.xTBI(), row * width, width)));
  }

  /** Returns what a sequence's network is to write, T characters. */
  public String answer(Batch batch, int sequence) {
    return text(batch, sequence, row -> WRITTEN.charAt(batch.cTB()[row]));
  }

  /**
   * Returns what a network writes for a sequence, T characters.
   *
   * @param yTBO the network's outputs for the batch
   */
  public String written(double[] yTBO, Batch batch, int sequence) {
    Check.shape("yTBO", yTBO, steps, batch.size(), outputs());
    return text(batch, sequence, row -> WRITTEN.charAt(Answers.best(yTBO, row * outputs(), outputs())));
  }

  private String text(Batch batch, int sequence, IntFunction<Character> character) {
    Check.within("sequence", sequence, 0, batch.size() - 1);
    StringBuilder text = new StringBuilder();
    for (int t = 0; t < steps; t++) {
      text.append(character.apply(t * batch.size() + sequence));
    }
    return text.toString();
  }

  /** Returns the fraction of additions that are written without any wrong character or space. */
  public double accuracy(double[] yTBO, Batch batch) {
    Check.shape("yTBO", yTBO, steps, batch.size(), outputs());
    int right = 0;
    for (int b = 0; b < batch.size(); b++) {
      boolean all = true;
      for (int t = 0; t < steps; t++) {
        all &= Answers.right(yTBO, batch, t * batch.size() + b, outputs());
      }
      right += all ? 1 : 0;
    }
    return (double) right / batch.size();
  }

  /** Returns the fraction of the answers' characters, spaces not counted, that are right. */
  public double characterAccuracy(double[] yTBO, Batch batch) {
    Check.shape("yTBO", yTBO, steps, batch.size(), outputs());
    double[] asked = Arrays.stream(batch.cTB()).mapToDouble(c -> c == WRITTEN.length() - 1 ? 0 : 1).toArray();
    return Answers.accuracy(yTBO, batch.weighing(asked), outputs());
  }

  /**
   * Returns the least loss on a batch of who knows no more than how often each character comes at each step,
   * in nats.
   */
  public double chanceLoss(Batch batch) {
    double sum = 0;
    for (int t = 0; t < steps; t++) {
      double[] counts = new double[outputs()];
      for (int b = 0; b < batch.size(); b++) {
        counts[batch.cTB()[t * batch.size() + b]]++;
      }
      sum += Answers.entropy(counts);
    }
    return sum / steps;
  }
}
