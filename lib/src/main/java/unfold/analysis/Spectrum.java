package unfold.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.ejml.data.Complex_F64;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;
import unfold.Check;
import unfold.Seed;

/**
 * The eigenvalues of a real square matrix.
 *
 * <pre>{@code
 * Spectrum spectrum = Spectrum.of(net.get("W"), 100);
 * spectrum.beyond(spectrum.discRadius());     // those that stick out of the random cloud
 * spectrum.eigenvalues().get(0).period();
 * }</pre>
 *
 * They are in descending order of their moduli; of moduli that are equal up to rounding the greater real part is
 * first, then the greater imaginary part, so that of a conjugate pair the one with the positive is.
 *
 * @param width the number of rows S
 * @param matrixSS the matrix, row after row
 * @param eigenvalues its S eigenvalues
 */
public record Spectrum(int width, double[] matrixSS, List<Eigenvalue> eigenvalues) {
  /** Eigenvalues nearer to each other than this share of the matrix's norm are looked for together. */
  private static final double CLUSTER = 1e-10;
  /** How far an eigenvector may miss A v = lambda v, as a share of the matrix's norm. */
  private static final double RESIDUAL = 1e-9;
  private static final int INVERSE_ITERATIONS = 3;
  /** Moduli and real parts nearer to each other than this share of the greatest modulus count as equal. */
  private static final double TIE = 1e-9;

  /**
   * An eigenvector v: A v = lambda v, of length 1, its element of greatest modulus real and positive.
   *
   * @param eigenvalue the eigenvalue lambda
   * @param re the real parts of its S elements
   * @param im the imaginary parts; zeros for a real eigenvalue
   */
  public record Eigenvector(Eigenvalue eigenvalue, double[] re, double[] im) {}

