package unfold.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A network made ready to run. Parameters are an argument of every call, one array theta of P numbers in the
 * order of {@link Architecture#blocks()}: a program keeps nothing between calls. Not safe for use by several
 * threads at once.
 *
 * <p>All calls throw an IllegalArgumentException if a shape does not fit the network.
 */
public interface Program extends AutoCloseable {

  /**
   * What a forward run returns.
   *
   * @param yTBO the outputs
   * @param sTBS all states after every step; null unless asked for
   * @param finalBS all states after the last step
   */
  record Run(double[] yTBO, double[] sTBS, double[] finalBS) {}

  /**
   * Gives the inputs of a simulation: a pure function, since engines may call it from several threads at
   * once, each for sequences of its own, and again for the same ones.
   */
  @FunctionalInterface
  interface Input {
    /**
     * Writes the inputs of some sequences at one step.
     *
     * @param t the step, 1, 2, ...
     * @param first the first of the sequences, from 0
     * @param count how many sequences, at least 1
     * @param xBI receives I numbers a sequence from index 0 on, or one, its index, if the network has an
     *     embedding; may be longer
     */
    void fill(int t, int first, int count, double[] xBI);

    /**
     * Gives the numbers that {@link #fill} writes for several steps at once, input by input: what an engine asks for
     * that keeps an input of all sequences side by side. Worth writing where it is faster.
     *
     * @param t the first step, 1, 2, ...
     * @param steps how many steps, at least 1
     * @param first the first of the sequences, from 0
     * @param count how many sequences, at least 1
     * @param columns takes the numbers; it has no embedding's index
     */
    default void columns(int t, int steps, int first, int count, Columns columns) {
      double[] xBI = new double[count * columns.inputs()];
      for (int step = 0; step < steps; step++) {
        fill(t + step, first, count, xBI);
        columns.rows(step, xBI);
      }
    }
  }

  /**
   * Takes the inputs of some sequences at some steps. Steps and sequences are counted from 0, from the first that was
   * asked for; what comes later replaces what came before.
   */
  interface Columns {
    /** Returns the number of inputs I. */
    int inputs();

    /** Takes all inputs of a step, I numbers a sequence. */
    void rows(int step, double[] xBI);

    /** Takes one number as an input of all sequences at all steps. */
    void all(int input, double value);

    /**
     * Takes an input that is one of two numbers. With W = the number of sequences / 64, rounded up, bit b % 64 of
     * {@code words[step * W + b / 64]} says which, for sequence b.
     *
     * @param zero the number where the bit is 0
     * @param one the number where it is 1
     */
    void bits(int input, long[] words, double zero, double one);

    /** Takes one number. */
    void set(int step, int input, int sequence, double value);
  }

  /** Watches a simulation. */
  @FunctionalInterface
  interface Watch {
    /** Sees all states after step t = 1, 2, ...; what is not fetched costs nothing. */
    void see(int t, Supplier<double[]> sBS);
  }

  /** Returns the network that it runs. */
  Architecture architecture();

  /**
   * Runs a batch forward.
   *
   * @param theta the parameters, P numbers
   * @param keepStates whether the states of every step are returned
   */
  Run run(double[] theta, Batch batch, boolean keepStates);

  /** Returns the loss of a batch. */
  default double loss(double[] theta, Batch batch) {
    return loss(theta, batch, null);
  }

  /**
   * Returns the loss of a batch and the states from which a next one goes on: for one long sequence that is
   * measured window by window.
   *
   * @param finalBS as in {@link #gradient}
   */
  double loss(double[] theta, Batch batch, double[] finalBS);

  /**
   * Returns the loss of a batch and writes its gradient.
   *
   * @param theta the parameters, P numbers
   * @param gradient receives the P derivatives of the loss by the parameters
   * @param finalBS receives all states after the batch's {@link Batch#carriedStep}, the last step unless it
   *     says otherwise, from which truncated back-propagation goes on; null if they are not wanted; no array of
   *     the batch
   * @return the loss, in nats or squared units; NaN or infinite if it diverged
   * @throws IllegalArgumentException if a shape does not fit or the network has no loss
   */
  double gradient(double[] theta, Batch batch, double[] gradient, double[] finalBS);

  /**
   * Does {@link #gradient} for several networks of this architecture, each with its own parameters and a
   * batch of the same size: how an experiment trains many seeds at once.
   *
   * @param finals one array a network, as in {@link #gradient}; null if they are not wanted
   * @return the losses
   */
  default double[] gradients(List<double[]> thetas, List<Batch> batches, List<double[]> gradients,
      List<double[]> finals) {
    Contract.checkAlike(thetas, batches, gradients, finals);
    double[] losses = new double[thetas.size()];
    for (int r = 0; r < losses.length; r++) {
      losses[r] = gradient(thetas.get(r), batches.get(r), gradients.get(r),
          finals == null ? null : finals.get(r));
    }
    return losses;
  }

  /**
   * Runs sequences forward step by step and keeps no history, so that a million paths fit in memory.
   *
   * @param theta the parameters, P numbers
   * @param s0BS the states at time 0; null for the network's own
   * @param steps the number of steps T
   * @param size the number of sequences B
   * @param input gives the inputs of each step
   * @param watch sees the states after each step
   */
  void simulate(double[] theta, double[] s0BS, int steps, int size, Input input, Watch watch);

  /**
   * Runs the same sequences through several networks of this architecture and returns the states after the
   * last step of each, B x S. Memory does not depend on the number of steps.
   *
   * @param s0BS the states at time 0, alike for all networks; null for each network's own
   */
  default List<double[]> simulate(List<double[]> thetas, double[] s0BS, int steps, int size, Input input) {
    List<double[]> finals = new ArrayList<>();
    for (double[] theta : thetas) {
      simulate(theta, s0BS, steps, size, input, (t, states) -> {
        if (t == steps) {
          finals.add(states.get());
        }
      });
    }
    return finals;
  }

  /**
   * Returns how all states after a step depend on all states before it: {@code jBSS[(b * S + i) * S + k]} is
   * the derivative of state i after the step by state k before it, at point b.
   *
   * @param theta the parameters, P numbers
   * @param points a batch of one step with its states given: B points, each with its input
   */
  double[] jacobian(double[] theta, Batch points);

  /** Frees what the program holds. */
  @Override
  void close();

  /** Returns a batch's weights, all 1 if it names none; for engines. */
  static double[] weights(Batch batch) {
    if (batch.wTB() != null) {
      return batch.wTB();
    }
    double[] ones = new double[batch.steps() * batch.size()];
    Arrays.fill(ones, 1);
    return ones;
  }
}
