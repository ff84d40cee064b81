package unfold.train;

import java.util.Arrays;
import unfold.Check;

/** The losses of a training, one for each update: it grows, and is read from the end. */
public final class Losses {
  private double[] values;
  private int count;

  Losses(double... values) {
    this.values = values;
    count = values.length;
  }

  void add(double loss) {
    if (count == values.length) {
      values = Arrays.copyOf(values, Math.max(64, 2 * count));
    }
    values[count++] = loss;
  }

  /** Returns how many there are. */
  public int count() {
    return count;
  }

  /** Returns the newest. */
  public double last() {
    Check.that(count > 0, "there must have been an update, but there was none");
    return values[count - 1];
  }

  /** Returns the mean of the newest {@code window}, of all if there are fewer; infinity if there is none. */
  public double mean(int window) {
    Check.atLeast("window", window, 1);
    return Arrays.stream(values, Math.max(0, count - window), count).average().orElse(Double.POSITIVE_INFINITY);
  }

  /** Returns all, from the first update on. */
  public double[] toArray() {
    return Arrays.copyOf(values, count);
  }
}
