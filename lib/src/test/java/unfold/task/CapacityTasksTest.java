package unfold.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static unfold.task.FlaggedBitsTest.assertMessage;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import unfold.Seed;
import unfold.cell.CapacityCells;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Program;
import unfold.engine.vector.Precision;
import unfold.engine.vector.VectorEngine;
import unfold.net.Initializers;
import unfold.net.Network;

/** Bounds on counts are five standard deviations. */
class CapacityTasksTest {
  private static final Seed SEED = Seed.of(4);
  private static final int[] TEXT = text(5000, 5);

  static final List<CapacityTask> TASKS = List.of(
      PerceptronCapacity.draw(new PerceptronCapacity.Settings(8, 40), SEED), new MemoryThroughput(5, 3),
      RandomContinuousFunctions.draw(
          new RandomContinuousFunctions.Settings(100, 4, 3, 5, InputMode.ONCE), SEED),
      CharacterPrediction.of(TEXT, 5, 9, 3), new Parentheses(3, 4, 20, 2), Arithmetic.upTo(99, 2));

  private static int[] text(int length, int symbols) {
    Seed.Stream random = SEED.stream("text");
    return IntStream.range(0, length).map(i -> random.nextInt(symbols)).toArray();
  }

  @ParameterizedTest
  @FieldSource("TASKS")
  void batchesAreAFunctionOfSeedAndUpdateAndFitTheNetwork(CapacityTask task) {
    Batch batch = task.batch(7, SEED, 3);
    assertArrayEquals(batch.xTBI(), task.batch(7, Seed.of(4), 3).xTBI());
    assertArrayEquals(batch.cTB(), task.batch(7, Seed.of(4), 3).cTB());
    assertNotEquals(Arrays.toString(batch.xTBI()), Arrays.toString(task.batch(7, SEED, 4).xTBI()));
    assertNotEquals(Arrays.toString(batch.xTBI()), Arrays.toString(task.batch(7, Seed.of(5), 3).xTBI()));
    assertEquals(task.steps(), batch.steps());
    for (Cell cell : List.of(CapacityCells.irnn(), CapacityCells.plusRnn(1))) {
      Network net = Network.of(task.network(cell, 2, 3)).initialize(Initializers.pytorch(), SEED);
      try (Program program = new VectorEngine(Precision.DOUBLE, 1).compile(net.architecture())) {
        double loss = program.gradient(net.theta(), batch, new double[net.theta().length], null);
        assertTrue(loss > 0 && loss < 10, "loss " + loss);
      }
    }
  }

  /** Section 1.2, for every cell and depth; the counts of equations 1-20 by hand. */
  @Test
  void networksAreTheLargestThatFit() {
    CapacityTask task = Parentheses.PAPER;
    int inputs = 300;
    int outputs = 100;
    List<Cell> cells = List.of(CapacityCells.rnn(Expr::tanh), CapacityCells.irnn(),
        CapacityCells.ugrnn(Expr::tanh, 1), CapacityCells.gru(Expr::tanh, 1),
        CapacityCells.lstm(Expr::tanh, 1), CapacityCells.plusRnn(1));
    int[] maps = {1, 1, 2, 3, 4, 4};
    for (int budget : new int[] {20_000, 100_000, 200_000}) {
      for (int depth : new int[] {1, 2, 4, 8}) {
        for (int c = 0; c < cells.size(); c++) {
          Architecture largest = task.largest(cells.get(c), depth, budget);
          int n = largest.layers().get(0).units();
          boolean projected = cells.get(c).name().equals("+RNN");
          int below = projected ? n : inputs;
          int states = cells.get(c).name().equals("LSTM") ? 2 : 1;
          int expected = (projected ? n * inputs + n : 0) + maps[c] * (n * below + n * n + n)
              + (depth - 1) * maps[c] * (2 * n * n + n) + depth * states * n + outputs * n + outputs;
          assertEquals(expected, largest.parameterCount(), cells.get(c).name() + " of depth " + depth);
          assertTrue(largest.parameterCount() <= budget);
          assertTrue(task.network(cells.get(c), depth, n + 1).parameterCount() > budget);
        }
      }
    }
  }