  /**
   * Returns the eigenvalues of a matrix.
   *
   * @param matrixSS the matrix, row after row
   * @param width the number of rows S, at least 1
   * @throws ArithmeticException if they are not found
   */
  public static Spectrum of(double[] matrixSS, int width) {
    Check.atLeast("the width", width, 1);
    Check.shape("matrixSS", matrixSS, width, width);
    Check.finite("matrixSS", matrixSS);
    DMatrixRMaj matrix = new DMatrixRMaj(width, width, true, matrixSS.clone());
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(width, false, isSymmetric(matrix));
    if (!eigen.decompose(matrix)) {
      throw new ArithmeticException("the eigenvalues of the " + width + " x " + width + " matrix were not found");
    }
    List<Eigenvalue> found = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      Complex_F64 value = eigen.getEigenvalue(i);
      found.add(new Eigenvalue(value.real + 0.0, value.imaginary + 0.0)); // -0 becomes 0
    }
    double grain = TIE * found.stream().mapToDouble(Eigenvalue::modulus).max().orElseThrow();
    if (grain > 0) {
      found.sort(Comparator.comparingDouble((Eigenvalue e) -> Math.rint(e.modulus() / grain))
          .thenComparingDouble(e -> Math.rint(e.re() / grain)).thenComparingDouble(Eigenvalue::im).reversed());
    }
    return new Spectrum(width, matrixSS.clone(), List.copyOf(found));
  }

  private static boolean isSymmetric(DMatrixRMaj matrix) {
    for (int i = 0; i < matrix.numRows; i++) {
      for (int k = 0; k < i; k++) {
        if (matrix.get(i, k) != matrix.get(k, i)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the eigenvalues with a modulus above a radius: as many outliers as are beyond it. */
  public List<Eigenvalue> beyond(double radius) {
    Check.that(radius >= 0, "the radius must be at least 0, but was %s", radius);
    return eigenvalues.stream().filter(e -> e.modulus() > radius).toList();
  }

  /**
   * Returns the radius of the disc that the eigenvalues of a matrix of independent entries with the same mean
   * square fill, the Frobenius norm over sqrt(S). Few eigenvalues of a random matrix are beyond it, and those barely:
   * Ginibre (1965), Girko (1985).
   */
  public double discRadius() {
    return norm() / Math.sqrt(width);
  }

  private double norm() {
    double sum = 0;
    for (double a : matrixSS) {
      sum += a * a;
    }
    return Math.sqrt(sum);
  }

  /**
   * Returns this spectrum as that of the transposed matrix, whose eigenvectors are the left ones of this matrix: a
   * left eigenvector is orthogonal to all eigenvectors of other eigenvalues.
   */
  public Spectrum transposed() {
    double[] transposed = new double[width * width];
    for (int i = 0; i < width; i++) {
      for (int k = 0; k < width; k++) {
        transposed[k * width + i] = matrixSS[i * width + k];
      }
    }
    return new Spectrum(width, transposed, eigenvalues);
  }

  /**
   * Returns an eigenvector.
   *
   * @param i which eigenvalue's, from 0
   * @throws ArithmeticException if the matrix has fewer eigenvectors than equal eigenvalues
   */
  public Eigenvector eigenvector(int i) {
    Check.within("i", i, 0, width - 1);
    Eigenvalue value = eigenvalues.get(i);
    double near = CLUSTER * Math.max(norm(), Double.MIN_NORMAL);
    List<Eigenvalue> cluster = eigenvalues.stream()
        .filter(e -> Math.abs(e.re() - value.re()) <= near && Math.abs(e.im() - value.im()) <= near).toList();
    int before = (int) eigenvalues.subList(0, i).stream().filter(cluster::contains).count();
    return new InverseIteration(value, cluster.size()).eigenvector(before);
  }

  /**
   * Returns the invariant subspace that belongs to some eigenvalues: the span of the real and imaginary parts of
   * their eigenvectors. A complex eigenvalue brings its conjugate along.
   *
   * @param which which eigenvalues, each from 0
   * @throws ArithmeticException if the matrix has fewer eigenvectors than equal eigenvalues
   * @throws IllegalArgumentException if their eigenvectors are dependent
   */
  public Subspace subspace(int... which) {
    Check.that(which.length > 0, "there must be an eigenvalue to take the subspace of, but there is none");
    List<double[]> vectors = new ArrayList<>();
    for (int i : Arrays.stream(which).map(this::representative).distinct().sorted().toArray()) {
      Eigenvector vector = eigenvector(i);
      vectors.add(vector.re());
      if (!vector.eigenvalue().isReal()) {
        vectors.add(vector.im());
      }
    }
    double[] all = new double[vectors.size() * width];
    for (int k = 0; k < vectors.size(); k++) {
      System.arraycopy(vectors.get(k), 0, all, k * width, width);
    }
    return Subspace.spannedBy(all, width);
  }

  /** Returns which eigenvalue stands for a conjugate pair: that with the positive imaginary part. */
  private int representative(int i) {
    Check.within("an eigenvalue's index", i, 0, width - 1);
    Eigenvalue value = eigenvalues.get(i);
    if (value.im() >= 0) {
      return i;
    }
    int first = eigenvalues.indexOf(value);
    return eigenvalues.indexOf(new Eigenvalue(value.re(), -value.im())) + i - first;
  }

  /**
   * Finds the eigenvectors of one eigenvalue, or of several that are equal: solves (A - lambda) X = B for X, which
   * takes the place of B, some times. Complex numbers lie as real and imaginary parts side by side.
   */
  private final class InverseIteration {
    private final Eigenvalue value;
    private final int count;
    private final int parts;
    private final DMatrixRMaj x;

    InverseIteration(Eigenvalue value, int count) {
      this.value = value;
      this.count = count;
      parts = value.isReal() ? 1 : 2;
      x = new DMatrixRMaj(parts * width, count);
      Seed.Stream random = Seed.of(1).stream("eigenvectors");
      for (int k = 0; k < x.data.length; k++) {
        x.data[k] = random.nextGaussian();
      }
      LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.lu(parts * width);
      solver.setA(shifted());
      for (int round = 0; round < INVERSE_ITERATIONS; round++) {
        orthonormalize();
        solver.solve(x.copy(), x);
      }
      orthonormalize();
    }

    /** A - lambda, with lambda moved so little that the matrix is regular; of a complex one as real blocks. */
    private DMatrixRMaj shifted() {
      double eps = Math.ulp(1.0) * Math.max(norm(), Double.MIN_NORMAL / Math.ulp(1.0));
      DMatrixRMaj shifted = new DMatrixRMaj(parts * width, parts * width);
      for (int p = 0; p < parts; p++) {
        for (int i = 0; i < width; i++) {
          for (int k = 0; k < width; k++) {
            shifted.set(p * width + i, p * width + k, matrixSS[i * width + k]);
          }
          shifted.add(p * width + i, p * width + i, -value.re() - eps);
          if (parts == 2) {
            shifted.set(p * width + i, (1 - p) * width + i, p == 0 ? value.im() : -value.im());
          }
        }
      }
      return shifted;
    }

    private double re(int i, int column) {
      return x.get(i, column);
    }

    private double im(int i, int column) {
      return parts == 1 ? 0 : x.get(width + i, column);
    }

    private void set(int i, int column, double re, double im) {
      x.set(i, column, re);
      if (parts == 2) {
        x.set(width + i, column, im);
      }
    }

    /** Gram and Schmidt, twice. */
    private void orthonormalize() {
      for (int c = 0; c < count; c++) {
        scale(c);
        for (int pass = 0; pass < 2; pass++) {
          for (int b = 0; b < c; b++) {
            subtractProjection(c, b);
          }
          scale(c);
        }
      }
    }

    private void subtractProjection(int c, int b) {
      double re = 0;
      double im = 0;
      for (int i = 0; i < width; i++) {
        re += re(i, b) * re(i, c) + im(i, b) * im(i, c);
        im += re(i, b) * im(i, c) - im(i, b) * re(i, c);
      }
      for (int i = 0; i < width; i++) {
        set(i, c, re(i, c) - re * re(i, b) + im * im(i, b), im(i, c) - re * im(i, b) - im * re(i, b));
      }
    }

    private void scale(int column) {
      double greatest = 0;
      for (int i = 0; i < x.numRows; i++) {
        greatest = Math.max(greatest, Math.abs(x.get(i, column)));
      }
      double sum = 0;
      for (int i = 0; i < x.numRows; i++) {
        double v = x.get(i, column) / greatest; // Its square might be too large.
        sum += v * v;
      }
      double length = Math.sqrt(sum);
      for (int i = 0; i < x.numRows; i++) {
        x.set(i, column, x.get(i, column) / greatest / length);
      }
    }

    Eigenvector eigenvector(int column) {
      double[] moduli = new double[width];
      for (int i = 0; i < width; i++) {
        moduli[i] = Math.sqrt(re(i, column) * re(i, column) + im(i, column) * im(i, column));
      }
      int largest = Pca.largest(moduli);
      double turnRe = re(largest, column) / moduli[largest];
      double turnIm = -im(largest, column) / moduli[largest];
      double[] re = new double[width];
      double[] im = new double[width];
      for (int i = 0; i < width; i++) {
        re[i] = re(i, column) * turnRe - im(i, column) * turnIm + 0.0;
        im[i] = i == largest ? 0 : re(i, column) * turnIm + im(i, column) * turnRe + 0.0;
      }
      Eigenvector found = new Eigenvector(value, re, im);
      if (!(missBy(found) <= RESIDUAL * norm())) {
        throw new ArithmeticException("the matrix has fewer eigenvectors than eigenvalues equal to " + value);
      }
      return found;
    }

    private double missBy(Eigenvector v) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        double re = -value.re() * v.re()[i] + value.im() * v.im()[i];
        double im = -value.re() * v.im()[i] - value.im() * v.re()[i];
        for (int k = 0; k < width; k++) {
          re += matrixSS[i * width + k] * v.re()[k];
          im += matrixSS[i * width + k] * v.im()[k];
        }
        sum += re * re + im * im;
      }
      return Math.sqrt(sum);
    }
  }
}
