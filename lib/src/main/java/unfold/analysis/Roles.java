package unfold.analysis;

import unfold.Check;
import unfold.Seed;
import unfold.net.Network;
import unfold.task.FlaggedBits;

/**
 * Whether a network of two states divides the work as the paper's section 5.3 describes it: one state, the
 * loading state, tells positive from negative paths at t = L, when the other does not; that other, the
 * memorization state, tells them apart at t = L + 1 and until the end.
 *
 * @param loaded the error of the best threshold on each state at t = L
 * @param transferred the same at t = L + 1
 * @param kept the same at t = n
 */
public record Roles(double[] loaded, double[] transferred, double[] kept) {
  /** A state tells the classes apart if its best threshold errs on at most this share of the paths. */
  public static final double TOLD = 0.05;
  /** A state does not know the feature if its best threshold errs on at least this share. */
  public static final double UNKNOWN = 0.25;

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
    return new Roles(errors(states, flag), errors(states, flag + 1), errors(states, n));
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
      if (loaded[loading] <= TOLD && loaded[memory] >= UNKNOWN && transferred[memory] <= TOLD
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
