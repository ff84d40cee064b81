package unfold.engine.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels for one precision. {@code Kernels} has this file compiled as it stands for floats, and once more with
 * "float" and "Float" replaced by "double" and "Double": hence no literal of a type, and no such word in the text that
 * is not the type.
 *
 * <p>A packed matrix is cut into panels a few vectors wide; a panel lies row by row, so that a product reads it from
 * front to back. Blocks of some rows by a panel keep their sums in registers: see {@code BlockWriter}. Block sizes
 * change no bits.
 */
final class FloatKernels extends Kernels {
  private static final VectorSpecies<Float> SPECIES = FloatFunctions.SPECIES;
  /** Elements of a vector. */
  private static final int L = SPECIES.length();
  /** Rows of the left operand that share a panel while it is in the first cache. */
  private static final int M_BLOCK = 64;
  /** Steps of k for which a panel stays in the first cache. */
  private static final int K_BLOCK = 256;
  /** Rows of both operands of an outer product that are summed before the next block of the result. */
  private static final int R_BLOCK = 128;
  /** Columns of the right operand of an outer product that stay in the second cache, packed. */
  private static final int N_BLOCK = 256;
  /** Columns of the left operand of an outer product, side by side. */
  private static final ThreadLocal<float[]> COLUMNS =
      ThreadLocal.withInitial(() -> new float[R_BLOCK * FloatBlocks.COLUMNS]);
  /** Panels of the right operand of an outer product. */
  private static final ThreadLocal<float[]> PANELS = ThreadLocal.withInitial(() -> new float[R_BLOCK * N_BLOCK]);

  @Override
  int vectorBits() {
    return SPECIES.vectorBitSize();
  }

  @Override
  Object array(int length) {
    return new float[length];
  }

  @Override
  void load(double[] from, int fromOffset, int fromStride, Object to, int toOffset, int toStride, int rows,
      int columns) {
    float[] array = (float[]) to;
    for (int r = 0; r < rows; r++) {
      for (int j = 0, f = fromOffset + r * fromStride, t = toOffset + r * toStride; j < columns; j++) {
        array[t + j] = (float) from[f + j];
      }
    }
  }

  @Override
  void store(Object from, int fromOffset, int fromStride, double[] to, int toOffset, int toStride, int rows,
      int columns) {
    float[] array = (float[]) from;
    for (int r = 0; r < rows; r++) {
      for (int j = 0, f = fromOffset + r * fromStride, t = toOffset + r * toStride; j < columns; j++) {
        to[t + j] = array[f + j];
      }
    }
  }