  // ---- Memory throughput ----

  @Test
  void theVectorIsShownFirstAndAskedForLast() {
    int size = 2000;
    Batch batch = MemoryThroughput.PAPER.batch(size, SEED, 0);
    int row = size * 64;
    double[] shown = Arrays.copyOf(batch.xTBI(), row);
    double bound = Math.sqrt(3);
    assertTrue(Arrays.stream(shown).allMatch(v -> v >= -bound && v < bound));
    assertEquals(0, Arrays.stream(shown).sum() / row, 5 / Math.sqrt(row));
    // The variance of v^2 is 9 / 5 - 1.
    assertEquals(1, Arrays.stream(shown).map(v -> v * v).sum() / row, 5 * Math.sqrt(0.8 / row));
    assertEquals(12, batch.steps());
    assertTrue(Arrays.stream(batch.xTBI(), row, 12 * row).allMatch(v -> v == 0));
    assertArrayEquals(shown, Arrays.copyOfRange(batch.yTBO(), 11 * row, 12 * row));
    for (int i = 0; i < 12 * size; i++) {
      assertEquals(i / size == 11 ? 1 : 0, batch.wTB()[i]);
    }
  }

  /** Keeping any n of the inputs is such a projection. */
  @Test
  void aProjectionsErrorIsWhatItLoses() {
    int size = 2000;
    double[] x = MemoryThroughput.PAPER.batch(size, SEED, 0).xTBI();
    for (int n : new int[] {0, 1, 32, 63, 64}) {
      double error = 0;
      for (int i = 0; i < size * 64; i++) {
        error += i % 64 < n ? 0 : x[i] * x[i] / (size * 64);
      }
      assertEquals(error, MemoryThroughput.PAPER.projectionError(n), 0.02);
    }
    assertEquals(0.5, MemoryThroughput.PAPER.projectionError(32));
    assertEquals(0, MemoryThroughput.PAPER.projectionError(100));
  }

  // ---- Random continuous functions ----

  @Test
  void weightsFollowThePowerLawAndSamplesAreDrawnByThem() {
    RandomContinuousFunctions.Settings settings =
        RandomContinuousFunctions.Settings.PAPER.samples(1000).inputs(3).steps(2);
    assertEquals(5, settings.tau());
    RandomContinuousFunctions task = RandomContinuousFunctions.draw(settings, SEED);
    assertEquals(1, IntStream.range(0, 1000).mapToDouble(task::weight).sum(), 1e-12);
    for (int i : new int[] {1, 10, 999}) {
      assertEquals(5.0 / (i + 5), task.weight(i) / task.weight(0), 1e-9);
    }
    assertEquals(1, task.weightBeyond(0));
    assertEquals(task.weight(998) + task.weight(999), task.weightBeyond(998), 1e-12);
    assertEquals(0, task.weightBeyond(1000), 1e-12);

    double[] targets = task.samples(0, 1000).yTBO();
    int count = 100_000;
    Batch drawn = task.batch(count, SEED, 0);
    int[] times = new int[1000];
    for (int b = 0; b < count; b++) {
      double y = drawn.yTBO()[count + b];
      int sample = IntStream.range(0, 1000).filter(i -> targets[1000 + i] == y).findFirst().getAsInt();
      assertEquals(task.samples(sample, 1).xTBI()[2], drawn.xTBI()[3 * b + 2]);
      times[sample]++;
    }
    for (int i : new int[] {0, 1, 2, 20, 500, 999}) {
      assertEquals(count * task.weight(i), times[i], 5 * Math.sqrt(count * task.weight(i)), "sample " + i);
    }
  }

