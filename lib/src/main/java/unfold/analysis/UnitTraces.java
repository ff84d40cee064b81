package unfold.analysis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import unfold.Check;
import unfold.engine.Architecture.StateBlock;
import unfold.engine.Batch;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.net.Network;

/**
 * What the units of one state of a network do along sequences: Figure 7 of Mohamed and Claudel, "MCRM: Mother
 * Compact Recurrent Memory".
 *
 * <pre>{@code
 * UnitTraces memory = UnitTraces.of(network, "1.c", batch);
 * Draw.heatmap(time, unit, memory.sequence(0));
 * int[] ofInterest = memory.slowest(3);
 * double[] times = memory.times();
 * }</pre>
 *
 * <p>The paper chooses its neurons of interest by eye. Here they are those of the greatest and least
 * {@link AutocorrelationTime}. Units that never move are neither.
 */
public final class UnitTraces {
  /** Unit by unit, sequence by sequence, step by step. */
  private final double[][][] xNBT;
  private double[] times;

  private UnitTraces(double[][][] xNBT) {
    this.xNBT = xNBT;
  }

  /**
   * Runs a network and keeps one of its states, in double precision.
   *
   * @param state the state's name, as {@code 1.c}: the LSTM's, the NLSTM's outer or the MCRM's memory in
   *     layer 1
   * @param batch sequences of at least 2 steps
   * @throws IllegalArgumentException if there is no such state
   */
  public static UnitTraces of(Network network, String state, Batch batch) {
    StateBlock block = network.architecture().stateBlocks().stream().filter(b -> b.name().equals(state))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("a state's name must be one of "
            + network.architecture().stateBlocks().stream().map(StateBlock::name)
                .toList() + ", but was '" + state
            + "'"));
    Check.atLeast("the number of steps", batch.steps(), 2);
    int width = network.architecture().stateWidth();
    double[][][] xNBT = new double[block.width()][batch.size()][batch.steps()];
    try (Program program = Engine.forAnalysis().compile(network.architecture())) {
      double[] sTBS = program.run(network.theta(), batch, true).sTBS();
      for (int n = 0; n < block.width(); n++) {
        for (int b = 0; b < batch.size(); b++) {
          for (int t = 0; t < batch.steps(); t++) {
            xNBT[n][b][t] = sTBS[(t * batch.size() + b) * width + block.offset() + n];
          }
        }
      }
    }
    return new UnitTraces(xNBT);
  }

  /**
   * Returns a function of these traces: with {@code StrictMath::tanh}, the NLSTM's inner memory as the paper
   * draws it.
   */
  public UnitTraces map(DoubleUnaryOperator function) {
    return new UnitTraces(Arrays.stream(xNBT).map(sequences -> Arrays.stream(sequences)
        .map(x -> Arrays.stream(x).map(function).toArray())
            .toArray(double[][]::new)).toArray(double[][][]::new));
  }

  /** Returns the number of units N. */
  public int units() {
    return xNBT.length;
  }

  /** Returns a copy of what all units do along a sequence, a row a unit, a column a step. */
  public double[][] sequence(int b) {
    Check.within("the sequence", b, 0, xNBT[0].length - 1);
    return Arrays.stream(xNBT).map(sequences -> sequences[b].clone()).toArray(double[][]::new);
  }

  /** Returns a unit's autocorrelation time over all sequences. */
  public AutocorrelationTime time(int unit) {
    return AutocorrelationTime.of(xNBT[Check.within("the unit", unit, 0, units() - 1)]);
  }

  /** Returns the autocorrelation times of all units, in steps; NaN for one that never moves. */
  public double[] times() {
    if (times == null) {
      times = IntStream.range(0, units()).mapToDouble(n -> time(n).time()).toArray();
    }
    return times.clone();
  }

  /** Returns the units of the greatest autocorrelation times, the greatest first; fewer if fewer move. */
  public int[] slowest(int count) {
    return sorted(count, Comparator.<Integer>comparingDouble(n -> times[n]).reversed());
  }

  /** Returns the units of the least autocorrelation times, the least first; fewer if fewer move. */
  public int[] fastest(int count) {
    return sorted(count, Comparator.comparingDouble(n -> times[n]));
  }

  private int[] sorted(int count, Comparator<Integer> order) {
    Check.atLeast("the number of units", count, 1);
    times();
    return IntStream.range(0, units()).filter(n -> !Double.isNaN(times[n])).boxed().sorted(order).limit(count)
        .mapToInt(n -> n).toArray();
  }
}
