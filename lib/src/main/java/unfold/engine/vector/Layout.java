package unfold.engine.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import unfold.Check;
import unfold.cell.Expr;
import unfold.cell.Parameter;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;

/**
 * Where a network's numbers lie: parameters in theta, matrices as the products want them, and sums of gradients. A
 * dense map is one of K inputs to N outputs, as a readout and a projection are.
 */
final class Layout {

  /** A matrix of theta, or some of its columns, as an operand of products. */
  static final class Matrix {
    final int rows;
    final int columns;
    /** Where its first element lies in theta, and how far apart its rows are there. */
    final int theta;
    final int thetaStride;
    /** Where it begins packed for x W^T, and for d W. */
    final int forward;
    final int backward;
    /** Where the sum of its gradient begins: rows of padded columns, or the transpose, whichever is padded less. */
    final int sum;
    final boolean transposed;

    private Matrix(Layout layout, Kernels kernels, int rows, int columns, int theta, int thetaStride) {
      this.rows = rows;
      this.columns = columns;
      this.theta = theta;
      this.thetaStride = thetaStride;
      forward = layout.reservePacked(kernels.packedLength(columns, Kernels.padded(rows)));
      backward = layout.reservePacked(kernels.packedLength(rows, Kernels.padded(columns)));
      long plain = rows * (long) Kernels.padded(columns);
      long turned = columns * (long) Kernels.padded(rows);
      transposed = turned < plain;
      sum = layout.reserveSum(Math.min(plain, turned));
    }

    void packForward(Kernels kernels, double[] from, Object packed) {
      kernels.pack(from, theta, 1, thetaStride, columns, rows, packed, forward, columns, Kernels.padded(rows), 0, 0);
    }

    void packBackward(Kernels kernels, double[] from, Object packed) {
      kernels.pack(from, theta, thetaStride, 1, rows, columns, packed, backward, rows, Kernels.padded(columns), 0, 0);
    }

    /** Adds the sum over rows of derivative times operand: d has this matrix's rows in a row, x its columns. */
    void addGradient(Kernels kernels, int count, Object d, int dOffset, int dStride, Object x, int xOffset, int xStride,
        Object sums) {
      addGradient(kernels, 0, rows, count, d, dOffset, dStride, x, xOffset, xStride, sums);
    }

    /** Adds it for some of this matrix's rows only, the first a multiple of {@link Kernels#LANES}. */
    void addGradient(Kernels kernels, int from, int to, int count, Object d, int dOffset, int dStride, Object x,
        int xOffset, int xStride, Object sums) {
      if (transposed) {
        kernels.outer(count, columns, Kernels.padded(to - from), x, xOffset, xStride, d, dOffset + from, dStride, sums,
            sum + from, Kernels.padded(rows));
      } else {
        int width = Kernels.padded(columns);
        kernels.outer(count, to - from, width, d, dOffset + from, dStride, x, xOffset, xStride, sums, sum + from * width,
            width);
      }
    }

    void store(Kernels kernels, Object sums, double[] gradient) {
      if (transposed) {
        kernels.storeTransposed(sums, sum, Kernels.padded(rows), gradient, theta, thetaStride, rows, columns);
      } else {
        kernels.store(sums, sum, Kernels.padded(columns), gradient, theta, thetaStride, rows, columns);
      }
    }
  }

  /** A vector of theta, or the sum of several, and where it stands padded among the vectors and the sums. */
  static final class Vector {
    final int length;
    final int[] thetas;
    final int at;
    final int sum;

    private Vector(Layout layout, int length, int[] thetas) {
      this.length = length;
      this.thetas = thetas;
      at = layout.vectorLength;
      layout.vectorLength += Kernels.padded(length);
      sum = layout.reserveSum(Kernels.padded(length));
    }

    void load(Kernels kernels, double[] from, Object vectors, Object spare) {
      kernels.clear(vectors, at, length);
      for (int theta : thetas) {
        kernels.load(from, theta, length, spare, 0, length, 1, length);
        kernels.add(spare, 0, vectors, at, length);
      }
    }

    void store(Kernels kernels, Object sums, double[] gradient) {
      for (int theta : thetas) {
        kernels.store(sums, sum, length, gradient, theta, length, 1, length);
      }
    }
  }

