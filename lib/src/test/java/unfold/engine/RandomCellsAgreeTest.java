package unfold.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import unfold.Seed;
import unfold.cell.Cell;
import unfold.cell.RandomCells;
import unfold.engine.Architecture.Encoding;
import unfold.engine.Architecture.Layer;
import unfold.engine.Architecture.Readout;

/** The engines against the interpreter on cells that nobody would write: outputs, states, gradients and Jacobians. */
class RandomCellsAgreeTest {
  /** As many cells of each sort. */
  private static final int CELLS = 120;
  private static final int STEPS = 3;
  private static final int SIZE = 2;
  private static final int INPUTS = 2;
  private static final int UNITS = 2;
  /** Central differences are meaningless within their step of a kink. */
  private static final double CLEAR = 1e-4;

  @TestFactory
  Stream<DynamicTest> smoothCells() {
    return IntStream.rangeClosed(1, CELLS).mapToObj(seed -> DynamicTest.dynamicTest("smooth " + seed,
        () -> check(RandomCells.smooth(Seed.of(seed)), Seed.of(seed))));
  }

  @TestFactory
  Stream<DynamicTest> cellsWithKinks() {
    return IntStream.rangeClosed(1, CELLS).mapToObj(seed -> DynamicTest.dynamicTest("any " + seed, () -> {
      assumeTrue(isClearOfKinks(Seed.of(seed)), "an argument of a ReLU or a clamp lies on its kink");
      check(RandomCells.bounded(Seed.of(seed)), Seed.of(seed));
    }));
  }

  /** The assumption above must not leave too little to test. */
  @Test
  void mostCellsAreClearOfKinks() {
    long clear = IntStream.rangeClosed(1, CELLS).filter(seed -> isClearOfKinks(Seed.of(seed))).count();
    assertTrue(clear >= 0.8 * CELLS, clear + " of " + CELLS);
  }

  private static boolean isClearOfKinks(Seed seed) {
    Cell probe = RandomCells.distancesFromKinks(seed);
    if (probe == null) {
      return true;
    }
    Architecture a = architecture(probe, null, null);
    try (Program oracle = new Interpreter().compile(a)) {
      double[] distances = oracle.run(theta(a, seed, probe), batch(a, seed), false).yTBO();
      return Arrays.stream(distances).allMatch(d -> Math.abs(d) > CLEAR);
    }
  }

  private static Architecture architecture(Cell cell, Readout readout, Loss loss) {
    return new Architecture(INPUTS, cell.isSquare() ? Encoding.projection(UNITS) : null,
        List.of(new Layer(cell, UNITS)), readout, false, loss);
  }

  /** The cell's own numbers come first, so that they are the same with and without a readout. */
  private static double[] theta(Architecture a, Seed seed, Cell cell) {
    Seed.Stream random = seed.stream("theta");
    return IntStream.range(0, a.parameterCount()).mapToDouble(i -> 0.7 * random.nextGaussian()).toArray();
  }

  private static Batch batch(Architecture a, Seed seed) {
    Seed.Stream random = seed.stream("batch");
    double[] x = IntStream.range(0, STEPS * SIZE * INPUTS).mapToDouble(i -> random.nextGaussian()).toArray();
    double[] s = IntStream.range(0, SIZE * a.stateWidth()).mapToDouble(i -> 0.5 * random.nextGaussian())
        .toArray();
    return Batch.of(STEPS, SIZE, x).from(s);
  }

  private static void check(Cell cell, Seed seed) {
    Architecture a = architecture(cell, Readout.linear(1), Loss.SQUARED_ERROR);
    double[] theta = theta(a, seed, cell);
    Batch batch = batch(a, seed).towards(new double[STEPS * SIZE]);
    for (Engine engine : EnginesAgreeTest.ENGINES) {
      check(engine, a, theta, batch);
    }
  }

  private static void check(Engine engine, Architecture a, double[] theta, Batch batch) {
    try (Program ours = engine.compile(a); Program oracle = new Interpreter().compile(a)) {
      Program.Run run = ours.run(theta, batch, true);
      Program.Run truth = oracle.run(theta, batch, true);
      near(truth.yTBO(), run.yTBO(), 1e-12, "outputs");
      near(truth.sTBS(), run.sTBS(), 1e-12, "states");
      double[] gradient = new double[theta.length];
      double[] expected = new double[theta.length];
      ours.gradient(theta, batch, gradient, null);
      oracle.gradient(theta, batch, expected, null);
      near(expected, gradient, 1e-8, "gradient");
      Batch points = EnginesAgreeTest.points(batch, batch.sBS());
      near(oracle.jacobian(theta, points), ours.jacobian(theta, points), 1e-8, "Jacobian");
    }
  }

  /** Relative to the largest number where that is above 1. */
  private static void near(double[] expected, double[] actual, double tolerance, String what) {
    double scale = Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElse(1));
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance * scale, what + "[" + i + "]");
    }
  }
}
