package unfold.task;

import java.util.Arrays;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;

/**
 * The Flagged-1-Bit process F1B(n) and the flagged-k-bit process that the paper proposes.
 *
 * <p>A path is a sequence of n pairs (x^I, x^F). The information bits x^I are independent and +1 or -1 with
 * even odds. The flag bit x^F is +1 at k distinct times, drawn uniformly, and -1 at all others; Lemma 2's
 * form has 1 and 0 instead. What is to be known at the end are the k flagged information bits, in the order
 * of their times. With k = 1 the flag's time is L, and a path is positive if the flagged bit is +1.
 *
 * <p>Paper: Zhu, Mao, Zhang and Long, "Understanding Feature Selection and Feature Memorization in Recurrent
 * Neural Networks", definitions 1 and 2; the k flags of its section 6.
 */
public final class FlaggedBits {
  /** The greatest n whose 2^n paths are enumerated. */
  public static final int LONGEST_ENUMERATED = 24;

  private final int length;
  private final int flags;
  private final double noFlag;
  private final int[] fixed;

  private FlaggedBits(int length, int flags, double noFlag, int[] fixed) {
    this.length = length;
    this.flags = flags;
    this.noFlag = noFlag;
    this.fixed = fixed;
  }

  /**
   * Returns the process F1B(n) of definition 1.
   *
   * @param n the length of a path, at least 1
   */
  public static FlaggedBits f1b(int n) {
    return fkb(n, 1);
  }

  /**
   * Returns the process with k flags.
   *
   * @param n the length of a path, at least 1
   * @param k the number of flags, in 1..n
   */
  public static FlaggedBits fkb(int n, int k) {
    Check.atLeast("n", n, 1);
    Check.within("k", k, 1, n);
    return new FlaggedBits(n, k, -1, null);
  }

  /**
   * Returns this process with flag bits 1 and 0 instead of +1 and -1: Lemma 2, and the construction of
   * theorem 3.
   */
  public FlaggedBits withFlagsZeroOne() {
    return new FlaggedBits(length, flags, 0, fixed);
  }

  /**
   * Returns this process with its flags at given times.
   *
   * @param times k different times in 1..n
   */
  public FlaggedBits flaggedAt(int... times) {
    Check.that(times.length == flags, "there must be %d flag locations, but there are %d", flags,
        times.length);
    int[] sorted = times.clone();
    Arrays.sort(sorted);
    for (int j = 0; j < flags; j++) {
      Check.within("L", sorted[j], 1, length);
      Check.that(j == 0 || sorted[j] > sorted[j - 1], "flag locations must differ, but %d is there twice",
          sorted[j]);
    }
    return new FlaggedBits(length, flags, noFlag, sorted);
  }

  /** Returns the length n of a path. */
  public int length() {
    return length;
  }

  /** Returns the number k of flags. */
  public int flags() {
    return flags;
  }

  /** Returns the flag bit where there is no flag: -1 or 0. */
  double noFlag() {
    return noFlag;
  }

  /** Draws paths; the same seed gives the same paths. */
  public SamplePaths draw(int count, Seed seed) {
    int[] times = drawTimes(count, seed);
    Seed.Stream random = seed.stream("features");
    byte[] features = new byte[count * flags];
    for (int i = 0; i < features.length; i++) {
      features[i] = (byte) (2 * random.nextInt(2) - 1);
    }
    return new SamplePaths(this, count, times, features, SamplePaths.noise(seed));
  }

  /**
   * Draws as many positive as negative paths: the first {@code count} are positive, the rest are negative.
   * Each class is drawn as the process draws it, given its flagged bit.
   *
   * @throws IllegalArgumentException if there is more than one flag
   */
  public SamplePaths drawEach(int count, Seed seed) {
    checkOneFlag("positive and negative paths");
    int paths = paths(2L * count);
    return new SamplePaths(this, paths, drawTimes(paths, seed), halves(count), SamplePaths.noise(seed));
  }

  /**
   * Draws {@code count} positive and as many negative paths for every L: the first half is positive, and the
   * flag of path i stands at i mod n + 1. For errors at each flag location.
   *
   * @throws IllegalArgumentException if there is more than one flag, or L is fixed
   */
  public SamplePaths drawForEveryFlag(int count, Seed seed) {
    checkOneFlag("paths for every L");
    Check.that(fixed == null, "the flag must be free to stand at every L, but %s has it fixed", this);
    int[] times = new int[paths(2L * count * length)];
    for (int i = 0; i < times.length; i++) {
      times[i] = i % length + 1;
    }
    return new SamplePaths(this, times.length, times, halves(count * length), SamplePaths.noise(seed));
  }

  /**
   * Enumerates the 2^n equally likely paths of a flag at a fixed L: the information bit at time t of path i
   * is bit t - 1 of i, +1 for 1. What happens up to time t is thus seen on the first 2^t paths.
   *
   * @throws IllegalArgumentException if n is above {@value #LONGEST_ENUMERATED} or L is not fixed
   */
  public SamplePaths all() {
    checkOneFlag("enumerated paths");
    Check.that(fixed != null, "the flag must be at a fixed L to enumerate all paths: call flaggedAt(L)");
    Check.that(length <= LONGEST_ENUMERATED, "n must be at most %d to enumerate all paths, but was %d",
        LONGEST_ENUMERATED, length);
    int count = 1 << length;
    int[] times = new int[count];
    Arrays.fill(times, fixed[0]);
    byte[] features = new byte[count];
    for (int i = 0; i < count; i++) {
      features[i] = (byte) ((i >> (fixed[0] - 1) & 1) == 1 ? 1 : -1);
    }
    return new SamplePaths(this, count, times, features, null);
  }

  /**
   * Draws a batch for training: the target of flag j, at the last step, is 1 for a flagged bit +1 and 0 for
   * -1.
   */
  public Batch batch(int size, Seed seed) {
    return draw(size, seed).batch();
  }

  private void checkOneFlag(String what) {
    Check.that(flags == 1, "%s are defined for one flag, but there are %d", what, flags);
  }

  private static int paths(long count) {
    Check.that(count >= 1 && count <= Integer.MAX_VALUE, "the number of paths must be in 1..%d, but was %d",
        Integer.MAX_VALUE, count);
    return (int) count;
  }

  private static byte[] halves(int count) {
    byte[] features = new byte[2 * count];
    Arrays.fill(features, 0, count, (byte) 1);
    Arrays.fill(features, count, 2 * count, (byte) -1);
    return features;
  }

  /** Draws k distinct times for each path, in ascending order, all sets alike (Floyd's sampling). */
  private int[] drawTimes(int count, Seed seed) {
    Check.atLeast("the number of paths", count, 1);
    Seed.Stream random = seed.stream("flags");
    int[] times = new int[Math.multiplyExact(count, flags)];
    for (int b = 0; b < count; b++) {
      int first = b * flags;
      for (int j = 0; j < flags; j++) {
        if (fixed != null) {
          times[first + j] = fixed[j];
          continue;
        }
        int last = length - flags + 1 + j;
        int time = 1 + random.nextInt(last);
        for (int i = 0; i < j; i++) {
          time = times[first + i] == time ? last : time;
        }
        times[first + j] = time;
      }
      if (flags > 1) {
        Arrays.sort(times, first, first + flags);
      }
    }
    return times;
  }

  /** Returns {@code F1B(20)}, {@code F2B(8)}, with L if it is fixed. */
  @Override
  public String toString() {
    return "F" + flags + "B(" + length + ")" + (fixed == null ? "" : ", L = " + Arrays.toString(fixed)
        .replaceAll("[\\[\\]]", ""));
  }
}
