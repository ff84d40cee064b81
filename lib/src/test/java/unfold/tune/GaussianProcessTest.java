package unfold.tune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static unfold.Goldens.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import org.ejml.concurrency.EjmlConcurrency;
import org.junit.jupiter.api.Test;
import unfold.Goldens;
import unfold.Seed;

class GaussianProcessTest {

  private static Matern kernel(JsonNode golden) {
    return new Matern(golden.get("variance").asDouble(), numbers(golden.get("scales")),
        golden.get("noise").asDouble());
  }

  @Test
  void agreesWithScikitLearn() {
    for (JsonNode golden : Goldens.read("gaussian-process-goldens.json")) {
      GaussianProcess process =
          GaussianProcess.of(kernel(golden), numbers(golden.get("x")), numbers(golden.get("y")));
      double[] means = numbers(golden.get("mean"));
      double[] variances = numbers(golden.get("variances"));
      for (int i = 0; i < means.length; i++) {
        double[] at = numbers(golden.get("at").get(i));
        assertEquals(means[i], process.mean(at), 1e-8);
        assertEquals(variances[i], process.variance(at), 1e-8);
      }
      double likelihood = golden.get("likelihood").asDouble();
      assertEquals(likelihood, process.logMarginalLikelihood(), 1e-8 * Math.abs(likelihood));
      double[] gradient = numbers(golden.get("gradient"));
      double[] ours = process.logMarginalLikelihoodGradient();
      for (int i = 0; i < gradient.length; i++) {
        assertEquals(gradient[i], ours[i], 1e-8 * Math.max(1, Math.abs(gradient[i])));
      }
    }
  }

  /** A process of 50 points in 3 dimensions: more than a block of the decomposition has. */
  private static GaussianProcess process(double variance, double[] scales, double noise) {
    Seed.Stream random = Seed.of(5).stream("points");
    double[] x = random.doubles(150).toArray();
    double[] y = new double[50];
    for (int i = 0; i < 50; i++) {
      y[i] = Math.sin(6 * x[3 * i]) + x[3 * i + 1] * x[3 * i + 2] + 0.1 * random.nextGaussian();
    }
    return GaussianProcess.of(new Matern(variance, scales, noise), x, y);
  }

  @Test
  void likelihoodsGradientIsThatOfCentralDifferences() {
    double[] theta = {0.4, -0.7, 0.3, 1.1, -4};
    double[] gradient = at(theta).logMarginalLikelihoodGradient();
    for (int i = 0; i < theta.length; i++) {
      double[] up = theta.clone();
      double[] down = theta.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      double slope = (at(up).logMarginalLikelihood() - at(down).logMarginalLikelihood()) / 2e-5;
      assertEquals(slope, gradient[i], 1e-6 * Math.max(1, Math.abs(slope)));
    }
  }

  private static GaussianProcess at(double[] theta) {
    double[] e = java.util.Arrays.stream(theta).map(Math::exp).toArray();
    return process(e[0], new double[] {e[1], e[2], e[3]}, e[4]);
  }

  @Test
  void posteriorsGradientIsThatOfCentralDifferences() {
    GaussianProcess process = process(1.2, new double[] {0.4, 0.8, 1.5}, 1e-2);
    double[] x = {0.3, 0.8, 0.45};
    GaussianProcess.At at = process.at(x);
    GaussianProcess.Slopes slopes = at.slopes();
    assertEquals(process.mean(x), at.mean(), 1e-14);
    assertEquals(process.variance(x), at.variance(), 1e-14);
    for (int d = 0; d < 3; d++) {
      double[] up = x.clone();
      double[] down = x.clone();
      up[d] += 1e-5;
      down[d] -= 1e-5;
      assertEquals((process.mean(up) - process.mean(down)) / 2e-5, slopes.meanD()[d], 1e-7);
      assertEquals((process.variance(up) - process.variance(down)) / 2e-5, slopes.varianceD()[d], 1e-7);
    }
  }

