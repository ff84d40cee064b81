package unfold.engine;

import java.util.List;
import java.util.function.Supplier;
import unfold.Check;

/**
 * A network made ready to run. Parameters are an argument of every call, one array theta of P numbers in the order of
 * {@link Architecture#blocks()}: a program keeps nothing between calls. Not safe for use by several threads at once.
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
   * What a training step returns besides the gradient.
   *
   * @param loss the loss before the step, in nats or squared units; NaN or infinite if it diverged
   * @param finalBS all states after the last step, from which truncated back-propagation goes on
   */
  record Step(double loss, double[] finalBS) {}

  /** Fills the inputs of one step of a simulation. */
  @FunctionalInterface
  interface Input {
    /** Writes the inputs of step t = 1, 2, ... of all sequences into xBI. */
    void fill(int t, double[] xBI);
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
   * @throws IllegalArgumentException if a shape does not fit
   */
  Run run(double[] theta, Batch batch, boolean keepStates);

  /** Returns the loss of a batch. */
  double loss(double[] theta, Batch batch);

  /**
   * Returns the loss of a batch and writes its gradient.
   *
   * @param gradient receives the P derivatives of the loss by the parameters
   * @throws IllegalArgumentException if a shape does not fit or the network has no loss
   */
  default Step gradient(double[] theta, Batch batch, double[] gradient) {
    return gradients(List.of(theta), List.of(batch), List.of(gradient)).get(0);
  }

  /**
   * Does {@link #gradient} for several networks of this architecture, each with its own parameters and a batch of the
   * same size: how an experiment trains many seeds at once.
   */
  List<Step> gradients(List<double[]> thetas, List<Batch> batches, List<double[]> gradients);

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

  /** Frees what the program holds. */
  @Override
  void close();

  /** Throws unless parameters, batches and gradients fit the network and each other; for engines. */
  static void checkTraining(Architecture a, List<double[]> thetas, List<Batch> batches, List<double[]> gradients) {
    Check.that(!thetas.isEmpty() && thetas.size() == batches.size() && thetas.size() == gradients.size(),
        "there must be as many parameter arrays as batches and gradients, at least one, but there are %d, %d, %d",
        thetas.size(), batches.size(), gradients.size());
    for (int r = 0; r < thetas.size(); r++) {
      Check.shape("theta", thetas.get(r), a.parameterCount());
      Check.shape("gradient", gradients.get(r), a.parameterCount());
      batches.get(r).checkFits(a, true);
      Check.that(batches.get(r).steps() == batches.get(0).steps() && batches.get(r).size() == batches.get(0).size()
          && (batches.get(r).sBS() == null) == (batches.get(0).sBS() == null),
          "batches that are trained at once must have one size");
    }
  }

  /** Throws unless parameters and a batch fit the network; for engines. */
  static void checkRun(Architecture a, double[] theta, Batch batch) {
    Check.shape("theta", theta, a.parameterCount());
    batch.checkFits(a, false);
  }

  /** Returns a batch's weights, all 1 if it names none; for engines. */
  static double[] weights(Batch batch) {
    if (batch.wTB() != null) {
      return batch.wTB();
    }
    double[] ones = new double[batch.steps() * batch.size()];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }
}
