package unfold.engine.vector;

/** A network's parameters as the products want them. */
final class Weights {
  private final Layout layout;
  private final Kernels kernels;
  private final Object spare;
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

  /** Takes the numbers of theta, for gradients too if asked. */
  Weights set(double[] theta, boolean withBackward) {
    this.theta = theta;
    for (int i = 0; i < layout.matrices.size(); i++) {
      layout.matrices.get(i).pack(kernels, theta, packed, withBackward);
    }
    for (int i = 0; i < layout.vectors.size(); i++) {
      layout.vectors.get(i).load(kernels, theta, vectors, spare);
    }
    return this;
  }
}
