package unfold.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import unfold.Seed;
import unfold.cell.Catalogue;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.F1bCells;
import unfold.engine.Architecture.Encoding;
import unfold.engine.Architecture.Layer;
import unfold.engine.Architecture.Readout;
import unfold.engine.djl.DjlEngine;
import unfold.engine.vector.Precision;
import unfold.engine.vector.VectorEngine;

/** Outputs, states, losses, gradients and Jacobians of both engines against the scalar interpreter and central differences. */
class EnginesAgreeTest {
  static final List<Engine> ENGINES = List.of(DjlEngine.inDouble(), new VectorEngine(Precision.DOUBLE, 2));

  private static final int STEPS = 4;
  private static final int SIZE = 3;
  private static final int INPUTS = 2;
  private static final int UNITS = 3;
  private static final int OUTPUTS = 2;
  private static final int SYMBOLS = 4;

  @TestFactory
  Stream<DynamicTest> everyCellInDoublePrecision() {
    return Catalogue.cells().flatMap(cell -> Stream.of(1, 2).flatMap(depth -> Stream.of(Loss.values())
        .map(loss -> DynamicTest.dynamicTest(cell.name() + ", depth " + depth + ", " + loss,
            () -> check(architecture(cell, depth, loss, depth == 2))))));
  }

  /** An embedding's gradient adds up over equal indices, and from both of its uses if the readout is tied. */
  @TestFactory
  Stream<DynamicTest> embeddings() {
    return Catalogue.cells().flatMap(cell -> Stream.of(true, false).flatMap(tied -> Stream.of(Loss.values())
        .map(loss -> DynamicTest.dynamicTest(cell.name() + (tied ? ", tied, " : ", ") + loss, () -> {
          Readout readout = tied ? Readout.tied(SYMBOLS) : Readout.linear(OUTPUTS);
          check(new Architecture(SYMBOLS, Encoding.embedding(UNITS),
              List.of(new Layer(cell, UNITS), new Layer(cell, UNITS)), readout, tied, loss));
        }))));
  }

  /** With and without a bias, through tanh, tied, and none at all. */
  @TestFactory
  Stream<DynamicTest> readouts() {
    List<Layer> layers = List.of(new Layer(F1bCells.gru(), UNITS));
    Stream<Architecture> some = IntStream.range(0, 4).boxed().flatMap(i -> {
      boolean bias = i % 2 == 0;
      boolean tanh = i / 2 == 0;
      Readout own = new Readout(OUTPUTS, bias, tanh, false);
      Readout tied = new Readout(SYMBOLS, bias, tanh, true);
      return Stream.of(new Architecture(INPUTS, null, layers, own, true, Loss.SQUARED_ERROR),
          new Architecture(SYMBOLS, Encoding.embedding(UNITS), layers, tied, false, Loss.SQUARED_ERROR));
    });
    Architecture none = new Architecture(INPUTS, Encoding.projection(5), layers, null, true,
        Loss.SQUARED_ERROR);
    return Stream.concat(some, Stream.of(none))
        .map(a -> DynamicTest.dynamicTest(a.encoding() + ", " + a.readout(), () -> check(a)));
  }

  /** Outputs in groups, each with a softmax of its own: also where a group is no multiple of a vector. */
  @TestFactory
  Stream<DynamicTest> groupsOfOutputs() {
    return Stream.of(new int[] {2, 1}, new int[] {3, 2}, new int[] {2, 9}, new int[] {10, 10}).map(size ->
        DynamicTest.dynamicTest(size[0] + " groups of " + size[1], () -> {
          int outputs = size[0] * size[1];
          Architecture a = new Architecture(INPUTS, null, List.of(new Layer(F1bCells.gru(), UNITS)),
              Readout.linear(outputs), false, Loss.SOFTMAX_CROSS_ENTROPY);
          Seed.Stream random = Seed.of(5).stream("classes");
          check(a, batch(a, 1).towards(integers(STEPS * SIZE * size[0], size[1], random)),
              batch(a, 2).towards(integers(STEPS * SIZE * size[0], size[1], random)));
        }));
  }

