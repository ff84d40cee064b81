package unfold.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Engine;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.train.Gradients;
import unfold.train.Optimizer;

/** One network on one batch: loss and gradient, and a step of the optimiser where the row has one. */
final class TrainingWork implements Work {
  private static final int UPDATES_CHECKED = 10;

  private final double[] start;
  private final double[] theta;
  private final double[] gradient;
  private final Batch batch;
  private final Program program;
  private final Optimizer optimizer;
  private final double rate;
  private final double clip;
  /** The states in which the last batch ended, if the next one is to go on from them, and room for the next. */
  private final boolean carried;
  private double[] fromBS;
  private double[] toBS;
  private Optimizer.Steps steps;

  TrainingWork(Row row) {
    Architecture architecture = row.architecture();
    start = row.floats("theta");
    theta = start.clone();
    gradient = new double[theta.length];
    batch = batch(row, architecture, 0, 1);
    program = Engine.forTraining().compile(architecture);
    optimizer = optimizer(row);
    rate = optimizer == null ? 0 : row.real("rate");
    clip = row.has("clip") ? row.real("clip") : Double.POSITIVE_INFINITY;
    carried = row.has("carried");
    reset();
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
    if (optimizer != null) {
      for (int k = 0; k < UPDATES_CHECKED; k++) {
        call();
      }
      numbers.put("loss after " + UPDATES_CHECKED, program.loss(theta, next()));
    }
    return numbers;
  }

  @Override
  public void reset() {
    System.arraycopy(start, 0, theta, 0, theta.length);
    steps = optimizer == null ? null : optimizer.start(theta.length);
    fromBS = null;
    toBS = carried ? new double[batch.size() * program.architecture().stateWidth()] : null;
  }

  @Override
  public void call() {
    program.gradient(theta, next(), gradient, toBS);
    if (carried) {
      double[] spare = fromBS == null ? new double[toBS.length] : fromBS;
      fromBS = toBS;
      toBS = spare;
    }
    if (clip < Double.POSITIVE_INFINITY) {
      Gradients.clipByGlobalNorm(gradient, clip);
    }
    if (steps != null) {
      steps.step(theta, gradient, rate);
    }
  }

  private Batch next() {
    return fromBS == null ? batch : batch.from(fromBS);
  }

  @Override
  public void close() {
    program.close();
  }
}
