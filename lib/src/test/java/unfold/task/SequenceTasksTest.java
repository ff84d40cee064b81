package unfold.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static unfold.task.FlaggedBitsTest.assertMessage;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.cell.McrmCells;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Interpreter;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.net.Network;

/** Adding, copy memory and images: what defines them. Bounds on counts are five standard deviations. */
class SequenceTasksTest {
  private static final Seed SEED = Seed.of(5);

  /** Scores the network whose outputs are always the given numbers. */
  static Score ofConstantOutputs(TestSet set, int inputs, Loss loss, double... outputs) {
    Network net = Network.inputs(inputs).layer(McrmCells.rnn(), 1).readout(outputs.length).loss(loss).build()
        .set("readout.b", outputs);
    try (Program program = new Interpreter().compile(net.architecture())) {
      return set.score(program, net.theta());
    }
  }

  @Test
  void addingMarksTwoStepsAndAsksForTheirSum() {
    int steps = 7;
    for (Adding task : new Adding[] {Adding.of(steps), Adding.of(steps).lastTwoMarked()}) {
      Batch batch = task.batch(300, SEED);
      for (int b = 0; b < 300; b++) {
        int marks = 0;
        double sum = 0;
        for (int t = 0; t < steps; t++) {
          double value = batch.xTBI()[2 * (t * 300 + b)];
          double mark = batch.xTBI()[2 * (t * 300 + b) + 1];
          assertTrue(value >= 0 && value < 1);
          assertTrue(mark == 0 || mark == 1);
          marks += (int) mark;
          sum += mark * value;
          assertEquals(t == steps - 1 ? 1 : 0, batch.wTB()[t * 300 + b]);
        }
        assertEquals(2, marks);
        assertEquals(sum, batch.yTBO()[(steps - 1) * 300 + b], 1e-15);
      }
    }
  }

  @Test
  void addingMarksAllPairsAlike() {
    int count = 30_000;
    double[] x = Adding.of(4).batch(count, SEED).xTBI();
    int[] sets = new int[16];
    for (int b = 0; b < count; b++) {
      int set = 0;
      for (int t = 0; t < 4; t++) {
        set |= (int) x[2 * (t * count + b) + 1] << t;
      }
      sets[set]++;
    }
    for (int set = 0; set < 16; set++) {
      double expected = Integer.bitCount(set) == 2 ? count / 6.0 : 0;
      assertEquals(expected, sets[set], 5 * Math.sqrt(expected * 5 / 6));
    }
    double[] last = Adding.of(4).lastTwoMarked().batch(1, SEED).xTBI();
    assertArrayEquals(new double[] {0, 0, 1, 1}, new double[] {last[1], last[3], last[5], last[7]});
  }

  /** The square of a sum's distance from its mean has the standard deviation sqrt(1/15 - 1/36). */
  @Test
  void addingsBaselineIsTheErrorOfTheMean() {
    SequenceSet set = Adding.of(3).set(40_000, SEED);
    double bound = 5 * Math.sqrt((1 / 15.0 - 1 / 36.0) / set.size());
    assertEquals(Adding.of(3).baseline(), ofConstantOutputs(set, 2, Loss.SQUARED_ERROR, 1).loss(), bound);
    assertTrue(ofConstantOutputs(set, 2, Loss.SQUARED_ERROR, 1.1).loss() > 1 / 6.0 + 0.005);
    assertTrue(Double.isNaN(ofConstantOutputs(set.first(2), 2, Loss.SQUARED_ERROR, 1).accuracy()));
  }

  @Test
  void aSetIsTheSameHoweverItIsAskedFor() {
    SequenceSet set = Adding.of(5).set(100, SEED);
    Batch all = set.batch(IntStream.range(0, 100).toArray());
    Batch some = set.batch(17, 3);
    assertEquals(all.yTBO()[4 * 100 + 17], some.yTBO()[4 * 2]);
    assertEquals(all.yTBO()[4 * 100 + 3], some.yTBO()[4 * 2 + 1]);
    assertArrayEquals(some.xTBI(), Adding.of(5).set(20, SEED).batch(17, 3).xTBI(),
        "a smaller set is its beginning");
    assertArrayEquals(some.xTBI(), set.first(20).batch(17, 3).xTBI());
    assertFalse(Arrays.equals(some.xTBI(), Adding.of(5).set(100, Seed.of(6)).batch(17, 3).xTBI()));
    assertThrows(IllegalArgumentException.class, () -> set.first(20).batch(20));
  }

