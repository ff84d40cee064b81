package unfold.engine.vector;

import java.util.SplittableRandom;

/**
 * Prints the width of the vectors in bits and a digest of the bits of what every kernel computes, from arguments that
 * are the same everywhere; often enough that interpreter, early and late compilers all have their turn.
 */
final class Digest {
  private static final int ROUNDS = 200;

  private final Kernels kernels;
  private final SplittableRandom random = new SplittableRandom(5);
  private long digest;

  private Digest(Kernels kernels) {
    this.kernels = kernels;
  }

  public static void main(String[] arguments) {
    StringBuilder line = new StringBuilder();
    for (Precision precision : Precision.values()) {
      Kernels kernels = Kernels.of(precision);
      line.append(kernels.vectorBits()).append(' ').append(Long.toHexString(new Digest(kernels).all())).append(' ');
    }
    System.out.println(line);
  }

  private long all() {
    for (int round = 0; round < ROUNDS; round++) {
      products(1 + round % 19, Kernels.LANES * (1 + round % 8), 1 + round % 300);
      functions();
      losses(1 + round % 40);
    }
    return digest;
  }

  private double[] numbers(int length, double scale) {
    return random.doubles(length, -scale, scale).toArray();
  }

  private Object array(double[] numbers) {
    Object a = kernels.array(numbers.length);
    kernels.load(numbers, 0, 0, a, 0, 0, 1, numbers.length);
    return a;
  }

  private void digest(Object a, int length) {
    double[] numbers = new double[length];
    kernels.store(a, 0, 0, numbers, 0, 0, 1, length);
    for (double v : numbers) {
      digest(v);
    }
  }

  private void digest(double v) {
    digest = digest * 0x9e3779b97f4a7c15L + Double.doubleToLongBits(v);
    digest ^= digest >>> 29;
  }

  private void products(int m, int n, int k) {
    Object a = array(numbers(m * k, 1));
    Object packed = kernels.array(kernels.packedLength(k, n));
    kernels.pack(numbers(k * n, 1), 0, n, 1, k, n, packed, 0, k, n, 0, 0);
    Object c = array(numbers(m * n, 1));
    kernels.multiply(m, n, k, a, 0, k, packed, 0, c, 0, n, true);
    digest(c, m * n);
    Object left = array(numbers(k * m, 1));
    Object right = array(numbers(k * n, 1));
    kernels.outer(k, m, n, left, 0, m, right, 0, n, c, 0, n);
    kernels.sumRows(right, 0, n, k, n, c, 0);
    digest(c, m * n);
  }

  private void functions() {
    int length = 20 * Kernels.LANES;
    double[] x = numbers(length, Math.scalb(1.0, random.nextInt(-20, 10)));
    Object a = array(x);
    kernels.exp(a, 0, length);
    digest(a, length);
    kernels.log(a, 0, length);
    digest(a, length);
    a = array(x);
    kernels.sigmoid(a, 0, length);
    digest(a, length);
    Object y = array(x);
    kernels.tanh(y, 0, length);
    digest(y, length);
    kernels.tanhGradient(y, 0, a, 0, length);
    digest(a, length);
  }

  private void losses(int outputs) {
    int rows = 3;
    int stride = Kernels.padded(outputs);
    double[] y = numbers(rows * stride, 4);
    Object target = array(numbers(rows * stride, 1));
    double[] shares = {0.5, 0, 0.25};
    Object a = array(y);
    digest(kernels.squaredError(a, a, 0, stride, rows, outputs, target, 0, shares, 0));
    digestRows(a, rows, stride, outputs);
    a = array(y);
    digest(kernels.logistic(a, a, 0, stride, rows, outputs, target, 0, shares, 0));
    digestRows(a, rows, stride, outputs);
    a = array(y);
    digest(kernels.softmaxCrossEntropy(a, a, 0, stride, rows, outputs, new int[] {0, 0, outputs - 1}, shares, 0));
    digestRows(a, rows, stride, outputs);
  }

  private void digestRows(Object a, int rows, int stride, int columns) {
    double[] numbers = new double[rows * columns];
    kernels.store(a, 0, stride, numbers, 0, columns, rows, columns);
    for (double v : numbers) {
      digest(v);
    }
  }
}
