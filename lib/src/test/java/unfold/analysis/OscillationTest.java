package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OscillationTest {
  private static double[] wave(int steps, double period, double amplitude, double phase) {
    return IntStream.range(0, steps).mapToDouble(t -> 3 + amplitude * Math.cos(2 * Math.PI * t / period + phase))
        .toArray();
  }

  @Test
  void findsASinusoid() {
    for (double period : new double[] {2.5, 4, 7.5, 20}) {
      Oscillation found = Oscillation.strongest(wave(60, period, 0.7, 0.4));
      assertEquals(period, found.period(), 1e-9);
      assertEquals(0.7, found.amplitude(), 1e-12);
      assertEquals(0.4, found.phase(), 1e-12);
      assertEquals(1, found.share(), 1e-12);
    }
    for (double phase : new double[] {0, Math.PI}) {
      Oscillation fastest = Oscillation.strongest(wave(60, 2, 0.7, phase));
      assertEquals(2, fastest.period());
      assertEquals(0.7, fastest.amplitude(), 1e-12);
      assertEquals(phase, fastest.phase());
      assertEquals(1, fastest.share(), 1e-12);
    }
  }

  @Test
  void findsTheStrongerOfTwoBetweenWholePeriods() {
    double[] trace = wave(40, 6.7, 1, 0);
    double[] other = wave(40, 17, 0.5, 1);
    double[] sum = IntStream.range(0, 40).mapToDouble(t -> trace[t] + other[t]).toArray();
    Oscillation found = Oscillation.strongest(sum);
    assertEquals(6.7, found.period(), 0.15);
    assertTrue(found.share() > 0.6 && found.share() < 0.95, "share " + found.share());
  }

  @Test
  void aQuarterPeriodAhead() {
    Oscillation cosine = Oscillation.at(wave(40, 8, 1, 0), 8);
    Oscillation sine = Oscillation.at(wave(40, 8, 1, -Math.PI / 2), 8);
    assertEquals(0.25, cosine.ahead(sine), 1e-12);
    assertEquals(-0.25, sine.ahead(cosine), 1e-12);
    assertEquals(0.5, cosine.ahead(Oscillation.at(wave(40, 8, 1, Math.PI), 8)), 1e-9);
  }

  @Test
  void badTracesAreNamed() {
    assertEquals("a trace must have at least 4 steps, but has 3",
        assertThrows(IllegalArgumentException.class, () -> Oscillation.strongest(new double[3])).getMessage());
    assertEquals("the trace must not be constant",
        assertThrows(IllegalArgumentException.class, () -> Oscillation.strongest(new double[9])).getMessage());
    assertEquals("the trace must not be constant", assertThrows(IllegalArgumentException.class,
        () -> Oscillation.strongest(new double[] {0.1, 0.1, 0.1, 0.1, 0.1, 0.1})).getMessage()); // Their mean is not.
    assertEquals("the period must be at least 2 steps, but was 1.0",
        assertThrows(IllegalArgumentException.class, () -> Oscillation.at(wave(9, 4, 1, 0), 1)).getMessage());
  }
}
