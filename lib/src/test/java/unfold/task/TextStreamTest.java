package unfold.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static unfold.task.FlaggedBitsTest.assertMessage;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.cell.McrmCells;
import unfold.engine.Batch;
import unfold.engine.Interpreter;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.net.Initializer;
import unfold.net.Network;
import unfold.task.TextStream.Carry;

class TextStreamTest {
  /** Lengths of text, streams, window, counted targets. */
  private static final int[][] SHAPES = {{2, 1, 1, 1}, {101, 1, 10, 10}, {101, 3, 10, 4}, {100, 7, 5, 1},
      {97, 4, 50, 20},
      {60, 8, 7, 7}, {33, 32, 4, 2}, {400, 5, 80, 40}, {64, 3, 9, 8}};

  private static TextStream stream(int[] shape) {
    return TextStream.of(IntStream.range(0, shape[0]).toArray(), shape[0], shape[1], shape[2])
        .counting(shape[3]);
  }

  /** In a text of different symbols, the symbol says where it stands. */
  @Test
  void everyTargetCountsOnceAndIsTheNextSymbol() {
    for (int[] shape : SHAPES) {
      TextStream text = stream(shape);
      int[] seen = new int[shape[0]];
      int[] newest = new int[shape[1]];
      for (int k = 0; k < text.batches(); k++) {
        Batch batch = text.batch(3, k);
        assertTrue(batch.steps() <= shape[2]);
        assertTrue(k == text.batches() - 1 || batch.steps() == shape[2], "only the last is shorter");
        for (int i = 0; i < batch.cTB().length; i++) {
          assertEquals(batch.iTB()[i] + 1, batch.cTB()[i]);
          if (batch.wTB()[i] > 0) {
            assertEquals(1, batch.wTB()[i]);
            assertTrue(batch.cTB()[i] > newest[i % shape[1]], "in order");
            newest[i % shape[1]] = batch.cTB()[i];
            seen[batch.cTB()[i]]++;
            assertTrue(k == 0 || i / shape[1] >= shape[2] - shape[3], "no target of a warm-up");
          }
        }
      }
      assertEquals(0, seen[0]);
      assertTrue(Arrays.stream(seen).skip(1).allMatch(n -> n == 1), Arrays.toString(shape));
    }
  }

  @Test
  void statesCarriedAlongAreThoseBeforeTheNextWindow() {
    for (int[] shape : SHAPES) {
      TextStream text = stream(shape);
      for (int k = 0; k + 1 < text.batches(); k++) {
        Batch batch = text.batch(0, k);
        Batch next = text.batch(0, k + 1);
        for (int b = 0; b < shape[1]; b++) {
          assertEquals(batch.iTB()[(batch.carriedStep() - 1) * shape[1] + b] + 1, next.iTB()[b]);
        }
        assertEquals(batch.steps(), text.carrying(Carry.LAST).batch(0, k).carriedStep());
      }
      assertTrue(text.carriesState());
      assertFalse(text.carrying(Carry.NONE).carriesState());
    }
  }

  private static int[] markov(int length, double stay) {
    Seed.Stream random = Seed.of(2).stream("text");
    int[] text = new int[length];
    for (int t = 1; t < length; t++) {
      text[t] = random.nextDouble() < stay ? text[t - 1] : (text[t - 1] + 1 + random.nextInt(2)) % 3;
    }
    return text;
  }

  @Test
  void aTextIsMeasuredInStreamOrder() {
    int[] text = markov(41, 0.8);
    Network net = Network.inputs(3).embedded(3).layer(McrmCells.mcrm(), 3).readout(3)
        .loss(Loss.SOFTMAX_CROSS_ENTROPY)
        .build().initialize(Initializer.uniform(2), Seed.of(1));
    double[] theta = net.theta();
    try (Program program = new Interpreter().compile(net.architecture())) {
      double whole = program.loss(theta,
          Batch.of(40, 1, Arrays.copyOf(text, 40)).towards(Arrays.copyOfRange(text, 1, 41)));
      assertEquals(whole, TextStream.of(text, 3, 1, 40).score(program, theta).loss(), 1e-14);
      assertEquals(whole, TextStream.of(text, 3, 1, 7).score(program, theta).loss(), 1e-14, "in any windows");
      TextStream overlapping = TextStream.of(text, 3, 1, 7).counting(3);
      assertEquals(whole, overlapping.score(program, theta).loss(), 1e-14, "overlapping ones too");
      assertNotEquals(whole, overlapping.carrying(Carry.LAST).score(program, theta).loss(), 1e-4);

      double sum = 0;
      for (int k = 0; k < overlapping.batches(); k++) {
        Batch batch = overlapping.batch(0, k);
        sum += program.loss(theta, batch) * Arrays.stream(batch.wTB()).sum();
      }
      assertEquals(sum / 40, overlapping.carrying(Carry.NONE).score(program, theta).loss(), 1e-14);
      double two = 0;
      for (int from : new int[] {0, 20}) {
        two += program.loss(theta, Batch.of(20, 1, Arrays.copyOfRange(text, from, from + 20))
            .towards(Arrays.copyOfRange(text, from + 1, from + 21))) / 2;
      }
      assertEquals(two, TextStream.of(text, 3, 2, 6).score(program, theta).loss(), 1e-14, "two streams");
    }
  }

