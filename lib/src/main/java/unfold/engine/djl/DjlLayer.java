package unfold.engine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.Parameter;

/**
 * One layer's equations on arrays. What depends on the input alone is computed for all steps at once; affine maps of
 * the same operands, such as the gates of an LSTM, are one product.
 */
final class DjlLayer {
  private final Cell cell;
  private final List<NDArray> initial;
  private final int units;
  private final int rowAxis;
  private final Set<Expr> recurrent = new HashSet<>();
  private final Map<List<?>, AffineBundle> bundles = new LinkedHashMap<>();

  DjlLayer(Cell cell, List<NDArray> parameters, List<NDArray> initial, int units, int rowAxis) {
    this.cell = cell;
    this.initial = initial;
    this.units = units;
    this.rowAxis = rowAxis;
    for (Expr e : cell.nodes()) {
      if (e.op() == Expr.Op.STATE || e.operands().stream().anyMatch(recurrent::contains)) {
        recurrent.add(e);
      }
    }
    Map<Parameter, NDArray> values = new HashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      values.put(cell.parameters().get(i), parameters.get(i));
    }
    Map<List<?>, List<Expr>> alike = new LinkedHashMap<>();
    for (Expr e : cell.nodes()) {
      if (e.op() == Expr.Op.AFFINE) {
        alike.computeIfAbsent(key(e), k -> new ArrayList<>()).add(e);
      }
    }
    alike.forEach((key, maps) -> bundles.put(key, new AffineBundle(maps, values, recurrent, rowAxis)));
  }

  private static List<?> key(Expr affine) {
    return List.of(affine.operands(), affine.biases().isEmpty());
  }

  Cell cell() {
    return cell;
  }

  /** DJL's concat copies a single array without its gradient. */
  static NDArray concat(NDList parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, axis);
  }

  static NDArray transposed(NDArray matrix) {
    int last = matrix.getShape().dimension() - 1;
    return matrix.swapAxes(last - 1, last);
  }

  /** State s at time 0, B x n; {@code zeros} is B x 1. */
  NDArray initial(int s, NDArray zeros) {
    return initial.isEmpty() ? zeros.repeat(rowAxis + 1, units) : zeros.add(transposed(initial.get(s)));
  }

  /** Runs T steps over rows of steps times sequences; returns the outputs and adds each step's states to history. */
  NDList unroll(int steps, NDArray rows, List<NDArray> start, List<List<NDArray>> history) {
    Map<Expr, NDArray> steady = new HashMap<>();
    Map<Expr, NDList> steadyAt = new LinkedHashMap<>();
    for (Expr e : cell.nodes()) {
      if (!recurrent.contains(e) && !e.isConstant()) {
        NDArray all = e.op() == Expr.Op.INPUT ? rows
            : e.op() == Expr.Op.AFFINE ? bundles.get(key(e)).steadyValue(e, steady, rows) : value(e, steady);
        steady.put(e, all);
        if (seenInTheLoop(e)) {
          steadyAt.put(e, split(all, steps));
        }
      }
    }
    bundles.values().forEach(bundle -> bundle.hoist(steps, steady));
    List<NDArray> states = start;
    NDList outputs = new NDList();
    for (int t = 0; t < steps; t++) {
      Map<Expr, NDArray> now = new HashMap<>();
      for (Map.Entry<Expr, NDList> e : steadyAt.entrySet()) {
        now.put(e.getKey(), e.getValue().get(t));
      }
      for (int s = 0; s < states.size(); s++) {
        now.put(cell.states().get(s), states.get(s));
      }
      for (Expr e : cell.nodes()) {
        if (recurrent.contains(e) && e.op() != Expr.Op.STATE) {
          now.put(e, e.op() == Expr.Op.AFFINE ? bundles.get(key(e)).value(e, t, now) : value(e, now));
        }
      }
      states = new ArrayList<>();
      for (Expr state : cell.states()) {
        states.add(now.get(cell.next(state)));
      }
      history.add(states);
      outputs.add(now.get(cell.output()));
    }
    return outputs;
  }

  private boolean seenInTheLoop(Expr steady) {
    return steady == cell.output() || cell.states().stream().anyMatch(s -> cell.next(s) == steady)
        || cell.nodes().stream().anyMatch(e -> recurrent.contains(e) && e.op() != Expr.Op.AFFINE
            && e.operands().contains(steady));
  }

  private NDList split(NDArray all, int steps) {
    return steps == 1 ? new NDList(all) : all.split(steps, rowAxis);
  }

  private static NDArray value(Expr e, Map<Expr, NDArray> at) {
    List<Expr> a = e.operands();
    NDArray first = at.get(a.get(0));
    switch (e.op()) {
      case LET: return first;
      case SIGMOID: return first.getNDArrayInternal().sigmoid();
      case TANH: return first.tanh();
      case RELU: return first.getNDArrayInternal().relu();
      case CLAMP: return first.clip(-1, 1);
      case COMPLEMENT: return first.neg().add(1);
      case CONCATENATE: {
        NDList parts = new NDList();
        a.forEach(operand -> parts.add(at.get(operand)));
        return concat(parts, first.getShape().dimension() - 1);
      }
      default: return binary(e, first, at.get(a.get(1)));
    }
  }

  /** An operand that is a constant has no array. */
  private static NDArray binary(Expr e, NDArray first, NDArray second) {
    Expr a = e.operands().get(0);
    Expr b = e.operands().get(1);
    switch (e.op()) {
      case ADD: return a.isConstant() ? second.add(a.number()) : b.isConstant() ? first.add(b.number())
          : first.add(second);
      case SUBTRACT: return a.isConstant() ? second.neg().add(a.number())
          : b.isConstant() ? first.sub(b.number()) : first.sub(second);
      case MULTIPLY: return a.isConstant() ? second.mul(a.number()) : b.isConstant() ? first.mul(b.number())
          : first.mul(second);
      default: throw new AssertionError(e.op());
    }
  }
}
