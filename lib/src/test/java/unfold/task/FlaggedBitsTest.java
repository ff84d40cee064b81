package unfold.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.engine.Batch;

/** The process as definition 1 states it. Bounds on counts are five standard deviations of a fair draw. */
class FlaggedBitsTest {
  private static final Seed SEED = Seed.of(3);

  @Test
  void onePathHasOneFlagAndBitsOfPlusAndMinusOne() {
    SamplePaths paths = FlaggedBits.f1b(9).draw(200, SEED);
    for (int i = 0; i < paths.size(); i++) {
      int[] flags = paths.flagBits(i);
      int[] bits = paths.information(i);
      assertEquals(1, Arrays.stream(flags).filter(f -> f == 1).count());
      assertEquals(8, Arrays.stream(flags).filter(f -> f == -1).count());
      assertTrue(Arrays.stream(bits).allMatch(b -> b == 1 || b == -1));
      assertEquals(1, flags[paths.flagTime(i) - 1]);
      assertEquals(paths.feature(i), bits[paths.flagTime(i) - 1]);
    }
  }

  @Test
  void flagsAreUniformAndClassesEven() {
    int n = 10;
    int count = 100_000;
    SamplePaths paths = FlaggedBits.f1b(n).draw(count, SEED);
    int[] at = new int[n];
    int positive = 0;
    int[] positiveAt = new int[n];
    for (int i = 0; i < count; i++) {
      at[paths.flagTime(i) - 1]++;
      positive += paths.feature(i) > 0 ? 1 : 0;
      positiveAt[paths.flagTime(i) - 1] += paths.feature(i) > 0 ? 1 : 0;
    }
    assertEquals(count / 2.0, positive, 5 * Math.sqrt(count / 4.0));
    for (int t = 0; t < n; t++) {
      assertEquals((double) count / n, at[t], 5 * Math.sqrt(count * 0.1 * 0.9));
      assertEquals(at[t] / 2.0, positiveAt[t], 5 * Math.sqrt(at[t] / 4.0));
    }
  }

  @Test
  void noiseBitsAreFairAndIndependentInTimeAndOfOtherPaths() {
    int count = 64_000;
    SamplePaths paths = FlaggedBits.f1b(4).flaggedAt(4).draw(count, SEED);
    double[][] bits = new double[3][2 * count];
    for (int t = 0; t < 3; t++) {
      paths.fill(t + 1, 0, count, bits[t]);
    }
    double sum = 0;
    double inTime = 0;
    double neighbours = 0;
    double words = 0;
    for (int b = 0; b < count; b++) {
      sum += bits[0][2 * b];
      inTime += bits[0][2 * b] * bits[1][2 * b];
      neighbours += bits[0][2 * b] * bits[0][2 * ((b + 1) % count)];
      words += bits[0][2 * b] * bits[0][2 * ((b + 64) % count)];
    }
    double bound = 5 * Math.sqrt(count);
    assertEquals(0, sum, bound);
    assertEquals(0, inTime, bound);
    assertEquals(0, neighbours, bound);
    assertEquals(0, words, bound);
  }

  /** However paths are asked for: one engine wants them all, another some at a time, from any on. */
  @Test
  void anySliceOfTheSequencesIsTheSame() {
    FlaggedBits task = FlaggedBits.fkb(9, 2);
    for (SamplePaths paths : List.of(task.draw(200, SEED), FlaggedBits.f1b(8).flaggedAt(3).all())) {
      double[] all = new double[2 * paths.size()];
      double[] slice = new double[2 * paths.size()];
      for (int t = 1; t <= paths.process().length(); t++) {
        paths.fill(t, 0, paths.size(), all);
        for (int[] part : new int[][] {{0, 64}, {64, 128}, {1, 3}, {63, 2}, {65, 70}, {199, 1}, {127, 1}}) {
          Arrays.fill(slice, Double.NaN);
          paths.fill(t, part[0], part[1], slice);
          assertArrayEquals(Arrays.copyOfRange(all, 2 * part[0], 2 * (part[0] + part[1])),
              Arrays.copyOf(slice, 2 * part[1]), Arrays.toString(part));
          assertTrue(Double.isNaN(slice[2 * part[1]]), "nothing beyond is written");
        }
      }
      assertThrows(IllegalArgumentException.class, () -> paths.fill(1, 1, paths.size(), all));
      assertThrows(IllegalArgumentException.class, () -> paths.fill(1, 0, 2, new double[3]));
    }
  }

  @Test
  void theSameSeedGivesTheSamePathsAndAnotherGivesOthers() {
    FlaggedBits task = FlaggedBits.fkb(12, 3);
    assertArrayEquals(task.batch(50, SEED).xTBI(), task.batch(50, SEED).xTBI());
    assertFalse(Arrays.equals(task.batch(50, SEED).xTBI(), task.batch(50, Seed.of(4)).xTBI()));
  }

