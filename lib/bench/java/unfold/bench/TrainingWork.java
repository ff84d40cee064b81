package unfold.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Engine;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.train.Optimizer;
import unfold.train.Training;

/** One network on one batch: loss and gradient, and a step of the optimiser where the row has one. */
final class TrainingWork implements Work {
  private static final int UPDATES_CHECKED = 10;

  private final double[] start;
  private final double[] theta;
  private final double[] gradient;
  private final Batch batch;
  private final Program program;
  private final Training.Settings settings;
  private Training training;

  TrainingWork(Row row) {
    Architecture architecture = row.architecture();
    start = row.floats("theta");
    theta = start.clone();
    gradient = new double[theta.length];
    batch = batch(row, architecture, 0, 1);
    program = Engine.forTraining().compile(architecture);
    settings = optimizer(row) == null ? null : settings(row);
    reset();
  }

  private static Training.Settings settings(Row row) {
    Training.Settings plain = Training.with(optimizer(row)).rate(row.real("rate"));
    Training.Settings clipped = row.has("clip") ? plain.clip(row.real("clip")) : plain;
    return row.has("carried") ? clipped.carryingState() : clipped;
  }

  static Optimizer optimizer(Row row) {
    return switch (row.text("update")) {
      case "none" -> null;
      case "sgd" -> Optimizer.sgd();
      case "adam" -> Optimizer.adam();
      case "rmsprop" -> Optimizer.rmsProp();
      default -> throw new IllegalArgumentException(
          "update must be none, sgd, adam or rmsprop, but was " + row.text("update"));
    };
  }

  /** Returns the batch of an index from the row's files, which hold that many of them one after the other. */
  static Batch batch(Row row, Architecture architecture, int index, int count) {
    int steps = row.number("steps");
    int size = row.number("size");
    Batch batch = architecture.embedded()
        ? Batch.of(steps, size, part(row.ints("x"), index, count))
        : Batch.of(steps, size, part(row.floats("x"), index, count));
    boolean last = row.text("at").equals("last");
    if (architecture.loss() != Loss.SOFTMAX_CROSS_ENTROPY) {
      double[] targets = part(row.floats("y"), index, count);
      return last ? batch.towardsLast(targets) : batch.towards(targets);
    }
    int[] classes = part(row.ints("y"), index, count);
    int from = (steps - row.counted()) * size;
    if (from == 0) {
      return batch.towards(classes);
    }
    int[] everyStep = new int[steps * size];
    double[] weights = new double[steps * size];
    System.arraycopy(classes, 0, everyStep, from, classes.length);
    java.util.Arrays.fill(weights, from, weights.length, 1);
    return batch.towards(everyStep).weighing(weights);
  }

  private static double[] part(double[] all, int index, int count) {
    int length = all.length / count;
    return java.util.Arrays.copyOfRange(all, index * length, (index + 1) * length);
  }

  private static int[] part(int[] all, int index, int count) {
    int length = all.length / count;
    return java.util.Arrays.copyOfRange(all, index * length, (index + 1) * length);
  }

  @Override
  public Map<String, Double> check() {
    reset();
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("loss", program.gradient(theta, batch, gradient, null));
    double sum = 0;
    for (double g : gradient) {
      sum += g * g;
    }
    numbers.put("gradient", Math.sqrt(sum));
    if (training != null) {
      training.run(UPDATES_CHECKED + 1, (run, update) -> batch); // The loss is that before the update.
      numbers.put("loss after " + UPDATES_CHECKED, training.losses(0).last());
    }
    return numbers;
  }

  @Override
  public void reset() {
    System.arraycopy(start, 0, theta, 0, theta.length);
    training = settings == null ? null : settings.start(program, theta);
  }

  @Override
  public void call() {
    if (training == null) {
      program.gradient(theta, batch, gradient, null);
    } else {
      training.run(training.updates() + 1, (run, update) -> batch);
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
