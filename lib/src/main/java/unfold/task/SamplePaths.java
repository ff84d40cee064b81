package unfold.task;

import java.util.Arrays;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Program;

/**
 * Sample paths of a {@link FlaggedBits} process. Only flags and flagged bits are stored; the noise of a step
 * is drawn, 64 paths at a time, whenever that step is asked for, so that a million long paths cost little
 * memory and every network can be shown the same ones. As the input of {@link Program#simulate} it writes
 * x^I, x^F for each path.
 */
public final class SamplePaths implements Program.Input {
  private static final int BITS = Long.SIZE;

  private final FlaggedBits process;
  private final int size;
  private final int flags;
  private final int[] times;
  private final byte[] features;
  /** Where each step's stream of noise begins; null for enumerated paths. */
  private final long[] noiseAt;

  /** {@code noise} is null for enumerated paths, whose bits are those of their index. */
  SamplePaths(FlaggedBits process, int size, int[] times, byte[] features, Seed noise) {
    this.process = process;
    this.size = size;
    this.flags = process.flags();
    this.times = times;
    this.features = features;
    noiseAt = noise == null ? null : new long[process.length() + 1];
    for (int t = 1; noise != null && t < noiseAt.length; t++) {
      noiseAt[t] = noise.stream(Integer.toString(t)).position();
    }
  }

  static Seed noise(Seed seed) {
    return seed.split("noise");
  }

  /** Returns the number of paths. */
  public int size() {
    return size;
  }

  /** Returns the process that they are paths of. */
  public FlaggedBits process() {
    return process;
  }

  /** Returns the time L of a path's first flag. */
  public int flagTime(int path) {
    return times[Check.within("path", path, 0, size - 1) * flags];
  }

  /** Returns a path's first flagged bit: +1 for a positive path, -1 for a negative one. */
  public int feature(int path) {
    return features[Check.within("path", path, 0, size - 1) * flags];
  }

  /** Returns a path's information bits x^I at t = 1, ..., n. */
  public int[] information(int path) {
    return column(path, 0);
  }

  /** Returns a path's flag bits x^F at t = 1, ..., n. */
  public int[] flagBits(int path) {
    return column(path, 1);
  }

  private int[] column(int path, int input) {
    Check.within("path", path, 0, size - 1);
    int[] values = new int[process.length()];
    double[] xBI = new double[2];
    for (int t = 1; t <= values.length; t++) {
      fill(t, path, 1, xBI);
      values[t - 1] = (int) xBI[input];
    }
    return values;
  }

  @Override
  public void fill(int t, int first, int count, double[] xBI) {
    Check.within("t", t, 1, process.length());
    Check.within("first", first, 0, size - 1);
    Check.within("count", count, 1, size - first);
    Check.atLeast("the length of xBI", xBI.length, 2 * count);
    if (noiseAt == null) {
      for (int i = 0; i < count; i++) {
        xBI[2 * i] = (first + i >> (t - 1) & 1) == 1 ? 1 : -1;
        xBI[2 * i + 1] = process.noFlag();
      }
    } else {
      drawNoise(t, first, count, xBI);
    }
    for (int i = first * flags; i < (first + count) * flags; i++) {
      if (times[i] == t) {
        int path = i / flags - first;
        xBI[2 * path] = features[i];
        xBI[2 * path + 1] = 1;
      }
    }
  }

  private void drawNoise(int t, int first, int count, double[] xBI) {
    Seed.Stream random = Seed.Stream.at(noiseAt[t]);
    random.skip(first / BITS);
    double noFlag = process.noFlag();
    int i = 0;
    while (i < count) {
      int bit = (first + i) % BITS;
      long word = random.nextLong() >>> bit;
      int end = Math.min(count, i + BITS - bit);
      for (; i < end; i++) {
        xBI[2 * i] = 2 * (int) (word & 1) - 1;
        xBI[2 * i + 1] = noFlag;
        word >>>= 1;
      }
    }
  }

  @Override
  public void columns(int t, int steps, int first, int count, Program.Columns columns) {
    if (noiseAt == null) {
      Program.Input.super.columns(t, steps, first, count, columns);
      return;
    }
    Check.atLeast("steps", steps, 1);
    Check.within("t", t, 1, process.length() - steps + 1);
    Check.within("first", first, 0, size - 1);
    Check.within("count", count, 1, size - first);
    columns.bits(0, noiseWords(t, steps, first, count), -1, 1);
    columns.all(1, process.noFlag());
    for (int i = first * flags; i < (first + count) * flags; i++) {
      int step = times[i] - t;
      if (step >= 0 && step < steps) {
        columns.set(step, 0, i / flags - first, features[i]);
        columns.set(step, 1, i / flags - first, 1);
      }
    }
  }

  /** Draws the noise bits of some steps, those of a step in as many words as it takes. */
  private long[] noiseWords(int t, int steps, int first, int count) {
    int each = (count + BITS - 1) / BITS;
    int shift = first % BITS;
    long[] words = new long[steps * each];
    for (int step = 0; step < steps; step++) {
      Seed.Stream random = Seed.Stream.at(noiseAt[t + step]);
      random.skip(first / BITS);
      long word = random.nextLong();
      for (int w = step * each; w < (step + 1) * each; w++) {
        long next = random.nextLong();
        words[w] = word >>> shift | next << 1 << BITS - 1 - shift;
        word = next;
      }
    }
    return words;
  }

  /**
   * Returns how many of the first paths show all that can have happened up to time t with both values of the
   * flagged bit: fewer than all for enumerated paths.
   */
  public int distinct(int t) {
    return noiseAt == null ? 1 << Math.max(t, times[0]) : size;
  }

  /** Returns all paths as one batch, the flagged bits as targets 1 or 0 at the last step. */
  public Batch batch() {
    int steps = process.length();
    double[] xTBI = new double[Math.multiplyExact(steps, 2 * size)];
    double[] xBI = new double[2 * size];
    for (int t = 1; t <= steps; t++) {
      fill(t, 0, size, xBI);
      System.arraycopy(xBI, 0, xTBI, (t - 1) * xBI.length, xBI.length);
    }
    double[] targets = new double[features.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = features[i] > 0 ? 1 : 0;
    }
    return Batch.of(steps, size, xTBI).towardsLast(targets);
  }

  /**
   * Returns the share of paths of which not every flagged bit is read right.
   *
   * @param yBO k outputs a path; an output of at least 0 reads as +1
   */
  public double error(double[] yBO) {
    Check.shape("yBO", yBO, size, flags);
    boolean[] wrong = new boolean[size];
    int count = 0;
    for (int i = 0; i < yBO.length; i++) {
      if (yBO[i] >= 0 != features[i] > 0 && !wrong[i / flags]) {
        wrong[i / flags] = true;
        count++;
      }
    }
    return (double) count / size;
  }

  /** Returns a state at time 0 for each path. */
  public double[] startingFrom(double... state) {
    Check.finite("S_0", state);
    double[] sBS = new double[Math.multiplyExact(size, state.length)];
    for (int b = 0; b < size; b++) {
      System.arraycopy(state, 0, sBS, b * state.length, state.length);
    }
    return sBS;
  }

  /** Returns what they are: {@code 20000 paths of F1B(20), L = 10}. */
  @Override
  public String toString() {
    return String.format(java.util.Locale.ROOT, "%,d%s paths of %s", size, noiseAt == null ? " enumerated" : "",
        process);
  }

  int[] times() {
    return Arrays.copyOf(times, times.length);
  }
}