  /** A layer's parameters, in the order of its plan. */
  static final class LayerParts {
    final CellPlan plan;
    final int units;
    final int inputs;
    final Matrix[] terms;
    final Vector[] biases;
    final Vector[] starts;
    final int[] forwardAt;
    final int[] backwardAt;

    private LayerParts(CellPlan plan, int units, int inputs, Matrix[] terms, Vector[] biases, Vector[] starts) {
      this.plan = plan;
      this.units = units;
      this.inputs = inputs;
      this.terms = terms;
      this.biases = biases;
      this.starts = starts;
      forwardAt = java.util.Arrays.stream(terms).mapToInt(t -> t.forward).toArray();
      backwardAt = java.util.Arrays.stream(terms).mapToInt(t -> t.backward).toArray();
    }
  }

  final List<LayerParts> layers = new ArrayList<>();
  /** The projection, or null; the embedding's rows are read from theta as they are. */
  final Matrix projection;
  final Vector projectionBias;
  final Block embedding;
  /** The readout, or null. */
  final Matrix readout;
  final Vector readoutBias;
  final List<Matrix> matrices = new ArrayList<>();
  final List<Vector> vectors = new ArrayList<>();
  private long packedLength;
  private long sumLength;
  private int vectorLength;

  Layout(Architecture a, List<CellPlan> plans, Kernels kernels) {
    Map<String, Block> blocks = new HashMap<>();
    a.blocks().forEach(b -> blocks.put(b.name(), b));
    embedding = blocks.get("embedding.W");
    Block projected = blocks.get("projection.W");
    projection = projected == null ? null : matrix(kernels, projected.rows(), projected.columns(), projected, 0);
    projectionBias = projected == null ? null : vector(List.of(blocks.get("projection.b")), projected.rows());
    for (int k = 0; k < a.layers().size(); k++) {
      CellPlan plan = plans.get(k);
      int units = a.layers().get(k).units();
      int inputs = a.inputsOf(k);
      String prefix = (k + 1) + ".";
      Matrix[] terms = new Matrix[plan.terms.size()];
      for (CellPlan.Term term : plan.terms) {
        int columns = term.operand.inputsWide ? inputs : units;
        terms[term.index] = matrix(kernels, units, columns, blocks.get(prefix + term.weight.name()),
            term.from.of(inputs, units));
      }
      Vector[] biases = new Vector[plan.slots.size()];
      for (int s = 0; s < biases.length; s++) {
        List<Block> own = new ArrayList<>();
        for (Parameter bias : plan.slots.get(s).biases) {
          own.add(blocks.get(prefix + bias.name()));
        }
        biases[s] = vector(own, units);
      }
      List<Expr> states = plan.cell.states();
      Vector[] starts = new Vector[states.size()];
      for (int s = 0; s < starts.length; s++) {
        Block start = blocks.get(prefix + states.get(s).name() + "_0");
        starts[s] = vector(start == null ? List.of() : List.of(start), units);
      }
      layers.add(new LayerParts(plan, units, inputs, terms, biases, starts));
    }
    if (a.readout() == null) {
      readout = null;
      readoutBias = null;
    } else {
      Block block = blocks.get(a.readout().tied() ? "embedding.W" : "readout.W");
      readout = matrix(kernels, block.rows(), block.columns(), block, 0);
      Block bias = blocks.get("readout.b");
      readoutBias = vector(bias == null ? List.of() : List.of(bias), a.outputs());
    }
    Check.that(packedLength < Integer.MAX_VALUE && sumLength < Integer.MAX_VALUE,
        "a network's matrices must fit one array of the vector engine, but they have %d elements", packedLength);
  }

  private Matrix matrix(Kernels kernels, int rows, int columns, Block block, int from) {
    Matrix matrix = new Matrix(this, kernels, rows, columns, block.offset() + from, block.columns());
    matrices.add(matrix);
    return matrix;
  }

  private Vector vector(List<Block> blocks, int length) {
    Vector vector = new Vector(this, length, blocks.stream().mapToInt(Block::offset).toArray());
    vectors.add(vector);
    return vector;
  }

  private int reservePacked(int length) {
    packedLength += length;
    return (int) (packedLength - length);
  }

  private int reserveSum(long length) {
    sumLength += length;
    return (int) (sumLength - length);
  }

  int packedLength() {
    return (int) packedLength;
  }

  int vectorLength() {
    return vectorLength;
  }

  int sumLength() {
    return (int) sumLength;
  }
}