  /** One step, one sequence, one unit, states that start at zero, and a loss at the last step alone. */
  @TestFactory
  Stream<DynamicTest> smallestSizes() {
    return Catalogue.cells().flatMap(cell -> Stream.of(1, 3).map(steps -> DynamicTest.dynamicTest(
        cell.name() + ", " + steps + " steps", () -> {
          Architecture a = new Architecture(1, null, List.of(new Layer(cell, 1)), Readout.linear(1), false,
              Loss.LOGISTIC);
          double[] theta = Drawn.normal(a.parameterCount(), 0.6, "theta");
          Batch batch = Batch.of(steps, 1, Drawn.normal(steps, 1, "x")).towardsLast(new double[] {1});
          double[] gradient = new double[theta.length];
          double[] expected = new double[theta.length];
          for (Engine engine : ENGINES) {
            try (Program ours = engine.compile(a); Program oracle = new Interpreter().compile(a)) {
              assertEquals(oracle.gradient(theta, batch, expected, null),
                  ours.gradient(theta, batch, gradient, null), 1e-12);
              assertArrayEquals(expected, gradient, 1e-8);
              assertArrayEquals(oracle.run(theta, batch, true).sTBS(), ours.run(theta, batch, true).sTBS(), 1e-12);
            }
          }
        })));
  }

  static Architecture architecture(Cell cell, int depth, Loss loss, boolean learned) {
    List<Layer> layers = java.util.Collections.nCopies(depth, new Layer(cell, UNITS));
    Encoding encoding = cell.isSquare() ? Encoding.projection(UNITS) : null;
    return new Architecture(INPUTS, encoding, layers, Readout.linear(OUTPUTS), learned, loss);
  }

  private static void check(Architecture a) {
    check(a, batch(a, 1), batch(a, 2));
  }

  private static void check(Architecture a, Batch batch, Batch other) {
    ENGINES.forEach(engine -> check(a, engine, batch, other));
  }

  private static void check(Architecture a, Engine engine, Batch batch, Batch other) {
    double[] theta = Drawn.normal(a.parameterCount(), 0.6, "theta");
    double[] otherTheta = Drawn.normal(a.parameterCount(), 0.6, "other theta");
    try (Program ours = engine.compile(a); Program oracle = new Interpreter().compile(a)) {
      Program.Run run = ours.run(theta, batch, true);
      Program.Run truth = oracle.run(theta, batch, true);
      assertArrayEquals(truth.yTBO(), run.yTBO(), 1e-12);
      assertArrayEquals(truth.sTBS(), run.sTBS(), 1e-12);
      assertArrayEquals(truth.finalBS(), run.finalBS(), 1e-12);
      assertEquals(oracle.loss(theta, batch), ours.loss(theta, batch), 1e-12);

      double[] gradient = new double[theta.length];
      double[] expected = new double[theta.length];
      double[] last = new double[SIZE * a.stateWidth()];
      double[] expectedLast = last.clone();
      assertEquals(oracle.gradient(theta, batch, expected, expectedLast),
          ours.gradient(theta, batch, gradient, last), 1e-12);
      assertArrayEquals(truth.finalBS(), expectedLast);
      assertArrayEquals(expectedLast, last, 1e-12);
      assertArrayEquals(expected, gradient, 1e-8, "gradient");
      Batch overlapping = batch.carryingFrom(STEPS - 2);
      double[] carried = last.clone();
      double[] after = Arrays.copyOfRange(truth.sTBS(), (STEPS - 3) * last.length, (STEPS - 2) * last.length);
      assertEquals(oracle.loss(theta, batch), ours.loss(theta, overlapping, carried), 1e-12);
      assertArrayEquals(after, carried, 1e-12, "states carried on by the loss");
      Arrays.fill(carried, Double.NaN);
      ours.gradient(theta, overlapping, gradient, carried);
      assertArrayEquals(after, carried, 1e-12, "states carried on by the gradient");
      ours.loss(theta, batch, carried);
      assertArrayEquals(last, carried, 1e-12, "states after the last step");

      double[] first = new double[theta.length];
      double[] second = new double[theta.length];
      double[][] lasts = {last.clone(), last.clone()};
      double[] losses = ours.gradients(List.of(theta, otherTheta), List.of(batch, other),
          List.of(first, second), List.of(lasts));
      assertArrayEquals(gradient, first, 1e-12, "first of two networks at once");
      assertArrayEquals(last, lasts[0], 1e-12);
      assertEquals(oracle.gradient(otherTheta, other, expected, expectedLast), losses[1], 1e-12);
      assertArrayEquals(expected, second, 1e-8, "second of two networks at once");
      assertArrayEquals(expectedLast, lasts[1], 1e-12);

      double[][] seen = new double[1][];
      ours.simulate(theta, batch.sBS(), STEPS, SIZE, input(batch), (t, states) -> seen[0] = states.get());
      assertArrayEquals(truth.finalBS(), seen[0], 1e-12, "simulation");
      List<double[]> both = ours.simulate(List.of(theta, otherTheta), batch.sBS(), STEPS, SIZE, input(batch));
      assertArrayEquals(truth.finalBS(), both.get(0), 1e-12, "first of two simulations");
      assertArrayEquals(oracle.run(otherTheta, batch, false).finalBS(), both.get(1), 1e-12);

      Batch points = points(batch, truth.finalBS());
      assertArrayEquals(oracle.jacobian(theta, points), ours.jacobian(theta, points), 1e-8, "Jacobian");
    }
  }

