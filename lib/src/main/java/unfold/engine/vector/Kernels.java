package unfold.engine.vector;

import java.util.EnumMap;
import java.util.Map;
import unfold.Check;

/**
 * The numeric kernels of one precision: matrix products, elementary functions, losses. Arrays are {@code float[]} or
 * {@code double[]}, passed as Object, since Java has no type for both.
 *
 * <p>Matrices lie row by row; a row begins every {@code stride} elements. Row widths called {@code n} are multiples of
 * {@link #LANES} whatever the machine's vectors, so that no loop has a tail; what is beyond a row's true width is
 * never read as an operand of a sum. Every element of a product is one chain of fused multiply-adds over k = 0, 1, ...,
 * which no blocking changes: the same bits on every machine.
 */
abstract class Kernels {
  /** Widths are multiples of this: the elements of a 512-bit vector of floats. */
  static final int LANES = 16;

  /** Returns a width rounded up to a multiple of {@link #LANES}. */
  static int padded(int width) {
    return (width + LANES - 1) / LANES * LANES;
  }

  private static final Map<Precision, Kernels> INSTANCES = new EnumMap<>(Precision.class);

  /**
   * Returns the kernels of a precision, compiled on the first call.
   *
   * @throws IllegalStateException if {@link SourceCompiler#unavailable} says why not
   * @throws IllegalArgumentException if a width of vectors is forced that does not exist
   */
  static synchronized Kernels of(Precision precision) {
    return INSTANCES.computeIfAbsent(precision, Kernels::compile);
  }