  @Test
  void samplesAreNormalShownAsAskedAndTheFirstOfMore() {
    RandomContinuousFunctions.Settings settings =
        RandomContinuousFunctions.Settings.PAPER.samples(2000).steps(3);
    Batch every = RandomContinuousFunctions.draw(settings, SEED).samples(0, 2000);
    Batch once = RandomContinuousFunctions.draw(settings.samples(1000).shown(InputMode.ONCE), SEED)
        .samples(0, 1000);
    double[] x = Arrays.copyOf(every.xTBI(), 100_000);
    assertEquals(0, Arrays.stream(x).average().getAsDouble(), 5 / Math.sqrt(100_000));
    assertEquals(1, Arrays.stream(x).map(v -> v * v).average().getAsDouble(), 5 * Math.sqrt(2.0 / 100_000));
    assertArrayEquals(x, Arrays.copyOfRange(every.xTBI(), 200_000, 300_000));
    assertArrayEquals(Arrays.copyOf(x, 50_000), Arrays.copyOf(once.xTBI(), 50_000));
    assertTrue(Arrays.stream(once.xTBI(), 50_000, 150_000).allMatch(v -> v == 0));
    assertEquals(every.yTBO()[4000 + 999], once.yTBO()[2000 + 999]);
  }

  @Test
  void theErrorIsTheWeighedSumOverAllSamples() {
    int count = 4500;
    RandomContinuousFunctions task = RandomContinuousFunctions.draw(
        new RandomContinuousFunctions.Settings(count, 2, 70, 3, InputMode.EVERY_STEP), SEED);
    Network net = Network.of(task.network(CapacityCells.rnn(Expr::tanh), 1, 3))
        .initialize(Initializers.pytorch(), SEED);
    try (Program program = new VectorEngine(Precision.DOUBLE, 1).compile(net.architecture())) {
      Batch all = task.samples(0, count);
      double[] y = program.run(net.theta(), all, false).yTBO();
      double error = 0;
      double zero = 0;
      for (int i = 0; i < count; i++) {
        double target = all.yTBO()[2 * count + i];
        error += task.weight(i) * Math.pow(y[2 * count + i] - target, 2);
        zero += task.weight(i) * target * target;
      }
      assertEquals(error, task.error(program, net.theta()), 1e-12);
      assertEquals(zero, task.chanceError(), 1e-12);
    }
  }

  // ---- Characters ----

  @Test
  void windowsPredictEachCharacterOnce() {
    CharacterPrediction task = CharacterPrediction.of(TEXT, 5);
    Batch batch = task.windows(0, task.windowCount());
    int size = batch.size();
    int[] predicted = new int[TEXT.length];
    for (int b = 0; b < size; b++) {
      for (int t = 0; t < 50; t++) {
        int at = 37 * b + t;
        assertEquals(1, batch.xTBI()[(t * size + b) * 5 + TEXT[at]]);
        assertEquals(TEXT[at + 1], batch.cTB()[t * size + b]);
        assertEquals(t < 13 ? 0 : 1, batch.wTB()[t * size + b]);
        predicted[at + 1] += t < 13 ? 0 : 1;
      }
    }
    assertEquals(50.0 * size, Arrays.stream(batch.xTBI()).sum());
    int last = 13 + 37 * size;
    for (int i = 0; i < TEXT.length; i++) {
      assertEquals(i > 13 && i <= last ? 1 : 0, predicted[i]);
    }
    assertTrue(TEXT.length - 1 - last < 37, "nothing is left for another window");
  }

  @Test
  void pointersReachEveryPlace() {
    int[] text = IntStream.range(0, 20).toArray();
    CharacterPrediction task = CharacterPrediction.of(text, 20, 4, 0);
    Batch batch = task.batch(3000, SEED, 0);
    int[] starts = new int[20];
    for (int b = 0; b < 3000; b++) {
      starts[batch.cTB()[b] - 1]++;
    }
    for (int i = 0; i < 20; i++) {
      assertEquals(i < 16 ? 3000 / 16.0 : 0, starts[i], i < 16 ? 5 * Math.sqrt(3000 / 16.0) : 0);
    }
  }

  @Test
  void chanceIsTheEntropyOfCharactersOrPairs() {
    CharacterPrediction round = CharacterPrediction.of(IntStream.range(0, 800).map(i -> i % 8).toArray(), 9);
    assertEquals(3, round.chanceBits(), 1e-12);
    // The text begins with one character that has no other before it.
    assertEquals(0, round.pairBits(), 1e-12);
    CharacterPrediction random = CharacterPrediction.of(TEXT, 5);
    assertEquals(Math.log(5) / Math.log(2), random.chanceBits(), 0.01);
    assertEquals(random.chanceBits(), random.pairBits(), 0.01);
    assertEquals(1, CharacterPrediction.bits(Math.log(2)), 1e-15);
  }

