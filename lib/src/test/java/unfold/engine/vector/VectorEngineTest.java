package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import unfold.cell.CapacityCells;
import unfold.cell.Catalogue;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.McrmCells;
import unfold.cell.MemoryCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Encoding;
import unfold.engine.Architecture.Layer;
import unfold.engine.Architecture.Readout;
import unfold.engine.Batch;
import unfold.engine.Drawn;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.engine.djl.DjlEngine;

/** The vector engine at sizes that fill vectors, chunks and blocks, in the precision that trains. */
class VectorEngineTest {
  /** In single precision, relative to the largest number: sums of some thousand terms. */
  private static final double TOLERANCE = 2e-5;

  /** 40 sequences are two chunks, 19 units no multiple of a vector; DJL's double precision is the truth. */
  @TestFactory
  Stream<DynamicTest> everyCellInSinglePrecision() {
    return Catalogue.cells().flatMap(cell -> Stream.of(Loss.values()).map(loss -> DynamicTest.dynamicTest(
        cell.name() + ", " + loss, () -> {
          Architecture a = architecture(cell, 19, 2, loss);
          double[] theta = Drawn.normal(a.parameterCount(), 0.25, "theta");
          Batch batch = Drawn.batch(a, 12, 40);
          double[] gradient = new double[theta.length];
          double[] expected = new double[theta.length];
          try (Program ours = new VectorEngine(Precision.FLOAT, 2).compile(a);
              Program truth = DjlEngine.inDouble().compile(a)) {
            double loss1 = truth.gradient(theta, batch, expected, null);
            assertEquals(loss1, ours.gradient(theta, batch, gradient, null), TOLERANCE * loss1);
            near(expected, gradient);
            assertEquals(loss1, ours.loss(theta, batch), TOLERANCE * loss1);
            near(truth.run(theta, batch, true).sTBS(), ours.run(theta, batch, true).sTBS());
          }
        })));
  }

  /** Sequences so long that a forward run is cut into several stretches of time. */
  @Test
  void longSequences() {
    Architecture a = architecture(McrmCells.gru(), 5, 2, Loss.SQUARED_ERROR);
    double[] theta = Drawn.normal(a.parameterCount(), 0.4, "theta");
    Batch batch = Drawn.batch(a, 300, 50);
    try (Program ours = new VectorEngine(Precision.DOUBLE, 2).compile(a);
        Program truth = DjlEngine.inDouble().compile(a)) {
      Program.Run run = ours.run(theta, batch, true);
      Program.Run expected = truth.run(theta, batch, true);
      assertArrayEquals(expected.yTBO(), run.yTBO(), 1e-11);
      assertArrayEquals(expected.sTBS(), run.sTBS(), 1e-11);
      assertArrayEquals(expected.finalBS(), run.finalBS(), 1e-11);
      assertEquals(truth.loss(theta, batch), ours.loss(theta, batch), 1e-11);
    }
  }

  @TestFactory
  Stream<DynamicTest> sameBitsOnAnyNumberOfThreads() {
    return Stream.of(McrmCells.mcrm(), MemoryCells.rnn(), CapacityCells.plusRnn(1)).map(cell ->
        DynamicTest.dynamicTest(cell.name(), () -> {
          double[][] seen = IntStream.of(1, 2, 7).mapToObj(threads -> {
            Architecture a = architecture(cell, 40, 2, Loss.SOFTMAX_CROSS_ENTROPY);
            double[] theta = Drawn.normal(a.parameterCount(), 0.2, "theta");
            Batch batch = Drawn.batch(a, 9, 150);
            double[] gradient = new double[theta.length];
            try (Program program = new VectorEngine(Precision.FLOAT, threads).compile(a)) {
              double loss = program.gradient(theta, batch, gradient, null);
              double[] numbers = Arrays.copyOf(gradient, theta.length + 2);
              numbers[theta.length] = loss;
              numbers[theta.length + 1] = Arrays.hashCode(program.run(theta, batch, true).sTBS());
              return numbers;
            }
          }).toArray(double[][]::new);
          assertArrayEquals(seen[0], seen[1]);
          assertArrayEquals(seen[0], seen[2]);
        }));
  }

