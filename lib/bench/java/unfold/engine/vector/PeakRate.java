package unfold.engine.vector;

/** The most that a thread reaches in the engine's own product of matrices, of a size that stays in the caches. */
public final class PeakRate {
  /** The product, to be named beside the rate. */
  public static final String SIZE = "64 x 256 x 192";

  private static final int M = 64;
  private static final int K = 256;
  private static final int N = 192;
  private static final int PRODUCTS = 1000;
  private static final int ROUNDS = 30;

  private PeakRate() {}

  /** Returns floating-point operations a second, the best of some rounds, in single precision. */
  public static double measure() {
    Kernels kernels = Kernels.of(Precision.FLOAT);
    double[] ones = new double[K * N];
    java.util.Arrays.fill(ones, 1);
    Object a = kernels.array(M * K);
    kernels.load(ones, 0, K, a, 0, K, M, K);
    Object packed = kernels.array(kernels.packedLength(K, N));
    kernels.pack(ones, 0, N, 1, K, N, packed, 0, K, N, 0, 0);
    Object c = kernels.array(M * N);
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < PRODUCTS; i++) {
        kernels.multiply(M, N, K, a, 0, K, packed, 0, c, 0, N, false);
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      best = Math.max(best, 2.0 * M * N * K * PRODUCTS / seconds);
    }
    return best;
  }
}