  // ---- Parentheses ----

  /** Counted again from the streams as they are read. */
  @Test
  void countsAreThoseOfTheStreams() {
    Parentheses task = new Parentheses(2, 3, 40, 3);
    int size = 300;
    Batch batch = task.batch(size, SEED, 0);
    boolean clipped = false;
    boolean unopened = false;
    for (int b = 0; b < size; b++) {
      for (int type = 0; type < 2; type++) {
        int count = 0;
        for (char c : task.stream(batch, b, type).toCharArray()) {
          clipped |= c == "([".charAt(type) && count == 3;
          unopened |= c == ")]".charAt(type) && count == 0;
          count += c == "([".charAt(type) && count < 3 ? 1 : c == ")]".charAt(type) && count > 0 ? -1 : 0;
        }
        assertEquals(count, batch.cTB()[(39 * size + b) * 2 + type]);
      }
      assertEquals(1, batch.wTB()[39 * size + b]);
      assertEquals(0, batch.wTB()[38 * size + b]);
    }
    assertTrue(clipped && unopened);
    assertEquals(40.0 * size * 2, Arrays.stream(batch.xTBI()).sum(), "one hot a stream");
    assertEquals(Parentheses.PAPER.inputs(), 300);
    assertEquals(Parentheses.PAPER.outputs(), 100);
  }

  @Test
  void halfIsNoiseAndAllCharactersOfAKindAreAlike() {
    Parentheses task = new Parentheses(2, 3, 50, 9);
    Batch batch = task.batch(1000, SEED, 0);
    StringBuilder all = new StringBuilder();
    for (int b = 0; b < 1000; b++) {
      all.append(task.stream(batch, b, 0)).append(task.stream(batch, b, 1));
    }
    for (char c : "([)]abc".toCharArray()) {
      double share = c < 'a' || c > 'c' ? 0.125 : 1 / 6.0;
      assertEquals(share * all.length(), all.chars().filter(v -> v == c).count(),
          5 * Math.sqrt(share * (1 - share) * all.length()), String.valueOf(c));
    }
  }

  @Test
  void chanceIsTheDistributionOfCounts() {
    Parentheses task = new Parentheses(2, 3, 30, 4);
    int size = 20_000;
    int[] classes = task.batch(size, SEED, 0).cTB();
    double[] expected = task.countProbabilities();
    double[] frequencies = new double[5];
    for (int i = 29 * size * 2; i < classes.length; i++) {
      frequencies[classes[i]] += 0.5 / size;
    }
    assertArrayEquals(expected, frequencies, 5 * Math.sqrt(0.25 / (2 * size)));
    assertEquals(Arrays.stream(expected).map(p -> -2 * p * Math.log(p)).sum(), task.chanceLoss(), 1e-12);
    assertEquals(Arrays.stream(expected).max().getAsDouble(), task.chanceAccuracy());
  }

  @Test
  void anAnswerIsTheGreatestOutputOfItsGroupAtTheEnd() {
    Parentheses task = new Parentheses(2, 1, 3, 2);
    Batch batch = task.batch(5, SEED, 0);
    double[] outputs = new double[3 * 5 * 6];
    for (int i = 20; i < 30; i++) {
      outputs[3 * i + batch.cTB()[i]] = 1;
    }
    assertEquals(1, task.accuracy(outputs, batch));
    outputs[3 * 22 + (batch.cTB()[22] + 1) % 3] = 2;
    assertEquals(0.9, task.accuracy(outputs, batch));
  }

  // ---- Arithmetic ----