  @Override
  void storeTransposed(Object from, int fromOffset, int fromStride, double[] to, int toOffset, int toStride, int rows,
      int columns) {
    float[] array = (float[]) from;
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < columns; j++) {
        to[toOffset + r * toStride + j] = array[fromOffset + j * fromStride + r];
      }
    }
  }

  @Override
  void addTo(Object from, int fromOffset, double[] to, int toOffset, int count) {
    float[] array = (float[]) from;
    for (int j = 0; j < count; j++) {
      to[toOffset + j] += array[fromOffset + j];
    }
  }

  @Override
  void clear(Object a, int offset, int length) {
    Arrays.fill((float[]) a, offset, offset + length, 0);
  }

  @Override
  void set(Object a, int at, double value) {
    ((float[]) a)[at] = (float) value;
  }

  @Override
  void fill(Object a, int offset, int length, double value) {
    Arrays.fill((float[]) a, offset, offset + length, (float) value);
  }

  @Override
  void fillBits(long[] words, int wordsAt, int count, double zero, double one, Object a, int offset) {
    float[] to = (float[]) a;
    FloatVector zeros = FloatVector.broadcast(SPECIES, (float) zero);
    FloatVector ones = FloatVector.broadcast(SPECIES, (float) one);
    for (int w = 0; w < count; w++) {
      long word = words[wordsAt + w];
      int at = offset + w * Long.SIZE;
      for (int j = 0; j < Long.SIZE; j += L) {
        FloatFunctions.ofBits((int) (word >>> j), zeros, ones).intoArray(to, at + j);
      }
    }
  }

  @Override
  void add(Object from, int fromOffset, Object to, int toOffset, int length) {
    float[] source = (float[]) from;
    float[] sum = (float[]) to;
    for (int j = 0; j < length; j++) {
      sum[toOffset + j] += source[fromOffset + j];
    }
  }

  @Override
  void repeat(Object row, int rowOffset, int n, Object to, int toOffset, int toStride, int rows) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(row, rowOffset, to, toOffset + r * toStride, n);
    }
  }

  @Override
  void sumRows(Object a, int aOffset, int aStride, int rows, int n, Object sum, int sumOffset) {
    float[] array = (float[]) a;
    float[] sums = (float[]) sum;
    for (int j = 0; j < n; j += L) {
      FloatVector s = FloatVector.fromArray(SPECIES, sums, sumOffset + j);
      for (int r = 0; r < rows; r++) {
        // HotSpot knows the class of what it loads; of what goes round a loop, as a receiver, it would have to guess it.
        s = FloatVector.fromArray(SPECIES, array, aOffset + r * aStride + j).add(s);
      }
      s.intoArray(sums, sumOffset + j);
    }
  }

  @Override
  int packedLength(int k, int n) {
    return k * n;
  }

  @Override
  void pack(double[] from, int offset, int kStride, int jStride, int kCount, int jCount, Object packed,
      int packedOffset, int k, int n, int kAt, int jAt) {
    float[] to = (float[]) packed;
    int end = jAt + jCount;
    for (int panel = 0; panel < end; ) {
      int width = FloatBlocks.vectors((n - panel) / L) * L;
      int first = Math.max(panel, jAt);
      int count = Math.min(panel + width, end) - first;
      int t = packedOffset + panel * k + kAt * width + first - panel;
      int f = offset + (first - jAt) * jStride;
      // The inner loop is the one that reads neighbours.
      if (jStride == 1) {
        for (int i = 0; i < kCount; i++) {
          for (int j = 0; j < count; j++) {
            to[t + i * width + j] = (float) from[f + i * kStride + j];
          }
        }
      } else {
        for (int j = 0; j < count; j++) {
          for (int i = 0; i < kCount; i++) {
            to[t + i * width + j] = (float) from[f + j * jStride + i * kStride];
          }
        }
      }
      panel += width;
    }
  }

  @Override
  void multiply(int m, int n, int k, Object a, int aOffset, int aStride, Object packed, int packedOffset, Object c,
      int cOffset, int cStride, boolean add) {
    float[] left = (float[]) a;
    float[] right = (float[]) packed;
    float[] result = (float[]) c;
    for (int m0 = 0; m0 < m; m0 += M_BLOCK) {
      int m1 = Math.min(m, m0 + M_BLOCK);
      for (int j = 0, vectors; j < n; j += vectors * L) {
        vectors = FloatBlocks.vectors((n - j) / L);
        for (int p = 0; p < k; p += K_BLOCK) {
          int steps = Math.min(K_BLOCK, k - p);
          int panel = packedOffset + j * k + p * vectors * L;
          for (int i = m0, rows; i < m1; i += rows) {
            rows = FloatBlocks.rows(m1 - i);
            FloatBlocks.multiply(rows, vectors, steps, left, aOffset + i * aStride + p, aStride,
                right, panel, result, cOffset + i * cStride + j, cStride, add || p > 0);
          }
        }
      }
    }
  }

  @Override
  void outer(int count, int m, int n, Object a, int aOffset, int aStride, Object b, int bOffset, int bStride, Object c,
      int cOffset, int cStride) {
    float[] left = (float[]) a;
    float[] right = (float[]) b;
    float[] result = (float[]) c;
    float[] columns = COLUMNS.get();
    float[] panels = PANELS.get();
    for (int r = 0; r < count; r += R_BLOCK) {
      int steps = Math.min(R_BLOCK, count - r);
      for (int from = 0; from < n; from += N_BLOCK) {
        int to = Math.min(n, from + N_BLOCK);
        for (int j = from, vectors; j < to; j += vectors * L) {
          vectors = FloatBlocks.vectors((to - j) / L);
          copyColumns(right, bOffset + r * bStride + j, bStride, steps, vectors, panels, (j - from) * steps, vectors * L);
        }
        for (int i = 0; i < m; i += FloatBlocks.COLUMNS) {
          int width = Math.min(FloatBlocks.COLUMNS, m - i);
          copyColumns(left, aOffset + r * aStride + i, aStride, steps, (width + L - 1) / L, columns, 0,
              FloatBlocks.COLUMNS);
          for (int j = from, vectors; j < to; j += vectors * L) {
            vectors = FloatBlocks.vectors((to - j) / L);
            for (int k = 0, rows; k < width; k += rows) {
              rows = FloatBlocks.rows(width - k);
              FloatBlocks.outer(rows, vectors, steps, columns, k, 1, panels, (j - from) * steps, result,
                  cOffset + (i + k) * cStride + j, cStride);
            }
          }
        }
      }
    }
  }

  /** Copies some columns, whole vectors of them, of some rows. */
  private static void copyColumns(float[] from, int offset, int stride, int rows, int vectors, float[] to, int toOffset,
      int toStride) {
    for (int v = 0; v < vectors; v++) {
      for (int r = 0; r < rows; r++) {
        FloatVector.fromArray(SPECIES, from, offset + r * stride + v * L).intoArray(to, toOffset + r * toStride + v * L);
      }
    }
  }

  @Override
  void exp(Object a, int offset, int length) {
    float[] array = (float[]) a;
    for (int i = offset; i < offset + length; i += L) {
      FloatFunctions.exp(FloatVector.fromArray(SPECIES, array, i)).intoArray(array, i);
    }
  }

  @Override
  void log(Object a, int offset, int length) {
    float[] array = (float[]) a;
    for (int i = offset; i < offset + length; i += L) {
      FloatFunctions.log(FloatVector.fromArray(SPECIES, array, i)).intoArray(array, i);
    }
  }

  @Override
  void sigmoid(Object a, int offset, int length) {
    float[] array = (float[]) a;
    for (int i = offset; i < offset + length; i += L) {
      FloatFunctions.sigmoid(FloatVector.fromArray(SPECIES, array, i)).intoArray(array, i);
    }
  }

  @Override
  void tanh(Object a, int offset, int length) {
    float[] array = (float[]) a;
    for (int i = offset; i < offset + length; i += L) {
      FloatFunctions.tanh(FloatVector.fromArray(SPECIES, array, i)).intoArray(array, i);
    }
  }

  @Override
  void tanhGradient(Object y, int yOffset, Object dy, int dyOffset, int length) {
    float[] values = (float[]) y;
    float[] slopes = (float[]) dy;
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int i = 0; i < length; i += L) {
      FloatVector v = FloatVector.fromArray(SPECIES, values, yOffset + i);
      FloatVector.fromArray(SPECIES, slopes, dyOffset + i).mul(one.sub(v.mul(v))).intoArray(slopes, dyOffset + i);
    }
  }

  @Override
  double squaredError(Object y, Object dy, int offset, int stride, int rows, int outputs, Object target,
      int targetOffset, double[] shares, int shareAt) {
    float[] values = (float[]) y;
    float[] slopes = (float[]) dy;
    float[] targets = (float[]) target;
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      double share = shares[shareAt + r] / outputs;
      if (share == 0) {
        Arrays.fill(slopes, at, at + outputs, 0);
        continue;
      }
      double sum = 0;
      for (int j = 0, t = targetOffset + r * stride; j < outputs; j++) {
        double difference = (double) values[at + j] - targets[t + j];
        sum += difference * difference;
        slopes[at + j] = (float) (2 * share * difference);
      }
      loss += share * sum;
    }
    return loss;
  }

  @Override
  double logistic(Object y, Object dy, int offset, int stride, int rows, int outputs, Object target,
      int targetOffset, double[] shares, int shareAt) {
    float[] values = (float[]) y;
    float[] slopes = (float[]) dy;
    float[] targets = (float[]) target;
    // One elementary function a loop: HotSpot makes objects of the vectors of a longer one.
    for (int r = 0; r < rows; r++) {
      negativeExponentials(values, slopes, offset + r * stride, outputs);
    }
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      logisticTerms(values, slopes, at, targets, targetOffset + r * stride, outputs);
      double sum = 0;
      for (int j = at; j < at + outputs; j++) {
        sum += slopes[j];
      }
      double share = shares[shareAt + r] / outputs;
      loss += share == 0 ? 0 : share * sum;
    }
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      double share = shares[shareAt + r] / outputs;
      if (share == 0) {
        Arrays.fill(slopes, at, at + outputs, 0);
      } else {
        logisticSlopes(values, slopes, at, targets, targetOffset + r * stride, outputs, (float) share);
      }
    }
    return loss;
  }

  /** Writes exp(-|v|). */
  private static void negativeExponentials(float[] values, float[] to, int at, int length) {
    for (int j = at; j < at + length; j += L) {
      FloatVector v = FloatVector.fromArray(SPECIES, values, j);
      FloatFunctions.exp(v.lanewise(VectorOperators.ABS).neg()).intoArray(to, j);
    }
  }

  /** Replaces e = exp(-|v|) by log(1 + exp(v)) - v target. */
  private static void logisticTerms(float[] values, float[] to, int at, float[] targets, int targetAt, int length) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int j = 0; j < length; j += L) {
      FloatVector v = FloatVector.fromArray(SPECIES, values, at + j);
      FloatVector e = FloatVector.fromArray(SPECIES, to, at + j);
      // log(1 + e^v) = max(v, 0) + log(1 + e); the last term mends what rounding 1 + e lost.
      FloatVector u = e.add(one);
      FloatVector tail = FloatFunctions.log(u).add(e.sub(u.sub(one)).div(u));
      v.max(FloatVector.zero(SPECIES)).sub(v.mul(FloatVector.fromArray(SPECIES, targets, targetAt + j))).add(tail)
          .intoArray(to, at + j);
    }
  }

  /** Writes scale (sigmoid(v) - target). */
  private static void logisticSlopes(float[] values, float[] to, int at, float[] targets, int targetAt, int length,
      float scale) {
    for (int j = 0; j < length; j += L) {
      FloatVector v = FloatVector.fromArray(SPECIES, values, at + j);
      FloatFunctions.sigmoid(v).sub(FloatVector.fromArray(SPECIES, targets, targetAt + j)).mul(scale)
          .intoArray(to, at + j);
    }
  }

  @Override
  double softmaxCrossEntropy(Object y, Object dy, int offset, int stride, int rows, int outputs, int[] classes,
      double[] shares, int shareAt) {
    float[] values = (float[]) y;
    float[] slopes = (float[]) dy;
    int width = padded(outputs);
    double loss = 0;
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      double share = shares[shareAt + r];
      if (share == 0) {
        Arrays.fill(slopes, at, at + outputs, 0);
        continue;
      }
      int truth = at + classes[shareAt + r];
      double chosen = values[truth];
      if (values != slopes) {
        System.arraycopy(values, at, slopes, at, outputs);
      }
      // What pads the row counts as impossible, so that the loops below have no tail.
      Arrays.fill(slopes, at + outputs, at + width, Float.NEGATIVE_INFINITY);
      float top = exponentials(slopes, at, width);
      double sum = sum(slopes, at, width);
      float scale = (float) (share / sum);
      for (int j = at; j < at + width; j += L) {
        FloatVector.fromArray(SPECIES, slopes, j).mul(scale).intoArray(slopes, j);
      }
      slopes[truth] -= (float) share;
      loss += share * (StrictMath.log(sum) + top - chosen);
    }
    return loss;
  }

  /** Replaces v by exp(v - top) and returns top, the largest element. */
  private static float exponentials(float[] array, int at, int width) {
    FloatVector largest = FloatVector.fromArray(SPECIES, array, at);
    for (int j = at + L; j < at + width; j += L) {
      // The receiver is what is loaded, as in sumRows.
      largest = FloatVector.fromArray(SPECIES, array, j).max(largest);
    }
    // The largest is the same in any order, unlike a sum.
    float top = largest.reduceLanes(VectorOperators.MAX);
    for (int j = at; j < at + width; j += L) {
      FloatFunctions.exp(FloatVector.fromArray(SPECIES, array, j).sub(top)).intoArray(array, j);
    }
    return top;
  }

  /** Returns the sum of elements, a multiple of four, in an order of its own that keeps four additions under way. */
  private static double sum(float[] array, int at, int width) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int j = at; j < at + width; j += 4) {
      a += array[j];
      b += array[j + 1];
      c += array[j + 2];
      d += array[j + 3];
    }
    return (a + b) + (c + d);
  }
}
