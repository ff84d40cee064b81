package unfold.engine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import unfold.engine.Architecture;

/** A network with its parameters as arrays: encoding, initial states, layers, readout. Lives for one call. */
final class DjlNetwork {
  private final Architecture architecture;
  private final int rowAxis;
  private final List<DjlLayer> layers = new ArrayList<>();
  /** The embedding's rows, those of several networks one below the other; else the projection's W^T. */
  private final NDArray encoding;
  private final NDArray encodingBias;
  private final NDArray readout;
  private final NDArray readoutBias;

  /**
   * @param values the arrays of {@link Architecture#blocks()}, R x rows x columns or rows x columns
   * @param rowAxis the axis of sequences
   */
  DjlNetwork(Architecture architecture, List<NDArray> values, int rowAxis) {
    this.architecture = architecture;
    this.rowAxis = rowAxis;
    Iterator<NDArray> next = values.iterator();
    boolean embedded = architecture.embedded();
    NDArray matrix = architecture.encoding() == null ? null : next.next();
    encoding = embedded ? matrix.reshape(new Shape(-1, architecture.encoding().width()))
        : matrix == null ? null : DjlLayer.transposed(matrix);
    encodingBias = embedded || matrix == null ? null : DjlLayer.transposed(next.next());
    for (Architecture.Layer layer : architecture.layers()) {
      List<NDArray> own = new ArrayList<>();
      layer.cell().parameters().forEach(p -> own.add(next.next()));
      List<NDArray> initial = new ArrayList<>();
      if (architecture.learnedInitialState()) {
        layer.cell().states().forEach(s -> initial.add(next.next()));
      }
      layers.add(new DjlLayer(layer.cell(), own, initial, layer.units(), rowAxis));
    }
    Architecture.Readout last = architecture.readout();
    readout = last == null ? null : DjlLayer.transposed(last.tied() ? matrix : next.next());
    readoutBias = last == null || !last.bias() ? null : DjlLayer.transposed(next.next());
  }

  /** The states at time 0: the given rows, else the learned, else zeros; {@code zeros} is B x 1. */
  List<List<NDArray>> start(NDArray given, NDArray zeros) {
    List<List<NDArray>> states = new ArrayList<>();
    NDList rows = given == null ? null : cut(given);
    int k = 0;
    for (DjlLayer layer : layers) {
      List<NDArray> own = new ArrayList<>();
      for (int s = 0; s < layer.cell().states().size(); s++) {
        own.add(rows != null ? rows.get(k++) : layer.initial(s, zeros));
      }
      states.add(own);
    }
    return states;
  }

  private NDList cut(NDArray given) {
    long[] cuts = architecture.stateBlocks().stream().skip(1).mapToLong(b -> b.offset()).toArray();
    return cuts.length == 0 ? new NDList(given) : given.split(cuts, rowAxis + 1);
  }

  /**
   * Runs T steps over inputs, or indices of the embedding's rows, and returns the top layer's outputs;
   * {@code states} is moved on to the last step's, and every step's are added to {@code kept} unless it is
   * null. Layer by layer, since all that a layer does with its input alone is one product over all steps.
   */
  NDList unroll(int steps, NDArray x, List<List<NDArray>> states, NDList kept) {
    NDArray rows = encoded(x);
    NDList outputs = null;
    List<List<List<NDArray>>> history = new ArrayList<>();
    for (int k = 0; k < layers.size(); k++) {
      List<List<NDArray>> steady = new ArrayList<>();
      outputs = layers.get(k).unroll(steps, rows, states.get(k), steady);
      states.set(k, steady.get(steps - 1));
      history.add(steady);
      if (k + 1 < layers.size()) {
        rows = DjlLayer.concat(outputs, rowAxis);
      }
    }
    for (int t = 0; kept != null && t < steps; t++) {
      List<List<NDArray>> now = new ArrayList<>();
      for (List<List<NDArray>> layer : history) {
        now.add(layer.get(t));
      }
      kept.add(sideBySide(now));
    }
    return outputs;
  }

  private NDArray encoded(NDArray x) {
    if (architecture.embedded()) {
      return Embedding.embedding(x, encoding, SparseFormat.DENSE).singletonOrThrow();
    }
    return encoding == null ? x : x.matMul(encoding).add(encodingBias);
  }

  /** All states of all layers in one array of width S. */
  NDArray sideBySide(List<List<NDArray>> states) {
    NDList all = new NDList();
    states.forEach(all::addAll);
    return DjlLayer.concat(all, rowAxis + 1);
  }

  NDArray readout(NDArray h) {
    if (readout == null) {
      return h;
    }
    NDArray y = h.matMul(readout);
    y = readoutBias == null ? y : y.add(readoutBias);
    return architecture.readout().tanh() ? y.tanh() : y;
  }
}
