package unfold.analysis;

import unfold.Check;
import unfold.engine.Architecture.Block;
import unfold.net.Network;

/**
 * Rounding of trained weights: how many bits of each may be lost, which "Capacity and Trainability", section
 * 5, asks.
 */
public final class Rounding {
  private Rounding() {}

  /**
   * Returns a copy of a network whose parameters take k bits each: those of a matrix or vector are rounded to
   * the nearest of 2^k equally spaced values, of which the first and the last are the least and the greatest
   * of that matrix.
   *
   * @param bits k, in 1..24
   */
  public static Network toBits(Network network, int bits) {
    Check.within("bits", bits, 1, 24);
    Network rounded = network.copy();
    for (Block block : network.architecture().blocks()) {
      round(rounded.theta(), block.offset(), block.size(), (1 << bits) - 1);
    }
    return rounded;
  }

  private static void round(double[] values, int offset, int size, int intervals) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + size; i++) {
      least = Math.min(least, values[i]);
      greatest = Math.max(greatest, values[i]);
    }
    double width = (greatest - least) / intervals;
    for (int i = offset; width > 0 && i < offset + size; i++) {
      values[i] = least + width * Math.rint((values[i] - least) / width);
    }
  }
}
