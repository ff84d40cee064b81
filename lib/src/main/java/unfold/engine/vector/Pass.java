package unfold.engine.vector;

import java.util.List;
import unfold.Check;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Contract;
import unfold.engine.vector.CellPlan.Part;
import unfold.engine.vector.CellPlan.Slot;
import unfold.engine.vector.CellPlan.Term;
import unfold.engine.vector.Layout.LayerParts;
import unfold.engine.vector.Plane.Kind;

/**
 * Some sequences' way through a network, forward and back: the arrays for it and the order of the steps. One belongs to one
 * thread at a time and is used again and again; its arrays only grow.
 */
final class Pass {
  /** About how many rows of a layer are worked on together, before or after their steps: they stay in the second cache. */
  private static final int ROWS_AT_ONCE = 256;

  /** A layer's kernel with its planes. */
  private final class LayerPass {
    final LayerParts parts;
    final CellKernel kernel;
    // Arrays, since an iterator over a list would be an object in every training step.
    final Plane[] states;
    final Part[] output;
    final Slot[] slots;
    final Term[] terms;
    final Object[] planes;
    final int units;
    final int inputs;

    LayerPass(LayerParts parts, CellKernel kernel) {
      this.parts = parts;
      this.kernel = kernel;
      states = parts.plan.states.toArray(Plane[]::new);
      output = parts.plan.output.toArray(Part[]::new);
      slots = parts.plan.slots.toArray(Slot[]::new);
      terms = parts.plan.terms.toArray(Term[]::new);
      planes = new Object[parts.plan.planes.size()];
      units = Kernels.padded(parts.units);
      inputs = Kernels.padded(parts.inputs);
    }

    Object plane(Plane plane) {
      return planes[plane.index];
    }

    int width(Plane plane) {
      return plane.inputsWide ? inputs : units;
    }

    int trueWidth(Plane plane) {
      return plane.inputsWide ? parts.inputs : parts.units;
    }
  }

  private final Architecture a;
  private final Layout layout;
  private final Kernels kernels;
  private final LayerPass[] layers;
  private final OutputPass outputs;
  private final int stateWidth;
  /** The stride of the top layer's output. */
  private final int topStride;
  /** The sequences and the steps times sequences, start included, that the arrays have room for. */
  private int rowCapacity;
  private int capacity;
  private int steps;
  private int rows;
  private Weights weights;

  /** The raw input, for a projection. */
  private Object raw;
  /** The top layer's output side by side, where it has several parts; and the derivative by it. */
  private Object joined;
  private Object joinedGradient;

  Pass(Architecture a, Layout layout, Kernels kernels, List<CellKernel> cells) {
    this.a = a;
    this.layout = layout;
    this.kernels = kernels;
    layers = new LayerPass[cells.size()];
    for (int k = 0; k < layers.length; k++) {
      layers[k] = new LayerPass(layout.layers.get(k), cells.get(k));
    }
    stateWidth = a.stateWidth();
    topStride = Kernels.padded(a.inputsOf(layers.length));
    outputs = new OutputPass(a, layout, kernels);
  }

  /** Prepares for so many steps of so many sequences. */
  Pass begin(Weights weights, int steps, int rows) {
    if (rows > rowCapacity || (steps + 1L) * rows > capacity) {
      allocate(Math.max(rows, rowCapacity), Math.max((steps + 1L) * rows, capacity));
    }
    this.steps = steps;
    this.rows = rows;
    this.weights = weights;
    for (LayerPass layer : layers) {
      layer.kernel.sequences = rows;
      layer.kernel.use(weights.packed, layer.parts.forwardAt, layer.parts.backwardAt);
    }
    outputs.begin(weights, steps, rows, topOutput(), topOffset(), topGradient());
    return this;
  }