  /**
   * So few sequences are one chunk, so many outputs four blocks of rows: threads share the readout, its gradient and, with this
   * many parameters, their packing. One step between does not count.
   */
  @TestFactory
  Stream<DynamicTest> threadsShareAReadoutOfManyOutputs() {
    int outputs = 3001;
    return Stream.of(
        new Architecture(3, null, List.of(new Layer(McrmCells.gru(), 35)), Readout.linear(outputs), true, Loss.LOGISTIC),
        new Architecture(3, null, List.of(new Layer(McrmCells.gru(), 35)), Readout.tanh(outputs), true, Loss.SQUARED_ERROR),
        new Architecture(outputs, Encoding.embedding(35), List.of(new Layer(McrmCells.gru(), 35)), Readout.tied(outputs),
            false, Loss.SOFTMAX_CROSS_ENTROPY))
        .map(a -> DynamicTest.dynamicTest(a.loss().toString(), () -> {
          double[] theta = Drawn.normal(a.parameterCount(), 0.2, "theta");
          double[] weights = new double[24 * 9];
          Arrays.fill(weights, 1);
          Arrays.fill(weights, 11 * 9, 12 * 9, 0);
          Batch batch = Drawn.batch(a, 24, 9).weighing(weights);
          double[] expected = new double[theta.length];
          double truth;
          try (Program program = DjlEngine.inDouble().compile(a)) {
            truth = program.gradient(theta, batch, expected, null);
          }
          double[] first = null;
          for (int threads : new int[] {1, 2, 7}) {
            double[] gradient = new double[theta.length];
            try (Program program = new VectorEngine(Precision.FLOAT, threads).compile(a)) {
              double loss = program.gradients(List.of(theta), List.of(batch), List.of(gradient), null)[0];
              assertEquals(truth, loss, TOLERANCE * truth);
              assertEquals(truth, program.loss(theta, batch), TOLERANCE * truth);
              near(expected, gradient);
              double[] numbers = Arrays.copyOf(gradient, theta.length + 2);
              numbers[theta.length] = loss;
              numbers[theta.length + 1] = program.loss(theta, batch);
              first = first == null ? numbers : first;
              assertArrayEquals(first, numbers, threads + " threads");
            }
          }
        }));
  }

  /** Several networks at once give each the bits that it has alone. */
  @Test
  void networksAtOnceAreAsAlone() {
    Architecture a = architecture(McrmCells.lstm(), 24, 1, Loss.SQUARED_ERROR);
    List<double[]> thetas = IntStream.range(0, 5)
        .mapToObj(r -> Drawn.normal(a.parameterCount(), 0.3, "theta " + r)).toList();
    List<Batch> batches = Collections.nCopies(5, Drawn.batch(a, 20, 33));
    List<double[]> gradients = thetas.stream().map(t -> new double[t.length]).toList();
    try (Program program = new VectorEngine(Precision.FLOAT, 3).compile(a)) {
      double[] losses = program.gradients(thetas, batches, gradients, null);
      for (int r = 0; r < losses.length; r++) {
        double[] alone = new double[thetas.get(r).length];
        assertEquals(program.gradient(thetas.get(r), batches.get(r), alone, null), losses[r]);
        assertArrayEquals(alone, gradients.get(r));
      }
    }
  }

  /** Gradients that vanish over a thousand steps must not end in subnormal numbers, nor change the rest. */
  @Test
  void vanishingGradients() {
    Architecture a = new Architecture(1, null, List.of(new Layer(MemoryCells.rnn(), 8)), Readout.linear(1), true,
        Loss.SQUARED_ERROR);
    double[] theta = Drawn.normal(a.parameterCount(), 0.1, "theta");
    Batch batch = Batch.of(1000, 16, Drawn.normal(16_000, 1, "x")).towardsLast(Drawn.normal(16, 1, "y"));
    double[] gradient = new double[theta.length];
    double[] expected = new double[theta.length];
    try (Program ours = new VectorEngine(Precision.FLOAT, 1).compile(a);
        Program truth = DjlEngine.inDouble().compile(a)) {
      ours.gradient(theta, batch, gradient, null);
      truth.gradient(theta, batch, expected, null);
      near(expected, gradient);
      Architecture.Block start = a.block("1.S_0");
      assertEquals(0, gradient[start.offset()], "what vanished is zero");
    }
  }

  /** A reader sees the equations and what became of them. */
  @Test
  void aCellShowsItsSource() {
    String source = McrmCells.gru().kernelSource();
    assertTrue(source.contains("r = sigmoid(W_ir x + b_ir + W_hr h' + b_hr)"), source);
    assertTrue(source.contains("product(") && source.contains("FloatFunctions.tanh("), source);
    assertEquals(source, McrmCells.gru().kernelSource());
  }

  @Test
  void onlyTheEngineRefusesWhatItCannotRun() {
    Cell cell = Cell.define("misaligned", (eq, x, h) -> {
      Expr first = Expr.concat(x, h);
      Expr second = Expr.concat(h, x);
      return eq.next(h, Expr.tanh(eq.affine("h", first.times(second))));
    });
    Architecture a = new Architecture(2, null, List.of(new Layer(cell, 3)), null, false, null);
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
        () -> VectorEngine.inFloat().compile(a));
    assertTrue(e.getMessage().startsWith("cell misaligned combines concatenations that are cut at different places"),
        e.getMessage());
  }

  private static Architecture architecture(Cell cell, int units, int depth, Loss loss) {
    return new Architecture(3, cell.isSquare() ? Encoding.projection(units) : null,
        Collections.nCopies(depth, new Layer(cell, units)), Readout.linear(5), true, loss);
  }

  private static void near(double[] expected, double[] actual) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertArrayEquals(expected, actual, TOLERANCE * largest);
  }
}
