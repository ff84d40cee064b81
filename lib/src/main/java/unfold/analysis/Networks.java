package unfold.analysis;

import java.util.List;
import java.util.Objects;
import unfold.Check;
import unfold.cell.Parameter;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Architecture.Kind;
import unfold.engine.Architecture.Layer;
import unfold.net.Network;

/** Networks made of networks. */
public final class Networks {
  private Networks() {}

  /**
   * Returns the network of theorem 1: one unit more, whose weights are all zero, so that it stays at zero
   * from a state of zero and the others never notice it. True of the paper's four models; a readout does not
   * see the new unit.
   *
   * @param network a network of one layer
   */
  public static Network embed(Network network) {
    Layer layer = onlyLayer(network);
    return spread(List.of(network), layer.units() + 1);
  }

  /**
   * Returns the network of lemma 2, which does on flag bits 1 and 0 what this one does on +1 and -1: with
   * W_2 x + b = 2 W_2 (x + 1) / 2 + b - W_2, the flag's weights are doubled and subtracted from the biases.
   *
   * @param network a network of one layer with two inputs, the flag bit second, and a bias in each map of its
   *     input
   */
  public static Network forFlagsZeroOne(Network network) {
    Layer layer = onlyLayer(network);
    Check.that(network.architecture().inputs() == 2, "the network must have two inputs, but has %d",
        network.architecture().inputs());
    Network other = network.copy();
    for (Parameter input : layer.cell().parameters()) {
      if (input.role() == Parameter.Role.INPUT) {
        Parameter bias = layer.cell().parameters().stream()
            .filter(p -> p.role() == Parameter.Role.BIAS && p.gate().equals(input.gate())).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("map '" + input.gate() + "' must have a bias"));
        double[] w = other.get("1." + input.name());
        double[] b = other.get("1." + bias.name());
        for (int i = 0; i < b.length; i++) {
          b[i] -= w[2 * i + 1];
          w[2 * i + 1] *= 2;
        }
        other.set("1." + input.name(), w).set("1." + bias.name(), b);
      }
    }
    return other;
  }

  /**
   * Returns networks of one layer and one architecture as one wide network of independent parts, its
   * recurrent matrices block-diagonal: a search then runs many settings on the same paths at once. State s of
   * network r and unit i is number (s R + r) n + i of the R networks of n units each.
   *
   * @param networks at least one network, without readouts or initial states of their own
   */
  public static Network sideBySide(List<Network> networks) {
    Check.that(!networks.isEmpty(), "there must be a network to put side by side, but there is none");
    Architecture first = networks.get(0).architecture();
    for (Network network : networks) {
      Check.that(alike(network.architecture(), first),
          "networks side by side must be alike, but are %s and %s", networks.get(0), network);
    }
    Check.that(first.readout() == null && !first.learnedInitialState(),
        "networks side by side must have neither readouts nor initial states of their own");
    return spread(networks, networks.size() * onlyLayer(networks.get(0)).units());
  }

  private static boolean alike(Architecture a, Architecture b) {
    return a.inputs() == b.inputs() && a.layers().size() == 1 && b.layers().size() == 1
        && Objects.equals(a.encoding(), b.encoding()) && a.learnedInitialState() == b.learnedInitialState()
        && Objects.equals(a.readout(), b.readout()) && a.layers().get(0).units() == b.layers().get(0).units()
        && a.layers().get(0).cell().text().equals(b.layers().get(0).cell().text());
  }

  private static Layer onlyLayer(Network network) {
    Architecture a = network.architecture();
    Check.that(a.layers().size() == 1 && a.encoding() == null,
        "the network must have one layer and neither projection nor embedding, but is %s", network);
    return a.layers().get(0);
  }

  private static Network spread(List<Network> networks, int units) {
    Architecture a = networks.get(0).architecture();
    Layer layer = onlyLayer(networks.get(0));
    Network wide = Network.of(new Architecture(a.inputs(), null, List.of(new Layer(layer.cell(), units)),
        a.readout(), a.learnedInitialState(), a.loss()));
    for (int r = 0; r < networks.size(); r++) {
      for (Block from : a.blocks()) {
        Block to = wide.architecture().block(from.name());
        int row = from.kind() == Kind.READOUT || from.kind() == Kind.READOUT_BIAS ? 0 : r * layer.units();
        int column = from.kind() == Kind.RECURRENT ? r * layer.units() : 0;
        for (int i = 0; i < from.rows(); i++) {
          System.arraycopy(networks.get(r).theta(), from.offset() + i * from.columns(), wide.theta(),
              to.offset() + (row + i) * to.columns() + column, from.columns());
        }
      }
    }
    return wide;
  }
}
