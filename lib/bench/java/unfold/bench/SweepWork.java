package unfold.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.train.Optimizer;

/** Independent trainings of one architecture, a trial a thread: each has parameters and a learning rate of its own. */
final class SweepWork implements Work {
  private final double[][] starts;
  private final double[] rates;
  private final Batch[] batches;
  private final int updates;
  private final Optimizer optimizer;
  private final ExecutorService pool;
  private final ThreadLocal<Program> programs;
  private final List<Program> made = new ArrayList<>();

  SweepWork(Row row, int threads) {
    Architecture architecture = row.architecture();
    double[] all = row.floats("theta");
    int count = architecture.parameterCount();
    starts = new double[row.number("trials")][];
    for (int k = 0; k < starts.length; k++) {
      starts[k] = java.util.Arrays.copyOfRange(all, k * count, (k + 1) * count);
    }
    rates = row.floats("rates");
    batches = new Batch[row.number("batches")];
    for (int k = 0; k < batches.length; k++) {
      batches[k] = TrainingWork.batch(row, architecture, k, batches.length);
    }
    updates = row.number("updates");
    optimizer = TrainingWork.optimizer(row);
    pool = Executors.newFixedThreadPool(threads);
    programs = ThreadLocal.withInitial(() -> {
      Program program = Engine.forTraining().compile(architecture);
      synchronized (made) {
        made.add(program);
      }
      return program;
    });
  }

  @Override
  public Map<String, Double> check() {
    return Map.of("loss", trainAll(Math.min(updates, 20)));
  }

  /** Returns the mean over the trials of the loss before the last update. */
  private double trainAll(int updates) {
    List<Future<Double>> trials = new ArrayList<>();
    for (int k = 0; k < starts.length; k++) {
      int trial = k;
      trials.add(pool.submit(() -> train(trial, updates)));
    }
    double sum = 0;
    try {
      for (Future<Double> trial : trials) {
        sum += trial.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("a trial failed: " + e.getMessage(), e);
    }
    return sum / starts.length;
  }

  private double train(int trial, int updates) {
    Program program = programs.get();
    double[] theta = starts[trial].clone();
    double[] gradient = new double[theta.length];
    Optimizer.Steps steps = optimizer.start(theta.length);
    double loss = 0;
    for (int k = 0; k < updates; k++) {
      loss = program.gradient(theta, batches[k % batches.length], gradient, null);
      steps.step(theta, gradient, rates[trial]);
    }
    return loss;
  }

  @Override
  public void reset() {}

  @Override
  public void call() {
    trainAll(updates);
  }

  @Override
  public void close() {
    pool.shutdownNow();
    made.forEach(Program::close);
  }
}
