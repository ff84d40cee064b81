package unfold.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import unfold.Check;
import unfold.Seed;
import unfold.cell.Cell;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Architecture.Encoding;
import unfold.engine.Architecture.Layer;
import unfold.engine.Architecture.Readout;
import unfold.engine.Loss;

/**
 * A network with its parameters, all zero until they are set or initialised.
 *
 * <pre>{@code
 * Network gru = Network.inputs(2).layer(F1bCells.gru(), 1).build()
 *     .set("W_z", 0, 4.0)
 *     .set("W_s~", 1.0, 0);
 * }</pre>
 *
 * Parameters are named as in {@link Architecture#blocks()}; in a network of one layer the leading {@code 1.} may be left out.
 */
public final class Network {
  private final Architecture architecture;
  private final double[] theta;

  private Network(Architecture architecture, double[] theta) {
    this.architecture = architecture;
    this.theta = theta;
  }

  /** Begins the description of a network with I inputs. */
  public static Builder inputs(int inputs) {
    return new Builder(inputs);
  }

  /** Returns a network of an architecture, all parameters zero. */
  public static Network of(Architecture architecture) {
    return new Network(architecture, new double[architecture.parameterCount()]);
  }

  /** Returns a network of an architecture with a copy of the given parameters. */
  public static Network of(Architecture architecture, double[] theta) {
    return new Network(architecture, Check.shape("theta", theta, architecture.parameterCount()).clone());
  }

  /** Returns what the network is. */
  public Architecture architecture() {
    return architecture;
  }

  /** Returns the parameters themselves, in the order of {@link Architecture#blocks()}: training changes them in place. */
  public double[] theta() {
    return theta;
  }

  /** Returns an independent copy. */
  public Network copy() {
    return of(architecture, theta);
  }

  /**
   * Sets a matrix or vector, row by row.
   *
   * @throws IllegalArgumentException if there is no such parameter, or the count or a number does not fit
   */
  public Network set(String name, double... values) {
    Block block = block(name);
    Check.that(values.length == block.size(), "%s is %d x %d, so it takes %d numbers, but was given %d", name,
        block.rows(), block.columns(), block.size(), values.length);
    Check.finite(name, values);
    System.arraycopy(values, 0, theta, block.offset(), values.length);
    return this;
  }

  /** Returns a matrix or vector, row by row. */
  public double[] get(String name) {
    Block block = block(name);
    double[] values = new double[block.size()];
    System.arraycopy(theta, block.offset(), values, 0, values.length);
    return values;
  }

  private Block block(String name) {
    boolean full = architecture.layers().size() > 1 || name.startsWith("1.")
        || name.startsWith("readout.") || name.startsWith("projection.") || name.startsWith("embedding.");
    return architecture.block(full ? name : "1." + name);
  }

  /**
   * Draws all parameters anew. Each matrix has a random stream of its own name, so that adding a layer changes no other.
   */
  public Network initialize(Initializer initializer, Seed seed) {
    for (Block block : architecture.blocks()) {
      initializer.fill(block, architecture, theta, seed.stream("initialize " + block.name()));
    }
    return this;
  }

  /** Returns what it is made of and its number of parameters: {@code LSTM 153, readout 1: 96,238 parameters}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (architecture.embedded()) {
      parts.add("embedding " + architecture.encoding().width());
    }
    for (Layer layer : architecture.layers()) {
      parts.add(layer.cell().name() + " " + layer.units());
    }
    if (architecture.readout() != null) {
      parts.add((architecture.readout().tied() ? "tied readout " : "readout ") + architecture.outputs());
    }
    return String.join(", ", parts) + String.format(Locale.ROOT, ": %,d parameters", theta.length);
  }

  /** Describes a network from the input up. */
  public static final class Builder {
    private final int inputs;
    private final List<Layer> layers = new ArrayList<>();
    private boolean projected;
    private int embeddingWidth;
    private boolean learnedInitialState;
    private Readout readout;
    private Loss loss;

    private Builder(int inputs) {
      this.inputs = Check.atLeast("the number of inputs", inputs, 1);
    }

    /** Adds a layer of n units, fed with the output of the one before. */
    public Builder layer(Cell cell, int units) {
      layers.add(new Layer(cell, units));
      return this;
    }

    /** Adds layers of n units each. */
    public Builder layers(int depth, Cell cell, int units) {
      Check.atLeast("the depth", depth, 1);
      for (int k = 0; k < depth; k++) {
        layer(cell, units);
      }
      return this;
    }

    /** Lets the first layer see a linear projection of the input to its own width. */
    public Builder projected() {
      projected = true;
      return this;
    }

    /**
     * Lets the first layer see an embedding: the input of a step is one index in 0..I-1, and the layer sees
     * that row of the matrix {@code embedding.W}.
     *
     * @param width the number of the matrix's columns, at least 1
     */
    public Builder embedded(int width) {
      embeddingWidth = Check.atLeast("the embedding's width", width, 1);
      return this;
    }

    /** Starts every sequence from states that are parameters of the network, instead of from zero. */
    public Builder learnedInitialState() {
      learnedInitialState = true;
      return this;
    }

    /** Reads O outputs from the top layer: y = W h + b. */
    public Builder readout(int outputs) {
      return readout(Readout.linear(outputs));
    }

    /** Reads outputs from the top layer. */
    public Builder readout(Readout readout) {
      this.readout = readout;
      return this;
    }

    /** Says what training makes small. */
    public Builder loss(Loss loss) {
      this.loss = loss;
      return this;
    }

    /** Returns the description. */
    public Architecture architecture() {
      return new Architecture(inputs, encoding(), layers, readout, learnedInitialState, loss);
    }

    private Encoding encoding() {
      Check.that(!projected || embeddingWidth == 0,
          "a network has either a projection or an embedding, not both");
      if (embeddingWidth > 0) {
        return Encoding.embedding(embeddingWidth);
      }
      return projected && !layers.isEmpty() ? Encoding.projection(layers.get(0).units()) : null;
    }

    /** Returns the network, all parameters zero. */
    public Network build() {
      return of(architecture());
    }
  }
}
