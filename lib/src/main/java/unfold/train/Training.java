package unfold.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntToDoubleFunction;
import unfold.Check;
import unfold.engine.Architecture.Block;
import unfold.engine.Batch;
import unfold.engine.Program;

/**
 * Trains one network, or several of one architecture at once, each with its own parameters, batches and fate.
 *
 * <pre>{@code
 * Training training = Training.with(Optimizer.adam()).rate(1e-2).clip(1).start(program, net.theta());
 * training.run(1000, (run, update) -> task.batch(seed.split(run).split(update)));
 * }</pre>
 *
 * Order of one update: gradient; L2; zero where a parameter is frozen; if loss or gradient is not finite, the
 * run ends {@link Status#DIVERGED} with its parameters as they were; clip; step. The parameter arrays are
 * changed in place.
 */
public final class Training {

  /** How a run stands. */
  public enum Status {
    /** It goes on with the next update. */
    RUNNING,
    /** It was stopped since its goal was reached. */
    SOLVED,
    /** Its loss or gradient was not finite. */
    DIVERGED
  }

  /** Where batches come from: a pure function, so that a resumed training sees the same. */
  @FunctionalInterface
  public interface Batches {
    /** Returns the batch of a run, from 0, at an update, from 0. */
    Batch at(int run, int update);
  }

  /** Decides after an update whether a run's goal is reached. */
  @FunctionalInterface
  public interface Goal {
    /** Returns whether to stop the run, from 0, in view of all of its losses so far. */
    boolean reached(int run, Losses losses);
  }

  /**
   * How to train.
   *
   * @param optimizer the rule of a step
   * @param rate the learning rate at each update, from 0: finite and at least 0, which each update checks
   * @param clip the greatest global norm of a gradient, above 0; infinity for no clipping
   * @param carriesState whether each batch goes on from the states in which the one before ended: truncated
   *     back-propagation along one long sequence; a batch of another size starts anew
   * @param l2 how strongly all parameters are drawn towards zero, finite and at least 0; 0 for not at all
   * @param frozen the names of the parameters that stay as they are, as {@code 1.W_in}
   */
  public record Settings(Optimizer optimizer, IntToDoubleFunction rate, double clip, boolean carriesState,
      double l2, List<String> frozen) {
    /** Checks the arguments, and keeps a list of its own. */
    public Settings {
      Check.that(optimizer != null && rate != null,
          "there must be an optimiser and a rate, but they were %s and %s", optimizer, rate);
      Check.that(clip > 0, "the norm's limit must be above 0, but was %s", clip);
      Check.that(l2 >= 0 && Double.isFinite(l2), "l2 must be finite and at least 0, but was %s", l2);
      frozen = List.copyOf(frozen);
    }

    /** Returns these settings with one learning rate throughout. */
    public Settings rate(double rate) {
      Check.positive("rate", rate);
      return rate(update -> rate);
    }

    /** Returns these settings with a learning rate for each update, from 0. */
    public Settings rate(IntToDoubleFunction rate) {
      return new Settings(optimizer, rate, clip, carriesState, l2, frozen);
    }

    /**
     * Returns these settings with a learning rate that decays exponentially: rate factor^(update / updates).
     *
     * @param rate the first, above 0
     * @param factor what is left of it after that many updates, above 0; in "Capacity and Trainability" from
     *     1e-3 to 1
     * @param updates the number of updates, at least 1; the decay goes on after them
     */
    public Settings decayingRate(double rate, double factor, int updates) {
      Check.positive("rate", rate);
      Check.positive("factor", factor);
      Check.atLeast("updates", updates, 1);
      return rate(update -> rate * StrictMath.pow(factor, (double) update / updates));
    }

    /** Returns these settings with gradients clipped to a global norm. */
    public Settings clip(double norm) {
      return new Settings(optimizer, rate, norm, carriesState, l2, frozen);
    }

    /**
     * Returns these settings with L2 regularisation: before clipping, l2 theta is added to the gradient, which
     * is then that of loss + l2 / 2 |theta|^2. All parameters are meant, biases and initial states too; the
     * losses that are kept are those without it.
     *
     * @param l2 the strength, at least 0; in "Capacity and Trainability" from 1e-8 to 1e-3
     */
    public Settings l2(double l2) {
      return new Settings(optimizer, rate, clip, carriesState, l2, frozen);
    }

    /** Returns these settings with states carried from batch to batch. */
    public Settings carryingState() {
      return new Settings(optimizer, rate, clip, true, l2, frozen);
    }

    /**
     * Returns these settings with some parameters left as they are: their gradient counts as zero.
     *
     * @param names as in {@link unfold.engine.Architecture#blocks()}: {@code 1.W_in}
     */
    public Settings freezing(String... names) {
      return new Settings(optimizer, rate, clip, carriesState, l2, List.of(names));
    }

    /**
     * Says all but the rate in words, so that a checkpoint is not gone on with by a training with other
     * settings.
     */
    String text() {
      return optimizer.text() + ", gradients up to " + clip + (carriesState ? ", states carried" : "")
          + (l2 > 0 ? ", L2 " + l2 : "") + (frozen.isEmpty() ? "" : ", frozen " + frozen);
    }

    /** Begins a training; the arrays of parameters, P numbers each, will be changed in place. */
    public Training start(Program program, List<double[]> thetas) {
      return new Training(this, program, thetas);
    }

    /** Begins a training of one network. */
    public Training start(Program program, double[] theta) {
      return start(program, List.of(theta));
    }
  }

