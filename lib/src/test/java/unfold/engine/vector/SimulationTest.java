package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import unfold.Seed;
import unfold.cell.Catalogue;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.F1bCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Encoding;
import unfold.engine.Architecture.Layer;
import unfold.engine.Batch;
import unfold.engine.Drawn;
import unfold.engine.Interpreter;
import unfold.engine.Program;
import unfold.task.FlaggedBits;
import unfold.task.SamplePaths;

/** Networks of few units, whose vectors hold sequences. */
class SimulationTest {
  private static final int STEPS = 7;

  /** One unit and two, one layer and two, in whichever layout, from states of the network's own and from given ones. */
  @TestFactory
  Stream<DynamicTest> everyCell() {
    return Catalogue.cells().map(cell -> DynamicTest.dynamicTest(cell.name(), () -> {
      check(architecture(cell, 1, 1), 17, Precision.FLOAT);
      check(architecture(cell, 1, 2), 15, Precision.DOUBLE);
      check(architecture(cell, 2, 1), 17, Precision.DOUBLE);
    }));
  }

  @TestFactory
  Stream<DynamicTest> anyNumberOfSequences() {
    return IntStream.of(1, 15, 16, 17, 128, 129, 1000).mapToObj(size -> DynamicTest.dynamicTest(size + " sequences",
        () -> check(architecture(F1bCells.gru(), 1, 1), size, Precision.DOUBLE)));
  }

  /** More steps than a block of inputs holds. */
  @Test
  void manySteps() {
    Architecture a = architecture(F1bCells.rnn(), 2, 1);
    assertSameBits(a, 300, 20, Precision.FLOAT);
  }

  /** The truth is the interpreter's; the bits are those of a batch that is run through the same engine. */
  private static void check(Architecture a, int size, Precision precision) {
    assertSameBits(a, STEPS, size, precision);
    List<double[]> thetas = thetas(a);
    double[] s0BS = Drawn.normal(size * a.stateWidth(), 0.5, "start");
    Batch batch = Batch.of(STEPS, size, Drawn.normal(STEPS * size * a.inputs(), 1, "x"));
    double tolerance = precision == Precision.DOUBLE ? 1e-12 : 1e-5;
    try (Program ours = new VectorEngine(precision, 2).compile(a); Program oracle = new Interpreter().compile(a)) {
      for (double[] start : new double[][] {null, s0BS}) {
        Batch from = start == null ? batch : batch.from(start);
        List<double[]> finals = ours.simulate(thetas, start, STEPS, size, input(batch));
        for (int r = 0; r < thetas.size(); r++) {
          assertArrayEquals(oracle.run(thetas.get(r), from, false).finalBS(), finals.get(r), tolerance);
        }
      }
    }
  }

