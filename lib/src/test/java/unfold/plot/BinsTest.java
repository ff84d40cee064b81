package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BinsTest {
  @Test
  void everyValueHasItsBin() {
    Bins bins = Bins.of(-1, 1, 4);
    assertEquals(0, bins.index(-1));
    assertEquals(1, bins.index(-0.5), "an inner edge belongs above");
    assertEquals(2, bins.index(0));
    assertEquals(3, bins.index(1), "the upper end belongs to the last bin");
    assertEquals(-1, bins.index(1.0000001));
    assertEquals(-1, bins.index(-1.0000001));
    assertEquals(-1, bins.index(Double.NaN));
    assertArrayEquals(new double[] {-0.75, -0.25, 0.25, 0.75}, bins.centres());
    assertEquals(0.5, bins.width());
  }

  @Test
  void sharesOfAllValues() {
    Bins bins = Bins.of(0, 1, 2);
    double[] values = {0.1, 0.6, 0.7, 9};
    assertArrayEquals(new double[] {0.25, 0.5}, bins.shares(values), "9 counts as outside");
    assertArrayEquals(new double[] {0.5, 1}, bins.density(values, null));
    double[] weights = {9, 1, 0, 0};
    assertArrayEquals(new double[] {0.9, 0.1}, bins.shares(values, weights), 1e-15);
  }

  @Test
  void countsPoints() {
    double[] x = {0.1, 0.9, 0.9, 7};
    double[] y = {0.1, 0.1, 0.2, 0.1};
    int[][] counts = Bins.of(0, 1, 2).counts(x, y);
    assertArrayEquals(new int[] {1, 2}, counts[0]);
    assertArrayEquals(new int[] {0, 0}, counts[1]);
  }

  @Test
  void boundsHoldAllSamples() {
    Bins bins = Bins.over(10, new double[] {3, Double.NaN, 5}, new double[] {-1, Double.POSITIVE_INFINITY});
    for (double value : new double[] {3, 5, -1}) {
      assertTrue(bins.index(value) >= 0);
    }
    assertTrue(bins.low() < -1 && bins.high() > 5 && bins.high() < 7);
    assertTrue(Bins.over(5, new double[] {2, 2}).index(2) >= 0, "one value alone");
  }

  @Test
  void refusesWhatIsNoInterval() {
    assertThrows(IllegalArgumentException.class, () -> Bins.of(1, 1, 5));
    assertThrows(IllegalArgumentException.class, () -> Bins.of(0, Double.NaN, 5));
    assertThrows(IllegalArgumentException.class, () -> Bins.of(0, Double.POSITIVE_INFINITY, 5));
    assertThrows(IllegalArgumentException.class, () -> Bins.of(0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Bins.over(5, new double[] {Double.NaN}));
    assertEquals("count must be at least 1, but was 0", assertThrows(IllegalArgumentException.class,
        () -> Bins.over(0, new double[] {1, 2})).getMessage());
  }
}
