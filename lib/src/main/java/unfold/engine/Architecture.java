package unfold.engine;

import java.util.ArrayList;
import java.util.List;
import unfold.Check;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.Parameter;

/**
 * What a network is, without its numbers: layers of cells, each fed with the output of the one below, and a readout.
 *
 * @param inputs the number of inputs I, at least 1; with an embedding, the number of symbols
 * @param encoding what stands between the input and the first layer; null if that sees the input as it is
 * @param layers the cells from the input up, at least one
 * @param readout what makes outputs of the top layer's output; null if that is the output
 * @param learnedInitialState whether states start at parameters of the network instead of at zero; a state given in
 *     a batch overrides both
 * @param loss what training makes small; null for a network that is only run
 */
public record Architecture(int inputs, Encoding encoding, List<Layer> layers, Readout readout,
    boolean learnedInitialState, Loss loss) {

  /**
   * What the first layer sees instead of the input: its projection W x + b, or, where the input at a step is
   * one index in 0..I-1, that row of a matrix of I rows, without a bias.
   *
   * @param embedded whether it is an embedding of an index; else a projection
   * @param width the number of columns of the embedding's matrix, or of rows of the projection's; at least 1
   */
  public record Encoding(boolean embedded, int width) {
    /** Checks the arguments. */
    public Encoding {
      Check.atLeast("the encoding's width", width, 1);
    }

    /** Returns a projection W x + b to a width. */
    public static Encoding projection(int width) {
      return new Encoding(false, width);
    }

    /** Returns an embedding of a width. */
    public static Encoding embedding(int width) {
      return new Encoding(true, width);
    }
  }

  /**
   * A layer: a cell and its number of units n.
   *
   * @param cell the cell
   * @param units the number of units n, at least 1
   */
  public record Layer(Cell cell, int units) {
    /** Checks the arguments. */
    public Layer {
      Check.that(cell != null, "a layer must have a cell, but has none");
      Check.atLeast("the number of units", units, 1);
    }

    int outputWidth(int inputs) {
      return cell.output().width().of(inputs, units);
    }
  }

  /**
   * A readout y = f(W h + b) of the top layer's output h.
   *
   * @param outputs the number of outputs O, at least 1
   * @param bias whether it has the bias b
   * @param tanh whether f is tanh instead of the identity
   * @param tied whether W is the embedding's matrix, which then has a gradient from both of its uses: Press
   *     and Wolf, "Using the Output Embedding to Improve Language Models" (2017), section 2
   */
  public record Readout(int outputs, boolean bias, boolean tanh, boolean tied) {
    /** Checks the arguments. */
    public Readout {
      Check.atLeast("the number of outputs", outputs, 1);
    }

    /** Returns a readout W h + b, as logistic and softmax losses need. */
    public static Readout linear(int outputs) {
      return new Readout(outputs, true, false, false);
    }

    /** Returns a readout tanh(W h) without a bias, as the memory paper has it. */
    public static Readout tanh(int outputs) {
      return new Readout(outputs, false, true, false);
    }

    /** Returns a readout W h + b, W being the embedding's matrix: it has an output for each row. */
    public static Readout tied(int outputs) {
      return new Readout(outputs, true, false, true);
    }
  }

  /** Where a parameter stands in a network; initialisers go by it. */
  public enum Kind {
    /** A weight of what a layer is fed with. */
    INPUT,
    /** A weight of a layer's own state. */
    RECURRENT,
    /** A bias of a cell. */
    BIAS,
    /** A state at time 0. */
    INITIAL_STATE,
    /** The matrix of the projection of the input. */
    PROJECTION,
    /** The bias of the projection of the input. */
    PROJECTION_BIAS,
    /** The matrix of the embedding, one row an index; a tied readout's too. */
    EMBEDDING,
    /** The matrix of the readout. */
    READOUT,
    /** The bias of the readout. */
    READOUT_BIAS
  }

  /**
   * One matrix or vector of a network's parameters, which lie one after the other in one array, each row by row.
   *
   * @param name its name, as {@code 1.W_ch}, {@code 2.h_0} or {@code readout.W}: layers are counted from 1
   * @param kind where it stands
   * @param layer the layer's index from 0; the number of layers for the readout, -1 for the encoding
   * @param offset where it begins
   * @param rows the number of rows
   * @param columns the number of columns, 1 for a vector
   */
  public record Block(String name, Kind kind, int layer, int offset, int rows, int columns) {
    /** Returns how many numbers it holds. */
    public int size() {
      return rows * columns;
    }
  }

  /**
   * One state of one layer; all states of a sequence lie side by side in one row of width S.
   *
   * @param name its name, as {@code 1.h}
   * @param layer the layer's index from 0
   * @param state which of the cell's states it is
   * @param offset where it begins
   * @param width its width n
   */
  public record StateBlock(String name, int layer, Expr state, int offset, int width) {}

  /** Checks that all parts fit. */
  public Architecture {
    Check.atLeast("the number of inputs", inputs, 1);
    layers = List.copyOf(layers);
    Check.that(!layers.isEmpty(), "a network must have a layer, but has none");
    int width = encoding == null ? inputs : encoding.width();
    for (Layer layer : layers) {
      layer.cell().checkSizes(width, layer.units());
      width = layer.outputWidth(width);
    }
    Check.that(loss == null || loss == Loss.SQUARED_ERROR || readout != null && !readout.tanh(),
        "a network with the loss %s must have a linear readout", loss);
    if (readout != null && readout.tied()) {
      Check.that(encoding != null && encoding.embedded(),
          "a tied readout needs an embedding, but there is none");
      Check.that(readout.outputs() == inputs,
          "a tied readout must have an output for each of the embedding's %d rows, but has %d outputs",
          inputs, readout.outputs());
      Check.that(encoding.width() == width,
          "with a tied readout the embedding must be as wide as the top layer's output, %d, but is %d wide",
          width, encoding.width());
    }
  }

  /** Tells whether the input of a step is one index, of which the first layer sees a row of the embedding. */
  public boolean embedded() {
    return encoding != null && encoding.embedded();
  }

  /** Returns how many numbers the input of a step is given as: I, or 1 for an index. */
  public int inputWidth() {
    return embedded() ? 1 : inputs;
  }

  /** Returns how many inputs a layer has; the index after the last layer's gives the width that the readout sees. */
  public int inputsOf(int layer) {
    int width = encoding == null ? inputs : encoding.width();
    for (int k = 0; k < layer; k++) {
      width = layers.get(k).outputWidth(width);
    }
    return width;
  }

  /** Returns the number of outputs O. */
  public int outputs() {
    return readout != null ? readout.outputs() : inputsOf(layers.size());
  }

  /** Returns all parameters in their order: encoding, layers from the input up, readout. */
  public List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    if (embedded()) {
      add(blocks, "embedding.W", Kind.EMBEDDING, -1, inputs, encoding.width());
    } else if (encoding != null) {
      add(blocks, "projection.W", Kind.PROJECTION, -1, encoding.width(), inputs);
      add(blocks, "projection.b", Kind.PROJECTION_BIAS, -1, encoding.width(), 1);
    }
    for (int k = 0; k < layers.size(); k++) {
      Layer layer = layers.get(k);
      int width = inputsOf(k);
      String prefix = (k + 1) + ".";
      for (Parameter p : layer.cell().parameters()) {
        add(blocks, prefix + p.name(), Kind.valueOf(p.role().name()), k, p.rows().of(width, layer.units()),
            p.columnCount(width, layer.units()));
      }
      if (learnedInitialState) {
        for (Expr state : layer.cell().states()) {
          add(blocks, prefix + state.name() + "_0", Kind.INITIAL_STATE, k, layer.units(), 1);
        }
      }
    }
    if (readout != null) {
      if (!readout.tied()) {
        add(blocks, "readout.W", Kind.READOUT, layers.size(), readout.outputs(), inputsOf(layers.size()));
      }
      if (readout.bias()) {
        add(blocks, "readout.b", Kind.READOUT_BIAS, layers.size(), readout.outputs(), 1);
      }
    }
    return blocks;
  }

  private static void add(List<Block> blocks, String name, Kind kind, int layer, int rows, int columns) {
    int offset = blocks.isEmpty() ? 0
        : blocks.get(blocks.size() - 1).offset() + blocks.get(blocks.size() - 1).size();
    blocks.add(new Block(name, kind, layer, offset, rows, columns));
  }

  /**
   * Returns the parameter of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Block block(String name) {
    List<Block> blocks = blocks();
    return blocks.stream().filter(b -> b.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("a parameter's name must be one of "
            + blocks.stream().map(Block::name).toList() + ", but was '" + name + "'"));
  }

  /** Returns the number of all parameters, P. */
  public int parameterCount() {
    return blocks().stream().mapToInt(Block::size).reduce(0, Math::addExact);
  }

  /** Returns all states in their order: layers from the input up, in each the cell's states. */
  public List<StateBlock> stateBlocks() {
    List<StateBlock> blocks = new ArrayList<>();
    int offset = 0;
    for (int k = 0; k < layers.size(); k++) {
      for (Expr state : layers.get(k).cell().states()) {
        blocks.add(new StateBlock((k + 1) + "." + state.name(), k, state, offset, layers.get(k).units()));
        offset += layers.get(k).units();
      }
    }
    return blocks;
  }

  /** Returns in full what the network is: cells' equations, parameters with their shapes, loss. Equal texts, equal networks. */
  public String text() {
    StringBuilder text = new StringBuilder();
    layers.forEach(layer -> text.append(layer.cell().text()).append('\n'));
    blocks().forEach(b -> text.append(b.name()).append(' ').append(b.rows()).append('x').append(b.columns())
        .append('\n'));
    return text.append(loss).toString();
  }

  /** Returns the width S of all states side by side. */
  public int stateWidth() {
    return layers.stream().mapToInt(l -> l.cell().states().size() * l.units()).sum();
  }

  /** Returns the states at time 0 that the parameters say, S numbers: the learned ones, else zeros. */
  public double[] initialState(double[] theta) {
    double[] state = new double[stateWidth()];
    int at = 0;
    for (Block block : blocks()) {
      if (block.kind() == Kind.INITIAL_STATE) {
        System.arraycopy(theta, block.offset(), state, at, block.size());
        at += block.size();
      }
    }
    return state;
  }
}