  private static void assertSameBits(Architecture a, int steps, int size, Precision precision) {
    List<double[]> thetas = thetas(a);
    double[] s0BS = Drawn.normal(size * a.stateWidth(), 0.5, "start");
    Batch batch = Batch.of(steps, size, Drawn.normal(steps * size * a.inputs(), 1, "x")).from(s0BS);
    try (Program program = new VectorEngine(precision, 1).compile(a)) {
      List<double[]> finals = program.simulate(thetas, s0BS, steps, size, input(batch));
      for (int r = 0; r < thetas.size(); r++) {
        Program.Run run = program.run(thetas.get(r), batch, true);
        assertArrayEquals(run.finalBS(), finals.get(r));
        List<double[]> seen = new ArrayList<>();
        program.simulate(thetas.get(r), s0BS, steps, size, input(batch), (t, states) -> {
          assertEquals(seen.size() + 1, t);
          seen.add(states.get());
        });
        for (int t = 0; t < steps; t++) {
          int each = size * a.stateWidth();
          assertArrayEquals(Arrays.copyOfRange(run.sTBS(), t * each, (t + 1) * each), seen.get(t));
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> sameBitsOnAnyNumberOfThreads() {
    return Stream.of(Precision.values()).map(precision -> DynamicTest.dynamicTest(precision.type(), () -> {
      Architecture a = architecture(F1bCells.lstm(), 1, 1);
      int size = 1500;
      SamplePaths paths = FlaggedBits.f1b(200).draw(size, Seed.of(3));
      double[][] seen = IntStream.of(1, 2, 7).mapToObj(threads -> {
        try (Program program = new VectorEngine(precision, threads).compile(a)) {
          double[][] last = new double[1][];
          List<double[]> finals = program.simulate(thetas(a), null, 200, size, paths);
          program.simulate(thetas(a).get(1), null, 200, size, paths, (t, s) -> last[0] = t == 200 ? s.get() : null);
          assertArrayEquals(finals.get(1), last[0]);
          return IntStream.range(0, 2 * last[0].length).mapToDouble(i -> finals.get(i % 2)[i / 2]).toArray();
        }
      }).toArray(double[][]::new);
      assertArrayEquals(seen[0], seen[1]);
      assertArrayEquals(seen[0], seen[2]);
    }));
  }

  /** Paths that write their inputs column by column are the same as those that are asked row by row. */
  @Test
  void samplePathsByColumns() {
    Architecture a = architecture(F1bCells.rnn(), 2, 1);
    try (Program program = new VectorEngine(Precision.FLOAT, 2).compile(a)) {
      for (SamplePaths paths : List.of(FlaggedBits.fkb(70, 3).withFlagsZeroOne().draw(333, Seed.of(2)),
          FlaggedBits.f1b(8).flaggedAt(3).all())) {
        int steps = paths.process().length();
        Program.Input rows = paths::fill;
        List<double[]> expected = program.simulate(thetas(a), null, steps, paths.size(), rows);
        List<double[]> finals = program.simulate(thetas(a), null, steps, paths.size(), paths);
        for (int r = 0; r < expected.size(); r++) {
          assertArrayEquals(expected.get(r), finals.get(r));
        }
      }
    }
  }

  /** With either sign: 0 / 0 has one on x86. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void notANumberStays(Precision precision) {
    double minusNan = Double.longBitsToDouble(0xfff8_0000_0000_0000L);
    for (Cell cell : List.of(F1bCells.rnn(), F1bCells.rnn(Expr::clamp), F1bCells.rnn(Expr::relu), F1bCells.gru())) {
      Architecture a = architecture(cell, 1, 1);
      double[] x = Drawn.normal(STEPS * 20 * a.inputs(), 1, "x");
      x[5 * a.inputs()] = Double.NaN;
      x[7 * a.inputs()] = minusNan;
      try (Program program = new VectorEngine(precision, 1).compile(a)) {
        double[] last = program.simulate(thetas(a), null, STEPS, 20, input(Batch.of(STEPS, 20, x))).get(0);
        for (int b = 0; b < 20; b++) {
          assertEquals(b == 5 || b == 7, Double.isNaN(last[b]), cell.name() + ", sequence " + b);
        }
      }
    }
  }

  /** Sizes decide: all cells of one unit but the largest, one of paper 1 of two and of three. */
  @Test
  void sizesThatAreRunThisWay() {
    long small = Catalogue.cells().filter(cell -> Simulation.suits(layout(architecture(cell, 1, 1)))).count();
    assertTrue(small >= Catalogue.cells().count() - 2, small + " cells of one unit");
    assertTrue(Simulation.suits(layout(architecture(F1bCells.rnn(), 3, 1))));
    assertTrue(Simulation.suits(layout(architecture(F1bCells.rnn(), 1, 2))));
    assertFalse(Simulation.suits(layout(architecture(F1bCells.lstm(), 4, 1))));
  }

  private static Layout layout(Architecture a) {
    return new Layout(a, a.layers().stream().map(layer -> new CellPlan(layer.cell())).toList(),
        Kernels.of(Precision.FLOAT));
  }

  private static List<double[]> thetas(Architecture a) {
    return List.of(Drawn.normal(a.parameterCount(), 0.6, "theta"),
        Drawn.normal(a.parameterCount(), 0.6, "other theta"));
  }

  private static Architecture architecture(Cell cell, int units, int depth) {
    return new Architecture(2, cell.isSquare() ? Encoding.projection(units) : null,
        Collections.nCopies(depth, new Layer(cell, units)), null, depth == 2, null);
  }

  private static Program.Input input(Batch batch) {
    int inputs = batch.xTBI().length / (batch.steps() * batch.size());
    return (t, first, count, x) ->
        System.arraycopy(batch.xTBI(), ((t - 1) * batch.size() + first) * inputs, x, 0, count * inputs);
  }
}