  private void allocate(int rows, long all) {
    Check.that(all < Integer.MAX_VALUE, "steps times sequences must be below 2^31, but are %d", all);
    rowCapacity = rows;
    capacity = (int) all;
    for (int k = 0; k < layers.length; k++) {
      LayerPass layer = layers[k];
      List<Plane> planes = layer.parts.plan.planes;
      for (int p = 0; p < planes.size(); p++) {
        Plane plane = planes.get(p);
        layer.planes[p] = kernels.array(plane.oneStep() ? rows : all, layer.width(plane));
      }
      boolean single = k > 0 && layers[k - 1].output.length == 1;
      if (single) {
        // What a layer passes down is what comes to the one below.
        Plane below = layers[k - 1].output[0].gradient;
        layers[k - 1].planes[below.index] = layer.plane(layer.parts.plan.inputGradient);
      }
    }
    for (LayerPass layer : layers) {
      layer.kernel.bind(layer.parts.plan, layer.planes, kernels, layer.parts.units, layer.parts.inputs, rows);
    }
    raw = kernels.array(layout.projection == null ? 0 : all, Kernels.padded(a.inputs()));
    int width = top().output.length == 1 ? 0 : Kernels.padded(a.inputsOf(layers.length));
    joined = kernels.array(all, width);
    joinedGradient = kernels.array(all, width);
  }

  /** Bounds of a block of steps, on which the sums' order depends. */
  private int stepsAtOnce() {
    return Math.max(1, ROWS_AT_ONCE / rows);
  }

  private LayerPass top() {
    return layers[layers.length - 1];
  }

  // ---- Forward ----

  /** Takes the inputs of sequences first, first + 1, ... of a batch, from a step on. */
  void input(Batch batch, int first, int fromStep) {
    Object to = layout.projection != null ? raw : layers[0].plane(layers[0].parts.plan.input);
    for (int t = 0; t < steps; t++) {
      int at = (fromStep + t) * batch.size() + first;
      if (layout.embedding == null) {
        int width = Kernels.padded(a.inputs());
        kernels.load(batch.xTBI(), at * a.inputs(), a.inputs(), to, t * rows * width, width, rows, a.inputs());
      } else {
        for (int r = 0; r < rows; r++) {
          embed(batch.iTB()[at + r], t * rows + r);
        }
      }
    }
  }

  /** Takes one step's inputs as a simulation gives them. */
  void input(double[] xBI, Contract contract) {
    if (layout.embedding != null) {
      for (int r = 0; r < rows; r++) {
        embed(contract.index(xBI[r]), r);
      }
      return;
    }
    int width = Kernels.padded(a.inputs());
    kernels.load(xBI, 0, a.inputs(), layout.projection != null ? raw : layers[0].plane(layers[0].parts.plan.input), 0,
        width, rows, a.inputs());
  }

  private void embed(int index, int row) {
    int width = layout.embedding.columns();
    kernels.load(weights.theta, layout.embedding.offset() + index * width, width,
        layers[0].plane(layers[0].parts.plan.input), row * layers[0].inputs, width, 1, width);
  }

  /** Sets the states at time 0 to the network's own. */
  void start() {
    for (LayerPass layer : layers) {
      layer.kernel.fromZero = !a.learnedInitialState();
      for (int s = 0; s < layer.parts.starts.length; s++) {
        kernels.repeat(weights.vectors, layer.parts.starts[s].at, layer.units,
            layer.plane(layer.states[s]), 0, layer.units, rows);
      }
    }
  }

  /** Sets the states at time 0 to those of sequences first, first + 1, ... */
  void start(double[] sBS, int first) {
    int at = first * stateWidth;
    for (LayerPass layer : layers) {
      layer.kernel.fromZero = false;
      for (Plane state : layer.states) {
        kernels.load(sBS, at, stateWidth, layer.plane(state), 0, layer.units, rows, layer.parts.units);
        at += layer.parts.units;
      }
    }
  }

  /** Sets the states at time 0 to one sequence's, for all rows. */
  void startAll(double[] sBS, int sequence) {
    for (int r = 0; r < rows; r++) {
      int at = sequence * stateWidth;
      for (LayerPass layer : layers) {
        layer.kernel.fromZero = false;
        for (Plane state : layer.states) {
          kernels.load(sBS, at, stateWidth, layer.plane(state), r * layer.units, layer.units, 1, layer.parts.units);
          at += layer.parts.units;
        }
      }
    }
  }

