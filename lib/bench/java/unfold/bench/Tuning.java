package unfold.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import unfold.Seed;
import unfold.tune.GaussianProcessBandit;
import unfold.tune.Outcome;
import unfold.tune.SearchSpace;
import unfold.tune.Settings;
import unfold.tune.Study;
import unfold.tune.Trial;

/**
 * What our tuner finds on functions whose minimum is known, and how long it thinks: {@code java ...
 * unfold.bench.Tuning FOLDER SEEDS} writes tuner.csv, a line a trial with its value above the minimum and the
 * seconds of its suggestion, and logged.csv, the trials of {@link LoggedSweep}. {@code tuner.py} then lets Optuna start from the same points and compares.
 */
public final class Tuning {
  private static final int TRIALS = 100;
  /** As many as the goal for the time is about; on one function, from one seed. */
  private static final int MANY_TRIALS = 205;
  private static final int[] BATCHES = {1, 2, 8};

  private static final double[][] HARTMANN_A = {{10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14},
      {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
  private static final double[][] HARTMANN_P = {{1312, 1696, 5569, 124, 8283, 5886},
      {2329, 4135, 8307, 3736, 1004, 9991}, {2348, 1451, 3522, 2883, 3047, 6650},
      {4047, 8828, 8732, 5743, 1091, 381}};
  private static final double[] HARTMANN_C = {1, 1.2, 3, 3.2};

  /** A function on the unit cube. */
  private record Function(String name, int dimensions, double lowest, ToDoubleFunction<double[]> value) {
    SearchSpace space() {
      SearchSpace space = SearchSpace.empty();
      for (int d = 0; d < dimensions; d++) {
        space = space.uniform("x" + d, 0, 1);
      }
      return space;
    }

    double[] point(Settings settings) {
      double[] x = new double[dimensions];
      for (int d = 0; d < dimensions; d++) {
        x[d] = settings.real("x" + d);
      }
      return x;
    }
  }

  private static final List<Function> FUNCTIONS = List.of(
      new Function("Branin", 2, 0.39788735772973816, Tuning::branin),
      new Function("Hartmann-6", 6, -3.32236801141551, Tuning::hartmann));

  private final StringBuilder csv = new StringBuilder("function,batch,seed,trial,regret,seconds,point\n");

  private Tuning() {}

  /** Runs all. */
  public static void main(String[] args) throws IOException {
    Tuning tuning = new Tuning();
    int seeds = Integer.parseInt(args[1]);
    LoggedSweep logged = new LoggedSweep();
    Files.createDirectories(Path.of(args[0]));
    logged.write(Path.of(args[0], "logged.csv"));
    List<Function> functions = new ArrayList<>(FUNCTIONS);
    functions.add(new Function("logged sweep", logged.dimensions(), logged.lowest(), logged::value));
    tuning.run(FUNCTIONS.get(1), 1, 0, TRIALS); // For the JIT.
    tuning.csv.setLength(tuning.csv.indexOf("\n") + 1);
    for (Function function : functions) {
      for (int batch : BATCHES) {
        for (int seed = 1; seed <= seeds; seed++) {
          boolean timed = batch == 1 && seed == 1 && function == FUNCTIONS.get(1);
          tuning.run(function, batch, seed, timed ? MANY_TRIALS : TRIALS);
        }
        System.out.println(function.name() + ", batch " + batch + ": " + seeds + " seeds");
      }
    }
    Files.writeString(Path.of(args[0], "tuner.csv"), tuning.csv);
  }

  private void run(Function function, int batch, int seed, int trials) {
    Study study = new Study(GaussianProcessBandit.of(function.space(), Seed.of(seed)).batch(batch));
    for (int k = 0; k < trials; k++) {
      if (k >= batch) {
        tell(function, study, k - batch); // As late as the batch allows.
      }
      long start = System.nanoTime();
      Trial trial = study.ask();
      double seconds = (System.nanoTime() - start) * 1e-9;
      double[] x = function.point(trial.settings());
      csv.append(String.format(Locale.ROOT, "%s,%d,%d,%d,%s,%.6f,", function.name(), batch, seed, k,
          function.value().applyAsDouble(x) - function.lowest(), seconds));
      for (int d = 0; d < x.length; d++) {
        csv.append(d == 0 ? "" : " ").append(x[d]);
      }
      csv.append('\n');
    }
  }

  private static void tell(Function function, Study study, int number) {
    Settings settings = study.trials().get(number).settings();
    study.tell(number, Outcome.complete(function.value().applyAsDouble(function.point(settings))));
  }

  private static double branin(double[] u) {
    double x = -5 + 15 * u[0];
    double y = 15 * u[1];
    double a = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
    return a * a + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  }

  private static double hartmann(double[] x) {
    double sum = 0;
    for (int i = 0; i < HARTMANN_C.length; i++) {
      double exponent = 0;
      for (int j = 0; j < x.length; j++) {
        double d = x[j] - 1e-4 * HARTMANN_P[i][j];
        exponent += HARTMANN_A[i][j] * d * d;
      }
      sum -= HARTMANN_C[i] * Math.exp(-exponent);
    }
    return sum;
  }
}
