package unfold.analysis;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import unfold.Check;

/**
 * A linear subspace of the space of states, with an orthonormal basis.
 *
 * @param width the width S of a state
 * @param basisKS K orthogonal vectors of length 1, row after row
 */
public record Subspace(int width, double[] basisKS) {
  /** Vectors whose least singular value is below this share of the greatest count as dependent. */
  private static final double DEPENDENT = 1e-10;

  /**
   * Returns the space that vectors span.
   *
   * @param vectorsKS K vectors, row after row, independent of each other and none of them zero; only their
   *     directions count
   * @param width the width S, at least K
   * @throws IllegalArgumentException if they are dependent
   */
  public static Subspace spannedBy(double[] vectorsKS, int width) {
    int count = Check.within("the number of vectors", Check.rows("vectorsKS", vectorsKS, width), 1, width);
    Check.finite("vectorsKS", vectorsKS);
    DMatrixRMaj unit = new DMatrixRMaj(count, width, true, vectorsKS.clone());
    for (int k = 0; k < count; k++) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += unit.get(k, i) * unit.get(k, i);
      }
      Check.that(sum > 0, "vector %d must not be zero", k);
      for (int i = 0; i < width; i++) {
        unit.set(k, i, unit.get(k, i) / Math.sqrt(sum));
      }
    }
    SingularValueDecomposition_F64<DMatrixRMaj> svd = decompose(unit, true);
    double[] values = svd.getSingularValues();
    double least = Double.POSITIVE_INFINITY;
    double greatest = 0;
    for (int k = 0; k < count; k++) {
      least = Math.min(least, values[k]);
      greatest = Math.max(greatest, values[k]);
    }
    Check.that(least > DEPENDENT * greatest, "the %d vectors must be independent, but are not", count);
    DMatrixRMaj basis = svd.getV(null, true);
    return new Subspace(width, java.util.Arrays.copyOf(basis.data, count * width));
  }

  private static SingularValueDecomposition_F64<DMatrixRMaj> decompose(DMatrixRMaj matrix, boolean vectors) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(matrix.numRows, matrix.numCols, false, vectors, true);
    if (!svd.decompose(matrix)) {
      throw new ArithmeticException("the singular values were not found");
    }
    return svd;
  }

  /** Returns its number of dimensions K. */
  public int dimensions() {
    return basisKS.length / width;
  }

  /**
   * Returns the principal angles to another subspace, in radians from 0 to pi/2, in ascending order, as many as the
   * smaller of the two has dimensions. All are 0 if one contains the other; all are pi/2 if they are orthogonal.
   *
   * <p>Björck and Golub, "Numerical Methods for Computing Angles Between Linear Subspaces" (1973): small angles
   * from their sines, others from their cosines.
   */
  public double[] angles(Subspace other) {
    Check.that(width == other.width, "the subspaces must be of states of one width, but are of %d and %d", width,
        other.width);
    Subspace small = dimensions() <= other.dimensions() ? this : other;
    Subspace large = small == this ? other : this;
    DMatrixRMaj a = DMatrixRMaj.wrap(small.dimensions(), width, small.basisKS);
    DMatrixRMaj b = DMatrixRMaj.wrap(large.dimensions(), width, large.basisKS);
    DMatrixRMaj cosines = new DMatrixRMaj(a.numRows, b.numRows);
    CommonOps_DDRM.multTransB(a, b, cosines);
    DMatrixRMaj outside = a.copy();
    CommonOps_DDRM.multAdd(-1, cosines, b, outside);
    double[] cos = sortedValues(cosines);
    double[] sin = sortedValues(outside);
    int count = a.numRows;
    double[] angles = new double[count];
    for (int k = 0; k < count; k++) {
      double c = cos[count - 1 - k];
      angles[k] = c * c < 0.5 ? StrictMath.acos(c) : StrictMath.asin(Math.min(1, sin[k]));
    }
    return angles;
  }

  private static double[] sortedValues(DMatrixRMaj matrix) {
    double[] values = java.util.Arrays.copyOf(decompose(matrix, false).getSingularValues(), matrix.numRows);
    java.util.Arrays.sort(values);
    return values;
  }

  /** Returns the share of a vector's squared length that lies in it, from 0 to 1. */
  public double share(double[] vectorS) {
    Check.shape("vectorS", vectorS, width);
    double total = 0;
    for (double v : vectorS) {
      total += v * v;
    }
    Check.positive("the vector's squared length", total);
    double inside = 0;
    for (int k = 0; k < dimensions(); k++) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += basisKS[k * width + i] * vectorS[i];
      }
      inside += sum * sum;
    }
    return Math.min(1, inside / total);
  }
}
