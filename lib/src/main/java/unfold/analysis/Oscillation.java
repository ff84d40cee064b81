package unfold.analysis;

import unfold.Check;

/**
 * The sinusoid at a frequency that is in a trace: amplitude cos(2 pi t / period + phase).
 *
 * @param period in steps, at least 2
 * @param amplitude its amplitude, if the trace is a sinusoid of this period; at least 0
 * @param phase in radians, above -pi and at most pi; at a period of 2 either 0 or pi
 * @param share how much of the trace's variance it carries if it is all of it: 1 for a sinusoid of whole periods
 */
public record Oscillation(double period, double amplitude, double phase, double share) {
  /** How many frequencies are tried for each that a trace's length resolves. */
  private static final int FINER = 8;

  /**
   * Returns the strongest oscillation of a trace: where its periodogram, of the trace without its mean, is greatest.
   * Periods from 2 steps to the trace's length are tried, eight to each frequency that the length resolves.
   *
   * @param trace at least 4 numbers, not all equal
   */
  public static Oscillation strongest(double[] trace) {
    Check.that(trace.length >= 4, "a trace must have at least 4 steps, but has %d", trace.length);
    Oscillation best = null;
    for (int k = FINER; 2 * k <= FINER * trace.length; k++) {
      Oscillation candidate = at(trace, FINER * (double) trace.length / k);
      best = best == null || candidate.height() > best.height() ? candidate : best;
    }
    return best;
  }

  /** The periodogram's root at this period, up to a factor that all periods share. */
  private double height() {
    return amplitude * meanSquare(period);
  }

  /** The mean square of a cosine: at a period of 2 steps it is 1 or -1 at each of them. */
  private static double meanSquare(double period) {
    return period == 2 ? 1 : 0.5;
  }

  /**
   * Returns what a trace, without its mean, has of a period.
   *
   * @param period in steps, at least 2
   */
  public static Oscillation at(double[] trace, double period) {
    Check.that(period >= 2, "the period must be at least 2 steps, but was %s", period);
    Check.finite("trace", trace);
    double mean = 0;
    for (double v : trace) {
      mean += v / trace.length;
    }
    double re = 0;
    double im = 0;
    double square = 0;
    for (int t = 0; t < trace.length; t++) {
      double angle = 2 * Math.PI * t / period;
      re += (trace[t] - mean) * StrictMath.cos(angle);
      im -= (trace[t] - mean) * StrictMath.sin(angle);
      square += (trace[t] - mean) * (trace[t] - mean);
    }
    Check.that(square > 0 && !Pca.allEqual(trace, 1), "the trace must not be constant");
    im = period == 2 ? 0 : im; // The sine is zero at each of its steps, but for rounding.
    double amplitude = Math.sqrt(re * re + im * im) / trace.length / meanSquare(period);
    double share = Math.min(1, amplitude * amplitude * meanSquare(period) * trace.length / square);
    return new Oscillation(period, amplitude, StrictMath.atan2(im, re), share);
  }

  /** Returns how far this is ahead of another, in parts of a period: above -1/2 and at most 1/2. */
  public double ahead(Oscillation other) {
    double turns = (phase - other.phase) / (2 * Math.PI);
    return turns - Math.ceil(turns - 0.5);
  }
}
