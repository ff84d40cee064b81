package unfold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedTest {

  /** SplitMix64 from state 0, as published with xoshiro (Vigna): these must be the same on every JDK. */
  @Test
  void firstNumbersAreSplitMix64() {
    Seed.Stream stream = Seed.Stream.at(0);
    assertEquals(0xe220a8397b1dcdafL, stream.nextLong());
    assertEquals(0x6e789e6aa1b965f4L, stream.nextLong());
    assertEquals(0x06c45d188009454fL, stream.nextLong());
  }

  @Test
  void streamsAreNamedAndRepeatable() {
    assertEquals(Seed.of(1).stream("data").nextLong(), Seed.of(1).stream("data").nextLong());
    assertNotEquals(Seed.of(1).stream("data").nextLong(), Seed.of(1).stream("init").nextLong());
    assertNotEquals(Seed.of(1).stream("data").nextLong(), Seed.of(2).stream("data").nextLong());
    assertNotEquals(Seed.of(1).split(1), Seed.of(1).split(2));
    assertEquals(10_000, IntStream.range(0, 10_000).mapToLong(i -> Seed.of(5).split(i).value()).distinct().count());
  }

  @Test
  void skippingIsDrawingAndForgetting() {
    Seed.Stream drawn = Seed.of(5).stream("a");
    Seed.Stream skipped = Seed.of(5).stream("a");
    for (int i = 0; i < 1000; i++) {
      drawn.nextLong();
    }
    skipped.skip(1000);
    assertEquals(drawn.nextLong(), skipped.nextLong());
  }

  @Test
  void positionGoesOn() {
    Seed.Stream stream = Seed.of(3).stream("x");
    stream.nextLong();
    Seed.Stream again = Seed.Stream.at(stream.position());
    assertEquals(stream.nextLong(), again.nextLong());
  }

  /** With 100,000 draws: four standard errors. */
  @Test
  void momentsOfTheDistributions() {
    Seed.Stream stream = Seed.of(11).stream("moments");
    int count = 100_000;
    double[] uniform = IntStream.range(0, count).mapToDouble(i -> stream.nextDouble(-1, 3)).toArray();
    double[] normal = IntStream.range(0, count).mapToDouble(i -> stream.nextGaussian()).toArray();
    int[] dice = new int[6];
    IntStream.range(0, count).forEach(i -> dice[stream.nextInt(6)]++);
    assertEquals(1, mean(uniform, 1), 4 * Math.sqrt(16.0 / 12 / count));
    assertEquals(0, mean(normal, 1), 4 / Math.sqrt(count));
    assertEquals(1, mean(normal, 2), 4 * Math.sqrt(2.0 / count));
    assertEquals(3, mean(normal, 4), 4 * Math.sqrt(96.0 / count));
    for (int face : dice) {
      assertEquals(count / 6.0, face, 4 * Math.sqrt(count * 5.0 / 36));
    }
  }

  private static double mean(double[] values, int power) {
    return java.util.Arrays.stream(values).map(v -> Math.pow(v, power)).average().orElseThrow();
  }

  /** What is drawn is a remainder of the next 32 bits that are below the greatest multiple of the bound. */
  @Test
  void boundedNumbersAreWithoutBias() {
    for (int bound : new int[] {1, 2, 3, 6, 64, 1000, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE}) {
      Seed.Stream stream = Seed.of(12).stream("bounded");
      Seed.Stream same = Seed.of(12).stream("bounded");
      long multiple = (1L << 32) / bound * bound;
      for (int k = 0; k < 1000; k++) {
        long bits = same.nextLong() >>> 32;
        while (bits >= multiple) {
          bits = same.nextLong() >>> 32;
        }
        assertEquals(bits % bound, stream.nextInt(bound));
      }
      assertEquals(same.position(), stream.position());
    }
  }

  @Test
  void badBoundsAreNamed() {
    String message = assertThrows(IllegalArgumentException.class, () -> Seed.of(1).stream("x").nextInt(0))
        .getMessage();
    assertEquals("bound must be at least 1, but was 0", message);
  }

  @Test
  void scalesAreNamedInAnyCase() {
    assertEquals(Scale.WORKSTATION, Scale.of(" Workstation"));
    assertEquals("smoke", Scale.SMOKE.toString());
    assertEquals(2, Scale.QUICK.choose(1, 2, 3));
    assertEquals(3, Scale.PAPER.choose(1, 2, 3));
    assertEquals(4, Scale.PAPER.choose(1, 2, 3, 4));
    String message = assertThrows(IllegalArgumentException.class, () -> Scale.of("huge")).getMessage();
    assertTrue(message.contains("smoke, quick, workstation, paper") && message.contains("'huge'"), message);
  }
}