  @Test
  void drawnClassesAreHalfPositiveHalfNegative() {
    SamplePaths paths = FlaggedBits.f1b(5).drawEach(30, SEED);
    assertEquals(60, paths.size());
    for (int i = 0; i < 60; i++) {
      assertEquals(i < 30 ? 1 : -1, paths.feature(i));
    }
    SamplePaths every = FlaggedBits.f1b(5).drawForEveryFlag(7, SEED);
    int[][] seen = new int[5][2];
    for (int i = 0; i < every.size(); i++) {
      seen[every.flagTime(i) - 1][(every.feature(i) + 1) / 2]++;
    }
    assertArrayEquals(new int[][] {{7, 7}, {7, 7}, {7, 7}, {7, 7}, {7, 7}}, seen);
  }

  @Test
  void enumerationHoldsEveryPathOnce() {
    int n = 6;
    SamplePaths paths = FlaggedBits.f1b(n).flaggedAt(3).all();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < paths.size(); i++) {
      int[] bits = paths.information(i);
      seen.add(Arrays.toString(bits));
      assertEquals(bits[2], paths.feature(i));
      assertArrayEquals(new int[] {-1, -1, 1, -1, -1, -1}, paths.flagBits(i));
      assertArrayEquals(Arrays.copyOf(bits, 4), Arrays.copyOf(paths.information(i % paths.distinct(4)), 4));
    }
    assertEquals(1 << n, seen.size());
    assertEquals(8, paths.distinct(1));
  }

  @Test
  void severalFlagsStandAtDistinctTimesAllSetsAlike() {
    int count = 60_000;
    SamplePaths paths = FlaggedBits.fkb(4, 2).draw(count, SEED);
    int[] times = paths.times();
    int[] sets = new int[16];
    for (int i = 0; i < count; i++) {
      assertTrue(times[2 * i] < times[2 * i + 1]);
      sets[(1 << (times[2 * i] - 1)) + (1 << (times[2 * i + 1] - 1))]++;
    }
    for (int set = 0; set < 16; set++) {
      double expected = Integer.bitCount(set) == 2 ? count / 6.0 : 0;
      assertEquals(expected, sets[set], 5 * Math.sqrt(expected * 5 / 6));
    }
  }

  @Test
  void targetsAreTheFlaggedBitsInOrder() {
    SamplePaths paths = FlaggedBits.fkb(7, 3).withFlagsZeroOne().draw(20, SEED);
    Batch batch = paths.batch();
    for (int b = 0; b < 20; b++) {
      int j = 0;
      for (int t = 0; t < 7; t++) {
        double info = batch.xTBI()[2 * (t * 20 + b)];
        double flag = batch.xTBI()[2 * (t * 20 + b) + 1];
        assertTrue(flag == 0 || flag == 1);
        if (flag == 1) {
          assertEquals(info > 0 ? 1 : 0, batch.yTBO()[(6 * 20 + b) * 3 + j++]);
        }
      }
      assertEquals(3, j);
    }
  }

  @Test
  void aPathIsWrongIfAnyFlaggedBitIs() {
    SamplePaths paths = FlaggedBits.fkb(5, 2).draw(10, SEED);
    Batch batch = paths.batch();
    double[] outputs = new double[20];
    for (int i = 0; i < 20; i++) {
      outputs[i] = batch.yTBO()[4 * 20 + i] - 0.5;
    }
    assertEquals(0, paths.error(outputs));
    outputs[6] = -outputs[6];
    outputs[7] = -outputs[7];
    outputs[19] = -outputs[19];
    assertEquals(0.2, paths.error(outputs));
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    assertMessage("n must be at least 1, but was 0", () -> FlaggedBits.f1b(0));
    assertMessage("k must be in 1..4, but was 5", () -> FlaggedBits.fkb(4, 5));
    assertMessage("L must be in 1..4, but was 5", () -> FlaggedBits.f1b(4).flaggedAt(5));
    assertMessage("L must be in 1..4, but was 0", () -> FlaggedBits.f1b(4).flaggedAt(0));
    assertMessage("flag locations must differ, but 2 is there twice",
        () -> FlaggedBits.fkb(4, 2).flaggedAt(2, 2));
    assertMessage("the flag must be at a fixed L to enumerate all paths: call flaggedAt(L)",
        () -> FlaggedBits.f1b(4).all());
    assertMessage("n must be at most 24 to enumerate all paths, but was 25",
        () -> FlaggedBits.f1b(25).flaggedAt(1).all());
    assertMessage("the number of paths must be at least 1, but was 0",
        () -> FlaggedBits.f1b(4).draw(0, SEED));
    assertMessage("positive and negative paths are defined for one flag, but there are 2",
        () -> FlaggedBits.fkb(4, 2).drawEach(5, SEED));
    assertMessage("the flag must be free to stand at every L, but F1B(20), L = 10 has it fixed",
        () -> FlaggedBits.f1b(20).flaggedAt(10).drawForEveryFlag(1, SEED));
    assertMessage("the number of paths must be in 1..2147483647, but was 4000000000",
        () -> FlaggedBits.f1b(20).drawForEveryFlag(100_000_000, SEED));
    assertMessage("the number of paths must be in 1..2147483647, but was 4000000000",
        () -> FlaggedBits.f1b(20).drawEach(2_000_000_000, SEED));
    assertMessage("S_0[0] must be finite, but was NaN",
        () -> FlaggedBits.f1b(4).draw(5, SEED).startingFrom(Double.NaN));
  }

  static void assertMessage(String message, org.junit.jupiter.api.function.Executable code) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, code).getMessage());
  }
}
