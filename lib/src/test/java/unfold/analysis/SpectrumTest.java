package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import unfold.Seed;

/** Eigenvalues, eigenvectors, subspaces and principal components: by what defines them. */
class SpectrumTest {

  private static double[] normal(int count, long seed) {
    Seed.Stream random = Seed.of(seed).stream("numbers");
    return IntStream.range(0, count).mapToDouble(i -> random.nextGaussian()).toArray();
  }

  /** Blocks on the diagonal: turns by an angle with a stretch, and real numbers. */
  private static final double[] BLOCKS = {
      0.6, -0.8, 0, 0, 0,
      0.8, 0.6, 0, 0, 0,
      0, 0, -2, 0, 0,
      0, 0, 0, 1, 0,
      0, 0, 0, 5, 0.5};

  @Test
  void eigenvaluesComeInTheirOrder() {
    List<Eigenvalue> values = Spectrum.of(BLOCKS, 5).eigenvalues();
    double[][] expected = {{-2, 0}, {1, 0}, {0.6, 0.8}, {0.6, -0.8}, {0.5, 0}};
    for (int i = 0; i < 5; i++) {
      assertEquals(expected[i][0], values.get(i).re(), 1e-14);
      assertEquals(expected[i][1], values.get(i).im(), 1e-14);
    }
    assertEquals(2, values.get(0).period());
    assertEquals(Double.POSITIVE_INFINITY, values.get(1).period());
    assertEquals(2 * Math.PI / Math.acos(0.6), values.get(3).period(), 1e-13);
    assertEquals(-Math.acos(0.6), values.get(3).angle(), 1e-14);
    assertEquals("0.600000 - 0.800000i", new Eigenvalue(0.6, -0.8).toString());
    assertEquals("-2.00000", new Eigenvalue(-2, 0).toString());
    assertEquals(1, Spectrum.of(BLOCKS, 5).beyond(1.1).size());
    assertEquals(5, Spectrum.of(BLOCKS, 5).beyond(0.4).size());
  }

  @Test
  void everyEigenvectorFulfilsItsEquation() {
    int n = 40;
    for (int seed = 1; seed <= 5; seed++) {
      double[] a = normal(n * n, seed);
      Spectrum spectrum = Spectrum.of(a, n);
      double sum = 0;
      for (int i = 0; i < n; i++) {
        Spectrum.Eigenvector v = spectrum.eigenvector(i);
        Eigenvalue e = v.eigenvalue();
        sum += e.re();
        assertEquals(spectrum.eigenvalues().get(i), e);
        double length = 0;
        double largest = 0;
        double largestRe = 0;
        for (int row = 0; row < n; row++) {
          double re = 0;
          double im = 0;
          for (int k = 0; k < n; k++) {
            re += a[row * n + k] * v.re()[k];
            im += a[row * n + k] * v.im()[k];
          }
          assertEquals(e.re() * v.re()[row] - e.im() * v.im()[row], re, 1e-12);
          assertEquals(e.re() * v.im()[row] + e.im() * v.re()[row], im, 1e-12);
          double square = v.re()[row] * v.re()[row] + v.im()[row] * v.im()[row];
          length += square;
          if (square > largest) {
            largest = square;
            largestRe = v.re()[row];
          }
        }
        assertEquals(1, length, 1e-12);
        assertEquals(Math.sqrt(largest), largestRe, 1e-12);
      }
      double trace = IntStream.range(0, n).mapToDouble(i -> a[i * n + i]).sum();
      assertEquals(trace, sum, 1e-11);
    }
  }

  @Test
  void equalEigenvaluesHaveAsManyEigenvectorsAsTheyCan() {
    double[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    assertEquals(3, Spectrum.of(identity, 3).subspace(0, 1, 2).dimensions());
    double[] twoTurns = {0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0};
    Spectrum turns = Spectrum.of(twoTurns, 4);
    assertEquals(4, turns.subspace(0, 1).dimensions());
    assertEquals(4, turns.subspace(2, 3).dimensions());
    double[] jordan = {1, 1, 0, 1};
    String message = assertThrows(ArithmeticException.class, () -> Spectrum.of(jordan, 2).subspace(0, 1))
        .getMessage();
    assertTrue(message.contains("fewer eigenvectors"), message);
    assertEquals(2, Spectrum.of(new double[4], 2).subspace(0, 1).dimensions());
  }

  @Test
  void aSubspaceIsInvariantAndOrthogonalToTheLeftOnesOfOthers() {
    int n = 30;
    double[] a = normal(n * n, 7);
    Spectrum spectrum = Spectrum.of(a, n);
    List<Boolean> reals = spectrum.eigenvalues().stream().map(Eigenvalue::isReal).toList();
    int complex = reals.indexOf(false);
    int real = reals.indexOf(true);
    Subspace space = spectrum.subspace(complex, real);
    assertEquals(3, space.dimensions());
    assertArrayEquals(space.basisKS(), spectrum.subspace(complex, complex + 1, real).basisKS());
    for (int k = 0; k < 3; k++) {
      double[] mapped = new double[n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          mapped[i] += a[i * n + j] * space.basisKS()[k * n + j];
        }
      }
      assertEquals(1, space.share(mapped), 1e-12);
    }
    int[] others = IntStream.range(0, n).filter(i -> i != complex && i != complex + 1 && i != real).toArray();
    for (double angle : space.angles(spectrum.transposed().subspace(others))) {
      assertEquals(Math.PI / 2, angle, 1e-9);
    }
    assertTrue(space.angles(spectrum.subspace(others))[2] < Math.PI / 2 - 0.01);
  }

