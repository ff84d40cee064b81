package unfold.analysis;

import java.util.ArrayList;
import java.util.List;
import unfold.Check;
import unfold.cell.Expr;
import unfold.cell.F1bCells;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.net.Network;
import unfold.task.SamplePaths;

/**
 * The construction of theorem 3: a vanilla RNN of two states with the clamp g that passes the F1B test
 * exactly. With flags 1 and 0, and from S_0 = (0, -1),
 *
 * <pre>
 * S^1_t = g(S^1_{t-1} + b_1 S^2_{t-1} + b_1)           the memorization state
 * S^2_t = g(W_21 X^I_t - b_2 X^F_t + b_2)              the loading state
 * </pre>
 *
 * @param b1 the transfer b_1 from loading to memorization state
 * @param b2 the bias b_2 that empties the loading state when there is no flag
 * @param w21 the weight W_21 of the information bit
 */
public record TwoUnitRnn(double b1, double b2, double w21) {

  /** Checks that all numbers are finite. */
  public TwoUnitRnn {
    Check.finite("b_1", b1);
    Check.finite("b_2", b2);
    Check.finite("W_21", w21);
  }

  /** Returns the network; the flags must be 1 and 0, and S_0 is {@link #initialState()}. */
  public Network network() {
    return Network.inputs(2).layer(F1bCells.rnn(Expr::clamp), 2).build()
        .set("U", 1, b1, 0, 0).set("W", 0, 0, w21, -b2).set("b", b1, b2);
  }

  /** Returns S_0 = (0, -1). */
  public double[] initialState() {
    return new double[] {0, -1};
  }

  /**
   * Returns the classifier that the paper leaves open: beta = (1 / b_1, 1), gamma = 0. At the end the
   * positive paths have S^1 = b_1 (1 + W_21), the negative ones b_1 (1 - W_21), and S^2 = -1; with L = n the
   * feature is still in S^2 = +-W_21.
   */
  public LinearClassifier classifier() {
    Check.that(b1 != 0, "b_1 must not be 0 for the classifier (1 / b_1, 1), but is");
    return LinearClassifier.of(0, 1 / b1, 1);
  }

  /**
   * Returns those of the paper's conditions that these parameters violate, as text; none if the theorem
   * covers them.
   */
  public List<String> violated() {
    List<String> violated = new ArrayList<>();
    add(violated, w21 > 0 && w21 < 1, "W_21 in (0, 1)");
    add(violated, b2 < 0, "b_2 < 0");
    add(violated, Math.abs(w21) + b2 < -1, "+-W_21 + b_2 < -1");
    add(violated, b1 != 0, "b_1 != 0");
    add(violated, Math.abs(b1) + Math.abs(b1 * w21) < 1, "b_1 +- b_1 W_21 in (-1, 1)");
    return violated;
  }

  private static void add(List<String> violated, boolean holds, String condition) {
    if (!holds) {
      violated.add(condition);
    }
  }

  /** Returns h(S^1, S^2) = S^1 + b_1 S^2 + b_1, the memorization state before the clamp. */
  public double mixed(double s1, double s2) {
    return s1 + b1 * s2 + b1;
  }

  /** One row of table 2: in which condition a mechanism works, and what it then does. */
  public enum Mechanism {
    /** X^F = 0: S^2_t = -1. */
    LOAD_EMPTYING("Load emptying", "X^F = 0", "S^2_t = -1") {
      @Override
      boolean applies(TwoUnitRnn net, double flag, double s1, double s2) {
        return flag == 0;
      }

      @Override
      double error(TwoUnitRnn net, double bit, double s1, double s2, double new1, double new2) {
        return new2 + 1;
      }
    },
    /** X^F = 1: S^2_t = W_21 X^I_t. */
    FEATURE_LOADING("Feature loading", "X^F = 1", "S^2_t = W_21 X^I_t") {
      @Override
      boolean applies(TwoUnitRnn net, double flag, double s1, double s2) {
        return flag == 1;
      }

      @Override
      double error(TwoUnitRnn net, double bit, double s1, double s2, double new1, double new2) {
        return new2 - net.w21 * bit;
      }
    },
    /** S^1 in (-1, 1) and S^2 = -1: S^1_t = S^1_{t-1}. */
    MEMORIZATION("Memorization", "S^1_{t-1} in (-1, 1), S^2_{t-1} = -1", "S^1_t = S^1_{t-1}") {
      @Override
      boolean applies(TwoUnitRnn net, double flag, double s1, double s2) {
        return inside(s1) && s2 == -1;
      }

      @Override
      double error(TwoUnitRnn net, double bit, double s1, double s2, double new1, double new2) {
        return new1 - s1;
      }
    },
    /** h(S^1, S^2) in (-1, 1) and S^2 > -1: S^1_t = h(S^1_{t-1}, S^2_{t-1}). */
    STATE_MIXING("State mixing", "h in (-1, 1), S^2_{t-1} > -1", "S^1_t = h(S^1_{t-1}, S^2_{t-1})") {
      @Override
      boolean applies(TwoUnitRnn net, double flag, double s1, double s2) {
        return inside(net.mixed(s1, s2)) && s2 > -1;
      }

      @Override
      double error(TwoUnitRnn net, double bit, double s1, double s2, double new1, double new2) {
        return new1 - net.mixed(s1, s2);
      }
    };

