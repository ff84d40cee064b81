package unfold.plot;

import java.util.Arrays;
import unfold.Check;

/**
 * Equal bins over an interval, the same for all panels of a figure.
 *
 * <p>A value on an inner edge belongs to the bin above, one on the upper end to the last bin, and one that is
 * outside or not a number to none.
 *
 * @param low lower end, finite
 * @param high upper end, finite, above {@code low}
 * @param count number of bins, at least 1
 */
public record Bins(double low, double high, int count) {
  /** Checks the ends and the number. */
  public Bins {
    Check.atLeast("count", count, 1);
    Check.that(low < high && Double.isFinite(high - low),
        "high must be above low, both finite, but they were %s and %s", high, low);
  }

  /** Returns bins from {@code low} to {@code high}. */
  public static Bins of(double low, double high, int count) {
    return new Bins(low, high, count);
  }

  /** Returns bins that hold every finite value of all samples, with a little room at both ends. */
  public static Bins over(int count, double[]... samples) {
    Check.atLeast("count", count, 1);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double[] sample : samples) {
      for (double value : sample) {
        if (Double.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    Check.that(low <= high, "samples must hold at least one finite value, but held none");
    double room = high > low ? (high - low) / count : Math.max(1e-3, Math.abs(low) * 1e-3);
    return new Bins(low - room, high + room, count);
  }

  /** Returns the width of a bin. */
  public double width() {
    return (high - low) / count;
  }

  /** Returns the bin of a value, -1 if it has none. */
  public int index(double value) {
    if (!(value >= low && value <= high)) {
      return -1;
    }
    return Math.min(count - 1, (int) ((value - low) / (high - low) * count));
  }

  /** Returns the middles of the bins. */
  public double[] centres() {
    double[] centres = new double[count];
    for (int i = 0; i < count; i++) {
      centres[i] = low + (high - low) * (2 * i + 1) / (2.0 * count);
    }
    return centres;
  }

  /**
   * Returns each bin's share of the values. Values outside count in the total, so shares can sum to less than
   * 1.
   */
  public double[] shares(double[] values) {
    return shares(values, null);
  }

  /**
   * Returns each bin's share of the total weight.
   *
   * @param weights one for each value, at least 0, with a positive sum; null for equal ones
   */
  public double[] shares(double[] values, double[] weights) {
    if (weights != null) {
      Draw.equal("values", values.length, "weights", weights.length);
    }
    double[] shares = new double[count];
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      double weight = weights == null ? 1 : weights[i];
      Check.that(weight >= 0, "weights must be at least 0, but number %d was %s", i, weight);
      total += weight;
      int bin = index(values[i]);
      if (bin >= 0) {
        shares[bin] += weight;
      }
    }
    Check.that(total > 0, "there must be values of a positive total weight, but it was %s", total);
    for (int i = 0; i < count; i++) {
      shares[i] /= total;
    }
    return shares;
  }

  /** Returns the density in each bin: the share over the bin's width. */
  public double[] density(double[] values, double[] weights) {
    return Arrays.stream(shares(values, weights)).map(share -> share / width()).toArray();
  }

  /** Returns how many points lie in each cell, {@code [bin of y][bin of x]}, with these bins on both axes. */
  public int[][] counts(double[] x, double[] y) {
    Draw.equal("x", x.length, "y", y.length);
    int[][] counts = new int[count][count];
    for (int i = 0; i < x.length; i++) {
      int column = index(x[i]);
      int row = index(y[i]);
      if (column >= 0 && row >= 0) {
        counts[row][column]++;
      }
    }
    return counts;
  }
}
