package unfold.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.cell.CapacityCells;
import unfold.cell.Catalogue;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.F1bCells;
import unfold.cell.McrmCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Architecture.Kind;
import unfold.engine.Architecture.Readout;
import unfold.engine.Batch;
import unfold.engine.Engine;
import unfold.engine.Interpreter;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.engine.djl.DjlEngine;

class NetworkTest {

  @Test
  void parametersAreSetAndReadByName() {
    Network net = Network.inputs(2).layer(F1bCells.rnn(), 2).readout(1).build();
    net.set("U", 1, 2, 3, 4).set("readout.b", 5);
    assertArrayEquals(new double[] {1, 2, 3, 4}, net.get("1.U"));
    Block u = net.architecture().block("1.U");
    assertEquals(3, net.theta()[u.offset() + 2], "rows one after the other");
    Network copy = net.copy().set("U", 0, 0, 0, 0);
    assertEquals(1, net.get("U")[0]);
    assertEquals(5, copy.get("readout.b")[0]);
    assertEquals("RNN 2, readout 1: 13 parameters", net.toString());
  }

  @Test
  void badParametersAreNamed() {
    Network net = Network.inputs(2).layer(F1bCells.rnn(), 2).build();
    assertMessage(() -> net.set("Q", 1), "[1.W, 1.U, 1.b]", "'1.Q'");
    assertMessage(() -> net.set("U", 1), "2 x 2", "4 numbers", "given 1");
    assertMessage(() -> net.set("b", 1, Double.NaN), "b[1]", "finite", "NaN");
    assertMessage(() -> Network.inputs(0), "inputs", "at least 1", "0");
    assertMessage(() -> Network.inputs(1).layer(F1bCells.rnn(), 0), "units", "at least 1");
    assertMessage(() -> Network.inputs(1).build(), "layer");
    assertMessage(() -> Network.inputs(1).layer(F1bCells.rnn(), 1).loss(Loss.LOGISTIC).build(), "LOGISTIC",
        "readout");
    assertMessage(() -> Network.inputs(3).layer(CapacityCells.plusRnn(1), 2).build(), "+RNN", "3", "2", "project");
    assertMessage(() -> Network.of(net.architecture(), new double[3]), "theta", "10", "3");
  }

  @Test
  void badBatchesAreNamed() {
    Network net = Network.inputs(2).layer(F1bCells.rnn(), 2).readout(3).loss(Loss.SOFTMAX_CROSS_ENTROPY).build();
    double[] x = new double[4 * 5 * 2];
    try (Program p = DjlEngine.inDouble().compile(net.architecture())) {
      assertMessage(() -> p.run(net.theta(), Batch.of(4, 5, new double[20]), false), "xTBI", "4 x 5 x 2 = 40", "20");
      assertMessage(() -> p.run(new double[1], Batch.of(4, 5, x), false), "theta");
      assertMessage(() -> p.loss(net.theta(), Batch.of(4, 5, x)), "classes", "cTB");
      assertMessage(() -> p.loss(net.theta(), Batch.of(4, 5, x).towards(new int[3])), "cTB", "4 x 5", "3");
      assertMessage(() -> p.loss(net.theta(), Batch.of(4, 5, x).towards(new int[40])), "2 classes", "groups", "3");
      int[] classes = new int[20];
      classes[7] = 3;
      assertMessage(() -> p.loss(net.theta(), Batch.of(4, 5, x).towards(classes)), "class", "0..2", "3");
      assertMessage(() -> p.run(net.theta(), Batch.of(4, 5, x).from(new double[3]), false), "sBS", "5 x 2");
      assertMessage(() -> p.simulate(net.theta(), null, 0, 1, (t, first, count, in) -> {}, (t, s) -> {}),
          "steps", "0");
    }
    assertMessage(() -> Batch.of(0, 5, x), "steps", "at least 1", "0");
    assertMessage(() -> Batch.of(4, 5, x).carryingFrom(5), "carried", "1..4", "5");
    assertMessage(() -> Batch.of(4, 5, x).weighing(new double[20]), "weight", "above 0");
    double[] negative = new double[20];
    negative[3] = -1;
    assertMessage(() -> Batch.of(4, 5, x).weighing(negative), "weights", "-1");
  }