  /** Runs all steps. */
  void forward() {
    int all = steps * rows;
    if (layout.projection != null) {
      int width = Kernels.padded(a.inputs());
      Object to = layers[0].plane(layers[0].parts.plan.input);
      kernels.repeat(weights.vectors, layout.projectionBias.at, layers[0].inputs, to, 0, layers[0].inputs, all);
      kernels.multiply(all, layers[0].inputs, a.inputs(), raw, 0, width, weights.packed, layout.projection.forward, to,
          0, layers[0].inputs, true);
    }
    for (int k = 0; k < layers.length; k++) {
      LayerPass layer = layers[k];
      for (int from = 0; from < steps; from += stepsAtOnce()) {
        int to = Math.min(steps, from + stepsAtOnce());
        int count = (to - from) * rows;
        for (int s = 0; s < layer.slots.length; s++) {
          kernels.repeat(weights.vectors, layer.parts.biases[s].at, layer.units, layer.plane(layer.slots[s].plane),
              from * rows * layer.units, layer.units, count);
        }
        layer.kernel.before(from * rows, count);
        for (int t = from; t < to; t++) {
          layer.kernel.forward(t * rows);
        }
      }
      if (k + 1 < layers.length) {
        join(layer, layers[k + 1].plane(layers[k + 1].parts.plan.input), layers[k + 1].inputs);
      } else if (layer.output.length > 1) {
        join(layer, joined, Kernels.padded(a.inputsOf(layers.length)));
      }
    }
  }

  /** Copies a layer's output, its parts side by side. */
  private void join(LayerPass layer, Object to, int stride) {
    int at = 0;
    for (Part part : layer.output) {
      int width = layer.width(part.plane);
      Object from = layer.plane(part.plane);
      int offset = part.next ? rows * width : 0;
      if (layer.output.length == 1) {
        System.arraycopy(from, offset, to, 0, steps * rows * width);
        return;
      }
      for (int r = 0; r < steps * rows; r++) {
        System.arraycopy(from, offset + r * width, to, r * stride + at, layer.trueWidth(part.plane));
      }
      at += layer.trueWidth(part.plane);
    }
  }

  /** The top layer's output: its array, where that begins, and its rows' stride. */
  private Object topOutput() {
    Part[] parts = top().output;
    return parts.length > 1 ? joined : top().plane(parts[0].plane);
  }

  private int topOffset() {
    Part[] parts = top().output;
    return parts.length == 1 && parts[0].next ? rows * top().units : 0;
  }

  private Object topGradient() {
    Part[] parts = top().output;
    return parts.length > 1 ? joinedGradient : top().plane(parts[0].gradient);
  }

  /** The end of these sequences' way, once they have been run forward. */
  OutputPass outputs() {
    return outputs;
  }

  /** Writes all states after step t = 0 (the start), 1, ... */
  void states(int t, double[] to, int offset) {
    int at = offset;
    for (LayerPass layer : layers) {
      for (Plane state : layer.states) {
        kernels.store(layer.plane(state), t * rows * layer.units, layer.units, to, at, stateWidth, rows,
            layer.parts.units);
        at += layer.parts.units;
      }
    }
  }

  /** Makes the states after the last step those at time 0. */
  void carry() {
    for (LayerPass layer : layers) {
      layer.kernel.fromZero = false;
      for (int s = 0; s < layer.states.length; s++) {
        Object state = layer.plane(layer.states[s]);
        System.arraycopy(state, steps * rows * layer.units, state, 0, rows * layer.units);
      }
    }
  }

  // ---- Backward ----

  /** Sets the derivatives by the states after the last step to zero. */
  void endAtZero() {
    for (LayerPass layer : layers) {
      for (int s = 0; s < layer.states.length; s++) {
        kernels.clear(layer.kernel.stateGradient(s), 0, rows * layer.units);
      }
    }
  }

