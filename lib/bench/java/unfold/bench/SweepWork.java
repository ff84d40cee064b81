package unfold.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import unfold.Seed;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.train.Training;
import unfold.tune.Experiment;
import unfold.tune.Outcome;
import unfold.tune.RandomSearch;
import unfold.tune.SearchSpace;
import unfold.tune.Settings;
import unfold.tune.Sweep;
import unfold.tune.Trial;
import unfold.tune.Tuner;

/** Independent trainings of one architecture, a trial a thread: each has parameters and a learning rate of its own. */
final class SweepWork implements Work {
  private static final String TRIAL = "trial";

  private final Architecture architecture;
  private final double[][] starts;
  private final double[] rates;
  private final Batch[] batches;
  private final int updates;
  private final Training.Settings training;
  private final double decay;
  private final int threads;
  private final Tuner tuner;

  SweepWork(Row row, int threads) {
    architecture = row.architecture();
    double[] all = row.floats("theta");
    int count = architecture.parameterCount();
    starts = new double[row.number("trials")][];
    Arrays.setAll(starts, k -> Arrays.copyOfRange(all, k * count, (k + 1) * count));
    rates = row.floats("rates");
    batches = new Batch[row.number("batches")];
    Arrays.setAll(batches, k -> TrainingWork.batch(row, architecture, k, batches.length));
    updates = row.number("updates");
    Training.Settings plain = Training.with(TrainingWork.optimizer(row));
    training = row.has("clip") ? plain.clip(row.real("clip")) : plain;
    decay = row.has("decay") ? row.real("decay") : 1;
    this.threads = threads;
    List<Settings> numbers = IntStream.range(0, starts.length).mapToObj(k -> Settings.of(TRIAL, k)).toList();
    tuner = new RandomSearch(SearchSpace.empty().integer(TRIAL, 0, starts.length - 1), Seed.of(1)).after(numbers);
  }

  @Override
  public Map<String, Double> check() {
    return Map.of("loss", trainAll(Math.min(updates, 20)));
  }

  /** Returns the mean over the trials of the loss before the last update. */
  private double trainAll(int updates) {
    Experiment train = (settings, seed, context) -> {
      int trial = settings.whole(TRIAL);
      Training run = training.decayingRate(rates[trial], decay, this.updates)
          .start(context.program(architecture), starts[trial].clone())
          .run(updates, (number, update) -> batches[update % batches.length]);
      return Outcome.complete(run.losses(0).last());
    };
    List<Trial> trials = Sweep.of(tuner, starts.length, train).threads(threads).run();
    return trials.stream().mapToDouble(Trial::validation).average().orElseThrow();
  }

  @Override
  public void reset() {}

  @Override
  public void call() {
    trainAll(updates);
  }

  @Override
  public void close() {}
}
