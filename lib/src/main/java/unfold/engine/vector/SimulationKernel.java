package unfold.engine.vector;

/**
 * The generated program of a network of few units that is only run forward: every number of its equations, unit by
 * unit, is a vector of sequences. Arrays are {@code float[]} or {@code double[]}. A plane is one number of
 * {@link #WIDTH} sequences.
 */
abstract class SimulationKernel {
  /** Sequences that are run together: their inputs of some steps and their states stay in the first cache. */
  static final int WIDTH = 128;

  /**
   * Runs some steps.
   *
   * @param weights the numbers of the equations, in the order of {@link SimulationSource.Written#parameters}
   * @param inputs for each input, planes for {@link SimulationSource#stepsAtOnce} steps
   * @param states a plane for each state and unit, replaced
   */
  abstract void run(Object weights, int weightsAt, Object inputs, int steps, Object states, int statesAt);
}
