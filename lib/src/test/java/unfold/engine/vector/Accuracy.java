package unfold.engine.vector;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Measures the error of the elementary functions over floats: {@code java ... unfold.engine.vector.Accuracy [every]},
 * where 1, the default, is all 2^32 of them.
 */
public final class Accuracy {
  private static final int CHUNK = 1 << 14;

  private Accuracy() {}

  /** A function, ours and the reference. */
  enum Function {
    EXP, LOG, SIGMOID, TANH;

    void apply(Kernels kernels, Object a, int offset, int length) {
      switch (this) {
        case EXP -> kernels.exp(a, offset, length);
        case LOG -> kernels.log(a, offset, length);
        case SIGMOID -> kernels.sigmoid(a, offset, length);
        default -> kernels.tanh(a, offset, length);
      }
    }

    double strict(double x) {
      return switch (this) {
        case EXP -> StrictMath.exp(x);
        case LOG -> StrictMath.log(x);
        case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
        default -> StrictMath.tanh(x);
      };
    }
  }

  /** The largest error in ulp of the result, and where. */
  record Worst(Function function, double ulps, float x, float y) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s: at most %.3f ulp, at %s -> %s", function, ulps, x, y);
    }
  }

  /** Prints a table with a line for each function. */
  public static void main(String[] arguments) {
    int every = arguments.length == 0 ? 1 : Integer.parseInt(arguments[0]);
    System.out.printf("The largest error over %s in units of the last place of the result, against StrictMath in double"
        + " precision.%n%n| function | error in ulp | at | there it is |%n|---|---|---|---|%n",
        every == 1 ? "all 2^32 floats" : "every " + every + "th float");
    for (Function f : Function.values()) {
      Worst worst = ofFloats(f, every);
      System.out.printf(Locale.ROOT, "| %s | %.3f | %s | %s |%n", f.name().toLowerCase(Locale.ROOT), worst.ulps(), worst.x(),
          worst.y());
    }
  }

  /** Returns the largest error over every so manyth float, counted by its bits. */
  static Worst ofFloats(Function f, int every) {
    long count = ((1L << 32) + every - 1) / every;
    return LongStream.range(0, (count + CHUNK - 1) / CHUNK).parallel()
        .mapToObj(chunk -> chunk(f, chunk * CHUNK, every)).max(Comparator.comparingDouble(Worst::ulps)).get();
  }

  private static Worst chunk(Function f, long first, int every) {
    float[] x = new float[CHUNK];
    for (int i = 0; i < CHUNK; i++) {
      x[i] = Float.intBitsToFloat((int) Math.min((first + i) * every, 0xffffffffL));
    }
    float[] y = x.clone();
    f.apply(Kernels.of(Precision.FLOAT), y, 0, CHUNK);
    Worst worst = new Worst(f, -1, 0, 0);
    for (int i = 0; i < CHUNK; i++) {
      double ulps = ulps(y[i], f.strict(x[i]));
      if (ulps > worst.ulps) {
        worst = new Worst(f, ulps, x[i], y[i]);
      }
    }
    return worst;
  }

  private static double ulps(float ours, double exact) {
    if (Double.isNaN(exact) || Float.isNaN(ours)) {
      return Double.isNaN(exact) && Float.isNaN(ours) ? 0 : Double.POSITIVE_INFINITY;
    }
    if ((float) exact == ours) {
      // Also where both overflow.
      return Float.isInfinite(ours) ? 0 : Math.abs(ours - exact) / Math.ulp(ours);
    }
    return Math.abs(ours - exact) / Math.ulp(Math.min(Math.abs((float) exact), Float.MAX_VALUE));
  }
}
