package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products bit for bit against their definition, a chain of fused multiply-adds an element; losses against formulas. */
class KernelsTest {
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 23, 32, 67};
  private static final int[] WIDTHS = {16, 32, 48, 64, 80, 96, 112, 240};
  private static final int[] DEPTHS = {1, 2, 7, 24, 255, 256, 257, 600};

  private final SplittableRandom random = new SplittableRandom(3);

  private double[] numbers(int count) {
    // As floats, so that both precisions start from the same.
    return random.doubles(count, -1, 1).map(v -> (float) v).toArray();
  }

  private static Object array(Kernels kernels, double[] numbers) {
    Object a = kernels.array(numbers.length);
    kernels.load(numbers, 0, 0, a, 0, 0, 1, numbers.length);
    return a;
  }

  private static double[] numbers(Kernels kernels, Object a, int length) {
    double[] numbers = new double[length];
    kernels.store(a, 0, 0, numbers, 0, 0, 1, length);
    return numbers;
  }

  private static double fma(Precision precision, double a, double b, double c) {
    return precision == Precision.FLOAT ? Math.fma((float) a, (float) b, (float) c) : Math.fma(a, b, c);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void productsAreChainsOfFusedMultiplyAdds(Precision precision) {
    for (int m : ROWS) {
      for (int n : WIDTHS) {
        int k = DEPTHS[random.nextInt(DEPTHS.length)];
        product(precision, m, n, k, random.nextBoolean());
      }
    }
    for (int k : DEPTHS) {
      product(precision, 9, 80, k, false);
      product(precision, 9, 80, k, true);
    }
  }

  private void product(Precision precision, int m, int n, int k, boolean add) {
    Kernels kernels = Kernels.of(precision);
    int aStride = k + 3;
    int cStride = n + 16;
    double[] a = numbers(5 + m * aStride);
    double[] b = numbers(k * n);
    double[] c = numbers(7 + m * cStride);
    double[] expected = c.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = add ? c[7 + i * cStride + j] : 0;
        for (int p = 0; p < k; p++) {
          sum = fma(precision, a[5 + i * aStride + p], b[p * n + j], sum);
        }
        expected[7 + i * cStride + j] = sum;
      }
    }
    Object packed = kernels.array(11 + kernels.packedLength(k, n));
    kernels.pack(b, 0, n, 1, k, n, packed, 11, k, n, 0, 0);
    Object result = array(kernels, c);
    kernels.multiply(m, n, k, array(kernels, a), 5, aStride, packed, 11, result, 7, cStride, add);
    assertArrayEquals(expected, numbers(kernels, result, c.length), 0, m + " x " + k + " x " + n);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void outerProductsAreChainsOfFusedMultiplyAdds(Precision precision) {
    Kernels kernels = Kernels.of(precision);
    for (int m : ROWS) {
      for (int n : WIDTHS) {
        int rows = DEPTHS[random.nextInt(DEPTHS.length)];
        int aStride = Kernels.padded(m) + 1;
        int bStride = n + 2;
        int cStride = n + 16;
        double[] a = numbers(rows * aStride + 1);
        double[] b = numbers(rows * bStride + 2);
        double[] c = numbers(m * cStride + 3);
        double[] expected = c.clone();
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            for (int r = 0; r < rows; r++) {
              expected[3 + i * cStride + j] =
                  fma(precision, a[1 + r * aStride + i], b[2 + r * bStride + j], expected[3 + i * cStride + j]);
            }
          }
        }
        Object result = array(kernels, c);
        kernels.outer(rows, m, n, array(kernels, a), 1, aStride, array(kernels, b), 2, bStride, result, 3, cStride);
        assertArrayEquals(expected, numbers(kernels, result, c.length), 0, rows + " rows of " + m + " and " + n);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void aMatrixPackedInBlocksIsTheMatrix(Precision precision) {
    Kernels kernels = Kernels.of(precision);
    for (int n : WIDTHS) {
      int k = 40;
      int kCut = random.nextInt(1, k);
      int jCut = random.nextInt(1, n);
      double[] b = numbers(k * n);
      Object packed = kernels.array(kernels.packedLength(k, n));
      // Four blocks, of the transpose; the last block leaves its last column as it is, zero.
      pack(kernels, b, packed, k, n, 0, 0, kCut, jCut);
      pack(kernels, b, packed, k, n, kCut, 0, k - kCut, jCut);
      pack(kernels, b, packed, k, n, 0, jCut, kCut, n - jCut);
      pack(kernels, b, packed, k, n, kCut, jCut, k - kCut, n - jCut - 1);
      double[] one = new double[k * k];
      for (int i = 0; i < k; i++) {
        one[i * k + i] = 1;
      }
      Object product = kernels.array(k * n);
      kernels.multiply(k, n, k, array(kernels, one), 0, k, packed, 0, product, 0, n, false);
      double[] got = numbers(kernels, product, k * n);
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < n; j++) {
          assertEquals(i >= kCut && j == n - 1 ? 0 : b[j * k + i], got[i * n + j], n + " at " + i + ", " + j);
        }
      }
    }
  }

  private static void pack(Kernels kernels, double[] b, Object packed, int k, int n, int kAt, int jAt, int kCount,
      int jCount) {
    kernels.pack(b, jAt * k + kAt, 1, k, kCount, jCount, packed, 0, k, n, kAt, jAt);
  }

  @Test
  void aWidthThatIsNotPaddedIsRefused() {
    Kernels kernels = Kernels.of(Precision.FLOAT);
    float[] a = new float[1000];
    assertThrows(AssertionError.class, () -> kernels.multiply(1, 17, 1, a, 0, 1, a, 0, new float[100], 0, 32, false));
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void rows(Precision precision) {
    Kernels kernels = Kernels.of(precision);
    double[] a = numbers(5 * 40);
    double[] sum = numbers(32 + 1);
    double[] expected = sum.clone();
    for (int r = 0; r < 5; r++) {
      for (int j = 0; j < 32; j++) {
        double s = expected[1 + j] + a[2 + r * 39 + j];
        expected[1 + j] = precision == Precision.FLOAT ? (float) s : s;
      }
    }
    Object sums = array(kernels, sum);
    kernels.sumRows(array(kernels, a), 2, 39, 5, 32, sums, 1);
    assertArrayEquals(expected, numbers(kernels, sums, 33), 0);

    Object repeated = array(kernels, a);
    kernels.repeat(sums, 1, 32, repeated, 3, 39, 4);
    double[] got = numbers(kernels, repeated, a.length);
    for (int i = 0; i < a.length; i++) {
      int column = (i - 3) % 39;
      boolean written = i >= 3 && column < 32 && (i - 3) / 39 < 4;
      assertEquals(written ? expected[1 + column] : a[i], got[i]);
    }
    kernels.clear(repeated, 3, 7);
    kernels.add(sums, 0, repeated, 3, 7);
    double[] total = new double[9];
    total[2] = 0.5;
    kernels.addTo(repeated, 3, total, 2, 7);
    for (int i = 0; i < 7; i++) {
      assertEquals(expected[i] + (i == 0 ? 0.5 : 0), total[2 + i]);
    }
    assertEquals(0, total[1]);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void tanhGradient(Precision precision) {
    Kernels kernels = Kernels.of(precision);
    double[] y = numbers(48);
    double[] dy = numbers(64);
    Object slopes = array(kernels, dy);
    kernels.tanhGradient(array(kernels, y), 0, slopes, 16, 48);
    double[] got = numbers(kernels, slopes, 64);
    for (int i = 0; i < 64; i++) {
      assertEquals(i < 16 ? dy[i] : dy[i] * (1 - y[i - 16] * y[i - 16]), got[i], 1e-7);
    }
  }

  private interface Formula {
    /** Returns the loss of a row and writes its derivative. */
    double of(double[] y, double[] target, double[] slope);
  }

  /** One row of weight zero; y large and small; the derivative in an array of its own and in place of y. */
  private void loss(Precision precision, String name, int outputs, Formula formula) {
    Kernels kernels = Kernels.of(precision);
    int rows = 4;
    int stride = Kernels.padded(outputs) + Kernels.LANES;
    double[] y = numbers(rows * stride);
    double[] target = random.doubles(rows * stride).map(v -> v < 0.5 ? 0 : 1).toArray();
    double[] shares = {9, 0.25, 0, 2, 0.125};
    int[] classes = {-1, outputs - 1, -1, 0, outputs / 2};
    for (int j = 0; j < outputs; j++) {
      y[j] *= 3;
      y[3 * stride + j] *= 80;
    }
    double expected = 0;
    double[] slopes = new double[rows * outputs];
    for (int r = 0; r < rows; r++) {
      double[] slope = new double[outputs];
      double[] goal = name.equals("softmax") ? new double[] {classes[1 + r]}
          : java.util.Arrays.copyOfRange(target, r * stride, r * stride + outputs);
      if (shares[1 + r] != 0) {
        expected += shares[1 + r]
            * formula.of(java.util.Arrays.copyOfRange(y, r * stride, r * stride + outputs), goal, slope);
        for (int j = 0; j < outputs; j++) {
          slopes[r * outputs + j] = shares[1 + r] * slope[j];
        }
      }
    }
    for (boolean inPlace : name.equals("logistic") ? new boolean[] {false} : new boolean[] {false, true}) {
      Object values = array(kernels, y);
      Object result = inPlace ? values : kernels.array(y.length);
      Object goals = array(kernels, target);
      double loss = name.equals("squared")
          ? kernels.squaredError(values, result, 0, stride, rows, outputs, goals, 0, shares, 1)
          : name.equals("logistic")
          ? kernels.logistic(values, result, 0, stride, rows, outputs, goals, 0, shares, 1)
          : kernels.softmaxCrossEntropy(values, result, 0, stride, rows, outputs, classes, shares, 1);
      double tolerance = precision == Precision.FLOAT ? 3e-7 : 1e-15;
      assertEquals(expected, loss, tolerance * (1 + Math.abs(expected)), name + " of " + outputs);
      double[] got = numbers(kernels, result, y.length);
      for (int i = 0; i < slopes.length; i++) {
        assertEquals(slopes[i], got[i / outputs * stride + i % outputs], tolerance * (1 + Math.abs(slopes[i])),
            name + " of " + outputs + ", derivative " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void losses(Precision precision) {
    for (int outputs : new int[] {1, 2, 15, 16, 17, 50, 131}) {
      loss(precision, "squared", outputs, (y, target, slope) -> {
        double sum = 0;
        for (int j = 0; j < y.length; j++) {
          sum += Math.pow(y[j] - target[j], 2) / y.length;
          slope[j] = 2 * (y[j] - target[j]) / y.length;
        }
        return sum;
      });
      loss(precision, "logistic", outputs, (y, target, slope) -> {
        double sum = 0;
        for (int j = 0; j < y.length; j++) {
          sum += (Math.max(y[j], 0) + Math.log1p(Math.exp(-Math.abs(y[j]))) - y[j] * target[j]) / y.length;
          slope[j] = (1 / (1 + Math.exp(-y[j])) - target[j]) / y.length;
        }
        return sum;
      });
      loss(precision, "softmax", outputs, (y, target, slope) -> {
        double top = java.util.Arrays.stream(y).max().getAsDouble();
        double sum = java.util.Arrays.stream(y).map(v -> Math.exp(v - top)).sum();
        int truth = (int) target[0];
        for (int j = 0; j < y.length; j++) {
          slope[j] = Math.exp(y[j] - top) / sum - (j == truth ? 1 : 0);
        }
        return Math.log(sum) + top - y[truth];
      });
    }
  }

  @Test
  void aSmallLogisticLossKeepsItsDigits() {
    float[] y = new float[Kernels.LANES];
    float[] target = new float[Kernels.LANES];
    y[0] = 30;
    target[0] = 1;
    double loss = Kernels.of(Precision.FLOAT).logistic(y, new float[Kernels.LANES], 0, Kernels.LANES, 1, 1, target, 0,
        new double[] {1}, 0);
    assertEquals(StrictMath.exp(-30), loss, 1e-19);
  }
}
