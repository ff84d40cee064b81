package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import unfold.Goldens;
import unfold.Seed;
import unfold.analysis.OneUnitRnn.Activation;
import unfold.engine.Interpreter;
import unfold.engine.Program;
import unfold.net.Network;
import unfold.task.FlaggedBits;
import unfold.task.SamplePaths;

/** State distributions by enumeration and by Monte Carlo. */
class ClassStatesTest {
  private static final int[] TIMES = {1, 5, 9, 10, 11, 15, 20};

  /** The rows of figures 2 and 3 against {@code f1b_goldens.py}, which enumerates them in NumPy. */
  @TestFactory
  Stream<DynamicTest> figures2And3AgreeWithNumPy() {
    Map<String, Network> rows = Map.of(
        "Figure 2 top", new OneUnitRnn(Activation.TANH, 0.8, 0.9, 0.1, 0, 0).network(),
        "Figure 2 bottom", new OneUnitRnn(Activation.TANH, 2.0, 0.7, 0.1, 0, 0).network(),
        "Figure 3 top", new GatedUnit(0.5, 1).gru(),
        "Figure 3 bottom", new GatedUnit(4, 1).gru());
    JsonNode goldens = Goldens.read("f1b-goldens.json");
    SamplePaths all = FlaggedBits.f1b(20).flaggedAt(10).all();
    return rows.entrySet().stream().map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
      ClassStates states = ClassStates.of(row.getValue(), all, TIMES);
      for (int t : TIMES) {
        JsonNode golden = goldens.get(row.getKey()).get(Integer.toString(t));
        assertMoments(golden, "+", Moments.of(states.positive(t)));
        assertMoments(golden, "-", Moments.of(states.negative(t)));
        assertEquals(golden.get("error").asDouble(), states.threshold(t).error(), 1e-12);
      }
    }));
  }

  private static void assertMoments(JsonNode golden, String sign, Moments moments) {
    assertEquals(golden.get("mean" + sign).asDouble(), moments.mean(), 1e-12);
    assertEquals(golden.get("sd" + sign).asDouble(), moments.sd(), 1e-12);
  }

  @Test
  void enumerationAgreesWithTheInterpreterPathByPath() {
    Network network = new OneUnitRnn(Activation.TANH, -1.3, 0.4, 0.7, 0.2, 0.5).network();
    SamplePaths all = FlaggedBits.f1b(7).flaggedAt(3).all();
    ClassStates states = ClassStates.from(new double[] {0.5}, network, all, 7);
    try (Program oracle = new Interpreter().compile(network.architecture())) {
      double[] last = oracle.run(network.theta(), all.batch().from(all.startingFrom(0.5)), false).finalBS();
      int p = 0;
      int n = 0;
      for (int i = 0; i < all.size(); i++) {
        double ours = all.feature(i) > 0 ? states.positive(7)[p++] : states.negative(7)[n++];
        assertEquals(last[i], ours, 1e-14);
      }
    }
  }

  @Test
  void monteCarloComesNearTheExactMoments() {
    Network network = new GatedUnit(1, 2).pru();
    FlaggedBits task = FlaggedBits.f1b(12).flaggedAt(4);
    Moments exact = Moments.of(ClassStates.of(network, task.all(), 12).negative(12));
    int count = 40_000;
    Moments drawn = Moments.of(ClassStates.of(network, task.drawEach(count, Seed.of(1)), 12).negative(12));
    assertEquals(exact.mean(), drawn.mean(), 5 * exact.sd() / Math.sqrt(count));
    assertEquals(exact.sd(), drawn.sd(), 5 * exact.sd() / Math.sqrt(count));
  }

  @Test
  void errorsByFlagAverageToTheError() {
    Network network = new OneUnitRnn(Activation.TANH, 0.9, 0.5, 0.3, 0, 0).network();
    SamplePaths paths = FlaggedBits.f1b(8).drawForEveryFlag(500, Seed.of(1));
    ClassStates states = ClassStates.of(network, paths, 8);
    LinearClassifier zero = LinearClassifier.of(0, 1);
    double[] errors = states.errorByFlag(8, zero);
    assertEquals(states.error(8, zero), java.util.Arrays.stream(errors).average().orElseThrow(), 1e-12);
    assertTrue(errors[7] < errors[0], "what was flagged last is remembered best");
  }

  @Test
  void thresholdsAreFoundInEitherOrientationAndNeverPartEqualNumbers() {
    double[] low = {0, 1, 2, 3};
    double[] high = {2, 4, 5, 6};
    assertEquals(new Threshold(4, true, 0.125), Threshold.best(high, low));
    assertEquals(new Threshold(4, false, 0.125), Threshold.best(low, high));
    assertEquals(0.5, Threshold.best(new double[] {1, 1}, new double[] {1}).error());
    assertEquals(0.5, Threshold.best(new double[] {-0.0}, new double[] {0.0}).error());
    assertEquals(0.25, Threshold.best(new double[] {0, 0, 1, 1}, new double[] {1, 1, 1}).error());
    assertThrows(IllegalArgumentException.class, () -> Threshold.best(new double[] {Double.NaN}, low));
  }

  @Test
  void theBestThresholdIsThatOfTryingAll() {
    Seed.Stream random = Seed.of(5).stream("samples");
    for (int trial = 0; trial < 200; trial++) {
      double[] p = random.ints(1 + random.nextInt(9), 0, 8).asDoubleStream().toArray();
      double[] n = random.ints(1 + random.nextInt(9), 2, 10).asDoubleStream().toArray();
      double least = 0.5;
      for (double cut = -0.5; cut < 10; cut++) {
        double at = cut;
        double error = 0.5 * java.util.Arrays.stream(p).filter(v -> v < at).count() / p.length
            + 0.5 * java.util.Arrays.stream(n).filter(v -> v > at).count() / n.length;
        least = Math.min(least, Math.min(error, 1 - error));
      }
      assertEquals(least, Threshold.best(p, n).error(), 1e-12);
    }
  }

  @Test
  void classifiersOfThePlaneFindTheDirection() {
    double[] positive = {0, 1, 5, 6, -3, -1.5};
    double[] negative = {0, -1, 5, 4.5, 2, 0.5};
    LinearClassifier best = LinearClassifier.best(180, positive, negative);
    for (double y : best.outputs(positive)) {
      assertTrue(y > 0);
    }
    for (double y : best.outputs(negative)) {
      assertTrue(y < 0);
    }
    assertArrayEquals(new double[] {7, 8}, LinearClassifier.of(1, 2, 0.5).outputs(new double[] {2, 4, 3, 2}));
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    Network network = new GatedUnit(1, 2).pru();
    SamplePaths paths = FlaggedBits.f1b(5).drawEach(3, Seed.of(1));
    assertMessage("t must be in 1..5, but was 6", () -> ClassStates.of(network, paths, 6));
    assertMessage("t must be one of [5], but was 4", () -> ClassStates.of(network, paths, 5).positive(4));
    assertMessage("state must be in 0..0, but was 1", () -> ClassStates.of(network, paths, 5).positive(5, 1));
    assertMessage("a must be finite, but was NaN", () -> new GatedUnit(Double.NaN, 1));
    assertMessage("W_1 must be finite, but was NaN",
        () -> new OneUnitRnn(Activation.TANH, 1, Double.NaN, 1, 0, 0));
    assertMessage("beta[1] must be finite, but was NaN", () -> LinearClassifier.of(0, 1, Double.NaN));
    assertMessage("beta must hold a number for each state, but is empty", () -> LinearClassifier.of(0));
    assertMessage("negative must hold a multiple of 2 numbers, but holds 3",
        () -> LinearClassifier.best(2, new double[2], new double[3]));
    assertMessage("sBS must hold a multiple of 2 numbers, but holds 3",
        () -> LinearClassifier.of(0, 1, 1).outputs(new double[3]));
  }

  @Test
  void statesToStartFromMustFit() {
    Network network = new GatedUnit(1, 2).pru();
    SamplePaths paths = FlaggedBits.f1b(5).drawEach(3, Seed.of(1));
    assertMessage("s0 must hold 1 numbers, or 6 for each path its own, but holds 2",
        () -> ClassStates.from(new double[2], network, paths, 5));
    for (int wrong : new int[] {0, 2}) {
      assertMessage("a network's s0 must hold 1 numbers, but holds " + wrong,
          () -> ClassStates.ofEach(List.of(new double[wrong]), List.of(network), paths, 5));
    }
    assertMessage("there must be a network to run, but there is none",
        () -> ClassStates.ofEach(null, List.of(), paths, 5));
  }

  private static void assertMessage(String message, org.junit.jupiter.api.function.Executable code) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, code).getMessage());
  }
}