  /** One network's training. */
  static final class Run {
    final int index;
    final double[] theta;
    final double[] gradient;
    final Optimizer.Steps steps;
    Status status = Status.RUNNING;
    Losses losses = new Losses();
    /** The states in which the newest batch ended, if they are carried on. */
    double[] finalBS;
    /** The array that finalBS was before, to be written next. */
    private double[] spareBS;

    Run(int index, double[] theta, Optimizer optimizer) {
      this.index = index;
      this.theta = theta;
      gradient = new double[theta.length];
      steps = optimizer.start(theta.length);
    }

    /** An array for a batch's final states other than the one that it starts from. */
    double[] spare(int length) {
      if (spareBS == null || spareBS.length != length) {
        spareBS = new double[length];
      }
      return spareBS;
    }

    void carry() {
      double[] before = finalBS;
      finalBS = spareBS;
      spareBS = before;
    }
  }

  /** How often a training that can be broken off is saved, at most. */
  public static final int SAVED_EVERY_SECONDS = 10;

  private final Settings settings;
  private final Program program;
  private final int stateWidth;
  private final List<Block> frozen;
  private final List<Run> runs = new ArrayList<>();
  private int updates;
  // The arguments of one call, kept from update to update.
  private final List<Run> running = new ArrayList<>();
  private final List<Batch> batches = new ArrayList<>();
  private final List<double[]> thetas = new ArrayList<>();
  private final List<double[]> gradients = new ArrayList<>();
  private final List<double[]> finals;

  private Training(Settings settings, Program program, List<double[]> thetas) {
    Check.that(!thetas.isEmpty(), "there must be a network to train, but there is none");
    this.settings = settings;
    this.program = program;
    stateWidth = program.architecture().stateWidth();
    frozen = settings.frozen().stream().map(program.architecture()::block).toList();
    finals = settings.carriesState() ? new ArrayList<>() : null;
    for (double[] theta : thetas) {
      Check.shape("theta", theta, program.architecture().parameterCount());
      runs.add(new Run(runs.size(), theta, settings.optimizer()));
    }
  }

  /**
   * Returns settings with an optimiser, a learning rate of 1e-3, no clipping, no state carried, nothing
   * frozen.
   */
  public static Settings with(Optimizer optimizer) {
    return new Settings(optimizer, update -> 1e-3, Double.POSITIVE_INFINITY, false, 0, List.of());
  }

  /** Trains until that many updates have been made since the start, counting those before. */
  public Training run(int updates, Batches batches) {
    return run(updates, batches, (run, losses) -> false);
  }

  /**
   * Trains until that many updates have been made since the start, or every run has reached its goal or
   * diverged.
   *
   * @throws CancellationException if the thread is interrupted; the training can go on afterwards
   * @throws IllegalArgumentException if an update's rate is negative or not finite; it was not made
   */
  public Training run(int updates, Batches batches, Goal goal) {
    Check.atLeast("the number of updates", updates, 0);
    while (this.updates < updates && goesOn()) {
      if (Thread.interrupted()) {
        throw new CancellationException("training interrupted after " + this.updates + " updates");
      }
      update(batches, goal);
    }
    return this;
  }

