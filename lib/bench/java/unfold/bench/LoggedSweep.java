package unfold.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

/**
 * A function on the unit cube that goes through the trials of a sweep: the GRU's stored 24 tuned and 50 random ones on the
 * parentheses, by the hyperparameters that each trial has. Between trials it is their errors' mean, with weights that fall
 * with the sixth power of the distance (Shepard's interpolation), so that its minimum is the best trial's error.
 */
final class LoggedSweep {
  private static final Path RESULTS = Path.of("data", "results", "capacity");
  private static final List<String> SWEEPS =
      List.of("parentheses-gru-depth-1-seed-1-*.csv", "parentheses-random-gru-depth-1-seed-1-*.csv");
  /** The square of the distance within which a trial is all that counts. */
  private static final double NEAR = 1e-4;

  /** A hyperparameter with its range, as in notebook 4. */
  private enum Axis {
    RATE("rate", 1e-4, 0.1, true), SCALE("matrix scale", 1e-3, 2, true), CLIP("clip", 1, 100, true),
    L2("l2", 1e-8, 1e-3, true), BIAS("bias scale", -2, 2, false), FORGET("forget bias", 0, 6, false);

    private final String column;
    private final double low;
    private final double high;
    private final boolean log;

    Axis(String column, double low, double high, boolean log) {
      this.column = column;
      this.low = low;
      this.high = high;
      this.log = log;
    }

    double place(double v) {
      return log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
    }
  }

  private final List<double[]> points = new ArrayList<>();
  private final List<Double> errors = new ArrayList<>();

  /** Reads the trials, from the project's folder. */
  LoggedSweep() throws IOException {
    for (String sweep : SWEEPS) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(RESULTS, sweep)) {
        for (Path file : files) {
          for (Row trial : Table.read().csv(file.toFile())) {
            points.add(Arrays.stream(Axis.values()).mapToDouble(a -> a.place(trial.getNumber(a.column))).toArray());
            errors.add(trial.getNumber("validation"));
          }
        }
      }
    }
    if (points.isEmpty()) {
      throw new IOException("there are no trials of " + SWEEPS + " in " + RESULTS.toAbsolutePath());
    }
  }

  int dimensions() {
    return Axis.values().length;
  }

  double lowest() {
    return errors.stream().min(Double::compare).orElseThrow();
  }

  double value(double[] x) {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < points.size(); i++) {
      double square = NEAR;
      for (int d = 0; d < x.length; d++) {
        double difference = x[d] - points.get(i)[d];
        square += difference * difference;
      }
      double weight = 1 / (square * square * square);
      sum += weight * errors.get(i);
      weights += weight;
    }
    return sum / weights;
  }

  /** Writes the trials for Optuna's side, a line each: the error, and the point. */
  void write(Path file) throws IOException {
    StringBuilder csv = new StringBuilder("error,point\n");
    for (int i = 0; i < points.size(); i++) {
      csv.append(errors.get(i)).append(',');
      for (int d = 0; d < dimensions(); d++) {
        csv.append(String.format(Locale.ROOT, d == 0 ? "%s" : " %s", points.get(i)[d]));
      }
      csv.append('\n');
    }
    Files.writeString(file, csv);
  }
}
