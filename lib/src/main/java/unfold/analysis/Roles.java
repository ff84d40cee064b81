package unfold.analysis;

import unfold.Check;
import unfold.Seed;
import unfold.net.Network;
import unfold.task.FlaggedBits;

/**
 * Whether a network of two states divides the work as the paper's section 5.3 describes it: at t = L the
 * feature is loaded into one state, the loading state, and not into the other; at t = L + 1 and until the end
 * that other, the memorization state, tells positive from negative paths.
 *
 * <p>"Loaded" is measured by how far apart the classes' means are, since the states range over [-1, 1] and
 * before the flag hardly differ: a tiny weight would do for a threshold. "Tells" is measured by the best
 * threshold.
 *
 * @param loaded for each state, the distance between the means of positive and negative paths at t = L, from
 *     0 to 2
 * @param transferred the error of the best threshold on each state at t = L + 1
 * @param kept the same at t = n
 */
public record Roles(double[] loaded, double[] transferred, double[] kept) {
  /**
   * The feature is loaded into a state if the classes' means are at least this far apart: half of the state's
   * range.
   */
  public static final double LOADED = 1;
  /** It is not loaded if they are at most this far apart: a quarter of the range. */
  public static final double EMPTY = 0.5;
  /** A state tells the classes apart if its best threshold errs on at most this share of the paths. */
  public static final double TOLD = 0.05;

  /**
   * Measures a network's two states on drawn paths, from its own initial state.
   *
   * @param flag the flag's time L, in 1..n - 2, so that loading, transfer and end are three times
   * @param count the number of positive and of negative paths
   */
  public static Roles of(Network network, int n, int flag, int count, Seed seed) {
    Check.that(network.architecture().stateWidth() == 2, "the network must have two states, but is %s",
        network);
    Check.within("L", flag, 1, n - 2);
    ClassStates states = ClassStates.of(network, FlaggedBits.f1b(n).flaggedAt(flag).drawEach(count, seed),
        flag, flag + 1, n);
    double[] loaded = new double[2];
    for (int s = 0; s < 2; s++) {
      loaded[s] = Math.abs(Moments.of(states.positive(flag, s)).mean()
          - Moments.of(states.negative(flag, s)).mean());
    }
    return new Roles(loaded, errors(states, flag + 1), errors(states, n));
  }

  private static double[] errors(ClassStates states, int t) {
    return new double[] {states.threshold(t, 0).error(), states.threshold(t, 1).error()};
  }

  /**
   * Returns which state, 0 or 1, is the memorization state of a network that splits the roles; -1 if it does
   * not.
   */
  public int memory() {
    for (int memory = 0; memory < 2; memory++) {
      int loading = 1 - memory;
      if (loaded[loading] >= LOADED && loaded[memory] <= EMPTY && transferred[memory] <= TOLD
          && kept[memory] <= TOLD) {
        return memory;
      }
    }
    return -1;
  }

  /** Tells whether the roles are split. */
  public boolean split() {
    return memory() >= 0;
  }

  /**
   * Tells whether the roles are split and the loading state has lost the feature by t = L + 1, as the text
   * adds.
   */
  public boolean emptied() {
    return split() && transferred[1 - memory()] > TOLD;
  }
}
