package unfold.engine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import unfold.engine.Architecture;

/** A network with its parameters as arrays: initial states, layers, readout. Lives as long as one call. */
final class DjlNetwork {
  private final Architecture architecture;
  private final List<NDArray> values;
  private final int rowAxis;
  private final List<DjlLayer> layers = new ArrayList<>();
  private int used;
  private final NDArray projection;
  private final NDArray projectionBias;

  /**
   * @param values the arrays of {@link Architecture#blocks()}, R x rows x columns or rows x columns
   * @param rowAxis the axis of sequences
   */
  DjlNetwork(Architecture architecture, List<NDArray> values, int rowAxis) {
    this.architecture = architecture;
    this.values = values;
    this.rowAxis = rowAxis;
    projection = architecture.projected() ? next() : null;
    projectionBias = architecture.projected() ? next() : null;
    for (Architecture.Layer layer : architecture.layers()) {
      int first = used;
      used += layer.cell().parameters().size();
      List<NDArray> initial = new ArrayList<>();
      List<NDArray> own = values.subList(first, used);
      if (architecture.learnedInitialState()) {
        layer.cell().states().forEach(s -> initial.add(next()));
      }
      layers.add(new DjlLayer(layer.cell(), own, initial, layer.units(), rowAxis));
    }
  }

  private NDArray next() {
    return values.get(used++);
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
   * Runs T steps and returns the top layer's outputs; {@code states} is moved on to the last step's, and every step's
   * are added to {@code kept} unless it is null. Layer by layer, since all that a layer does with its input alone is
   * one product over all steps.
   */
  NDList unroll(int steps, NDArray x, List<List<NDArray>> states, NDList kept) {
    NDArray rows = projection == null ? x
        : x.matMul(DjlLayer.transposed(projection)).add(DjlLayer.transposed(projectionBias));
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

  /** All states of all layers in one array of width S. */
  NDArray sideBySide(List<List<NDArray>> states) {
    NDList all = new NDList();
    states.forEach(all::addAll);
    return DjlLayer.concat(all, rowAxis + 1);
  }

  NDArray readout(NDArray h) {
    Architecture.Readout readout = architecture.readout();
    if (readout == null) {
      return h;
    }
    int first = used;
    NDArray y = h.matMul(DjlLayer.transposed(values.get(first)));
    if (readout.bias()) {
      y = y.add(DjlLayer.transposed(values.get(first + 1)));
    }
    return readout.tanh() ? y.tanh() : y;
  }
}