  @Test
  void anEpochHoldsEverySequenceOnce() {
    byte[] pixels = new byte[25];
    for (int i = 0; i < 25; i++) {
      pixels[i] = (byte) (10 * i);
    }
    SequenceSet set = SequentialImages.of(pixels, new int[25]);
    TrainingSet shuffled = set.shuffled(4, SEED);
    assertEquals(7, shuffled.batches());
    assertFalse(shuffled.carriesState());
    double[][] epochs = new double[3][];
    for (int epoch = 0; epoch < 3; epoch++) {
      int e = epoch;
      epochs[e] = IntStream.range(0, 7).boxed()
          .flatMapToDouble(k -> Arrays.stream(shuffled.batch(e, k).xTBI())).toArray();
      assertArrayEquals(set.batch(IntStream.range(0, 25).toArray()).xTBI(),
          Arrays.stream(epochs[e]).sorted().toArray());
    }
    assertFalse(Arrays.equals(epochs[0], epochs[1]));
    assertArrayEquals(Arrays.copyOfRange(epochs[0], 8, 12), shuffled.batch(0, 2).xTBI(),
        "whatever was asked for before");
    assertArrayEquals(set.batch(4, 5, 6, 7).xTBI(), set.inOrder(4).batch(9, 1).xTBI());
    assertEquals(1, set.inOrder(4).batch(0, 6).size());
  }