  @Test
  void theUnigramLossIsThatOfANetworkWithoutInput() {
    int[] text = markov(200, 0.7);
    NGrams counts = new NGrams(markov(60, 0.7), 3);
    double[] outputs = IntStream.range(0, 3).mapToDouble(s -> Math.log(counts.unigram(s))).toArray();
    Network net = Network.inputs(3).embedded(1).layer(McrmCells.rnn(), 1).readout(3)
        .loss(Loss.SOFTMAX_CROSS_ENTROPY)
        .build().set("readout.b", outputs);
    try (Program program = new Interpreter().compile(net.architecture())) {
      for (int streams : new int[] {1, 7}) {
        assertEquals(counts.unigram(text).loss(),
            TextStream.of(text, 3, streams, 11).score(program, net.theta()).loss(), 1e-13);
      }
    }
  }

  @Test
  void probabilitiesSumToOneAndAreNeverZero() {
    NGrams counts = new NGrams(new int[] {0, 1, 1, 3, 1, 2, 0, 1}, 6);
    assertEquals(1, IntStream.range(0, 6).mapToDouble(counts::unigram).sum(), 1e-15);
    for (int before = 0; before < 6; before++) {
      int given = before;
      assertEquals(1, IntStream.range(0, 6).mapToDouble(s -> counts.bigram(given, s)).sum(), 1e-15);
      assertTrue(IntStream.range(0, 6).allMatch(s -> counts.bigram(given, s) > 0));
    }
    assertEquals(5.0 / 13, counts.unigram(1), 1e-15);
    // 1 is followed once each by 1, 3, 2, of three kinds.
    assertEquals((1 + 3 * counts.unigram(3)) / 6, counts.bigram(1, 3), 1e-15);
    assertEquals(3 * counts.unigram(5) / 6, counts.bigram(1, 5), 1e-15);
    assertEquals(counts.unigram(1), counts.bigram(4, 1));
  }

  /** A chain that stays with odds 0.9 and else goes on to one of two has a known entropy rate. */
  @Test
  void bigramsReachTheEntropyOfAMarkovChain() {
    double rate = -(0.9 * Math.log(0.9) + 0.1 * Math.log(0.05));
    int[] text = markov(200_000, 0.9);
    NGrams counts = new NGrams(Arrays.copyOf(text, 100_000), 3);
    int[] held = Arrays.copyOfRange(text, 100_000, 200_000);
    assertEquals(rate, counts.bigram(held).loss(), 0.02);
    assertEquals(Math.log(3), counts.unigram(held).loss(), 0.01);
    assertEquals(counts.bigram(held).loss() / Math.log(2), counts.bigram(held).bits(), 1e-14);
  }

  @Test
  void batchesAreTheSameEveryEpoch() {
    TextStream text = stream(SHAPES[2]);
    assertArrayEquals(text.batch(0, 2).iTB(), text.batch(9, 2).iTB());
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    int[] text = {0, 1, 2};
    assertMessage("a symbol must be in 0..1, but was 2", () -> TextStream.of(text, 2, 1, 1));
    assertMessage("the text must be longer than the number of streams, 3, but has 3 symbols",
        () -> TextStream.of(text, 3, 3, 1));
    assertMessage("the window must be at least 1, but was 0", () -> TextStream.of(text, 3, 1, 0));
    assertMessage("the number of targets that count must be in 1..2, but was 3",
        () -> TextStream.of(text, 3, 1, 2).counting(3));
    assertMessage("carry must be NONE, ALONG or LAST, but was null",
        () -> TextStream.of(text, 3, 1, 2).carrying(null));
    assertMessage("the index of a window must be in 0..0, but was 1",
        () -> TextStream.of(text, 3, 1, 2).batch(0, 1));
    assertMessage("a symbol must be in 0..2, but was 3", () -> new NGrams(text, 3).bigram(3, 0));
    assertMessage("the text must have at least 2 symbols, but has 1", () -> new NGrams(new int[1], 3));
  }
}
