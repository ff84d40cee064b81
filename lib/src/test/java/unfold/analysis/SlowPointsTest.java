package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import unfold.Seed;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.F1bCells;
import unfold.cell.McrmCells;
import unfold.cell.MemoryCells;
import unfold.cell.Notation;
import unfold.engine.Batch;
import unfold.engine.Engine;
import unfold.engine.Interpreter;
import unfold.engine.Program;
import unfold.engine.djl.DjlEngine;
import unfold.engine.vector.Precision;
import unfold.engine.vector.VectorEngine;
import unfold.net.Initializer;
import unfold.net.Network;

/** Slow points are those that the equations have, all of them and no others. */
class SlowPointsTest {

  /** Units that do not see each other: S_i = tanh(w_i S_i), so that a point is any choice of each unit's own points. */
  private static Network decoupled(double... w) {
    double[] matrix = new double[w.length * w.length];
    for (int i = 0; i < w.length; i++) {
      matrix[i * w.length + i] = w[i];
    }
    return Network.inputs(1).layer(MemoryCells.rnn(), w.length).build().set("W", matrix);
  }

  /** Symmetric weights give many attractors, no bias pairs of them. */
  private static Network symmetric(int n, long seed) {
    Seed.Stream random = Seed.of(seed).stream("weights");
    double[] matrix = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k <= i; k++) {
        matrix[i * n + k] = matrix[k * n + i] = 1.5 / Math.sqrt(n) * random.nextGaussian();
      }
    }
    return Network.inputs(1).layer(MemoryCells.rnn(), n).build().set("W", matrix);
  }

  /** The zero of f between two places where its signs differ, to the last bit. */
  private static double bisect(DoubleUnaryOperator f, double low, double high) {
    double sign = Math.signum(f.applyAsDouble(low));
    double a = low;
    double b = high;
    for (int k = 0; k < 200; k++) {
      double middle = (a + b) / 2;
      if (Math.signum(f.applyAsDouble(middle)) == sign) {
        a = middle;
      } else {
        b = middle;
      }
    }
    return (a + b) / 2;
  }

  private static double[] uniform(int count, int width, double size, long seed) {
    Seed.Stream random = Seed.of(seed).stream("starts");
    double[] statesNS = new double[count * width];
    for (int i = 0; i < statesNS.length; i++) {
      statesNS[i] = random.nextDouble(-size, size);
    }
    return statesNS;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  private static SlowPoint nearest(SlowPoints found, double[] stateS) {
    return found.points().stream()
        .min((a, b) -> Double.compare(distance(a.stateS(), stateS), distance(b.stateS(), stateS))).orElseThrow();
  }

  @Test
  void allPointsOfDecoupledUnitsAreFoundAndNoOthers() {
    double[] w = {1.5, 0.5, 2, -0.7, 1.2};
    SlowPoints found = SlowPoints.of(decoupled(w)).starts(uniform(400, w.length, 1, 1)).find();
    // Each unit with w > 1 rests at 0, where it is unstable, or at one of two points.
    List<double[]> expected = new ArrayList<>(List.of(new double[w.length]));
    for (int i = 0; i < w.length; i++) {
      if (w[i] > 1) {
        double gain = w[i];
        double s = bisect(v -> StrictMath.tanh(gain * v) - v, 1e-3, 1);
        for (double[] before : List.copyOf(expected)) {
          for (double sign : new double[] {-1, 1}) {
            double[] state = before.clone();
            state[i] = sign * s;
            expected.add(state);
          }
        }
      }
    }
    assertEquals(27, found.points().size());
    assertEquals(27, expected.size());
    for (double[] state : expected) {
      SlowPoint point = nearest(found, state);
      assertArrayEquals(state, point.stateS(), 1e-12);
      for (int i = 0; i < w.length; i++) {
        for (int k = 0; k < w.length; k++) {
          double derivative = i == k ? w[i] * (1 - state[i] * state[i]) : 0;
          assertEquals(derivative, point.jacobianSS()[i * w.length + k], 1e-12);
        }
      }
      int unstable = (int) Arrays.stream(new int[] {0, 2, 4}).filter(i -> state[i] == 0).count();
      assertEquals(unstable, point.unstable());
      assertEquals(unstable, point.unstableInFlow());
      assertTrue(point.fixed() && point.q() < 1e-28, point.toString());
    }
    assertEquals(Map.of(0, 8, 1, 12, 2, 6, 3, 1), found.counts(SlowPoint::unstable));
    assertEquals(400, found.points().stream().mapToInt(SlowPoint::starts).sum());
    assertEquals(0, found.unconverged() + found.far());
  }

  @Test
  void bothCriteriaOfStabilityAreTheirOwn() {
    // Turned by more than a quarter and stretched: unstable as a map, stable as a flow. Negative: the same.
    double[] w = {-1.1, 0.9, 0, -0.9, -1.1, 0, 0, 0, -1.3};
    SlowPoints found = SlowPoints.of(Network.inputs(1).layer(MemoryCells.rnn(), 3).build().set("W", w))
        .starts(new double[3]).find();
    assertEquals(1, found.points().size());
    assertEquals(3, found.points().get(0).unstable());
    assertEquals(0, found.points().get(0).unstableInFlow());
    assertArrayEquals(w, found.points().get(0).jacobianSS(), 1e-15);
  }

  @Test
  void pointsOfAnOddNetworkComeInPairs() {
    int n = 12;
    Network net = symmetric(n, 3);
    double[] half = uniform(150, n, 1, 2);
    double[] mirrored = Arrays.stream(half).map(v -> -v).toArray();
    SlowPoints found = SlowPoints.of(net).starts(half).starts(mirrored).find();
    assertEquals(300, found.starts());
    assertTrue(found.points().size() >= 5, found.toString());
    assertTrue(nearest(found, new double[n]).q() == 0);
    for (SlowPoint point : found.points()) {
      double[] opposite = Arrays.stream(point.stateS()).map(v -> -v).toArray();
      SlowPoint other = nearest(found, opposite);
      if (point.fixed()) {
        assertArrayEquals(opposite, other.stateS(), 1e-9);
        assertEquals(point.unstable(), other.unstable());
      }
    }
  }

  @Test
  void aUnitJustBeyondItsSaddleNodeHasASlowPoint() {
    // tanh(2 s + b) - s touches zero where its derivative is zero too; a little more b and there is but a near miss.
    double touch = -Math.sqrt(0.5);
    double b = 0.5 * Math.log((1 + touch) / (1 - touch)) - 2 * touch;
    double beyond = b + 1e-3;
    Network net = Network.inputs(1).layer(McrmCells.rnn(), 1).build().set("W_hh", 2).set("b_h", beyond);
    double[] starts = {-0.9, -0.75, -0.72, -0.69, 0.9};
    SlowPoints found = SlowPoints.of(net).starts(starts).find();
    DoubleUnaryOperator miss = s -> StrictMath.tanh(2 * s + beyond) - s;
    double slow = bisect(s -> {
      double f = StrictMath.tanh(2 * s + beyond);
      return 2 * (1 - f * f) - 1;
    }, -1, 0.5 * -beyond);
    double fixed = bisect(miss, 0, 2);
    assertEquals(2, found.points().size(), found.toString());
    SlowPoint attractor = found.points().get(0);
    SlowPoint ghost = found.points().get(1);
    assertTrue(attractor.fixed() && !ghost.fixed());
    assertEquals(fixed, attractor.stateS()[0], 1e-12);
    assertEquals(slow, ghost.stateS()[0], 1e-4);
    assertEquals(miss.applyAsDouble(slow) * miss.applyAsDouble(slow) / 2, ghost.q(), 1e-9);
    assertEquals(1, ghost.jacobianSS()[0], 1e-3);
    SlowPoints strict = SlowPoints.of(net).starts(starts).tolerance(1e-12, ghost.q() / 2).find();
    assertEquals(1, strict.points().size());
    assertEquals(5, strict.unconverged() + strict.points().get(0).starts());
    assertEquals(ghost.starts(), strict.unconverged());
    SlowPoints lax = SlowPoints.of(net).starts(starts).tolerance(2 * ghost.q(), 2 * ghost.q()).find();
    assertEquals(lax.points(), lax.fixed());
    assertEquals(5, lax.points().stream().mapToInt(SlowPoint::starts).sum());
  }

  @Test
  void gatedCellsWithNoWeightsRestWhereTheirBiasesSay() {
    Network lstm = Network.inputs(1).layer(McrmCells.lstm(), 2).build().set("b_c", 0.3, -0.8);
    SlowPoint point = only(SlowPoints.of(lstm).starts(uniform(5, 4, 1, 1)).find());
    // c = c / 2 + tanh(b) / 2 and h = tanh(c) / 2: h first, then c.
    double[] c = {StrictMath.tanh(0.3), StrictMath.tanh(-0.8)};
    assertArrayEquals(new double[] {StrictMath.tanh(c[0]) / 2, StrictMath.tanh(c[1]) / 2, c[0], c[1]},
        point.stateS(), 1e-13);
    assertArrayEquals(new double[] {0.5, 0.5, 0, 0},
        point.spectrum().eigenvalues().stream().mapToDouble(Eigenvalue::modulus).toArray(), 1e-12);
    Network gru = Network.inputs(1).layer(McrmCells.gru(), 2).build().set("b_in", 0.3, -0.8);
    assertArrayEquals(c, only(SlowPoints.of(gru).starts(uniform(5, 2, 1, 1)).find()).stateS(), 1e-13);
  }

  private static SlowPoint only(SlowPoints found) {
    assertEquals(1, found.points().size(), found.toString());
    return found.points().get(0);
  }

  @Test
  void aCellOfOnesOwnIsSearchedAtAnInput() {
    // Linear, so that S = (I - A)^-1 W x: here A = 1/2, so S = 2 W x; the second state is the square of the first.
    Cell own = Cell.define("own", Notation.CAPACITY, (eq, x) -> {
      Expr s = eq.state("s");
      Expr p = eq.state("p");
      Expr next = eq.next(s, s.times(0.5).plus(eq.linear("x", x)));
      eq.next(p, s.times(s));
      return next;
    });
    Network net = Network.inputs(2).layer(own, 2).build().set("W_x", 1, 2, 3, -1);
    SlowPoint point = only(SlowPoints.of(net).input(0.5, 0.25).starts(uniform(7, 4, 3, 1)).find());
    assertArrayEquals(new double[] {2, 2.5, 4, 6.25}, point.stateS(), 1e-13);
    assertArrayEquals(new double[4], only(SlowPoints.of(net).starts(uniform(7, 4, 3, 1)).find()).stateS(), 1e-9);
  }

  @Test
  void stacksAndEmbeddingsAreSearched() {
    Network net = Network.inputs(3).embedded(2).layer(McrmCells.lstm(), 3).layer(F1bCells.gru(), 2).readout(1)
        .build().initialize(Initializer.normal(1), Seed.of(2));
    SlowPoints.Search search = SlowPoints.of(net).starts(uniform(40, 8, 1, 1));
    for (int index = 0; index < 3; index++) {
      SlowPoints found = search.input(index).find();
      assertFalse(found.fixed().isEmpty());
      checkEvidence(net, Batch.of(1, 1, new int[] {index}), found);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RNN", "LSTM", "GRU", "MCRM"})
  void theEvidenceIsOfThePointItself(String name) {
    Cell cell = switch (name) {
      case "RNN" -> McrmCells.rnn();
      case "LSTM" -> McrmCells.lstm();
      case "GRU" -> McrmCells.gru();
      default -> McrmCells.mcrm();
    };
    Network net = Network.inputs(2).layer(cell, 5).build().initialize(Initializer.normal(1), Seed.of(4));
    double[] theta = net.theta().clone();
    int width = net.architecture().stateWidth();
    SlowPoints found = SlowPoints.of(net).input(0.3, -0.2).starts(uniform(60, width, 1, 1)).find();
    assertFalse(found.fixed().isEmpty(), found.toString());
    checkEvidence(net, Batch.of(1, 1, new double[] {0.3, -0.2}), found);
    assertArrayEquals(theta, net.theta());
    assertEquals(found.starts(), found.points().stream().mapToInt(SlowPoint::starts).sum() + found.unconverged()
        + found.far());
  }

  /** Checks a point's numbers against the interpreter, the Jacobian by differences. */
  private static void checkEvidence(Network net, Batch input, SlowPoints found) {
    int width = net.architecture().stateWidth();
    try (Program oracle = new Interpreter().compile(net.architecture())) {
      for (SlowPoint point : found.points()) {
        double[] next = oracle.run(net.theta(), input.from(point.stateS()), false).finalBS();
        assertArrayEquals(next, point.nextS(), 1e-13);
        double sum = 0;
        for (int i = 0; i < width; i++) {
          sum += Math.pow(point.nextS()[i] - point.stateS()[i], 2) / 2;
        }
        assertEquals(sum, point.q(), 1e-6 * sum);
        assertTrue(point.q() <= (point.fixed() ? 1e-12 : 1e-6));
        assertTrue(point.iterations() >= 1 && point.starts() >= 1);
        for (int k = 0; k < width; k++) {
          double[] up = point.stateS().clone();
          double[] down = point.stateS().clone();
          up[k] += 1e-5;
          down[k] -= 1e-5;
          double[] nextUp = oracle.run(net.theta(), input.from(up), false).finalBS();
          double[] nextDown = oracle.run(net.theta(), input.from(down), false).finalBS();
          for (int i = 0; i < width; i++) {
            assertEquals((nextUp[i] - nextDown[i]) / 2e-5, point.jacobianSS()[i * width + k], 1e-8);
          }
        }
        assertArrayEquals(point.jacobianSS(), point.spectrum().matrixSS());
      }
    }
  }

  @Test
  void bitsDependNeitherOnThreadsNorOnTheOtherStarts() {
    Network net = symmetric(20, 6);
    double[] starts = uniform(150, 20, 1, 1);
    SlowPoints one = SlowPoints.of(net).starts(starts).on(new VectorEngine(Precision.DOUBLE, 1)).find();
    SlowPoints three = SlowPoints.of(net).starts(starts).on(new VectorEngine(Precision.DOUBLE, 3)).find();
    assertTrue(one.points().size() > 1);
    assertSame(one, three);
    for (SlowPoint point : one.points()) {
      double[] again = only(SlowPoints.of(net).starts(point.stateS()).find()).stateS();
      assertArrayEquals(point.stateS(), again, 1e-9);
    }
  }

  private static void assertSame(SlowPoints a, SlowPoints b) {
    assertEquals(a.toString(), b.toString());
    for (int k = 0; k < a.points().size(); k++) {
      assertArrayEquals(a.points().get(k).stateS(), b.points().get(k).stateS());
      assertArrayEquals(a.points().get(k).nextS(), b.points().get(k).nextS());
      assertArrayEquals(a.points().get(k).jacobianSS(), b.points().get(k).jacobianSS());
      assertEquals(a.points().get(k).spectrum().eigenvalues(), b.points().get(k).spectrum().eigenvalues());
      assertEquals(a.points().get(k).iterations(), b.points().get(k).iterations());
    }
  }

  @Test
  void theReferenceEngineFindsTheSame() {
    Network net = decoupled(1.5, 2);
    double[] starts = uniform(40, 2, 1, 1);
    SlowPoints ours = SlowPoints.of(net).starts(starts).find();
    for (Engine engine : new Engine[] {DjlEngine.inDouble(), new Interpreter()}) {
      SlowPoints theirs = SlowPoints.of(net).starts(starts).on(engine).find();
      assertEquals(9, theirs.points().size());
      assertArrayEquals(ours.statesNS(), theirs.statesNS(), 1e-12);
    }
  }

  @Test
  void nearPointsAreMergedAndFarOnesDropped() {
    Network net = decoupled(1.001, 3);
    double[] starts = uniform(400, 2, 1, 1);
    assertEquals(9, SlowPoints.of(net).starts(starts).find().points().size());
    // The first unit rests at 0 and at about +-sqrt(3 * 0.001): all three are one if they need be 0.12 apart.
    assertEquals(3, SlowPoints.of(net).starts(starts).apart(0.12).find().points().size());
    SlowPoints near = SlowPoints.of(net).starts(uniform(100, 2, 0.05, 1)).within(0.5).find();
    assertArrayEquals(new double[2], only(near).stateS(), 1e-12);
    assertTrue(near.far() > 0 && near.far() + only(near).starts() == 100);
  }

  @Test
  void equalStartsDropNothing() {
    double[] starts = new double[10];
    Arrays.fill(starts, 0.1);
    SlowPoints found = SlowPoints.of(decoupled(0.5)).starts(starts).find();
    assertEquals(10, only(found).starts());
    assertEquals(0, found.far());
  }

  @Test
  void startsAreDrawnFromStates() {
    double[] states = {0, 0, 10, 20};
    double[] plain = SlowPoints.noisy(states, 2, 50, 0, Seed.of(1));
    double[] mixed = SlowPoints.mixtures(states, 2, 50, 0, Seed.of(1));
    int between = 0;
    for (int n = 0; n < 50; n++) {
      assertTrue(plain[2 * n] == 0 && plain[2 * n + 1] == 0 || plain[2 * n] == 10 && plain[2 * n + 1] == 20);
      assertEquals(2 * mixed[2 * n], mixed[2 * n + 1], 1e-12);
      between += mixed[2 * n] > 0.5 && mixed[2 * n] < 9.5 ? 1 : 0;
    }
    assertTrue(between > 10 && between < 40);
    double[] noisy = SlowPoints.noisy(states, 2, 5000, 0.3, Seed.of(2));
    double[] noise = Arrays.stream(noisy).map(v -> v < 5 ? v : v < 15 ? v - 10 : v - 20).toArray();
    assertEquals(0.3, Moments.of(noise).sd(), 0.01);
    assertArrayEquals(noisy, SlowPoints.noisy(states, 2, 5000, 0.3, Seed.of(2)));
    assertFalse(Arrays.equals(noisy, SlowPoints.noisy(states, 2, 5000, 0.3, Seed.of(3))));
  }

  @Test
  void theSearchCanBeWatchedAndStopped() {
    AtomicInteger ended = new AtomicInteger();
    SlowPoints.Search search = SlowPoints.of(decoupled(1.5, 2)).starts(uniform(100, 2, 1, 1));
    search.progress(ended::incrementAndGet).find();
    assertEquals(100, ended.get());
    Thread.currentThread().interrupt();
    String message = assertThrows(CancellationException.class, search::find).getMessage();
    assertTrue(message.contains("of 100 starts"), message);
    assertFalse(Thread.interrupted());
    search.iterations(1);
    assertTrue(search.find().unconverged() > 50);
  }

  @Test
  void badArgumentsAreNamed() {
    SlowPoints.Search search = SlowPoints.of(decoupled(1.5, 2));
    assertMessage(search::find, "starts");
    assertMessage(() -> search.starts(new double[3]), "statesNS", "2", "3");
    assertMessage(() -> search.starts(new double[0]), "starts", "0");
    assertMessage(() -> search.starts(new double[] {0, Double.NaN}), "starts[1]", "NaN");
    assertMessage(() -> search.input(1, 2), "xI", "1", "2");
    assertMessage(() -> search.tolerance(0, 1), "above 0", "0.0");
    assertMessage(() -> search.tolerance(1e-6, 1e-12), "slow", "1.0E-6", "1.0E-12");
    assertMessage(() -> search.apart(-1), "distance", "-1");
    assertMessage(() -> search.within(0), "times", "0");
    assertMessage(() -> search.iterations(0), "iterations", "0");
    assertMessage(() -> SlowPoints.noisy(new double[3], 2, 1, 0, Seed.of(1)), "statesNS", "2", "3");
    assertMessage(() -> SlowPoints.noisy(new double[2], 2, 0, 0, Seed.of(1)), "number of starts", "0");
    assertMessage(() -> SlowPoints.mixtures(new double[2], 2, 1, -1, Seed.of(1)), "sd", "-1");
    SlowPoints.Search embedded = SlowPoints.of(Network.inputs(3).embedded(2).layer(McrmCells.rnn(), 2).build())
        .starts(new double[2]);
    assertMessage(embedded::find, "embedding", "input(index)");
    assertMessage(() -> embedded.input(0.5), "whole", "0.5");
    assertMessage(() -> embedded.input(3).find(), "0..2", "3");
  }

  private static void assertMessage(org.junit.jupiter.api.function.Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message + " lacks " + word);
    }
  }
}