  /** So many points of so many states that they take more than one pass: each is as if it were alone. */
  @ParameterizedTest
  @FieldSource("ENGINES")
  void jacobiansOfManyPoints(Engine engine) {
    int units = 64;
    int size = 300;
    Architecture a = new Architecture(1, null, List.of(new Layer(F1bCells.gru(), units)), null, false, null);
    double[] theta = Drawn.normal(a.parameterCount(), 0.2, "theta");
    Batch points = Batch.of(1, size, Drawn.normal(size, 1, "x")).from(Drawn.normal(size * units, 0.5, "s"));
    try (Program ours = engine.compile(a)) {
      double[] all = ours.jacobian(theta, points);
      for (int b : new int[] {0, 255, 256, 299}) {
        Batch one = Batch.of(1, 1, Arrays.copyOfRange(points.xTBI(), b, b + 1))
            .from(Arrays.copyOfRange(points.sBS(), b * units, (b + 1) * units));
        assertArrayEquals(ours.jacobian(theta, one),
            Arrays.copyOfRange(all, b * units * units, (b + 1) * units * units), 1e-13, "point " + b);
      }
    }
  }

  /** Nothing to differentiate: what PyTorch alone would refuse. */
  @ParameterizedTest
  @FieldSource("ENGINES")
  void jacobianOfACellThatForgets(Engine engine) {
    Cell forgetful = Cell.define("forgetful",
        (eq, x) -> eq.next(eq.state("h"), Expr.tanh(eq.affine("h", x))));
    Architecture a = new Architecture(1, null, List.of(new Layer(forgetful, 2)), null, false, null);
    try (Program ours = engine.compile(a)) {
      assertArrayEquals(new double[4], ours.jacobian(Drawn.normal(a.parameterCount(), 1, "theta"),
          Batch.of(1, 1, new double[] {1}).from(new double[2])));
    }
  }

  /** A batch's inputs, a step at a time. */
  static Program.Input input(Batch batch) {
    int inputs = batch.iTB() != null ? 1 : batch.xTBI().length / (batch.steps() * batch.size());
    return (t, first, count, x) -> {
      for (int i = 0; i < count * inputs; i++) {
        int at = ((t - 1) * batch.size() + first) * inputs + i;
        x[i] = batch.iTB() != null ? batch.iTB()[at] : batch.xTBI()[at];
      }
    };
  }

  /** The first step of a batch, from the given states. */
  static Batch points(Batch batch, double[] sBS) {
    int size = batch.size();
    return (batch.iTB() != null ? Batch.of(1, size, Arrays.copyOf(batch.iTB(), size))
        : Batch.of(1, size, Arrays.copyOf(batch.xTBI(), batch.xTBI().length / batch.steps()))).from(sBS);
  }

  /** Weights differ, some are zero; states are given to networks that learn none. */
  static Batch batch(Architecture a, int seed) {
    String name = "batch " + seed;
    double[] weights = new double[STEPS * SIZE];
    for (int i = SIZE; i < weights.length; i++) {
      weights[i] = i % 5;
    }
    Seed.Stream random = Seed.of(seed).stream("target");
    Batch batch = (a.embedded() ? Batch.of(STEPS, SIZE, integers(STEPS * SIZE, a.inputs(), random))
        : Batch.of(STEPS, SIZE, Drawn.normal(STEPS * SIZE * a.inputs(), 1, name))).weighing(weights);
    if (!a.learnedInitialState()) {
      batch = batch.from(Drawn.normal(SIZE * a.stateWidth(), 0.5, name + " state"));
    }
    if (a.loss() == Loss.SOFTMAX_CROSS_ENTROPY) {
      return batch.towards(integers(STEPS * SIZE, a.outputs(), random));
    }
    return batch.towards(Arrays.stream(integers(STEPS * SIZE * a.outputs(), 2, random)).asDoubleStream()
        .toArray());
  }

  private static int[] integers(int count, int bound, Seed.Stream random) {
    return IntStream.range(0, count).map(i -> random.nextInt(bound)).toArray();
  }
}