  @Test
  void embeddingsAreNamedAndSized() {
    Network net = Network.inputs(5).embedded(3).layer(F1bCells.rnn(), 3).readout(Readout.tied(5)).build();
    assertEquals("embedding 3, RNN 3, tied readout 5: " + (15 + 9 + 9 + 3 + 5) + " parameters",
        net.toString());
    Block w = net.architecture().block("embedding.W");
    assertEquals(new Block("embedding.W", Kind.EMBEDDING, -1, 0, 5, 3), w);
    net.initialize(Initializers.mcrmPennTreebank(), Seed.of(1));
    assertTrue(Arrays.stream(net.get("embedding.W")).allMatch(v -> v != 0 && Math.abs(v) <= 0.1));
    assertArrayEquals(new double[5], net.get("readout.b"));
    Network wide = Network.inputs(500).embedded(20).layer(F1bCells.rnn(), 1).build()
        .initialize(Initializers.pytorch(), Seed.of(1));
    assertEquals(1, deviation(wide.get("embedding.W")), 0.05);
    Network untied = Network.inputs(5).embedded(2).layer(F1bCells.rnn(), 3).readout(7).build();
    assertEquals(10 + 6 + 9 + 3 + 28, untied.theta().length);
  }

  @Test
  void badEmbeddingsAreNamed() {
    Network.Builder builder = Network.inputs(5).embedded(3).layer(F1bCells.rnn(), 4);
    assertMessage(() -> builder.readout(Readout.tied(5)).build(), "tied", "as wide as", "4", "3");
    assertMessage(() -> builder.readout(Readout.tied(6)).build(), "tied", "5 rows", "6 outputs");
    Network.Builder plainTied = Network.inputs(5).layer(F1bCells.rnn(), 5).readout(Readout.tied(5));
    assertMessage(() -> plainTied.build(), "tied", "embedding");
    assertMessage(() -> plainTied.projected().build(), "tied", "embedding");
    assertMessage(() -> builder.projected().build(), "projection", "embedding", "not both");
    assertMessage(() -> Network.inputs(5).embedded(0), "width", "at least 1", "0");
    assertMessage(() -> new Batch(1, 1, null, null, null, null, null, null, 1), "either", "neither");
    assertMessage(() -> new Batch(1, 1, new double[1], new int[1], null, null, null, null, 1), "either", "both");
    assertMessage(() -> Batch.of(2, 3, new int[5]), "iTB", "2 x 3", "5");
    Network net = Network.inputs(5).embedded(3).layer(F1bCells.rnn(), 4).build();
    Network plain = Network.inputs(5).layer(F1bCells.rnn(), 4).build();
    for (Engine engine : new Engine[] {DjlEngine.inDouble(), new Interpreter()}) {
      double[] theta = net.theta();
      try (Program p = engine.compile(net.architecture());
          Program other = engine.compile(plain.architecture())) {
        assertMessage(() -> p.run(theta, Batch.of(1, 2, new int[] {4, 5}), false), "index", "0..4", "5");
        assertMessage(() -> p.run(theta, Batch.of(1, 2, new int[] {-1, 0}), false), "index", "0..4", "-1");
        assertMessage(() -> p.run(theta, Batch.of(1, 1, new double[5]), false), "embedding", "iTB", "xTBI");
        assertMessage(() -> other.run(plain.theta(), Batch.of(1, 1, new int[1]), false), "no embedding",
            "xTBI");
        assertMessage(() -> p.simulate(theta, null, 1, 1, (t, first, count, in) -> in[0] = 1.5,
            (t, s) -> {}), "index", "0..4", "1.5");
        Batch point = Batch.of(1, 2, new int[2]);
        assertMessage(() -> p.jacobian(theta, point), "states", "from(sBS)");
        assertMessage(() -> p.jacobian(theta, point.from(new double[7])), "sBS", "2 x 4", "7");
        Batch twoSteps = Batch.of(2, 1, new int[2]).from(new double[4]);
        assertMessage(() -> p.jacobian(theta, twoSteps), "one step", "2");
      }
    }
  }