  /** Watches a training. */
  @FunctionalInterface
  public interface Progress {
    /** Sees the training after some more updates; a CancellationException ends it. */
    void made(Training training);
  }

  /**
   * Trains as {@link #run(int, Batches)} does, and can be broken off: at the first view of the progress
   * {@value #SAVED_EVERY_SECONDS} seconds after the last saving, and when it is interrupted, the training is
   * saved in a file; started again with that file, it goes on from there and ends with the same bits.
   *
   * @param checkpoint the file; gone on from if it's there; it stays, for the caller to remove
   * @param every how many updates lie between two views of the progress, at least 1
   * @throws CancellationException if the thread is interrupted
   * @throws IOException if the file can't be read or written, or is of another training
   */
  public Training run(int updates, Batches batches, Path checkpoint, int every, Progress progress)
      throws IOException {
    Check.atLeast("the number of updates", updates, 0);
    Check.atLeast("every", every, 1);
    if (Files.exists(checkpoint)) {
      Checkpoint.load(checkpoint, this);
    }
    long saved = System.nanoTime();
    try {
      while (this.updates < updates && goesOn()) {
        run(this.updates + Math.min(every, updates - this.updates), batches);
        progress.made(this);
        if (System.nanoTime() - saved > SAVED_EVERY_SECONDS * 1_000_000_000L) {
          Checkpoint.save(checkpoint, this);
          saved = System.nanoTime();
        }
      }
    } catch (CancellationException e) {
      Checkpoint.save(checkpoint, this);
      throw e;
    }
    return this;
  }

  private boolean goesOn() {
    for (Run run : runs) {
      if (run.status == Status.RUNNING) {
        return true;
      }
    }
    return false;
  }

  private void update(Batches source, Goal goal) {
    double rate = settings.rate().applyAsDouble(updates);
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException("the rate must be finite and at least 0, but was " + rate + " at update "
          + updates);
    }
    gather(source);
    double[] losses = program.gradients(thetas, batches, gradients, finals);
    for (int i = 0; i < running.size(); i++) {
      Run run = running.get(i);
      run.losses.add(losses[i]);
      if (finals != null) {
        run.carry();
      }
      Gradients.addL2(run.gradient, run.theta, settings.l2());
      for (int k = 0; k < frozen.size(); k++) {
        Block block = frozen.get(k);
        Arrays.fill(run.gradient, block.offset(), block.offset() + block.size(), 0);
      }
      double norm = Gradients.clipByGlobalNorm(run.gradient, settings.clip());
      if (!Double.isFinite(losses[i]) || !Double.isFinite(norm)) {
        run.status = Status.DIVERGED;
        continue;
      }
      run.steps.step(run.theta, run.gradient, rate);
      if (goal.reached(run.index, run.losses)) {
        run.status = Status.SOLVED;
      }
    }
    updates++;
  }

  /** Lists what the runs that still go on are to do next. */
  private void gather(Batches source) {
    running.clear();
    batches.clear();
    thetas.clear();
    gradients.clear();
    if (finals != null) {
      finals.clear();
    }
    for (Run run : runs) {
      if (run.status != Status.RUNNING) {
        continue;
      }
      Batch batch = source.at(run.index, updates);
      running.add(run);
      boolean goesOn = run.finalBS != null && run.finalBS.length == batch.size() * stateWidth;
      batches.add(goesOn ? batch.from(run.finalBS) : batch);
      thetas.add(run.theta);
      gradients.add(run.gradient);
      if (finals != null) {
        finals.add(run.spare(batch.size() * stateWidth));
      }
    }
  }

  /** Returns how many updates have been made since the start. */
  public int updates() {
    return updates;
  }

  /** Returns how a run stands. */
  public Status status(int run) {
    return runs.get(run).status;
  }

  /** Returns a run's losses, one for each of its updates. */
  public Losses losses(int run) {
    return runs.get(run).losses;
  }

  /** Returns a run's parameters: the array that was given. */
  public double[] theta(int run) {
    return runs.get(run).theta;
  }

  /** Returns the number of runs. */
  public int size() {
    return runs.size();
  }

  List<Run> runs() {
    return runs;
  }

  Program program() {
    return program;
  }

  Settings settings() {
    return settings;
  }

  /** Lets the next batch start from the network's own states. */
  void forgetStates() {
    runs.forEach(run -> run.finalBS = null);
  }

  void resumeAt(int updates) {
    this.updates = updates;
  }
}