  @Test
  void principalAnglesAreThoseBetweenPlanes() {
    for (double angle : new double[] {1e-9, 1e-4, 0.3, 1.2, Math.PI / 2}) {
      Subspace floor = Subspace.spannedBy(new double[] {1, 1, 0, 0, 1, -1, 0, 0}, 4);
      Subspace tilted = Subspace.spannedBy(new double[] {
          3, 0, 0, 0, 0, 2 * Math.cos(angle), 2 * Math.sin(angle), 0}, 4);
      assertArrayEquals(new double[] {0, angle}, floor.angles(tilted), 1e-15 + 1e-14 * angle);
      assertArrayEquals(new double[] {0, angle}, tilted.angles(floor), 1e-15 + 1e-14 * angle);
    }
    Subspace line = Subspace.spannedBy(new double[] {1, 1, 0, 0}, 4);
    Subspace other = Subspace.spannedBy(new double[] {0, 1, 0, 0}, 4);
    assertArrayEquals(new double[] {Math.PI / 4}, line.angles(other), 1e-15);
    assertEquals(0.5, line.share(new double[] {0, 3, 0, 0}), 1e-15);
  }

  @Test
  void theDiscIsThatOfARandomMatrix() {
    int n = 100;
    double[] a = normal(n * n, 3);
    Spectrum spectrum = Spectrum.of(a, n);
    assertEquals(10, spectrum.discRadius(), 0.3);
    assertTrue(spectrum.beyond(1.15 * spectrum.discRadius()).isEmpty());
    assertTrue(spectrum.beyond(0.7 * spectrum.discRadius()).size() > 35);
  }

  @Test
  void componentsAreOrthogonalAndTheirVariancesThoseOfTheProjections() {
    int width = 6;
    int count = 500;
    double[] states = normal(count * width, 5);
    for (int i = 0; i < states.length; i++) {
      states[i] = states[i] * (1 + i % width) + i % width;
    }
    Pca pca = Pca.of(states, width);
    double[] all = pca.project(states, width);
    for (int k = 0; k < width; k++) {
      double[] column = new double[count];
      for (int n = 0; n < count; n++) {
        column[n] = all[n * width + k];
      }
      Moments moments = Moments.of(column);
      assertEquals(0, moments.mean(), 1e-12);
      assertEquals(pca.variances()[k], moments.sd() * moments.sd() * count / (count - 1), 1e-11);
      assertTrue(k == 0 || pca.variances()[k] <= pca.variances()[k - 1]);
      double[] component = pca.component(k);
      assertTrue(component[Pca.largest(component)] > 0);
      for (int j = 0; j < width; j++) {
        double product = 0;
        for (int i = 0; i < width; i++) {
          product += component[i] * pca.component(j)[i];
        }
        assertEquals(j == k ? 1 : 0, product, 1e-13);
      }
    }
    double share = 0;
    for (double s : pca.shares()) {
      share += s;
    }
    assertEquals(1, share, 1e-14);
    assertArrayEquals(new double[2], pca.subspace(2).angles(pca.subspace(5)), 1e-12);
    double[] first = pca.project(states, 2);
    assertEquals(all[3 * width + 1], first[3 * 2 + 1]);
  }

  @Test
  void badArgumentsAreNamed() {
    assertMessage(() -> Spectrum.of(new double[3], 2), "matrixSS", "2 x 2", "3");
    assertMessage(() -> Spectrum.of(new double[] {Double.NaN}, 1), "matrixSS[0]", "NaN");
    assertMessage(() -> Spectrum.of(BLOCKS, 5).eigenvector(5), "i", "0..4", "5");
    assertMessage(() -> Spectrum.of(BLOCKS, 5).subspace(-1), "index", "0..4", "-1");
    assertMessage(() -> Spectrum.of(BLOCKS, 5).subspace(), "eigenvalue");
    assertMessage(() -> Spectrum.of(BLOCKS, 5).beyond(-1), "radius", "-1");
    assertMessage(() -> Subspace.spannedBy(new double[] {1, 0, 2, 0}, 2), "independent");
    assertMessage(() -> Subspace.spannedBy(new double[] {1, 0, 0, 0}, 2), "vector 1", "zero");
    assertMessage(() -> Subspace.spannedBy(new double[6], 2), "number of vectors", "1..2", "3");
    assertMessage(() -> Subspace.spannedBy(new double[] {1, 0}, 2).angles(Subspace.spannedBy(new double[] {1}, 1)),
        "width", "2", "1");
    assertMessage(() -> Pca.of(new double[3], 3), "at least 2", "1");
    assertMessage(() -> Pca.of(new double[3], 2), "statesNS", "2", "3");
    assertMessage(() -> Pca.of(new double[] {1, 2, 1, 2}, 2), "differ");
    assertMessage(() -> Pca.of(new double[] {0.1, 0.1, 0.1}, 1), "differ"); // Their mean is not 0.1.
    assertMessage(() -> Pca.of(new double[] {1, 2, 3, 4}, 2).project(new double[2], 3), "k", "1..2", "3");
  }

  private static void assertMessage(org.junit.jupiter.api.function.Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message + " lacks " + word);
    }
  }
}