  /** Compiles the kernels, whose source for doubles is that for floats with the type's name exchanged. */
  private static Kernels compile(Precision precision) {
    VectorBits.forced(); // A wrong width is named here, not by a class that fails to load.
    String type = precision.prefix();
    String kernels = SourceCompiler.resource("FloatKernels.java").replace("Float", type)
        .replace("float", precision.type());
    SourceCompiler.define(Map.of(type + "Functions", SourceCompiler.resource(type + "Functions.java"), type + "Blocks",
        BlockWriter.source(precision), type + "Kernels", kernels));
    try {
      return (Kernels) Class.forName(Kernels.class.getPackageName() + "." + type + "Kernels", true,
          Kernels.class.getClassLoader()).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs products of every size of block so often, and in every way, that the JIT compiles them: until then every
   * vector is an object.
   */
  final void warmUp() {
    int rows = 15;
    int most = 3 * LANES;
    Object a = array((rows + 1) * LANES);
    Object b = array(LANES * most);
    Object c = array(rows * most);
    for (int round = 0; round < 5000; round++) {
      int k = LANES - round % 2;
      for (int n = LANES; n <= most; n += LANES) {
        multiply(rows, n, k, a, 0, LANES, b, 0, c, 0, n, round % 4 < 2);
        outer(k, rows, n, a, 0, LANES, b, 0, n, c, 0, n);
      }
    }
  }

  /** Returns the width of the vectors in bits, which changes no result. */
  abstract int vectorBits();

  /** Returns an array of zeros. */
  abstract Object array(int length);

  /**
   * Returns an array of zeros for rows of some width.
   *
   * @throws IllegalArgumentException if Java has no array so long
   */
  final Object array(long rows, int width) {
    long length = rows * width;
    Check.that(length < Integer.MAX_VALUE, "an array of the vector engine would need %d elements, more than Java has",
        length);
    return array((int) length);
  }

  /** Copies rows of doubles into an array of this precision: {@code to[r][j] = from[r][j]}. */
  abstract void load(double[] from, int fromOffset, int fromStride, Object to, int toOffset, int toStride, int rows,
      int columns);

  /** Copies rows of an array of this precision into doubles. */
  abstract void store(Object from, int fromOffset, int fromStride, double[] to, int toOffset, int toStride, int rows,
      int columns);

  /** Copies the transpose: {@code to[r][j] = from[j][r]}. */
  abstract void storeTransposed(Object from, int fromOffset, int fromStride, double[] to, int toOffset, int toStride,
      int rows, int columns);

  /** Adds numbers to doubles: {@code to[j] += from[j]}. */
  abstract void addTo(Object from, int fromOffset, double[] to, int toOffset, int count);

  /** Sets elements to zero. */
  abstract void clear(Object a, int offset, int length);

  /** Sets one element. */
  abstract void set(Object a, int at, double value);

  /** Sets elements to a number. */
  abstract void fill(Object a, int offset, int length, double value);

  /** Sets 64 elements for each word: to {@code one} where a bit is 1, from the lowest on, else to {@code zero}. */
  abstract void fillBits(long[] words, int wordsAt, int count, double zero, double one, Object a, int offset);

  /** Adds arrays: {@code to[j] += from[j]}; any length. */
  abstract void add(Object from, int fromOffset, Object to, int toOffset, int length);

  /** Copies one row of n elements into each of many rows. */
  abstract void repeat(Object row, int rowOffset, int n, Object to, int toOffset, int toStride, int rows);

  /** Adds the sum of all rows to a row: {@code sum[j] += a[0][j] + a[1][j] + ...}, j below n. */
  abstract void sumRows(Object a, int aOffset, int aStride, int rows, int n, Object sum, int sumOffset);

  /** Returns the length of a packed k x n matrix, n a multiple of {@link #LANES}. */
  abstract int packedLength(int k, int n);

  /**
   * Writes a block of a packed k x n matrix B: {@code B[kAt + i][jAt + j] = from[offset + i * kStride + j * jStride]}
   * for i below kCount, j below jCount. What no block covers keeps its value, zero in a fresh array.
   */
  abstract void pack(double[] from, int offset, int kStride, int jStride, int kCount, int jCount, Object packed,
      int packedOffset, int k, int n, int kAt, int jAt);

  /** Multiplies by a packed matrix: C = A B, or C += A B; A is m x k, B k x n, C m x n, any m and k from 1. */
  abstract void multiply(int m, int n, int k, Object a, int aOffset, int aStride, Object packed, int packedOffset,
      Object c, int cOffset, int cStride, boolean add);

  /**
   * Adds the sum of outer products of rows: C += A^T B, {@code C[i][j] += sum over r of A[r][i] B[r][j]}; i below m,
   * any m from 1, j below n. A's rows are padded: up to {@link #LANES} - 1 elements beyond m are read, not used.
   */
  abstract void outer(int rows, int m, int n, Object a, int aOffset, int aStride, Object b, int bOffset, int bStride,
      Object c, int cOffset, int cStride);

  /** Replaces elements by their exponentials; the length here and below is a multiple of {@link #LANES}. */
  abstract void exp(Object a, int offset, int length);

  /** Replaces elements by their natural logarithms. */
  abstract void log(Object a, int offset, int length);

  /** Replaces elements by 1 / (1 + exp(-a)). */
  abstract void sigmoid(Object a, int offset, int length);

  /** Replaces elements by their hyperbolic tangents. */
  abstract void tanh(Object a, int offset, int length);

  /** Turns derivatives by y = tanh(z) into those by z: {@code dy[j] *= 1 - y[j]^2}. */
  abstract void tanhGradient(Object y, int yOffset, Object dy, int dyOffset, int length);

  /**
   * Returns the sum over rows of share times the mean squared error of the row, and writes its derivative by y.
   *
   * @param dy receives the derivative, same offset and stride as y; may be y itself
   * @param target the targets, same stride as y
   * @param shares what each row weighs, from {@code shareAt} on; a row of weight 0 is skipped and its derivative is 0
   */
  abstract double squaredError(Object y, Object dy, int offset, int stride, int rows, int outputs, Object target,
      int targetOffset, double[] shares, int shareAt);

  /** Does what {@link #squaredError} does for the mean over the outputs of log(1 + exp(y)) - y target; dy is not y. */
  abstract double logistic(Object y, Object dy, int offset, int stride, int rows, int outputs, Object target,
      int targetOffset, double[] shares, int shareAt);

  /** Does what {@link #squaredError} does for -log softmax(y)[class]; classes are read from {@code shareAt} on. */
  abstract double softmaxCrossEntropy(Object y, Object dy, int offset, int stride, int rows, int outputs,
      int[] classes, double[] shares, int shareAt);
}
