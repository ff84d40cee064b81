package unfold.bench;

import java.io.IOException;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import unfold.Seed;
import unfold.analysis.SlowPoints;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Batch;
import unfold.engine.Engine;
import unfold.engine.Program;
import unfold.net.Initializers;
import unfold.net.Network;
import unfold.task.FlaggedBits;
import unfold.task.FlipFlop;
import unfold.task.InputMode;
import unfold.task.PerceptronCapacity;
import unfold.train.Optimizer;
import unfold.train.Training;

/** Draws the numbers of a row into its folder: parameters, inputs, targets, and where each parameter stands. */
final class Drawing {
  /** How many paths a simulation is checked on. */
  private static final int CHECKED_PATHS = 4096;

  /** How long a trained network is watched for states to search slow points from, and the noise on them. */
  private static final int WATCHED_STEPS = 5000;
  private static final double NOISE = 0.1;

  private final Row row;
  private final Architecture architecture;
  private final Seed seed = Seed.of(1);

  private Drawing(Row row) {
    this.row = row;
    architecture = row.architecture();
  }

  static void draw(Row row) throws IOException {
    new Drawing(row).draw();
  }

  private void draw() throws IOException {
    StringBuilder blocks = new StringBuilder();
    for (Block block : architecture.blocks()) {
      blocks.append(block.name()).append(' ').append(block.rows()).append(' ').append(block.columns()).append('\n');
    }
    row.write("blocks.txt", blocks.toString());
    switch (row.text("kind")) {
      case "train" -> {
        row.write("theta", parameters(seed));
        batches(1);
      }
      case "sweep" -> {
        int trials = row.number("trials");
        double[][] thetas = new double[trials][];
        double[] rates = new double[trials];
        for (int k = 0; k < trials; k++) {
          Seed trial = seed.split("trial").split(k);
          double scale = Math.pow(2, trial.stream("scale").nextDouble(-1, 1));
          thetas[k] = parameters(trial);
          for (int i = 0; i < thetas[k].length; i++) {
            thetas[k][i] *= scale;
          }
          rates[k] = row.real("rate") * Math.pow(10, trial.stream("rate").nextDouble(-1, 1));
        }
        row.write("theta", joined(thetas));
        row.write("rates", rates);
        if (row.has("patterns")) {
          patterns(row.number("batches"));
        } else {
          batches(row.number("batches"));
        }
      }
      case "simulate" -> {
        double[][] thetas = new double[row.number("settings")][];
        for (int k = 0; k < thetas.length; k++) {
          thetas[k] = fill(architecture.parameterCount(), seed.split("setting").split(k).stream("theta")::nextGaussian);
        }
        row.write("theta", joined(thetas));
        int paths = Math.min(CHECKED_PATHS, row.number("size"));
        row.write("x", FlaggedBits.f1b(row.number("steps")).draw(paths, seed).batch().xTBI());
      }
      case "slow-points" -> {
        double[] theta = trained();
        row.write("theta", theta);
        row.write("starts", starts(theta));
      }
      default -> throw new IllegalArgumentException("the benchmark knows no work '" + row.text("kind") + "'");
    }
  }

  private double[] parameters(Seed seed) {
    return Network.of(architecture).initialize(Initializers.pytorch(), seed).theta();
  }

  /** A network that holds what it is told, trained along long sequences. */
  private double[] trained() {
    double[] theta = parameters(seed);
    int window = row.number("window");
    FlipFlop.Streams streams = FlipFlop.of(architecture.inputs()).streams(row.number("size"), seed);
    try (Program program = Engine.forTraining().compile(architecture)) {
      Training.with(Optimizer.adam()).rate(row.real("rate")).carryingState().start(program, theta)
          .run(row.number("updates"), (run, update) -> streams.window(window * update, window));
    }
    return theta;
  }

  /** Half of them states along a sequence with noise, half mixtures of two. */
  private double[] starts(double[] theta) {
    int width = architecture.stateWidth();
    int half = row.number("starts") / 2;
    double[] statesTS;
    try (Program program = Engine.forAnalysis().compile(architecture)) {
      Batch sequence = FlipFlop.of(architecture.inputs()).sequence(WATCHED_STEPS, seed.split("watched"));
      statesTS = program.run(theta, sequence, true).sTBS();
    }
    return joined(new double[][] {SlowPoints.noisy(statesTS, width, half, NOISE, seed),
        SlowPoints.mixtures(statesTS, width, half, NOISE, seed)});
  }

  private void batches(int count) throws IOException {
    int steps = row.number("steps");
    int size = row.number("size");
    int places = count * size * row.counted();
    if (architecture.embedded()) {
      row.write("x", indices(count * steps * size, architecture.inputs(), seed.stream("x")));
    } else {
      row.write("x", fill(count * steps * size * architecture.inputs(), seed.stream("x")::nextGaussian));
    }
    if (row.text("loss").equals("squared")) {
      row.write("y", fill(places * architecture.outputs(), seed.stream("y")::nextGaussian));
    } else {
      row.write("y", indices(places, architecture.outputs(), seed.stream("y")));
    }
  }

  /** Batches of the perceptron capacity task, epoch after epoch; the labels count at the last step. */
  private void patterns(int count) throws IOException {
    int steps = row.number("steps");
    int size = row.number("size");
    PerceptronCapacity task = PerceptronCapacity.draw(
        new PerceptronCapacity.Settings(architecture.inputs(), row.number("patterns")).steps(steps).countingFrom(steps)
            .shown(InputMode.ONCE), seed);
    double[][] xs = new double[count][];
    double[][] ys = new double[count][];
    for (int k = 0; k < count; k++) {
      Batch batch = task.batch(size, seed, k);
      xs[k] = batch.xTBI();
      ys[k] = java.util.Arrays.copyOfRange(batch.yTBO(), (steps - 1) * size, steps * size);
    }
    row.write("x", joined(xs));
    row.write("y", joined(ys));
  }

  private static double[] fill(int count, DoubleSupplier random) {
    double[] values = new double[count];
    java.util.Arrays.setAll(values, i -> random.getAsDouble());
    return values;
  }

  private static int[] indices(int count, int bound, Seed.Stream random) {
    return IntStream.range(0, count).map(i -> random.nextInt(bound)).toArray();
  }

  private static double[] joined(double[][] parts) {
    return java.util.Arrays.stream(parts).flatMapToDouble(java.util.Arrays::stream).toArray();
  }
}
