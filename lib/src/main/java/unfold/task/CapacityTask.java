package unfold.task;

import unfold.Seed;
import unfold.cell.Cell;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.net.Network;
import unfold.net.Sizing;

/**
 * What a sweep needs to know of a task: Collins, Sohl-Dickstein and Sussillo, "Capacity and Trainability in
 * Recurrent Neural Networks", train the same networks on six of them.
 *
 * <pre>{@code
 * CapacityTask task = Parentheses.PAPER;
 * Architecture gru = task.largest(CapacityCells.gru(Expr::tanh, 1), 1, 10_000);
 * training.run(1000, (run, update) -> task.batch(32, seed, update));
 * }</pre>
 */
public interface CapacityTask {

  /** Returns the number of inputs I. */
  int inputs();

  /** Returns the number of outputs O. */
  int outputs();

  /** Returns the number of steps T of a sequence. */
  int steps();

  /** Returns what training makes small. */
  Loss loss();

  /**
   * Returns the batch of an update, a pure function of its arguments. Another seed gives other sequences, for
   * validation and evaluation, except where the task is to memorise a set of samples.
   *
   * @param size the number of sequences B, at least 1
   * @param seed the seed of what is drawn
   * @param update the number of the update, from 0
   */
  Batch batch(int size, Seed seed, int update);

  /**
   * Returns the network of the paper's experiments: layers of equal width, a linear readout, and initial
   * states that are learned. A cell that needs as many inputs as units (+RNN) sees a linear projection of the
   * input, which is part of the count: the paper does not say how it did this.
   *
   * @param depth the number of layers, at least 1
   * @param units the number of units n of each, at least 1
   */
  default Architecture network(Cell cell, int depth, int units) {
    Network.Builder builder = Network.inputs(inputs()).layers(depth, cell, units).learnedInitialState()
        .readout(outputs()).loss(loss());
    return (cell.isSquare() ? builder.projected() : builder).architecture();
  }

  /**
   * Returns the largest network that does not exceed a number of parameters, counted over all layers, readout
   * and initial states: section 1.2.
   *
   * @throws IllegalArgumentException if one unit a layer has too many already
   */
  default Architecture largest(Cell cell, int depth, int budget) {
    return network(cell, depth, Sizing.largest(budget, units -> network(cell, depth, units)));
  }
}
