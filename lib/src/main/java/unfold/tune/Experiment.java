package unfold.tune;

import unfold.Seed;
import unfold.engine.Architecture;
import unfold.engine.Program;

/**
 * What a trial does. It must be a pure function of settings, seed and data, and may run in several threads
 * at once.
 *
 * <pre>{@code
 * Experiment experiment = (settings, seed, context) -> {
 *   Network net = network(settings).initialize(initializer, seed);
 *   Training training = Training.with(Optimizer.adam()).rate(settings.real("rate"))
 *       .start(context.program(net.architecture()), net.theta());
 *   training.run(1000, (run, update) -> task.batch(64, seed.split(update)));
 *   return training.status(0) == Training.Status.DIVERGED
 *       ? Outcome.infeasible("diverged at update " + training.updates())
 *       : Outcome.complete(validationLoss(net)).evaluation(evaluationLoss(net)).steps(training.updates());
 * };
 * }</pre>
 */
@FunctionalInterface
public interface Experiment {

  /** What a trial finds around it. */
  interface Context {
    /** Returns the trial's number, from 0. */
    int number();

    /**
     * Returns a program for a network, kept for later trials of the same architecture and closed by the
     * sweep. It is for this trial's thread alone.
     */
    Program program(Architecture architecture);

    /**
     * Ends the trial if the sweep is interrupted; to be called now and then by a trial that runs long without
     * {@code Training.run}, which does.
     *
     * @throws java.util.concurrent.CancellationException if it is
     */
    void checkInterrupted();
  }

  /**
   * Runs a trial.
   *
   * @param settings what to try
   * @param seed of the trial's randomness: the sweep's, split by the trial's number
   * @throws Exception whatever goes wrong; the trial then counts as failed
   */
  Outcome run(Settings settings, Seed seed, Context context) throws Exception;
}
