package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.cell.McrmCells;
import unfold.engine.Architecture.Block;
import unfold.net.Initializers;
import unfold.net.Network;

class RoundingTest {
  @Test
  void eachMatrixHasItsOwnValues() {
    Network net = Network.inputs(3).layer(McrmCells.lstm(), 20).readout(2).build()
        .initialize(Initializers.pytorch(), Seed.of(1));
    net.set("readout.b", 0.3, 0.3);
    double[] before = net.theta().clone();
    for (int bits : new int[] {1, 2, 5, 24}) {
      Network rounded = Rounding.toBits(net, bits);
      for (Block block : net.architecture().blocks()) {
        double[] from = values(net, block);
        double[] to = values(rounded, block);
        double least = Arrays.stream(from).min().getAsDouble();
        double width = Arrays.stream(from).max().getAsDouble() - least;
        assertTrue(Arrays.stream(to).distinct().count() <= 1 << bits, block.name());
        assertEquals(least, Arrays.stream(to).min().getAsDouble(), block.name());
        assertEquals(least + width, Arrays.stream(to).max().getAsDouble(), 1e-15, block.name());
        assertArrayEquals(from, to, width / ((1 << bits) - 1) / 2 + 1e-15, "the nearest, " + block.name());
      }
    }
    assertArrayEquals(before, net.theta(), "the network is left as it is");
  }

  @Test
  void oneBitLeavesTheLeastAndTheGreatest() {
    Network net = Network.inputs(4).layer(McrmCells.rnn(), 1).build().set("W_xh", -1, 0.49, 0.51, 2);
    assertArrayEquals(new double[] {-1, -1, 2, 2}, Rounding.toBits(net, 1).get("W_xh"));
    assertArrayEquals(new double[] {-1, 0, 1, 2}, Rounding.toBits(net, 2).get("W_xh"), 0.51);
  }

  private static double[] values(Network net, Block block) {
    return Arrays.copyOfRange(net.theta(), block.offset(), block.offset() + block.size());
  }
}
