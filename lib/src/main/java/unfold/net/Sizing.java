package unfold.net;

import java.util.function.IntFunction;
import unfold.Check;
import unfold.engine.Architecture;

/** How many units fit a number of parameters. */
public final class Sizing {
  private Sizing() {}

  /**
   * Returns the largest number of units whose network does not exceed a number of parameters, counted over
   * all layers, readout and initial states: the rule of "Capacity and Trainability", section 1.2.
   *
   * @param network the network for a number of units; its parameters must grow with them
   * @throws IllegalArgumentException if one unit has too many parameters already
   */
  public static int largest(int budget, IntFunction<Architecture> network) {
    int smallest = network.apply(1).parameterCount();
    Check.that(smallest <= budget, "the budget must be at least the %d parameters of one unit, but was %d",
        smallest, budget);
    int low = 1;
    int high = 2;
    while (network.apply(high).parameterCount() <= budget) {
      low = high;
      high = Math.multiplyExact(2, high);
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (network.apply(middle).parameterCount() <= budget) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Returns the number of units whose network is nearest to a number of parameters, the smaller of two as
   * near: how the adding problem of "MCRM: Mother Compact Recurrent Memory" is sized, Table 2, which exceeds
   * its 95K by up to 1,405.
   *
   * @param network the network for a number of units; its parameters must grow with them
   */
  public static int nearest(int budget, IntFunction<Architecture> network) {
    if (network.apply(1).parameterCount() >= budget) {
      return 1;
    }
    int below = largest(budget, network);
    int missing = budget - network.apply(below).parameterCount();
    return network.apply(below + 1).parameterCount() - budget < missing ? below + 1 : below;
  }
}