  /**
   * Runs all steps back and adds the gradients of all parameters to the sums, if there are any.
   *
   * @param startWanted whether the derivatives by the states at time 0 are asked for
   */
  void backward(Object sums, boolean startWanted) {
    int all = steps * rows;
    for (int k = layers.length - 1; k >= 0; k--) {
      LayerPass layer = layers[k];
      layer.kernel.startWanted = startWanted;
      if (layer.output.length > 1) {
        LayerPass above = k + 1 < layers.length ? layers[k + 1] : null;
        split(layer, above == null ? joinedGradient : above.plane(above.parts.plan.inputGradient),
            above == null ? topStride : above.inputs);
      }
      for (int to = steps; to > 0; to -= stepsAtOnce()) {
        int from = Math.max(0, to - stepsAtOnce());
        for (int t = to - 1; t >= from; t--) {
          layer.kernel.backward(t * rows);
        }
        layer.kernel.after(from * rows, (to - from) * rows, k > 0 || a.encoding() != null);
        if (sums != null) {
          addGradients(layer, from * rows, (to - from) * rows, sums);
        }
      }
      for (int s = 0; sums != null && startWanted && s < layer.states.length; s++) {
        kernels.sumRows(layer.kernel.stateGradient(s), 0, layer.units, rows, layer.units, sums,
            layer.parts.starts[s].sum);
      }
    }
    if (sums != null && layout.projection != null) {
      Object by = layers[0].plane(layers[0].parts.plan.inputGradient);
      layout.projection.addGradient(kernels, all, by, 0, layers[0].inputs, raw, 0, Kernels.padded(a.inputs()), sums);
      kernels.sumRows(by, 0, layers[0].inputs, all, layers[0].inputs, sums, layout.projectionBias.sum);
    }
  }

  /** Cuts the derivatives by an output into its parts. */
  private void split(LayerPass layer, Object from, int stride) {
    int at = 0;
    for (Part part : layer.output) {
      int width = layer.width(part.plane);
      Object to = layer.plane(part.gradient);
      for (int r = 0; r < steps * rows; r++) {
        System.arraycopy(from, r * stride + at, to, r * width, layer.trueWidth(part.plane));
      }
      at += layer.trueWidth(part.plane);
    }
  }

  private void addGradients(LayerPass layer, int row, int count, Object sums) {
    LayerParts parts = layer.parts;
    int units = layer.units;
    for (int i = 0; i < layer.terms.length; i++) {
      Plane operand = layer.terms[i].operand;
      int width = layer.width(operand);
      boolean zero = row == 0 && operand.kind == Kind.STATE && layer.kernel.fromZero;
      int first = zero ? rows : row;
      parts.terms[i].addGradient(kernels, row + count - first, layer.plane(layer.terms[i].slot.gradient), first * units,
          units, layer.plane(operand), first * width, width, sums);
    }
    for (int s = 0; s < layer.slots.length; s++) {
      kernels.sumRows(layer.plane(layer.slots[s].gradient), row * units, units, count, units, sums, parts.biases[s].sum);
    }
  }

  /** Adds the derivatives by the embedding's rows, sequence by sequence of each step, to the gradient itself. */
  void addEmbedding(Batch batch, int first, double[] gradient) {
    Object by = layers[0].plane(layers[0].parts.plan.inputGradient);
    int width = layout.embedding.columns();
    for (int t = 0; t < steps; t++) {
      for (int r = 0; r < rows; r++) {
        int index = batch.iTB()[t * batch.size() + first + r];
        kernels.addTo(by, (t * rows + r) * layers[0].inputs, gradient, layout.embedding.offset() + index * width,
            width);
      }
    }
  }

  /** Makes row i the derivative by state i after the last step, for the rows of a Jacobian. */
  void endAtUnits(double[] identity) {
    int at = 0;
    for (LayerPass layer : layers) {
      for (int s = 0; s < layer.states.length; s++) {
        kernels.load(identity, at, stateWidth, layer.kernel.stateGradient(s), 0, layer.units, rows, layer.parts.units);
        at += layer.parts.units;
      }
    }
  }

  /** Sets the derivatives by the outputs of all steps to zero. */
  void clearOutputGradient() {
    kernels.clear(topGradient(), 0, steps * rows * topStride);
  }

  /** Writes the derivatives by the states at time 0, one row after the other. */
  void stateGradients(double[] to, int offset) {
    int at = offset;
    for (LayerPass layer : layers) {
      for (int s = 0; s < layer.states.length; s++) {
        kernels.store(layer.kernel.stateGradient(s), 0, layer.units, to, at, stateWidth, rows, layer.parts.units);
        at += layer.parts.units;
      }
    }
  }
}
