package unfold.engine.vector;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import unfold.Seed;
import unfold.cell.McrmCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Readout;
import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.net.Initializers;
import unfold.net.Network;
import unfold.train.Optimizer;

/**
 * Prints a line for each precision: the width of the vectors in bits; a digest of the bits of what every kernel
 * computes, from arguments that are the same everywhere; a digest of the bits of whole trainings, on as many threads
 * as the one argument says. All is done often enough that interpreter, early and late compilers have their turn.
 */
final class Digest {
  private static final int ROUNDS = 200;
  private static final int UPDATES = 20;
  private static final int STEPS = 15;
  private static final int SIZE = 40;
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 5;

  private final Precision precision;
  private final Kernels kernels;
  private final SplittableRandom random = new SplittableRandom(5);
  private long digest;

  private Digest(Precision precision) {
    this.precision = precision;
    kernels = Kernels.of(precision);
  }

  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[0]);
    for (Precision precision : Precision.values()) {
      System.out.println(Kernels.of(precision).vectorBits() + " " + new Digest(precision).ofKernels() + " "
          + new Digest(precision).ofTrainings(threads));
    }
  }

  private String ofKernels() {
    for (int round = 0; round < ROUNDS; round++) {
      products(1 + round % 19, Kernels.LANES * (1 + round % 8), 1 + round % 300);
      functions();
      losses(1 + round % 40);
    }
    return Long.toHexString(digest);
  }

  private String ofTrainings(int threads) {
    VectorEngine engine = new VectorEngine(precision, threads);
    training(engine, net().layers(2, McrmCells.lstm(), 19), Loss.SOFTMAX_CROSS_ENTROPY);
    training(engine, net().layers(2, McrmCells.gru(), 19), Loss.SQUARED_ERROR);
    training(engine, net().layer(McrmCells.nlstm(), 19).layer(McrmCells.mcrm(), 19),
        Loss.SOFTMAX_CROSS_ENTROPY);
    return Long.toHexString(digest);
  }

  private static Network.Builder net() {
    return Network.inputs(INPUTS).readout(Readout.linear(OUTPUTS));
  }

  /** Trains a network, runs and simulates more sequences than are worked on at once, and takes Jacobians. */
  private void training(VectorEngine engine, Network.Builder builder, Loss loss) {
    Architecture a = builder.loss(loss).architecture();
    Seed seed = Seed.of(3);
    double[] theta = Network.of(a).initialize(Initializers.pytorch(), seed).theta();
    double[] gradient = new double[theta.length];
    double[] finalBS = new double[SIZE * a.stateWidth()];
    Batch x = Batch.of(STEPS, SIZE, numbers(STEPS * SIZE * INPUTS, 2));
    Batch batch = loss == Loss.SQUARED_ERROR ? x.towards(numbers(STEPS * SIZE * OUTPUTS, 1))
        : x.towards(IntStream.range(0, STEPS * SIZE).map(i -> random.nextInt(OUTPUTS)).toArray());
    Optimizer.Steps steps = Optimizer.adam().start(theta.length);
    try (Program program = engine.compile(a)) {
      for (int k = 0; k < UPDATES; k++) {
        digest(program.gradient(theta, batch, gradient, finalBS));
        steps.step(theta, gradient, 0.01);
      }
      digest(theta);
      digest(finalBS);
      int many = 4 * SIZE;
      double[] xTBI = numbers(STEPS * many * INPUTS, 2);
      Program.Run run = program.run(theta, Batch.of(STEPS, many, xTBI), true);
      digest(run.yTBO());
      digest(run.sTBS());
      digest(program.simulate(List.of(theta), null, STEPS, many, (t, first, count, xBI) ->
          System.arraycopy(xTBI, ((t - 1) * many + first) * INPUTS, xBI, 0, count * INPUTS)).get(0));
      digest(program.jacobian(theta, Batch.of(1, SIZE, numbers(SIZE * INPUTS, 2)).from(finalBS)));
    }
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
    digest(numbers);
  }

  private void digest(double[] numbers) {
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
    int stride = Kernels.padded(m);
    Object left = array(numbers(k * stride, 1));
    Object right = array(numbers(k * n, 1));
    kernels.outer(k, m, n, left, 0, stride, right, 0, n, c, 0, n);
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
    digest(kernels.logistic(array(y), a, 0, stride, rows, outputs, target, 0, shares, 0));
    digestRows(a, rows, stride, outputs);
    a = array(y);
    digest(kernels.softmaxCrossEntropy(a, a, 0, stride, rows, outputs, new int[] {0, 0, outputs - 1}, shares, 0));
    digestRows(a, rows, stride, outputs);
  }

  private void digestRows(Object a, int rows, int stride, int columns) {
    double[] numbers = new double[rows * columns];
    kernels.store(a, 0, stride, numbers, 0, columns, rows, columns);
    digest(numbers);
  }
}