  @Test
  void shuffledOrdersAreAllAlike() {
    int[] seen = new int[27];
    for (int i = 0; i < 12_000; i++) {
      int[] order = SequenceSet.permutation(3, SEED.split(i).stream("order"));
      seen[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    assertEquals(6, Arrays.stream(seen).filter(n -> n > 0).count());
    Arrays.stream(seen).filter(n -> n > 0).forEach(n -> assertEquals(2000, n, 5 * Math.sqrt(2000 * 5 / 6.0)));
  }

  @Test
  void copyMemorySaysTheDigitsAgainAfterTheDelimiter() {
    int blank = 6;
    CopyMemory task = CopyMemory.of(blank);
    Batch batch = task.batch(50, SEED);
    assertEquals(26, batch.steps());
    for (int b = 0; b < 50; b++) {
      for (int step = 1; step <= 26; step++) {
        double x = batch.xTBI()[(step - 1) * 50 + b];
        int target = batch.cTB()[(step - 1) * 50 + b];
        if (step <= 10) {
          assertTrue(x >= 1 && x <= 8);
        } else {
          assertEquals(step < blank + 10 ? 0 : 9, x, "step " + step);
        }
        assertEquals(step <= blank + 10 ? 0 : (int) batch.xTBI()[(step - blank - 11) * 50 + b], target);
      }
    }
    double[] hot = task.oneHot().batch(50, SEED).xTBI();
    for (int i = 0; i < batch.xTBI().length; i++) {
      double[] row = Arrays.copyOfRange(hot, 10 * i, 10 * i + 10);
      assertEquals(1, row[(int) batch.xTBI()[i]]);
      assertEquals(1, Arrays.stream(row).sum());
    }
  }

  @Test
  void copyMemorysDigitsAreFair() {
    Batch batch = CopyMemory.of(1).batch(4000, SEED);
    int[] seen = new int[10];
    IntStream.range(11 * 4000, 21 * 4000).forEach(i -> seen[batch.cTB()[i]]++);
    for (int digit = 0; digit < 10; digit++) {
      double expected = digit >= 1 && digit <= 8 ? 5000 : 0;
      assertEquals(expected, seen[digit], 5 * Math.sqrt(expected * 7 / 8));
    }
  }

  @Test
  void copyMemorysBaselineIsTheLossWithoutTheDigits() {
    CopyMemory task = CopyMemory.of(30);
    Batch batch = task.batch(20, SEED);
    double[] blind = new double[50 * 20 * 10];
    double[] perfect = new double[blind.length];
    for (int row = 0; row < 50 * 20; row++) {
      for (int c = 0; c < 10; c++) {
        boolean recall = row / 20 >= 40;
        blind[row * 10 + c] = recall ? c >= 1 && c <= 8 ? 0 : -800 : c == 0 ? 0 : -800;
        perfect[row * 10 + c] = c == batch.cTB()[row] ? 0 : -800;
      }
    }
    Tally tally = new Tally(Loss.SOFTMAX_CROSS_ENTROPY, 10, 41);
    tally.add(batch, blind);
    assertEquals(task.baseline(), tally.score().loss(), 1e-14);
    assertEquals(10 * Math.log(8) / 50, task.baseline(), 1e-15);
    tally = new Tally(Loss.SOFTMAX_CROSS_ENTROPY, 10, 41);
    tally.add(batch, perfect);
    assertEquals(new Score(0, 1), tally.score());
    Score zeros = ofConstantOutputs(task.set(30, SEED), 1, task.loss(), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertEquals(0, zeros.accuracy(), "only the ten digits count, and none is 0");
  }

  /**
   * A score is the engines' loss, whatever the loss, here of two groups of classes; more sequences than are
   * measured at once.
   */
  @Test
  void scoresAreTheNetworksLoss() {
    for (Loss loss : Loss.values()) {
      Architecture a = Network.inputs(2).layer(McrmCells.lstm(), 3)
          .readout(loss == Loss.SQUARED_ERROR ? 1 : loss == Loss.LOGISTIC ? 2 : 4).loss(loss)
          .architecture();
      double[] theta = SEED.stream("theta").doubles(a.parameterCount(), -2, 2).toArray();
      SequenceSet set = new SequenceSet(150) {
        @Override
        public Batch batch(int... which) {
          Batch batch = Adding.of(3).set(150, SEED).batch(which);
          int n = which.length;
          int[] classes = IntStream.range(0, 6 * n).map(i -> which[i / 2 % n] * (i % 2) % 2).toArray();
          double[] targets = IntStream.range(0, 6 * n).mapToDouble(i -> (which[i / 2 % n] + i % 2) % 3 % 2)
              .toArray();
          return loss == Loss.SOFTMAX_CROSS_ENTROPY ? batch.towards(classes)
              : loss == Loss.SQUARED_ERROR ? batch : batch.towards(targets);
        }
      };
      try (Program program = new Interpreter().compile(a)) {
        double expected = program.loss(theta, set.batch(IntStream.range(0, 150).toArray()));
        assertEquals(expected, set.score(program, theta).loss(), 1e-13, loss.toString());
      }
    }
    Score score = new Score(StrictMath.log(8), 0.5);
    assertEquals(3, score.bits(), 1e-15);
    assertEquals(8, score.perplexity(), 1e-14);
  }

  private static SequentialImages images() {
    byte[] pixels = new byte[3 * 36];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 7);
    }
    return SequentialImages.of(pixels, new int[] {4, 9, 4});
  }

  private static double value(double pixel) {
    return (pixel / 255 - 0.1307) / 0.3081;
  }

  @Test
  void imagesAreSeenPixelByPixel() {
    Batch batch = images().batch(2, 1);
    assertEquals(36, batch.steps());
    for (int t = 0; t < 36; t++) {
      assertEquals(value((2 * 36 + t) * 7 % 256), batch.xTBI()[2 * t], 1e-14);
      assertEquals(value((36 + t) * 7 % 256), batch.xTBI()[2 * t + 1], 1e-14);
      assertEquals(t == 35 ? 1 : 0, batch.wTB()[2 * t]);
    }
    assertEquals(4, batch.cTB()[70]);
    assertEquals(9, batch.cTB()[71]);
    assertArrayEquals(new int[] {0, 0, 0, 0, 2, 0, 0, 0, 0, 1}, images().counts());
  }

  @Test
  void shrunkImagesAreMeansOfBlocks() {
    Batch full = images().batch(1);
    Batch third = images().shrunkTo(2).batch(1);
    assertEquals(4, third.steps());
    for (int i = 0; i < 4; i++) {
      double sum = 0;
      for (int p = 0; p < 9; p++) {
        sum += full.xTBI()[(i / 2 * 3 + p / 3) * 6 + i % 2 * 3 + p % 3];
      }
      assertEquals(sum / 9, third.xTBI()[i], 1e-14);
    }
    assertEquals(value(Arrays.stream(full.xTBI()).map(v -> (v * 0.3081 + 0.1307) * 255).average()
        .getAsDouble()),
        images().shrunkTo(1).batch(1).xTBI()[0], 1e-13);
  }

  @Test
  void permutedImagesAreTheSamePixelsInOneOtherOrder() {
    byte[] ramp = new byte[2 * 196];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (i % 196);
    }
    SequentialImages images = SequentialImages.of(ramp, new int[2]);
    double[] plain = images.batch(0).xTBI();
    double[] permuted = images.permuted(SEED).batch(0).xTBI();
    assertFalse(Arrays.equals(plain, permuted));
    assertArrayEquals(plain, Arrays.stream(permuted).sorted().toArray());
    assertArrayEquals(permuted, images.permuted(SEED).batch(1).xTBI(), "the same for all images");
    assertFalse(Arrays.equals(permuted, images.permuted(Seed.of(6)).batch(0).xTBI()));
    assertArrayEquals(images.shrunkTo(7).batch(0).xTBI(),
        Arrays.stream(images.shrunkTo(7).permuted(SEED).batch(0).xTBI()).sorted().toArray(), 1e-12);
  }

