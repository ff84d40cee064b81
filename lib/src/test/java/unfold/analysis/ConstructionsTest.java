package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import unfold.Seed;
import unfold.analysis.TwoUnitRnn.Mechanism;
import unfold.analysis.TwoUnitRnn.Observed;
import unfold.analysis.TwoUnitRnn.Phase;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.F1bCells;
import unfold.engine.Batch;
import unfold.engine.Interpreter;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.net.Initializer;
import unfold.net.Network;
import unfold.task.FlaggedBits;
import unfold.task.SamplePaths;

/** The networks of theorems 1, 3 and 4 do what the proofs say. */
class ConstructionsTest {

  @TestFactory
  Stream<DynamicTest> theorem1AnEmbeddedNetworkFollowsTheSmallOne() {
    return Stream.of(F1bCells.rnn(), F1bCells.rnn(Expr::clamp), F1bCells.lstm(), F1bCells.gru(),
        F1bCells.pru()).flatMap(cell -> Stream.of(1, 2, 3).map(units ->
            DynamicTest.dynamicTest(cell + ", K = " + units, () -> checkEmbedding(cell, units))));
  }

  private static void checkEmbedding(Cell cell, int units) {
    Network small = Network.inputs(2).layer(cell, units).readout(1).loss(Loss.LOGISTIC).build()
        .initialize(Initializer.normal(1), Seed.of(units));
    Network large = Networks.embed(small);
    assertEquals(units + 1, large.architecture().layers().get(0).units());
    Batch batch = FlaggedBits.f1b(6).batch(10, Seed.of(1));
    Interpreter oracle = new Interpreter();
    try (Program a = oracle.compile(small.architecture()); Program b = oracle.compile(large.architecture())) {
      Program.Run smallRun = a.run(small.theta(), batch, true);
      Program.Run largeRun = b.run(large.theta(), batch, true);
      assertArrayEquals(smallRun.yTBO(), largeRun.yTBO());
      int states = cell.states().size();
      for (int row = 0; row < 60; row++) {
        for (int s = 0; s < states; s++) {
          for (int i = 0; i < units; i++) {
            assertEquals(smallRun.sTBS()[(row * states + s) * units + i],
                largeRun.sTBS()[(row * states + s) * (units + 1) + i]);
          }
          assertEquals(0, largeRun.sTBS()[(row * states + s) * (units + 1) + units]);
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> lemma2FlagsZeroAndOneAreNoOtherProblem() {
    return Stream.of(F1bCells.rnn(), F1bCells.lstm(), F1bCells.gru(), F1bCells.pru()).map(cell ->
        DynamicTest.dynamicTest(cell.toString(), () -> {
          Network signs = Network.inputs(2).layer(cell, 2).build()
              .initialize(Initializer.normal(1), Seed.of(4));
          Network bits = Networks.forFlagsZeroOne(signs);
          FlaggedBits task = FlaggedBits.f1b(6);
          try (Program program = new Interpreter().compile(signs.architecture())) {
            double[] expected = program.run(signs.theta(), task.batch(20, Seed.of(1)), true).sTBS();
            double[] actual = program.run(bits.theta(), task.withFlagsZeroOne().batch(20, Seed.of(1)), true)
                .sTBS();
            assertArrayEquals(expected, actual, 1e-14);
          }
        }));
  }

  @Test
  void theCrossEntropySearchFindsAMinimum() {
    CrossEntropySearch found = CrossEntropySearch.minimize(candidates -> candidates.stream()
        .mapToDouble(c -> Math.pow(c[0] - 1.5, 2) + Math.abs(c[1] + 0.5)).toArray(), new double[] {0, 1},
        new double[] {2, 2}, 200, 80, 12, Seed.of(1));
    assertEquals(1.5, found.best()[0], 0.01);
    assertEquals(-0.5, found.best()[1], 0.01);
    assertEquals(200 + 12 * 80, found.tried());
  }

  @Test
  void theCrossEntropySearchPassesOverWhatIsNoNumber() {
    AtomicInteger rounds = new AtomicInteger();
    CrossEntropySearch found = CrossEntropySearch.minimize(candidates -> {
      boolean bad = rounds.getAndIncrement() < 2;
      return candidates.stream().mapToDouble(c -> bad ? Double.NaN : c[0] * c[0]).toArray();
    }, new double[1], new double[] {1}, 20, 20, 4, Seed.of(1));
    assertEquals(found.best()[0] * found.best()[0], found.value());
    CrossEntropySearch nothing = search(candidates -> {
      double[] none = new double[candidates.size()];
      Arrays.fill(none, Double.NaN);
      return none;
    }, 0, 1);
    assertNull(nothing.best());
    assertEquals(Double.POSITIVE_INFINITY, nothing.value());
    CrossEntropySearch.Objective sizes = candidates -> new double[candidates.size()];
    assertMessage("centre[0] must be finite, but was NaN", () -> search(sizes, Double.NaN, 1));
    assertMessage("sd[0] must be finite and above 0, but was 0.0", () -> search(sizes, 0, 0));
    assertMessage("the objective's values must hold 8 numbers, but holds 7",
        () -> search(candidates -> new double[7], 0, 1));
  }

  private static CrossEntropySearch search(CrossEntropySearch.Objective objective, double centre, double sd) {
    return CrossEntropySearch.minimize(objective, new double[] {centre}, new double[] {sd}, 8, 8, 1, Seed.of(1));
  }

  private static void assertMessage(String message, Executable code) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, code).getMessage());
  }

  @Test
  void aNetworkThatSplitsTheRolesIsTold() {
    // S^2 loads and S^1 keeps: theorem 3's construction for flags +1 and -1; then with the states exchanged.
    Network split = twoStates(new double[] {1, 0.5, 0, 0}, new double[] {0, 0, 0.75, 0.875}, 0.5, -0.875,
        0, -1);
    Network exchanged = twoStates(new double[] {0, 0, 0.5, 1}, new double[] {0.75, 0.875, 0, 0}, -0.875, 0.5,
        -1, 0);
    // One state does all, as in the counterexample to theorem 2.
    Network single = twoStates(new double[] {2, 0, 0, 0}, new double[] {1, 1, 0, 0}, 1, 0, -1, 0);
    assertEquals(0, Roles.of(split, 10, 5, 500, Seed.of(1)).memory());
    assertTrue(Roles.of(split, 10, 5, 500, Seed.of(1)).emptied());
    assertEquals(1, Roles.of(exchanged, 10, 5, 500, Seed.of(1)).memory());
    assertFalse(Roles.of(single, 10, 5, 500, Seed.of(1)).split());
  }

  private static Network twoStates(double[] u, double[] w, double b1, double b2, double s1, double s2) {
    return Network.inputs(2).layer(F1bCells.rnn(Expr::clamp), 2).learnedInitialState().build()
        .set("U", u).set("W", w).set("b", b1, b2).set("s_0", s1, s2);
  }

  @Test
  void networksSideBySideRunAsTheyDoAlone() {
    for (Cell cell : List.of(F1bCells.rnn(), F1bCells.lstm(), F1bCells.gru())) {
      List<Network> networks = Stream.of(1, 2, 3).map(seed -> Network.inputs(2).layer(cell, 2).build()
          .initialize(Initializer.normal(1), Seed.of(seed))).toList();
      Batch batch = FlaggedBits.f1b(5).batch(4, Seed.of(1));
      Network wide = Networks.sideBySide(networks);
      try (Program together = new Interpreter().compile(wide.architecture());
          Program alone = new Interpreter().compile(networks.get(0).architecture())) {
        double[] states = together.run(wide.theta(), batch, false).finalBS();
        for (int r = 0; r < 3; r++) {
          double[] own = alone.run(networks.get(r).theta(), batch, false).finalBS();
          for (int b = 0; b < 4; b++) {
            for (int s = 0; s < cell.states().size(); s++) {
              for (int i = 0; i < 2; i++) {
                assertEquals(own[(b * cell.states().size() + s) * 2 + i],
                    states[((b * cell.states().size() + s) * 3 + r) * 2 + i], 1e-15);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void theorem3PassesExactlyForEveryFlag() {
    for (TwoUnitRnn net : List.of(new TwoUnitRnn(0.5, -1.75, 0.5), new TwoUnitRnn(-0.5, -3, 0.75))) {
      assertEquals(List.of(), net.violated());
      for (int flag = 1; flag <= 9; flag++) {
        SamplePaths all = FlaggedBits.f1b(9).flaggedAt(flag).withFlagsZeroOne().all();
        ClassStates states = ClassStates.from(net.initialState(), net.network(), all, 9);
        assertEquals(0, states.error(9, net.classifier()));
        double s1 = Threshold.best(states.positive(9, 0), states.negative(9, 0)).error();
        assertEquals(flag == 9 ? 0.5 : 0, s1, "S^1 alone lacks the feature only when it came last");
      }
    }
  }

  @Test
  void table2IsSeenOnPaths() {
    TwoUnitRnn net = new TwoUnitRnn(0.5, -1.75, 0.5);
    Observed seen = net.observe(FlaggedBits.f1b(12).withFlagsZeroOne().draw(300, Seed.of(1)));
    for (Mechanism m : Mechanism.values()) {
      assertTrue(seen.met(m) >= 250, m.toString());
      assertEquals(seen.met(m), seen.kept(m), m.toString());
    }
    double[][] controlled = {{1, 0, 1, 0}, {0, 1, 1, 0}, {1, 0, 0, 1}, {1, 0, 1, 0}};
    for (Phase phase : Phase.values()) {
      for (Mechanism m : Mechanism.values()) {
        assertEquals(controlled[phase.ordinal()][m.ordinal()], seen.share(phase, m), phase + " " + m);
      }
    }
  }

  @Test
  void pathsWithFlagsPlusAndMinusOneAreRefused() {
    assertMessage("the flags must be 1 and 0, but one was -1.0",
        () -> new TwoUnitRnn(0.5, -1.75, 0.5).observe(FlaggedBits.f1b(12).draw(30, Seed.of(1))));
  }

  @Test
  void aViolatedConditionIsNamedAndItsMechanismBreaks() {
    TwoUnitRnn noisy = new TwoUnitRnn(0.5, -1.2, 0.5);
    assertEquals(List.of("+-W_21 + b_2 < -1"), noisy.violated());
    Observed seen = noisy.observe(FlaggedBits.f1b(12).withFlagsZeroOne().draw(300, Seed.of(1)));
    assertTrue(seen.kept(Mechanism.LOAD_EMPTYING) < seen.met(Mechanism.LOAD_EMPTYING));
    assertEquals(List.of("W_21 in (0, 1)"), new TwoUnitRnn(0.4, -3, 1.25).violated());
    assertEquals(List.of("b_1 != 0"), new TwoUnitRnn(0, -3, 0.5).violated());
    assertEquals(List.of("b_1 +- b_1 W_21 in (-1, 1)"), new TwoUnitRnn(-0.8, -3, 0.5).violated());
    assertEquals(List.of("b_2 < 0", "+-W_21 + b_2 < -1"), new TwoUnitRnn(0.5, 0.5, 0.5).violated());
  }

  @Test
  void theorem4TheThreeCellsFollowOnePath() {
    GatedUnit unit = new GatedUnit(1.5, 0.8);
    SamplePaths all = FlaggedBits.f1b(8).flaggedAt(3).all();
    double[] gru = ClassStates.of(unit.gru(), all, 8).positive(8);
    assertArrayEquals(gru, ClassStates.of(unit.pru(), all, 8).positive(8), 1e-15);
    assertArrayEquals(gru, ClassStates.of(unit.lstm(), all, 8).positive(8, 1), 1e-15);
  }

  @Test
  void theorem4TheRecursionGivesTheMomentsOfAllPaths() {
    GatedUnit unit = new GatedUnit(1.5, 0.8);
    for (int flag : new int[] {1, 4, 9}) {
      ClassStates states = ClassStates.of(unit.gru(), FlaggedBits.f1b(9).flaggedAt(flag).all(), 1, 4, 6, 9);
      for (int t : new int[] {1, 4, 6, 9}) {
        Moments exact = unit.positive(t, flag);
        assertEquals(exact.mean(), Moments.of(states.positive(t)).mean(), 1e-14);
        assertEquals(-exact.mean(), Moments.of(states.negative(t)).mean(), 1e-14);
        assertEquals(exact.sd(), Moments.of(states.positive(t)).sd(), 1e-14);
        assertEquals(exact.sd(), Moments.of(states.negative(t)).sd(), 1e-14);
      }
    }
  }

  @Test
  void theorem4TheGateNeededIsWhereTheErrorTurnsZero() {
    for (int n : new int[] {2, 5, 10}) {
      double gate = GatedUnit.gateNeeded(n);
      assertEquals(1, Math.pow(gate, n) + Math.pow(gate, n - 1), 1e-12);
      GatedUnit below = new GatedUnit(GatedUnit.weightFor(gate - 1e-6), 1);
      GatedUnit above = new GatedUnit(GatedUnit.weightFor(gate + 1e-6), 1);
      assertFalse(below.passes(n));
      assertTrue(above.passes(n));
      assertTrue(worstError(below, n) > 0);
      assertEquals(0, worstError(above, n));
    }
    assertTrue(new GatedUnit(-5, 1).passes(1));
    assertFalse(new GatedUnit(5, 0).passes(1));
  }

  private static double worstError(GatedUnit unit, int n) {
    double worst = 0;
    for (int flag = 1; flag <= n; flag++) {
      ClassStates states = ClassStates.of(unit.gru(), FlaggedBits.f1b(n).flaggedAt(flag).all(), n);
      worst = Math.max(worst, states.error(n, LinearClassifier.of(0, 1)));
    }
    return worst;
  }
}
