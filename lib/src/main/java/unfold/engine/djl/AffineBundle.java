package unfold.engine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import unfold.cell.Expr;
import unfold.cell.Parameter;

/** Affine maps of the same operands, computed as one: their matrices are stacked, one product an operand. */
final class AffineBundle {
  private final List<Expr> maps;
  private final List<Expr> steadyOperands = new ArrayList<>();
  private final List<NDArray> steadyWeights = new ArrayList<>();
  private final List<Expr> recurrentOperands = new ArrayList<>();
  private final List<NDArray> recurrentWeights = new ArrayList<>();
  private final NDArray bias;
  private final int rowAxis;
  private NDList hoisted;
  private NDList gates;
  private int gatesAt = -1;

  AffineBundle(List<Expr> maps, Map<Parameter, NDArray> values, Set<Expr> recurrent, int rowAxis) {
    this.maps = maps;
    this.rowAxis = rowAxis;
    List<Expr> operands = maps.get(0).operands();
    for (int i = 0; i < operands.size(); i++) {
      NDList stacked = new NDList();
      for (Expr map : maps) {
        stacked.add(values.get(map.weights().get(i)));
      }
      boolean inLoop = recurrent.contains(operands.get(i));
      (inLoop ? recurrentOperands : steadyOperands).add(operands.get(i));
      (inLoop ? recurrentWeights : steadyWeights).add(DjlLayer.transposed(stack(stacked)));
    }
    if (maps.get(0).biases().isEmpty()) {
      bias = null;
    } else {
      NDList stacked = new NDList();
      for (Expr map : maps) {
        stacked.add(map.biases().stream().map(values::get).reduce(NDArray::add).orElseThrow());
      }
      bias = DjlLayer.transposed(stack(stacked));
    }
  }

  private NDArray stack(NDList parts) {
    return DjlLayer.concat(parts, rowAxis);
  }

  /** The value at all steps of a map that depends on the input alone. */
  NDArray steadyValue(Expr map, Map<Expr, NDArray> steady, NDArray rows) {
    NDArray all = steadySum(steady);
    if (all == null) {
      Shape one = rows.getShape();
      long[] shape = one.getShape().clone();
      shape[shape.length - 1] = 1;
      all = rows.getManager().zeros(new Shape(shape), rows.getDataType()).add(bias);
    }
    return cut(all).get(maps.indexOf(map));
  }

  private NDArray steadySum(Map<Expr, NDArray> steady) {
    NDArray sum = null;
    for (int i = 0; i < steadyOperands.size(); i++) {
      NDArray product = steady.get(steadyOperands.get(i)).matMul(steadyWeights.get(i));
      sum = sum == null ? product : sum.add(product);
    }
    return sum == null || bias == null ? sum : sum.add(bias);
  }

  /** Computes for all steps what the loop only has to add. */
  void hoist(int steps, Map<Expr, NDArray> steady) {
    gatesAt = -1;
    if (!recurrentOperands.isEmpty()) {
      NDArray sum = steadySum(steady);
      hoisted = sum == null ? null : steps == 1 ? new NDList(sum) : sum.split(steps, rowAxis);
    }
  }

  /** The value of a map at step t. */
  NDArray value(Expr map, int t, Map<Expr, NDArray> now) {
    if (gatesAt != t) {
      NDArray sum = hoisted != null ? hoisted.get(t) : bias;
      for (int i = 0; i < recurrentOperands.size(); i++) {
        NDArray product = now.get(recurrentOperands.get(i)).matMul(recurrentWeights.get(i));
        sum = sum == null ? product : product.add(sum);
      }
      gates = cut(sum);
      gatesAt = t;
    }
    return gates.get(maps.indexOf(map));
  }

  private NDList cut(NDArray stacked) {
    return maps.size() == 1 ? new NDList(stacked) : stacked.split(maps.size(), rowAxis + 1);
  }
}
