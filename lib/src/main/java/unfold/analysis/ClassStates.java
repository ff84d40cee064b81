package unfold.analysis;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import unfold.Check;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.net.Network;
import unfold.task.Paths;

/**
 * The states of a network on sample paths at chosen times, told apart by the flagged bit: what figures 2, 3
 * and 4 show. On enumerated paths, moments and errors are exact. All states of all layers lie side by side,
 * numbered from 0.
 */
public final class ClassStates {
  private final Paths paths;
  private final int width;
  private final Map<Integer, double[]> statesAt;

  private ClassStates(Paths paths, int width, Map<Integer, double[]> statesAt) {
    this.paths = paths;
    this.width = width;
    this.statesAt = statesAt;
  }

  /** Runs a network from its own initial state, zero if it learns none, in double precision. */
  public static ClassStates of(Network network, Paths paths, int... times) {
    return from(null, network, paths, times);
  }

  /**
   * Runs a network in double precision.
   *
   * @param s0 the states at time 0: S numbers for all paths alike, or S for each; null for the network's own
   * @param times when to look, each in 1..n
   */
  public static ClassStates from(double[] s0, Network network, Paths paths, int... times) {
    int width = network.architecture().stateWidth();
    Check.that(times.length > 0, "there must be a time to look at, but there is none");
    int steps = Arrays.stream(times).max().getAsInt();
    for (int t : times) {
      Check.within("t", t, 1, paths.process().length());
    }
    double[] s0BS = s0 != null && s0.length == width ? paths.startingFrom(s0) : s0;
    Map<Integer, double[]> statesAt = new LinkedHashMap<>();
    try (Program program = Engine.forAnalysis().compile(network.architecture())) {
      program.simulate(network.theta(), s0BS, steps, paths.size(), paths, (t, states) -> {
        if (Arrays.stream(times).anyMatch(time -> time == t)) {
          double[] all = states.get();
          int kept = paths.distinct(t) * width;
          statesAt.put(t, kept == all.length ? all : Arrays.copyOf(all, kept));
        }
      });
    }
    return new ClassStates(paths, width, statesAt);
  }

  /** Returns state 0 of the positive paths at time t. */
  public double[] positive(int t) {
    return positive(t, 0);
  }

  /** Returns state 0 of the negative paths at time t. */
  public double[] negative(int t) {
    return negative(t, 0);
  }

  /** Returns a state of the positive paths at time t. */
  public double[] positive(int t, int state) {
    return select(t, 1, state, 1);
  }

  /** Returns a state of the negative paths at time t. */
  public double[] negative(int t, int state) {
    return select(t, -1, state, 1);
  }

  /** Returns all states of the positive paths at time t, S numbers a path. */
  public double[] positivePoints(int t) {
    return select(t, 1, 0, width);
  }

  /** Returns all states of the negative paths at time t, S numbers a path. */
  public double[] negativePoints(int t) {
    return select(t, -1, 0, width);
  }

  /** Returns the best threshold on state 0 at time t. */
  public Threshold threshold(int t) {
    return threshold(t, 0);
  }

  /** Returns the best threshold on a state at time t. */
  public Threshold threshold(int t, int state) {
    return Threshold.best(positive(t, state), negative(t, state));
  }

  /**
   * Returns the error of a classifier at time t for each L: entry L - 1 is the share of the paths flagged at
   * L that it takes for the other class, NaN if there are none.
   */
  public double[] errorByFlag(int t, LinearClassifier classifier) {
    double[] outputs = classifier.outputs(at(t));
    double[] wrong = new double[paths.process().length()];
    int[] count = new int[wrong.length];
    for (int b = 0; b < outputs.length; b++) {
      int at = paths.flagTime(b) - 1;
      count[at]++;
      wrong[at] += outputs[b] >= 0 != paths.feature(b) > 0 ? 1 : 0;
    }
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] /= count[i];
    }
    return wrong;
  }

  /** Returns the share of all paths that a classifier takes for the other class at time t. */
  public double error(int t, LinearClassifier classifier) {
    double[] outputs = classifier.outputs(at(t));
    int wrong = 0;
    for (int b = 0; b < outputs.length; b++) {
      wrong += outputs[b] >= 0 != paths.feature(b) > 0 ? 1 : 0;
    }
    return (double) wrong / outputs.length;
  }

  private double[] at(int t) {
    double[] states = statesAt.get(t);
    Check.that(states != null, "t must be one of %s, but was %d", statesAt.keySet(), t);
    return states;
  }

  private double[] select(int t, int feature, int first, int count) {
    Check.within("state", first, 0, width - 1);
    double[] all = at(t);
    double[] chosen = new double[all.length / width * count];
    int n = 0;
    for (int b = 0; b < all.length / width; b++) {
      if (paths.feature(b) == feature) {
        System.arraycopy(all, b * width + first, chosen, n, count);
        n += count;
      }
    }
    return Arrays.copyOf(chosen, n);
  }
}
