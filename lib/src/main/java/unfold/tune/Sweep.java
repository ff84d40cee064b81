package unfold.tune;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tech.tablesaw.api.Table;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Architecture;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.tune.Outcome.Status;

/**
 * Runs the trials that a tuner suggests, one a thread.
 *
 * <pre>{@code
 * try (TrialStore store = TrialStore.open(file, tuner, "RNN, depth 1");
 *     ProgressBar bar = ProgressBar.of("sweep", 200)) {
 *   List<Trial> trials = Sweep.of(tuner, 200, experiment).store(store)
 *       .listen(progress -> bar.step(progress.toString())).run();
 * }
 * }</pre>
 *
 * <p>Trials and their settings depend on the tuner, the seed and the experiment alone: not on the number of
 * threads, and not on how often the sweep was broken off and started again with the same store. A trial that
 * returns an infeasible outcome ends there and then; one that throws has failed, its stack is kept, and the
 * sweep goes on. No trial is ever ended for being worse than others.
 */
public final class Sweep {
  /** The environment variable in which the launcher names the sources' commit. */
  private static final String COMMIT = "UNFOLD_COMMIT";
  /** How long an interrupted sweep waits for its trials to end. */
  private static final long GRACE_MILLIS = 700;
  /** How many programs a thread keeps from trial to trial. */
  private static final int PROGRAMS = 4;

