package unfold.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import unfold.Seed;
import unfold.cell.Catalogue;
import unfold.cell.Cell;
import unfold.engine.Architecture.Layer;
import unfold.engine.Architecture.Readout;
import unfold.engine.djl.DjlEngine;

/** Outputs, states, losses and gradients of the engines against the scalar interpreter and central differences. */
class EnginesAgreeTest {
  private static final int STEPS = 4;
  private static final int SIZE = 3;
  private static final int INPUTS = 2;
  private static final int UNITS = 3;
  private static final int OUTPUTS = 2;

  @TestFactory
  Stream<DynamicTest> everyCellInDoublePrecision() {
    return Catalogue.cells().flatMap(cell -> Stream.of(1, 2).flatMap(depth -> Stream.of(Loss.values())
        .map(loss -> DynamicTest.dynamicTest(cell.name() + ", depth " + depth + ", " + loss,
            () -> check(architecture(cell, depth, loss, depth == 2))))));
  }

  /** One step, one sequence, one unit, states that start at zero, and a loss at the last step alone. */
  @TestFactory
  Stream<DynamicTest> smallestSizes() {
    return Catalogue.cells().flatMap(cell -> Stream.of(1, 3).map(steps -> DynamicTest.dynamicTest(
        cell.name() + ", " + steps + " steps", () -> {
          Architecture a = new Architecture(1, false, List.of(new Layer(cell, 1)), Readout.linear(1), false,
              Loss.LOGISTIC);
          double[] theta = normal(a.parameterCount(), 0.6, "theta");
          Batch batch = Batch.of(steps, 1, normal(steps, 1, "x")).towardsLast(new double[] {1});
          double[] gradient = new double[theta.length];
          double[] expected = new double[theta.length];
          try (Program djl = DjlEngine.inDouble().compile(a); Program oracle = new Interpreter().compile(a)) {
            assertEquals(oracle.gradient(theta, batch, expected).loss(),
                djl.gradient(theta, batch, gradient).loss(), 1e-12);
            assertArrayEquals(expected, gradient, 1e-8);
            assertArrayEquals(oracle.run(theta, batch, true).sTBS(), djl.run(theta, batch, true).sTBS(), 1e-12);
          }
        })));
  }

  static Architecture architecture(Cell cell, int depth, Loss loss, boolean learned) {
    List<Layer> layers = java.util.Collections.nCopies(depth, new Layer(cell, UNITS));
    return new Architecture(INPUTS, cell.isSquare(), layers, Readout.linear(OUTPUTS), learned, loss);
  }

  private static void check(Architecture a) {
    Batch batch = batch(a, 1);
    Batch other = batch(a, 2);
    double[] theta = normal(a.parameterCount(), 0.6, "theta");
    double[] otherTheta = normal(a.parameterCount(), 0.6, "other theta");
    try (Program djl = DjlEngine.inDouble().compile(a); Program oracle = new Interpreter().compile(a)) {
      Program.Run ours = djl.run(theta, batch, true);
      Program.Run truth = oracle.run(theta, batch, true);
      assertArrayEquals(truth.yTBO(), ours.yTBO(), 1e-12);
      assertArrayEquals(truth.sTBS(), ours.sTBS(), 1e-12);
      assertArrayEquals(truth.finalBS(), ours.finalBS(), 1e-12);
      assertEquals(oracle.loss(theta, batch), djl.loss(theta, batch), 1e-12);

      double[] gradient = new double[theta.length];
      double[] expected = new double[theta.length];
      Program.Step step = djl.gradient(theta, batch, gradient);
      Program.Step true_ = oracle.gradient(theta, batch, expected);
      assertEquals(true_.loss(), step.loss(), 1e-12);
      assertArrayEquals(true_.finalBS(), step.finalBS(), 1e-12);
      assertArrayEquals(expected, gradient, 1e-8, "gradient");

      double[] first = new double[theta.length];
      double[] second = new double[theta.length];
      djl.gradients(List.of(theta, otherTheta), List.of(batch, other), List.of(first, second));
      assertArrayEquals(gradient, first, 1e-12, "first of two networks at once");
      oracle.gradient(otherTheta, other, expected);
      assertArrayEquals(expected, second, 1e-8, "second of two networks at once");

      double[][] seen = new double[1][];
      djl.simulate(theta, batch.sBS(), STEPS, SIZE, (t, x) -> System.arraycopy(batch.xTBI(),
          (t - 1) * x.length, x, 0, x.length), (t, states) -> seen[0] = states.get());
      assertArrayEquals(truth.finalBS(), seen[0], 1e-12, "simulation");
    }
  }

  /** Weights differ, some are zero; states are given to networks that learn none. */
  static Batch batch(Architecture a, int seed) {
    String name = "batch " + seed;
    double[] x = normal(STEPS * SIZE * INPUTS, 1, name);
    double[] weights = new double[STEPS * SIZE];
    for (int i = SIZE; i < weights.length; i++) {
      weights[i] = i % 5;
    }
    Batch batch = Batch.of(STEPS, SIZE, x).weighing(weights);
    if (!a.learnedInitialState()) {
      batch = batch.from(normal(SIZE * a.stateWidth(), 0.5, name + " state"));
    }
    Seed.Stream random = Seed.of(seed).stream("target");
    if (a.loss() == Loss.SOFTMAX_CROSS_ENTROPY) {
      return batch.towards(java.util.stream.IntStream.range(0, STEPS * SIZE)
          .map(i -> random.nextInt(OUTPUTS)).toArray());
    }
    return batch.towards(java.util.stream.IntStream.range(0, STEPS * SIZE * OUTPUTS)
        .mapToDouble(i -> random.nextInt(2)).toArray());
  }

  static double[] normal(int count, double scale, String name) {
    Seed.Stream random = Seed.of(7).stream(name);
    return java.util.stream.IntStream.range(0, count).mapToDouble(i -> scale * random.nextGaussian()).toArray();
  }
}
