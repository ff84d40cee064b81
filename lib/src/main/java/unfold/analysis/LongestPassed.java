package unfold.analysis;

import unfold.Check;

/**
 * Decides exactly for how long a {@link OneUnitRnn} passes the F1B test.
 *
 * <p>f is monotone, so the extremes of the state over all noise are reached by extreme noise, and the
 * smallest interval around all states of a class follows in one step from that of the step before: the
 * intervals of positive and of negative paths, over all L up to t, take O(n) steps, where Monte Carlo can
 * never certify an error of zero. Classes are parted by a threshold at time n if and only if their intervals
 * are. Once the two intervals meet they meet for good, since the same noise maps both by one monotone
 * function: a setting that fails at n fails at every longer n.
 *
 * <p>All is in double precision. A gap at the scale of rounding decides nothing and is called undecided; it
 * is measured on the last pre-activation, since tanh saturates to exactly 1 in floating point where it does
 * not on paper.
 *
 * @param passed the greatest n at which the setting passes for every L, 0 if it fails at 1; at most the limit
 * @param undecided whether at n = passed + 1 the gap is lost in rounding
 */
public record LongestPassed(int passed, boolean undecided) {
  /** Gaps below this share of the pre-activations' size are lost in rounding. */
  static final double MARGIN = 1e-9;

  /** Returns the greatest n up to a limit at which a setting passes the test. */
  public static LongestPassed of(OneUnitRnn setting, int limit) {
    Check.atLeast("limit", limit, 1);
    double spread = Math.abs(setting.w1());
    double quiet = setting.b() - setting.w2();
    double loud = setting.b() + setting.w2();
    Interval before = new Interval(setting.s0(), setting.s0());
    Interval positive = Interval.NONE;
    Interval negative = Interval.NONE;
    for (int n = 1; n <= limit; n++) {
      // Pre-activations first: they are compared, then the activation is applied.
      Interval p = positive.step(setting.u(), quiet - spread, quiet + spread)
          .hull(before.step(setting.u(), loud + setting.w1(), loud + setting.w1()));
      Interval q = negative.step(setting.u(), quiet - spread, quiet + spread)
          .hull(before.step(setting.u(), loud - setting.w1(), loud - setting.w1()));
      Interval noise = before.step(setting.u(), quiet - spread, quiet + spread);
      double size = Math.max(p.size(), q.size());
      if (setting.f().saturates()) {
        p = p.map(setting.f());
        q = q.map(setting.f());
        size = 1;
      }
      double gap = Math.max(p.low - q.high, q.low - p.high);
      if (gap <= MARGIN * size) {
        return new LongestPassed(n - 1, gap >= -MARGIN * size && !exactTie(p, q, setting.f()));
      }
      positive = p.map(setting.f());
      negative = q.map(setting.f());
      before = noise.map(setting.f());
    }
    return new LongestPassed(limit, false);
  }

  /**
   * Tells whether both classes reach one state exactly, which only the clamp's ends allow to say of rounded
   * numbers.
   */
  private static boolean exactTie(Interval p, Interval q, OneUnitRnn.Activation f) {
    return f.saturates() && (p.high == 1 && q.high == 1 && (p.low == 1 || q.low == 1)
        || p.low == -1 && q.low == -1 && (p.high == -1 || q.high == -1));
  }

  /** All numbers from low to high; none if low is above high. */
  private record Interval(double low, double high) {
    static final Interval NONE = new Interval(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    /** U times this, plus something from {@code least} to {@code most}. */
    Interval step(double u, double least, double most) {
      return low > high ? this
          : new Interval(Math.min(u * low, u * high) + least, Math.max(u * low, u * high) + most);
    }

    Interval hull(Interval other) {
      return new Interval(Math.min(low, other.low), Math.max(high, other.high));
    }

    Interval map(OneUnitRnn.Activation f) {
      return low > high ? this : new Interval(f.of(low), f.of(high));
    }

    double size() {
      return low > high ? 0 : Math.max(Math.abs(low), Math.abs(high));
    }
  }
}