  private static void assertMessage(org.junit.jupiter.api.function.Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), "'" + word + "' in: " + message);
    }
  }

  @Test
  void drawsDependOnSeedAndNameAlone() {
    Network one = Network.inputs(2).layer(McrmCells.lstm(), 4).build().initialize(Initializers.pytorch(), Seed.of(1));
    Network two = Network.inputs(2).layers(2, McrmCells.lstm(), 4).readout(1).build()
        .initialize(Initializers.pytorch(), Seed.of(1));
    assertArrayEquals(one.get("1.W_hi"), two.get("1.W_hi"));
    assertNotEquals(two.get("1.W_hi")[0], two.get("2.W_hi")[0]);
    assertNotEquals(one.get("W_hi")[0], one.copy().initialize(Initializers.pytorch(), Seed.of(2)).get("W_hi")[0]);
  }

  @Test
  void initializersKeepTheirBounds() {
    int n = 64;
    Network net = Network.inputs(3).layer(McrmCells.lstm(), n).readout(10).build();
    net.initialize(Initializers.pytorch(), Seed.of(1));
    for (double v : net.theta()) {
      assertTrue(Math.abs(v) <= 1.0 / 8);
    }
    assertEquals(1.0 / 8 / Math.sqrt(3), deviation(net.get("W_hi")), 0.003);
    net.initialize(Initializers.mcrm(), Seed.of(1));
    assertEquals(0.01, deviation(net.get("readout.W")), 0.001);
    net.initialize(Initializers.memory(), Seed.of(1));
    double[] input = net.get("W_xi");
    assertTrue(Arrays.stream(input).map(Math::abs).max().orElseThrow() > 0.5);
    assertTrue(Arrays.stream(input).allMatch(v -> Math.abs(v) <= 1 / Math.sqrt(3)));
    Network irnn = Network.inputs(2).layer(CapacityCells.irnn(), 3).build()
        .initialize(Initializers.irnn(), Seed.of(1));
    assertArrayEquals(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, irnn.get("W_h"));
    assertArrayEquals(new double[3], irnn.get("b_h"));
    assertTrue(Arrays.stream(irnn.get("W_x")).allMatch(v -> v != 0 && Math.abs(v) < 0.01));
  }

  /** Appendix A: square matrices are started as chosen, others by their width; +RNN's input matrices are square. */
  @Test
  void capacityStartsGoByShape() {
    Initializer start = Initializers.capacity(Initializer.orthogonal(0.5), 2, Initializer.constant(-1));
    Network gru = Network.inputs(16).layers(2, CapacityCells.gru(Expr::tanh, 1), 30).readout(4)
        .learnedInitialState().build().initialize(start, Seed.of(1));
    checkOrthogonal(gru.get("1.W_ch"), 30, 30, 0.5);
    checkOrthogonal(gru.get("2.W_uh"), 30, 30, 0.5);
    assertEquals(2 / Math.sqrt(16), deviation(gru.get("1.W_rx")), 0.08);
    assertEquals(2 / Math.sqrt(30), deviation(gru.get("2.W_rx")), 0.06);
    assertEquals(2 / Math.sqrt(30), deviation(gru.get("readout.W")), 0.12);
    for (String name : List.of("1.b_r", "2.b_c", "readout.b")) {
      assertTrue(Arrays.stream(gru.get(name)).allMatch(v -> v == -1), name);
    }
    assertArrayEquals(new double[30], gru.get("2.h_0"));
    Network plus = Network.inputs(5).layers(2, CapacityCells.plusRnn(1), 200).projected().readout(1).build()
        .initialize(Initializers.capacity(Initializer.identity(1), 1, Initializer.normal(-1.5)), Seed.of(1));
    assertEquals(1, plus.get("1.W_hx")[0]);
    assertEquals(0, plus.get("2.W_yh")[1]);
    assertEquals(1 / Math.sqrt(5), deviation(plus.get("projection.W")), 0.04);
    assertEquals(1.5, deviation(plus.get("1.b_gy")), 0.3);
    assertEquals(1.5, deviation(plus.get("projection.b")), 0.3);
  }

  private static double deviation(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).average().orElseThrow());
  }

  @Test
  void orthogonalMatricesAreOrthogonal() {
    for (int inputs : new int[] {5, 12}) {
      Network net = Network.inputs(inputs).layer(CapacityCells.rnn(Expr::tanh), 8).build();
      net.initialize(Initializer.constant(0).but(Kind.RECURRENT, Initializer.orthogonal(2))
          .but(Kind.INPUT, Initializer.orthogonal(1)), Seed.of(4));
      checkOrthogonal(net.get("W_h"), 8, 8, 2);
      checkOrthogonal(net.get("W_x"), 8, inputs, 1);
    }
  }

  private static void checkOrthogonal(double[] w, int rows, int columns, double gain) {
    boolean tall = rows >= columns;
    int size = Math.min(rows, columns);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double dot = 0;
        for (int k = 0; k < Math.max(rows, columns); k++) {
          dot += tall ? w[k * columns + i] * w[k * columns + j] : w[i * columns + k] * w[j * columns + k];
        }
        assertEquals(i == j ? gain * gain : 0, dot, 1e-12);
      }
    }
  }

  /** The rule of "Capacity and Trainability" for every cell and depth: the next size would exceed the budget. */
  @Test
  void largestSizeFitsTheBudget() {
    Catalogue.cells().forEach(cell -> {
      for (int depth : new int[] {1, 2, 4, 8}) {
        IntFunction<Architecture> network = n -> learned(cell, depth, n);
        int units = Sizing.largest(20_000, network);
        assertTrue(network.apply(units).parameterCount() <= 20_000, cell.name());
        assertTrue(network.apply(units + 1).parameterCount() > 20_000, cell.name());
      }
    });
    assertMessage(() -> Sizing.largest(3, n -> learned(F1bCells.rnn(), 1, n)), "budget", "one unit", "3");
  }

  private static Architecture learned(Cell cell, int depth, int units) {
    Network.Builder builder = Network.inputs(5).layers(depth, cell, units).readout(2).learnedInitialState();
    return (cell.isSquare() ? builder.projected() : builder).architecture();
  }
}