  @Test
  void imagesBaselineKnowsTheSharesOfTheClasses() {
    double[] outputs = new double[10];
    Arrays.fill(outputs, -900);
    outputs[4] = Math.log(2 / 3.0);
    outputs[9] = Math.log(1 / 3.0);
    Score blind = ofConstantOutputs(images(), 1, Loss.SOFTMAX_CROSS_ENTROPY, outputs);
    assertEquals(images().baseline().loss(), blind.loss(), 1e-14);
    assertEquals(2 / 3.0, blind.accuracy(), 1e-15);
    assertEquals(images().baseline().accuracy(), blind.accuracy());
    SequentialImages first = images().first(1);
    assertEquals(1, first.baseline().accuracy(), "of one image, its own class");
    assertArrayEquals(images().batch(0).xTBI(), first.batch(0).xTBI());
    assertArrayEquals(images().shrunkTo(1).batch(0).xTBI(), images().shrunkTo(1).first(1).batch(0).xTBI());
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    assertMessage("T must be at least 2, but was 1", () -> Adding.of(1));
    assertMessage("T must be at least 1, but was 0", () -> CopyMemory.of(0));
    assertMessage("the number of sequences must be at least 1, but was 0", () -> Adding.of(5).set(0, SEED));
    assertMessage("the index of a sequence must be in 0..4, but was 5",
        () -> CopyMemory.of(5).set(5, SEED).batch(5));
    assertMessage("the number of sequences must be at least 1, but was 0",
        () -> Adding.of(5).set(5, SEED).batch());
    assertMessage("the number of sequences must be in 1..5, but was 6",
        () -> Adding.of(5).set(5, SEED).first(6));
    assertMessage("the number of sequences of a batch must be at least 1, but was 0",
        () -> Adding.of(5).set(5, SEED).shuffled(0, SEED));
    assertMessage("the loss SOFTMAX_CROSS_ENTROPY needs classes cTB, but the batch has none",
        () -> ofConstantOutputs(Adding.of(4).set(9, SEED), 2, Loss.SOFTMAX_CROSS_ENTROPY, 1, 2));
    assertMessage("yTBO must hold 4 x 9 x 3 = 108 numbers, but holds 36",
        () -> ofConstantOutputs(Adding.of(4).set(9, SEED), 2, Loss.SQUARED_ERROR, 1, 2, 3));
    assertMessage("the network must have a loss to be trained or measured, but has none",
        () -> ofConstantOutputs(Adding.of(4).set(9, SEED), 2, null, 1));
    assertMessage("the index of a batch must be in 0..1, but was 2",
        () -> Adding.of(5).set(5, SEED).inOrder(3).batch(0, 2));
    assertMessage("pixelsNI must hold a multiple of 2 pixels, but holds 3",
        () -> SequentialImages.of(new byte[3], new int[2]));
    assertMessage("images must be square, but have 3 pixels",
        () -> SequentialImages.of(new byte[6], new int[2]));
    assertMessage("a label must be in 0..9, but was 10",
        () -> SequentialImages.of(new byte[4], new int[] {10}));
    assertMessage("the side must divide 6, but was 4", () -> images().shrunkTo(4));
  }
}