  /** Sees a sweep's progress: once for each trial that has ended, those that were stored before first. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Sees how far the sweep is, on the thread that runs it.
     *
     * @throws CancellationException to break the sweep off, as an interrupted progress bar does
     */
    void ended(Progress progress);
  }

  /**
   * How far a sweep is.
   *
   * @param total how many trials there will be
   * @param done how many have ended, infeasible and failed ones too
   * @param running how many run
   * @param infeasible how many were infeasible
   * @param failed how many failed
   * @param best the lowest validation value; NaN as long as no trial is complete
   * @param secondsLeft about how long it will take; NaN until a trial has ended
   */
  public record Progress(int total, int done, int running, int infeasible, int failed, double best,
      double secondsLeft) {

    /** Returns {@code 2 running, 1 infeasible, best 0.0312, 40 s left}. */
    @Override
    public String toString() {
      return running + " running" + (infeasible > 0 ? ", " + infeasible + " infeasible" : "")
          + (failed > 0 ? ", " + failed + " failed" : "")
          + (Double.isNaN(best) ? "" : String.format(Locale.ROOT, ", best %.4g", best))
          + (Double.isNaN(secondsLeft) || done == total ? "" : ", " + time(secondsLeft) + " left");
    }

    private static String time(double seconds) {
      return seconds < 100 ? Math.round(seconds) + " s" : seconds < 6000 ? Math.round(seconds / 60) + " min"
          : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
  }

  private final Tuner tuner;
  private final int total;
  private final Experiment experiment;
  private final Seed seed;
  /** 0 for all processors. */
  private final int threads;
  /** Null for the engine for training. */
  private final Engine engine;
  /** Null if trials are not kept. */
  private final TrialStore store;
  private final Listener listener;

  private Sweep(Tuner tuner, int total, Experiment experiment, Seed seed, int threads, Engine engine,
      TrialStore store, Listener listener) {
    this.tuner = tuner;
    this.total = total;
    this.experiment = experiment;
    this.seed = seed;
    this.threads = threads;
    this.engine = engine;
    this.store = store;
    this.listener = listener;
  }

  /** Returns a sweep of that many trials, on all processors as far as the tuner's batch allows. */
  public static Sweep of(Tuner tuner, int trials, Experiment experiment) {
    Check.atLeast("the number of trials", trials, 1);
    return new Sweep(tuner, trials, experiment, Seed.of(1), 0, null, null, progress -> {});
  }

  /** Returns this with another root of the trials' seeds than 1. */
  public Sweep seed(Seed seed) {
    return new Sweep(tuner, total, experiment, seed, threads, engine, store, listener);
  }

  /**
   * Returns this with up to so many trials at once, at least 1; never more than the tuner's batch, since a
   * suggestion waits for the results before.
   */
  public Sweep threads(int count) {
    Check.atLeast("threads", count, 1);
    return new Sweep(tuner, total, experiment, seed, count, engine, store, listener);
  }

  /**
   * Returns this with an engine of the trials' programs; unless it is said, they are of the engine for
   * training, with a thread each.
   */
  public Sweep engine(Engine engine) {
    return new Sweep(tuner, total, experiment, seed, threads, engine, store, listener);
  }

  /** Returns this with a store of the trials: it goes on with those there, which must be of the same seed. */
  public Sweep store(TrialStore store) {
    return new Sweep(tuner, total, experiment, seed, threads, engine, store, listener);
  }

  /** Returns this with a listener, a progress bar for instance, that is told of each trial that has ended. */
  public Sweep listen(Listener listener) {
    return new Sweep(tuner, total, experiment, seed, threads, engine, store, listener);
  }

  /**
   * Runs all trials that have not ended.
   *
   * @return all trials, in order
   * @throws CancellationException if the thread is interrupted: within a second, and the trials that have
   *     ended are kept
   * @throws IllegalArgumentException if the engine can't train in several threads, but is to, or the store is
   *     of another seed
   */
  public List<Trial> run() {
    // Trials run side by side, so a program needs no more than a thread.
    Engine engine = this.engine == null ? Engine.forTraining().oneThreaded() : this.engine;
    Check.that(engine.isParallel() || threads <= 1,
        "threads must be 1 on the engine '%s', which differentiates one network at a time in a process, but"
        + " was %d", engine.name(), threads);
    int most = !engine.isParallel() ? 1 : threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    return new Running(engine, Math.min(most, tuner.batch())).run();
  }

  /**
   * Runs all trials that have not ended in a store of their own, whatever {@link #store} said.
   *
   * <p>A trial that failed stays so, even if the cause has been mended in the meantime: the settings of those
   * after it may have depended on it. {@link TrialStore#forgetFrom} lets it and them run again.
   *
   * @param file of the store, gone on with if it is there
   * @param name what the sweep is, for those who open the file
   * @return the trials as a table, as {@link TrialStore#read} does
   * @throws IllegalStateException if a trial failed, with its stack; those that have ended are kept
   * @throws CancellationException as {@link #run} does
   */
  public Table table(Path file, String name) {
    try (TrialStore own = TrialStore.open(file, tuner, name)) {
      for (Trial trial : store(own).run()) {
        if (trial.is(Status.FAILED)) {
          throw new IllegalStateException("trial " + trial.number() + " of " + name + " failed, which " + file
              + " keeps; once the cause is mended, call forgetFrom(" + trial.number()
              + ") of the TrialStore or remove the file, and run it again: " + trial.outcome().reason());
        }
      }
    }
    return TrialStore.read(file);
  }

  /** A trial's end, as its thread tells it. */
  private record End(int number, Outcome outcome, double seconds) {}

  /** One run of the sweep: this thread suggests, stores and tells; others run trials. */
  private final class Running {
    private final Study study;
    private final Deque<Trial> unfinished = new ArrayDeque<>();
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final int threads;
    private final ExecutorService pool;
    private final Queue<Programs> allPrograms = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Programs> programs;
    private final String commit = System.getenv().getOrDefault(COMMIT, "");
    private final long begun = System.nanoTime();
    private int running;
    private int endedHere;

    Running(Engine engine, int threads) {
      this.threads = threads;
      programs = ThreadLocal.withInitial(() -> {
        Programs own = new Programs(engine);
        allPrograms.add(own);
        return own;
      });
      List<Trial> stored = List.of();
      if (store != null) {
        store.seed(seed);
        stored = store.trials();
      }
      study = new Study(tuner, stored.subList(0, Math.min(total, stored.size())));
      study.trials().stream().filter(trial -> !trial.hasEnded()).forEach(unfinished::add);
      pool = Executors.newFixedThreadPool(threads, task -> {
        Thread thread = new Thread(task, "unfold-trial");
        thread.setDaemon(true);
        return thread;
      });
    }

    List<Trial> run() {
      int done = study.trials().size() - unfinished.size();
      try {
        for (int k = 1; k <= done; k++) {
          listener.ended(progress(k));
        }
        while (done < total) {
          while (running < threads && (!unfinished.isEmpty() || study.trials().size() < total
              && study.canAsk())) {
            start(unfinished.isEmpty() ? study.ask() : unfinished.remove());
          }
          end(ends.take());
          listener.ended(progress(++done));
        }
        return List.copyOf(study.trials());
      } catch (InterruptedException | CancellationException e) {
        stop();
        Thread.interrupted(); // As Training.run does: what is thrown tells it.
        keepWhatEnded();
        long kept = study.trials().stream().filter(Trial::hasEnded).count();
        CancellationException cancelled =
            new CancellationException("sweep interrupted after " + kept + " of " + total + " trials");
        cancelled.initCause(e);
        throw cancelled;
      } finally {
        stop();
      }
    }

    private void start(Trial trial) {
      Seed own = seed.split("trial").split(trial.number());
      if (store != null) {
        store.begin(trial, own.value(), commit);
      }
      running++;
      pool.execute(() -> work(trial, own));
    }

    private void work(Trial trial, Seed own) {
      long start = System.nanoTime();
      Outcome outcome;
      try {
        outcome = experiment.run(trial.settings(), own, context(trial.number()));
        Check.that(outcome != null, "an experiment must return an outcome, but trial %d returned null",
            trial.number());
      } catch (Throwable e) {
        if (pool.isShutdown()) {
          return; // Broken off, in whatever exception the interrupt is wrapped: it will run again.
        }
        outcome = Outcome.failed(e);
      }
      programs.get().trim();
      ends.add(new End(trial.number(), outcome, (System.nanoTime() - start) * 1e-9));
    }

    private void end(End end) {
      Trial ended = study.tell(end.number(), end.outcome(), end.seconds());
      if (store != null) {
        store.end(ended);
      }
      running--;
      endedHere++;
    }

    /** Waits a moment for trials that see the interrupt, and frees what they held. */
    private void stop() {
      if (pool.isShutdown()) {
        return;
      }
      pool.shutdownNow();
      boolean interrupted = Thread.interrupted();
      try {
        if (pool.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
          allPrograms.forEach(Programs::close);
          allPrograms.clear();
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void keepWhatEnded() {
      for (End end = ends.poll(); end != null; end = ends.poll()) {
        end(end);
      }
    }

    private Progress progress(int done) {
      int infeasible = 0;
      int failed = 0;
      for (Trial trial : study.trials()) {
        infeasible += trial.is(Status.INFEASIBLE) ? 1 : 0;
        failed += trial.is(Status.FAILED) ? 1 : 0;
      }
      double seconds = (System.nanoTime() - begun) * 1e-9;
      return new Progress(total, done, running, infeasible, failed,
          study.best().map(Trial::validation).orElse(Double.NaN),
          endedHere == 0 ? Double.NaN : seconds / endedHere * (total - done));
    }

    private Experiment.Context context(int number) {
      return new Experiment.Context() {
        @Override
        public int number() {
          return number;
        }

        @Override
        public Program program(Architecture architecture) {
          return programs.get().of(architecture);
        }

        @Override
        public void checkInterrupted() {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("trial " + number + " interrupted");
          }
        }
      };
    }
  }

  /** The programs that a thread used last. */
  private static final class Programs {
    private final Engine engine;
    private final Map<Architecture, Program> newest = new LinkedHashMap<>(PROGRAMS, 0.75f, true);

    Programs(Engine engine) {
      this.engine = engine;
    }

    Program of(Architecture architecture) {
      return newest.computeIfAbsent(architecture, engine::compile);
    }

    /** Closes those that were not used for longest. */
    void trim() {
      while (newest.size() > PROGRAMS) {
        newest.remove(newest.keySet().iterator().next()).close();
      }
    }

    void close() {
      newest.values().forEach(Program::close);
      newest.clear();
    }
  }
}
