package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import unfold.Seed;
import unfold.analysis.OneUnitRnn.Activation;

/** The interval test against brute force over all paths and all L. */
class LongestPassedTest {
  private static final int LIMIT = 8;

  @ParameterizedTest
  @EnumSource(Activation.class)
  void agreesWithAllPathsOfRandomSettings(Activation f) {
    Seed.Stream random = Seed.of(11).stream("settings " + f);
    int[] histogram = new int[LIMIT + 1];
    for (int trial = 0; trial < 1500; trial++) {
      OneUnitRnn setting = trial % 3 == 0 ? anywhere(f, random) : nearTheCounterexample(f, random);
      LongestPassed found = LongestPassed.of(setting, LIMIT);
      assertFalse(found.undecided(), setting.toString());
      assertEquals(byTryingAll(setting), found.passed(), setting.toString());
      histogram[found.passed()]++;
    }
    assertTrue(histogram[1] > 20 && histogram[2] > 20 && histogram[LIMIT] > 20,
        java.util.Arrays.toString(histogram));
  }

  private static OneUnitRnn anywhere(Activation f, Seed.Stream random) {
    return new OneUnitRnn(f, random.nextDouble(-4, 4), random.nextDouble(-2, 2), random.nextDouble(-4, 4),
        random.nextDouble(-4, 4), random.nextDouble(-1, 1));
  }

  private static OneUnitRnn nearTheCounterexample(Activation f, Seed.Stream random) {
    double u = random.nextDouble(2, 5);
    return new OneUnitRnn(f, u, random.nextDouble(0.7, u / 2), u / 2 * random.nextDouble(0.8, 1.2),
        u / 2 * random.nextDouble(0.8, 1.2), random.nextDouble(-1, -0.7));
  }

  private static int byTryingAll(OneUnitRnn net) {
    for (int n = 1; n <= LIMIT; n++) {
      List<Double> positive = new ArrayList<>();
      List<Double> negative = new ArrayList<>();
      for (int flag = 1; flag <= n; flag++) {
        for (int path = 0; path < 1 << n; path++) {
          double s = net.s0();
          for (int t = 1; t <= n; t++) {
            double bit = (path >> (t - 1) & 1) == 1 ? 1 : -1;
            s = net.f().of(net.u() * s + net.w1() * bit + (t == flag ? net.w2() : -net.w2()) + net.b());
          }
          ((path >> (flag - 1) & 1) == 1 ? positive : negative).add(s);
        }
      }
      double error = Threshold.best(positive.stream().mapToDouble(v -> v).toArray(),
          negative.stream().mapToDouble(v -> v).toArray()).error();
      if (error > 0) {
        return n - 1;
      }
    }
    return LIMIT;
  }

  @Test
  void withoutABiasNothingPassesBeyondTwo() {
    Seed.Stream random = Seed.of(12).stream("no bias");
    for (int trial = 0; trial < 20_000; trial++) {
      OneUnitRnn setting = new OneUnitRnn(trial % 2 == 0 ? Activation.TANH : Activation.CLAMP,
          random.nextDouble(-5, 5), random.nextDouble(-5, 5), random.nextDouble(-5, 5), 0,
          random.nextDouble(-1, 1));
      assertTrue(LongestPassed.of(setting, 10).passed() <= 2, setting.toString());
    }
  }

  @Test
  void theCounterexampleToTheorem2PassesForEveryLength() {
    assertEquals(1000, LongestPassed.of(new OneUnitRnn(Activation.CLAMP, 2, 1, 1, 1, -1), 1000).passed());
    assertEquals(1000, LongestPassed.of(new OneUnitRnn(Activation.TANH, 4, 1.5, 2, 2, -1), 1000).passed());
  }

  @Test
  void aGapInTheRoundingIsUndecided() {
    // Both classes reach the clamp's end, exactly: decided. A gap of 1e-12 between pre-activations: not.
    assertEquals(new LongestPassed(0, false),
        LongestPassed.of(new OneUnitRnn(Activation.CLAMP, 1, 1, 5, 1, 0), 3));
    assertEquals(new LongestPassed(0, true),
        LongestPassed.of(new OneUnitRnn(Activation.TANH, 1, 1e-12, 0.5, 0, 0), 3));
  }
}
