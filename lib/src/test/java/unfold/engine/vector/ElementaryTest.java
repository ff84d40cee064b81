package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import unfold.Goldens;
import unfold.engine.vector.Accuracy.Function;

/** The error of the elementary functions, in units in the last place of the result. */
class ElementaryTest {
  private static final double BOUND = 2.5;

  @ParameterizedTest
  @EnumSource(Function.class)
  void everyHundredAndFirstFloat(Function f) {
    Accuracy.Worst worst = Accuracy.ofFloats(f, 101);
    assertTrue(worst.ulps() <= BOUND, worst.toString());
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void doublesAgainstMpmath(Function f) {
    JsonNode rows = Goldens.read("elementary-goldens.json").get(f.name().toLowerCase(java.util.Locale.ROOT));
    double[] x = new double[Kernels.padded(rows.size())];
    for (int i = 0; i < rows.size(); i++) {
      x[i] = rows.get(i).get(0).asDouble();
    }
    double[] y = x.clone();
    f.apply(Kernels.of(Precision.DOUBLE), y, 0, y.length);
    for (int i = 0; i < rows.size(); i++) {
      double exact = rows.get(i).get(1).asDouble();
      double ulps = Math.abs(y[i] - exact - rows.get(i).get(2).asDouble()) / Math.ulp(exact);
      assertTrue(ulps <= BOUND, f + "(" + x[i] + ") = " + y[i] + " is " + ulps + " ulp from " + exact);
    }
  }

  /** StrictMath may itself err by an ulp or two, so that the bound is wider; the sample is far denser. */
  @ParameterizedTest
  @EnumSource(Function.class)
  void doublesAgainstStrictMath(Function f) {
    Kernels kernels = Kernels.of(Precision.DOUBLE);
    java.util.SplittableRandom random = new java.util.SplittableRandom(1);
    double[] x = new double[1 << 12];
    for (int round = 0; round < 250; round++) {
      double scale = Math.scalb(1.0, random.nextInt(-30, 10));
      for (int i = 0; i < x.length; i++) {
        x[i] = scale * (f == Function.LOG ? random.nextDouble() + 1e-3 : 2 * random.nextDouble() - 1);
      }
      double[] y = x.clone();
      f.apply(kernels, y, 0, y.length);
      for (int i = 0; i < x.length; i++) {
        double expected = f.strict(x[i]);
        assertEquals(expected, y[i], 4 * Math.ulp(expected), f + "(" + x[i] + ")");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void specialArguments(Precision precision) {
    double inf = Double.POSITIVE_INFINITY;
    double nan = Double.NaN;
    double minusNan = Double.longBitsToDouble(0xfff8_0000_0000_0000L); // x86's own NaN, of 0 / 0, has a sign.
    double[] x = {nan, minusNan, inf, -inf, 0.0, -0.0, 1e30, -1e30, -1, 1};
    check(precision, Function.EXP, x, nan, nan, inf, 0, 1, 1, inf, 0, nan, nan);
    check(precision, Function.LOG, x, nan, nan, inf, nan, -inf, -inf, nan, nan, nan, 0);
    check(precision, Function.SIGMOID, x, nan, nan, 1, 0, 0.5, 0.5, 1, 0, nan, nan);
    check(precision, Function.TANH, x, nan, nan, 1, -1, 0.0, -0.0, 1, -1, nan, nan);
  }

  /** Where NaN is expected of an argument that is not NaN or negative to log, any number will do. */
  private static void check(Precision precision, Function f, double[] x, double... expected) {
    Kernels kernels = Kernels.of(precision);
    Object a = kernels.array(Kernels.LANES);
    kernels.load(x, 0, 0, a, 0, 0, 1, x.length);
    f.apply(kernels, a, 0, Kernels.LANES);
    double[] y = new double[x.length];
    kernels.store(a, 0, 0, y, 0, 0, 1, x.length);
    for (int i = 0; i < x.length; i++) {
      boolean open = Double.isNaN(expected[i]) && !(Double.isNaN(x[i]) || f == Function.LOG && x[i] < 0);
      assertTrue(open || Double.compare(y[i], expected[i]) == 0,
          f + "(" + x[i] + ") in " + precision + " must be " + expected[i] + ", but was " + y[i]);
    }
  }

  @Test
  void tanhIsOddAndNeverAboveOne() {
    Kernels kernels = Kernels.of(Precision.FLOAT);
    float[] x = new float[1 << 16];
    float[] minus = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = 12f * i / x.length;
      minus[i] = -x[i];
    }
    kernels.tanh(x, 0, x.length);
    kernels.tanh(minus, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      assertTrue(x[i] <= 1 && x[i] == -minus[i], x[i] + " and " + minus[i]);
    }
  }
}