    private final String title;
    private final String condition;
    private final String effect;

    Mechanism(String title, String condition, String effect) {
      this.title = title;
      this.condition = condition;
      this.effect = effect;
    }

    /** Returns its name in table 2. */
    public String title() {
      return title;
    }

    /** Returns its condition as text. */
    public String condition() {
      return condition;
    }

    /** Returns its effect as text. */
    public String effect() {
      return effect;
    }

    abstract boolean applies(TwoUnitRnn net, double flag, double s1, double s2);

    /** How far the new states are from the effect. */
    abstract double error(TwoUnitRnn net, double bit, double s1, double s2, double new1, double new2);

    private static boolean inside(double v) {
      return v > -1 && v < 1;
    }
  }

  /** A phase of a path, by the time since the flag. */
  public enum Phase {
    /** t &lt; L. */
    NOISE_SUPPRESSION("t < L"),
    /** t = L. */
    FEATURE_LOADING("t = L"),
    /** t = L + 1. */
    FEATURE_TRANSFER("t = L + 1"),
    /** t > L + 1. */
    FEATURE_MEMORIZATION("t > L + 1");

    private final String times;

    Phase(String times) {
      this.times = times;
    }

    /** Returns its times as text. */
    public String times() {
      return times;
    }

    static Phase at(int t, int flag) {
      return t < flag ? NOISE_SUPPRESSION : t == flag ? FEATURE_LOADING
          : t == flag + 1 ? FEATURE_TRANSFER : FEATURE_MEMORIZATION;
    }
  }

  /**
   * What was seen of the mechanisms while the network ran.
   *
   * @param steps for each phase, how many steps of paths were in it
   * @param met for each phase and mechanism, in how many of them its condition held
   * @param kept for each phase and mechanism, in how many of those its effect followed, within
   *     {@link #TOLERANCE}
   */
  public record Observed(long[] steps, long[][] met, long[][] kept) {
    /** The rounding that an effect may show, in units of the state. */
    public static final double TOLERANCE = 1e-12;

    /** Returns in how many steps a mechanism's condition held. */
    public long met(Mechanism mechanism) {
      return sum(met, mechanism);
    }

    /** Returns in how many of those its effect followed. */
    public long kept(Mechanism mechanism) {
      return sum(kept, mechanism);
    }

    /** Returns the share of a phase's steps in which a mechanism's condition held. */
    public double share(Phase phase, Mechanism mechanism) {
      return (double) met[phase.ordinal()][mechanism.ordinal()] / steps[phase.ordinal()];
    }

    private static long sum(long[][] counts, Mechanism mechanism) {
      long sum = 0;
      for (long[] phase : counts) {
        sum += phase[mechanism.ordinal()];
      }
      return sum;
    }
  }

  /**
   * Runs the network on paths and looks, at every step of every path, which mechanisms' conditions hold and
   * whether their effects follow: how table 2 is derived.
   *
   * @param paths paths of a process with flags 1 and 0
   * @throws IllegalArgumentException if a flag is neither
   */
  public Observed observe(SamplePaths paths) {
    int phases = Phase.values().length;
    int mechanisms = Mechanism.values().length;
    Observed observed = new Observed(new long[phases], new long[phases][mechanisms],
        new long[phases][mechanisms]);
    double[] x = new double[2 * paths.size()];
    double[][] before = {paths.startingFrom(initialState())};
    int n = paths.process().length();
    try (Program program = Engine.forAnalysis().compile(network().architecture())) {
      program.simulate(network().theta(), before[0], n, paths.size(), paths, (t, states) -> {
        paths.fill(t, 0, paths.size(), x);
        double[] after = states.get();
        for (int b = 0; b < paths.size(); b++) {
          double flag = x[2 * b + 1];
          Check.that(flag == 0 || flag == 1, "the flags must be 1 and 0, but one was %s", flag);
          int phase = Phase.at(t, paths.flagTime(b)).ordinal();
          observed.steps[phase]++;
          for (Mechanism m : Mechanism.values()) {
            double s1 = before[0][2 * b];
            double s2 = before[0][2 * b + 1];
            if (m.applies(this, flag, s1, s2)) {
              observed.met[phase][m.ordinal()]++;
              double error = m.error(this, x[2 * b], s1, s2, after[2 * b], after[2 * b + 1]);
              observed.kept[phase][m.ordinal()] += Math.abs(error) <= Observed.TOLERANCE ? 1 : 0;
            }
          }
        }
        before[0] = after;
      });
    }
    return observed;
  }
}
