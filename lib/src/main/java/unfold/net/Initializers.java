package unfold.net;

import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Architecture.Kind;

/** How the papers and the libraries that they used start their networks. Initial states start at zero. */
public final class Initializers {
  private Initializers() {}

  /**
   * Returns PyTorch's defaults: all of a cell uniform in +-1 / sqrt(n), linear maps (readout and projection)
   * uniform in +-1 / sqrt(their number of inputs), which for the readout's bias too is +-1 / sqrt(n),
   * embeddings N(0, 1).
   */
  public static Initializer pytorch() {
    return Initializer.uniformByUnits()
        .but(Kind.READOUT, Initializer.uniformByFanIn())
        .but(Kind.EMBEDDING, Initializer.normal(1))
        .but(Kind.PROJECTION, Initializer.uniformByFanIn())
        .but(Kind.PROJECTION_BIAS, Initializer.each((block, architecture, random) ->
            (2 * random.nextDouble() - 1) / Math.sqrt(architecture.inputs())))
        .but(Kind.INITIAL_STATE, Initializer.constant(0));
  }

  /**
   * Returns the start of "An Investigation of Memory", section 3: W_in uniform in +-1 / sqrt(inputs), W and
   * W_out uniform in +-1 / sqrt(N).
   */
  public static Initializer memory() {
    return pytorch().but(Kind.INPUT, Initializer.uniformByFanIn());
  }

  /**
   * Returns the start of MCRM's programs for adding, copy and MNIST: PyTorch's, with readout weights N(0,
   * 0.01^2).
   */
  public static Initializer mcrm() {
    return pytorch().but(Kind.READOUT, Initializer.normal(0.01));
  }

  /**
   * Returns the start of MCRM's programs for Penn Treebank: PyTorch's, with embedding and readout uniform in
   * +-0.1 and the readout's bias zero.
   */
  public static Initializer mcrmPennTreebank() {
    return pytorch().but(Kind.EMBEDDING, Initializer.uniform(0.1)).but(Kind.READOUT, Initializer.uniform(0.1))
        .but(Kind.READOUT_BIAS, Initializer.constant(0));
  }

  /**
   * Returns the start of Le et al. (2015) for the IRNN: the identity for recurrent matrices, N(0, 0.001^2)
   * for the input's, biases zero; readout as PyTorch's.
   */
  public static Initializer irnn() {
    return pytorch().but(Kind.RECURRENT, Initializer.identity(1)).but(Kind.INPUT, Initializer.normal(0.001))
        .but(Kind.BIAS, Initializer.constant(0));
  }

  /**
   * Returns a start of "Capacity and Trainability", appendix A: square matrices and biases as given, other
   * matrices normal with a standard deviation of scale / sqrt(columns). The recurrent matrices are square,
   * and of a cell that needs as many inputs as units (+RNN) those of its input too. Initial states, which the
   * paper says nothing of, start at zero.
   *
   * @param square {@code Initializer.identity(1)}, {@code orthogonal(s)} or {@code normalByFanIn(s)}, s in
   *     the paper from 0.01 to 2
   * @param scale the scale of other matrices, in the paper from 0.001 to 2
   * @param bias {@code Initializer.constant(v)} or {@code normal(v)}, v in the paper from -2 to 2
   */
  public static Initializer capacity(Initializer square, double scale, Initializer bias) {
    Initializer other = Initializer.normalByFanIn(scale);
    Initializer matrices = (block, architecture, theta, random) ->
        (isSquare(block, architecture) ? square : other).fill(block, architecture, theta, random);
    return matrices.but(Kind.BIAS, bias).but(Kind.PROJECTION_BIAS, bias).but(Kind.READOUT_BIAS, bias)
        .but(Kind.INITIAL_STATE, Initializer.constant(0));
  }

  private static boolean isSquare(Block block, Architecture architecture) {
    return block.kind() == Kind.RECURRENT
        || block.kind() == Kind.INPUT && architecture.layers().get(block.layer()).cell().isSquare();
  }
}
