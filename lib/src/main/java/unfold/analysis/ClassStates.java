package unfold.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import unfold.Check;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.net.Network;
import unfold.task.SamplePaths;

/**
 * The states of a network on sample paths at chosen times, told apart by the flagged bit: what figures 2, 3
 * and 4 show. On enumerated paths, moments and errors are exact. All states of all layers lie side by side,
 * numbered from 0.
 */
public final class ClassStates {
  /** Networks that run side by side, in units: wider products cost more than they save. */
  private static final int WIDEST = 32;

  private final SamplePaths paths;
  private final int rowWidth;
  private final int[] columns;
  private final Map<Integer, double[]> statesAt;

  /** The states at the given columns of rows that several networks may share. */
  private ClassStates(SamplePaths paths, int rowWidth, int[] columns, Map<Integer, double[]> statesAt) {
    this.paths = paths;
    this.rowWidth = rowWidth;
    this.columns = columns;
    this.statesAt = statesAt;
  }

  /** Runs a network from its own initial state, zero if it learns none, in double precision. */
  public static ClassStates of(Network network, SamplePaths paths, int... times) {
    return from(null, network, paths, times);
  }

  /**
   * Runs a network in double precision.
   *
   * @param s0 the states at time 0: S numbers for all paths alike, or S for each; null for the network's own
   * @param times when to look, each in 1..n
   */
  public static ClassStates from(double[] s0, Network network, SamplePaths paths, int... times) {
    int width = network.architecture().stateWidth();
    long forEach = (long) paths.size() * width;
    Check.that(s0 == null || s0.length == width || s0.length == forEach,
        "s0 must hold %d numbers, or %d for each path its own, but holds %d", width, forEach, s0 == null ? 0 : s0.length);
    double[] s0BS = s0 != null && s0.length == width ? paths.startingFrom(s0) : s0;
    int[] columns = IntStream.range(0, width).toArray();
    return new ClassStates(paths, width, columns, run(s0BS, network, paths, times));
  }

  /**
   * Runs many small networks of one architecture and one layer on the same paths, several at a time as one
   * wide network.
   *
   * @param s0 the states at time 0 of each network, S numbers for all paths alike; null for zero
   * @param networks at least one network, without readouts or initial states of their own
   * @param times when to look, each in 1..n
   */
  public static List<ClassStates> ofEach(List<double[]> s0, List<Network> networks, SamplePaths paths,
      int... times) {
    Check.that(!networks.isEmpty(), "there must be a network to run, but there is none");
    Check.that(s0 == null || s0.size() == networks.size(),
        "there must be as many initial states as networks, %d, but there are %d", networks.size(),
        s0 == null ? 0 : s0.size());
    List<ClassStates> all = new ArrayList<>();
    int units = networks.get(0).architecture().layers().get(0).units();
    int block = Math.max(1, WIDEST / units);
    for (int first = 0; first < networks.size(); first += block) {
      List<Network> some = networks.subList(first, Math.min(first + block, networks.size()));
      int count = some.size();
      Network wide = Networks.sideBySide(some);
      int width = wide.architecture().stateWidth();
      int own = width / count;
      int[][] columns = new int[count][own];
      double[] start = new double[width];
      for (int r = 0; r < count; r++) {
        double[] its = s0 == null ? new double[own] : Check.shape("a network's s0", s0.get(first + r), own);
        for (int i = 0; i < own; i++) {
          columns[r][i] = (i / units * count + r) * units + i % units;
          start[columns[r][i]] = its[i];
        }
      }
      Map<Integer, double[]> statesAt = run(paths.startingFrom(start), wide, paths, times);
      for (int[] its : columns) {
        all.add(new ClassStates(paths, width, its, statesAt));
      }
    }
    return all;
  }

  private static Map<Integer, double[]> run(double[] s0BS, Network network, SamplePaths paths, int[] times) {
    Check.that(times.length > 0, "there must be a time to look at, but there is none");
    for (int t : times) {
      Check.within("t", t, 1, paths.process().length());
    }
    int width = network.architecture().stateWidth();
    int steps = Arrays.stream(times).max().getAsInt();
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
    return statesAt;
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
    return select(t, 1, column(state));
  }

  /** Returns a state of the negative paths at time t. */
  public double[] negative(int t, int state) {
    return select(t, -1, column(state));
  }

  /** Returns all states of the positive paths at time t, S numbers a path. */
  public double[] positivePoints(int t) {
    return select(t, 1, columns);
  }

  /** Returns all states of the negative paths at time t, S numbers a path. */
  public double[] negativePoints(int t) {
    return select(t, -1, columns);
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
    double[] outputs = classifier.outputs(points(t));
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
    double[] outputs = classifier.outputs(points(t));
    int wrong = 0;
    for (int b = 0; b < outputs.length; b++) {
      wrong += outputs[b] >= 0 != paths.feature(b) > 0 ? 1 : 0;
    }
    return (double) wrong / outputs.length;
  }

  private int[] column(int state) {
    return new int[] {columns[Check.within("state", state, 0, columns.length - 1)]};
  }

  private double[] at(int t) {
    double[] states = statesAt.get(t);
    Check.that(states != null, "t must be one of %s, but was %d", statesAt.keySet(), t);
    return states;
  }

  private double[] points(int t) {
    double[] all = at(t);
    double[] points = new double[all.length / rowWidth * columns.length];
    for (int b = 0; b < all.length / rowWidth; b++) {
      for (int i = 0; i < columns.length; i++) {
        points[b * columns.length + i] = all[b * rowWidth + columns[i]];
      }
    }
    return points;
  }

  private double[] select(int t, int feature, int[] chosen) {
    double[] all = at(t);
    double[] selected = new double[all.length / rowWidth * chosen.length];
    int n = 0;
    for (int b = 0; b < all.length / rowWidth; b++) {
      if (paths.feature(b) == feature) {
        for (int column : chosen) {
          selected[n++] = all[b * rowWidth + column];
        }
      }
    }
    return Arrays.copyOf(selected, n);
  }
}