  @Test
  void additionsAreWrittenAsSaid() {
    Arithmetic task = Arithmetic.paper(2);
    Batch batch = task.additions(new int[] {-343_243, 12, 10_000_000, -10_000_000},
        new int[] {93_851, -7, 0, -10_000_000});
    assertEquals("-343243+93851=                      ", task.question(batch, 0));
    assertEquals("                -249392             ", task.answer(batch, 0));
    assertEquals("12+-7=                              ", task.question(batch, 1));
    assertEquals("        5                           ", task.answer(batch, 1));
    assertEquals("             10000000               ", task.answer(batch, 2));
    assertEquals("-10000000+-10000000=                ", task.question(batch, 3));
    assertEquals("                      -20000000     ", task.answer(batch, 3));
    assertEquals(4.0 * 36, Arrays.stream(batch.xTBI()).sum());
    assertEquals("-99+-99=".length() + 1 + "-198".length(), Arithmetic.upTo(99, 1).steps());
  }

  @Test
  void operandsAreUniform() {
    Arithmetic task = new Arithmetic(10_000_000, 1, 36);
    int size = 5000;
    Batch batch = task.batch(size, SEED, 0);
    double[] operands = IntStream.range(0, size).boxed().flatMapToDouble(b -> {
      String[] parts = task.question(batch, b).trim().replace("=", "").split("\\+");
      assertEquals(Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]),
          Integer.parseInt(task.answer(batch, b).trim()));
      return DoubleStream.of(Double.parseDouble(parts[0]) / 1e7, Double.parseDouble(parts[1]) / 1e7);
    }).toArray();
    assertEquals(2 * size, operands.length);
    assertTrue(Arrays.stream(operands).allMatch(v -> v >= -1 && v <= 1));
    assertEquals(0, Arrays.stream(operands).average().getAsDouble(), 5 * Math.sqrt(1 / 3.0 / (2 * size)));
    assertEquals(1 / 3.0, Arrays.stream(operands).map(v -> v * v).average().getAsDouble(),
        5 * Math.sqrt((1 / 5.0 - 1 / 9.0) / (2 * size)));
  }

  @Test
  void anAdditionIsRightIfNoCharacterIsWrong() {
    Arithmetic task = Arithmetic.upTo(9, 0);
    Batch batch = task.additions(new int[] {1, -5, 7}, new int[] {2, -6, 8});
    double[] outputs = new double[task.steps() * 3 * 12];
    for (int i = 0; i < batch.cTB().length; i++) {
      outputs[12 * i + batch.cTB()[i]] = 1;
    }
    assertEquals(1, task.accuracy(outputs, batch));
    assertEquals(" ".repeat(6) + "-11", task.written(outputs, batch, 1));
    // The 1 of 15, at step 5 of sequence 2.
    outputs[12 * (4 * 3 + 2) + 9] = 2;
    assertEquals("    95   ", task.written(outputs, batch, 2));
    assertEquals(2 / 3.0, task.accuracy(outputs, batch));
    assertEquals(5 / 6.0, task.characterAccuracy(outputs, batch));
  }

  @Test
  void chanceInArithmeticIsTheEntropyOfEachStep() {
    Arithmetic task = Arithmetic.upTo(9, 0);
    // Answers 3 and 5 at one step, and nothing else that differs.
    Batch batch = task.additions(new int[] {1, 2}, new int[] {2, 3});
    assertEquals(Math.log(2) / task.steps(), task.chanceLoss(batch), 1e-12);
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    assertMessage("steps must be at least 35, for the longest addition and 6 compute steps, but was 34",
        () -> new Arithmetic(10_000_000, 6, 34));
    assertMessage("an operand must be in -9..9, but was 10",
        () -> Arithmetic.upTo(9, 1).additions(new int[] {10}, new int[] {1}));
    assertMessage("types must be in 1..10, but was 11", () -> Parentheses.PAPER.types(11));
    assertMessage("inputs must be at least 1, but was 0", () -> new MemoryThroughput(0, 12));
    assertMessage("tau must be finite and above 0, but was 0.0",
        () -> new RandomContinuousFunctions.Settings(10, 1, 0, 1, InputMode.ONCE));
    assertMessage("the text must be longer than the 50 steps, but has 50 characters",
        () -> CharacterPrediction.of(new int[50], 27));
    assertMessage("a symbol must be in 0..4, but was 5",
        () -> CharacterPrediction.of(IntStream.range(0, 60).toArray(), 5));
    assertMessage("warmUp must be in 0..49, but was 50", () -> CharacterPrediction.of(TEXT, 5, 50, 50));
  }
}