  @Test
  void manyPointsAreAsOneByOne() {
    GaussianProcess process = process(1.2, new double[] {0.4, 0.8, 1.5}, 1e-2);
    int many = 150; // More than are taken together.
    double[] points = Seed.of(6).stream("points").doubles(3 * many).toArray();
    double[] means = new double[many];
    double[] variances = new double[many];
    process.posterior(points, means, variances);
    for (int m = 0; m < many; m++) {
      double[] x = java.util.Arrays.copyOfRange(points, 3 * m, 3 * m + 3);
      assertEquals(process.mean(x), means[m], 1e-13);
      assertEquals(process.variance(x), variances[m], 1e-13);
    }
  }

  @Test
  void exponentialIsThatOfTheStandardLibrary() {
    for (double x = 0; x > -700; x -= 1e-3 * Math.max(1, -x / 50)) {
      double expected = StrictMath.exp(x);
      assertEquals(expected, Matern.exp(x), 4 * Math.ulp(expected));
    }
    assertEquals(1, Matern.exp(0));
    assertEquals(0, Matern.exp(-701));
    assertEquals(0, Matern.exp(Double.NEGATIVE_INFINITY));
  }

  /** Desautels et al. (2014): the mean stays, the variance does not depend on what will be observed. */
  @Test
  void hallucinationsMoveNoMeanAndShrinkVariances() {
    GaussianProcess process = process(1.2, new double[] {0.4, 0.8, 1.5}, 1e-2);
    double[] pending = {0.1, 0.9, 0.2, 0.95, 0.05, 0.6};
    GaussianProcess more = process.hallucinate(pending);
    double[] points = Seed.of(7).stream("points").doubles(30).toArray();
    for (int m = 0; m < 10; m++) {
      double[] x = java.util.Arrays.copyOfRange(points, 3 * m, 3 * m + 3);
      assertEquals(process.mean(x), more.mean(x), 1e-10);
      assertTrue(more.variance(x) < process.variance(x));
    }
    double[] first = {0.1, 0.9, 0.2};
    double before = process.variance(first);
    assertEquals(before * 1e-2 / (before + 1e-2), process.hallucinate(first).variance(first), 1e-10);
  }

  @Test
  void aDimensionWithAnInfiniteScaleDoesNotMatter() {
    GaussianProcess process = process(1.2, new double[] {0.4, Double.POSITIVE_INFINITY, 1.5}, 1e-2);
    assertEquals(process.mean(new double[] {0.2, 0.1, 0.5}), process.mean(new double[] {0.2, 0.9, 0.5}));
  }

  /** EJML can use threads; ours must not, so that bits do not depend on the number of cores. */
  @Test
  void bitsDoNotDependOnThreads() {
    double[] x = {0.3, 0.8, 0.45};
    int before = EjmlConcurrency.getMaxThreads();
    try {
      EjmlConcurrency.setMaxThreads(1);
      double one = process(1.2, new double[] {0.4, 0.8, 1.5}, 1e-2).variance(x);
      EjmlConcurrency.setMaxThreads(4);
      assertEquals(one, process(1.2, new double[] {0.4, 0.8, 1.5}, 1e-2).variance(x));
    } finally {
      EjmlConcurrency.setMaxThreads(before);
    }
  }

  @Test
  void badInputIsRefused() {
    Matern kernel = new Matern(1, new double[] {1, 1}, 1e-2);
    assertEquals("xND must hold 2 x 2 = 4 numbers, but holds 3", assertThrows(IllegalArgumentException.class,
        () -> GaussianProcess.of(kernel, new double[3], new double[2])).getMessage());
    assertEquals("noise must be finite and above 0, but was 0.0", assertThrows(IllegalArgumentException.class,
        () -> new Matern(1, new double[] {1}, 0)).getMessage());
    assertEquals("a length scale must be above 0, but was NaN", assertThrows(IllegalArgumentException.class,
        () -> new Matern(1, new double[] {Double.NaN}, 1)).getMessage());
    Matern tiny = new Matern(1, new double[] {1}, 1e-300);
    assertEquals("the noise must be large enough for the covariance of 2 observations to be positive"
        + " definite, but was 1.0E-300", assertThrows(IllegalArgumentException.class,
            () -> GaussianProcess.of(tiny, new double[] {0.5, 0.5}, new double[2])).getMessage());
    assertArrayEquals(new double[] {1, 1}, kernel.lengthScales());
  }
}
