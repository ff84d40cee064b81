package unfold.engine.vector;

/** A network's parameters as the products want them. */
final class Weights {
  /** Parameters from which on packing them is worth waking another thread. */
  private static final int WORTH_A_THREAD = 100_000;

  private final Layout layout;
  private final Kernels kernels;
  private final Object spare;
  private final Workers.Task pack = this::pack;
  final Object packed;
  final Object vectors;
  double[] theta;

  Weights(Layout layout, Kernels kernels) {
    this.layout = layout;
    this.kernels = kernels;
    packed = kernels.array(layout.packedLength());
    vectors = kernels.array(layout.vectorLength());
    spare = kernels.array(layout.vectors.stream().mapToInt(v -> v.length).max().orElse(0));
  }

  /** Takes the numbers of theta, for gradients too if asked; no thread of the workers may be at work. */
  Weights set(double[] theta, boolean withBackward, Workers workers) {
    this.theta = theta;
    int ways = withBackward ? 2 : 1;
    (theta.length < WORTH_A_THREAD ? Workers.ALONE : workers).run(ways * layout.matrices.size(), pack);
    for (int i = 0; i < layout.vectors.size(); i++) {
      layout.vectors.get(i).load(kernels, theta, vectors, spare);
    }
    return this;
  }

  private void pack(int task, int worker) {
    int matrices = layout.matrices.size();
    Layout.Matrix matrix = layout.matrices.get(task % matrices);
    if (task < matrices) {
      matrix.packForward(kernels, theta, packed);
    } else {
      matrix.packBackward(kernels, theta, packed);
    }
  }
}
