package unfold.engine.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Batch;
import unfold.engine.Contract;
import unfold.engine.Loss;
import unfold.engine.Program;

/**
 * A network on PyTorch arrays. With R networks at once every array has a leading axis R; with one it has none, since
 * PyTorch's plain matrix product is faster than its batched one.
 */
final class DjlProgram implements Program {
  /** DJL: "currently, only one gradient collector may be open at a time", in the whole virtual machine. */
  private static final Object COLLECTOR = new Object();

  /** Numbers of the tiled states that one pass for Jacobians holds: a bound for memory. */
  private static final int TILED = 1 << 20;

  private final Architecture architecture;
  private final Contract contract;
  private final DataType type;
  private final NDManager manager;
  private final List<Block> blocks;
  private final long[] cuts;

  DjlProgram(Architecture architecture, DataType type, Device device) {
    this.architecture = architecture;
    contract = new Contract(architecture);
    this.type = type;
    manager = device == null ? NDManager.newBaseManager(null, "PyTorch")
        : NDManager.newBaseManager(device, "PyTorch");
    blocks = architecture.blocks();
    cuts = blocks.stream().skip(1).mapToLong(Block::offset).toArray();
  }

  @Override
  public Architecture architecture() {
    return architecture;
  }

  @Override
  public Run run(double[] theta, Batch batch, boolean keepStates) {
    contract.checkRun(theta, batch);
    try (NDManager call = manager.newSubManager()) {
      Replicas one = new Replicas(call, List.of(theta), batch.size()).bind();
      Unrolled unrolled = one.unroll(batch.steps(), one.inputs(List.of(batch)),
          one.start(batch.sBS() == null ? null : List.of(batch.sBS())), keepStates);
      double[] y = numbers(one.network.readout(DjlLayer.concat(unrolled.outputs, one.rowAxis())));
      double[] states = keepStates ? numbers(DjlLayer.concat(unrolled.states, one.rowAxis())) : null;
      return new Run(y, states, numbers(one.network.sideBySide(unrolled.last)));
    }
  }

  @Override
  public double loss(double[] theta, Batch batch, double[] finalBS) {
    contract.checkLoss(theta, batch, finalBS);
    try (NDManager call = manager.newSubManager()) {
      Replicas one = new Replicas(call, List.of(theta), batch.size()).bind();
      Unrolled unrolled = one.forward(List.of(batch));
      if (finalBS != null) {
        distribute(numbers(one.carried(batch, unrolled)), List.of(finalBS));
      }
      return numbers(one.losses(List.of(batch), unrolled))[0];
    }
  }

  @Override
  public double gradient(double[] theta, Batch batch, double[] gradient, double[] finalBS) {
    return gradients(List.of(theta), List.of(batch), List.of(gradient),
        finalBS == null ? null : List.of(finalBS))[0];
  }

  @Override
  public double[] gradients(List<double[]> thetas, List<Batch> batches, List<double[]> gradients,
      List<double[]> finals) {
    contract.checkGradients(thetas, batches, gradients, finals);
    synchronized (COLLECTOR) {
      try (NDManager call = manager.newSubManager()) {
        Replicas replicas = new Replicas(call, thetas, batches.get(0).size());
        replicas.theta.setRequiresGradient(true);
        double[] losses;
        Unrolled unrolled;
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          replicas.bind();
          unrolled = replicas.forward(batches);
          NDArray loss = replicas.losses(batches, unrolled);
          collector.backward(loss.sum());
          losses = numbers(loss);
        }
        distribute(numbers(gradientOf(replicas.theta, call)), gradients);
        if (finals != null) {
          distribute(numbers(replicas.carried(batches.get(0), unrolled)), finals);
        }
        return losses;
      }
    }
  }

  /** The gradient's manager would otherwise be the array's own, which outlives the call. */
  private static NDArray gradientOf(NDArray array, NDManager call) {
    NDArray gradient = array.getGradient();
    gradient.attach(call);
    return gradient;
  }

  private static void distribute(double[] all, List<double[]> parts) {
    int at = 0;
    for (double[] part : parts) {
      System.arraycopy(all, at, part, 0, part.length);
      at += part.length;
    }
  }

  @Override
  public double[] jacobian(double[] theta, Batch points) {
    contract.checkJacobian(theta, points);
    int width = architecture.stateWidth();
    int block = Math.max(1, TILED / (width * width));
    double[] jBSS = new double[Math.multiplyExact(points.size(), width * width)];
    for (int first = 0; first < points.size(); first += block) {
      int count = Math.min(block, points.size() - first);
      double[] rows = jacobianRows(theta, tiled(points, first, count, width));
      System.arraycopy(rows, 0, jBSS, first * width * width, rows.length);
    }
    return jBSS;
  }

  /**
   * Copy i of a point gives row i of its Jacobian, the gradient of component i alone: all by one backward
   * pass, since DJL allows no second one.
   */
  private double[] jacobianRows(double[] theta, Batch copies) {
    int width = architecture.stateWidth();
    synchronized (COLLECTOR) {
      try (NDManager call = manager.newSubManager()) {
        Replicas one = new Replicas(call, List.of(theta), copies.size()).bind();
        NDArray before = one.join(List.of(copies.sBS()), 1);
        before.setRequiresGradient(true);
        NDArray component = call.eye(width, width, 0, type).tile(new long[] {copies.size() / width, 1});
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          Unrolled step = one.unroll(1, one.inputs(List.of(copies)), one.network.start(before, null), false);
          NDArray sum = one.network.sideBySide(step.last).mul(component).sum();
          // Where no state depends on the one before, there would be nothing to go back to.
          collector.backward(sum.add(before.mul(0).sum()));
        }
        return numbers(gradientOf(before, call));
      }
    }
  }

  /** Some of the points, each as many times in a row as there are states. */
  private static Batch tiled(Batch points, int first, int count, int width) {
    int copies = count * width;
    double[] sBS = tiled(points.sBS(), first, count, width, points.size());
    if (points.iTB() != null) {
      int[] indices = IntStream.range(0, copies).map(i -> points.iTB()[first + i / width]).toArray();
      return Batch.of(1, copies, indices).from(sBS);
    }
    return Batch.of(1, copies, tiled(points.xTBI(), first, count, width, points.size())).from(sBS);
  }

  private static double[] tiled(double[] rows, int first, int count, int times, int size) {
    int width = rows.length / size;
    double[] tiled = new double[count * times * width];
    for (int i = 0; i < count * times; i++) {
      System.arraycopy(rows, (first + i / times) * width, tiled, i * width, width);
    }
    return tiled;
  }

  @Override
  public void simulate(double[] theta, double[] s0BS, int steps, int size, Input input, Watch watch) {
    contract.checkSimulation(theta, s0BS, steps, size);
    double[] xBI = new double[size * architecture.inputWidth()];
    try (NDManager call = manager.newSubManager()) {
      Replicas one = new Replicas(call, List.of(theta), size).bind();
      List<List<NDArray>> states = one.start(s0BS == null ? null : List.of(s0BS));
      NDManager kept = call.newSubManager();
      for (int t = 1; t <= steps; t++) {
        input.fill(t, 0, size, xBI);
        NDManager next = call.newSubManager();
        try (NDManager step = call.newSubManager()) {
          NDArray x = architecture.embedded() ? one.indices(xBI) : one.join(List.of(xBI), 1);
          x.attach(step);
          states = one.unroll(1, x, states, false).last;
          states.forEach(layer -> layer.forEach(s -> s.attach(next)));
        }
        kept.close();
        kept = next;
        List<List<NDArray>> now = states;
        Supplier<double[]> fetch = () -> numbers(one.network.sideBySide(now));
        watch.see(t, fetch);
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  NDManager manager() {
    return manager;
  }

  /** An array of all parts, one after the other. Plain loops: streams of doubles would cost more than a step. */
  private NDArray array(NDManager owner, List<double[]> parts, Shape shape) {
    int length = Math.toIntExact(shape.size());
    int at = 0;
    if (type == DataType.FLOAT64) {
      double[] all = new double[length];
      for (double[] part : parts) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      return owner.create(all, shape);
    }
    float[] all = new float[length];
    for (double[] part : parts) {
      for (double v : part) {
        all[at++] = (float) v;
      }
    }
    return owner.create(all, shape);
  }

  private static double[] numbers(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] floats = array.toFloatArray();
    double[] numbers = new double[floats.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = floats[i];
    }
    return numbers;
  }

  /** A network's run over T steps: the top layer's output and all states, a list entry a step. */
  private record Unrolled(NDList outputs, NDList states, List<List<NDArray>> last) {}

  /** The networks of one call: R parameter arrays and their sequences, B each. */
  private final class Replicas {
    private final NDManager call;
    private final int count;
    private final int size;
    private final NDArray theta;
    private DjlNetwork network;

    Replicas(NDManager call, List<double[]> thetas, int size) {
      this.call = call;
      count = thetas.size();
      this.size = size;
      theta = array(call, thetas, shape(architecture.parameterCount()));
    }

    /** Cuts theta into matrices: within the gradient collector if there is one, so that the cut is differentiated. */
    Replicas bind() {
      NDList cut = cuts.length == 0 ? new NDList(theta) : theta.split(cuts, rowAxis());
      List<NDArray> values = new ArrayList<>();
      for (int i = 0; i < blocks.size(); i++) {
        Block b = blocks.get(i);
        values.add(cut.get(i).reshape(shape(b.rows(), b.columns())));
      }
      network = new DjlNetwork(architecture, values, rowAxis());
      return this;
    }

    /** The axis of sequences, or of steps times sequences; the last axis is that of units. */
    int rowAxis() {
      return count == 1 ? 0 : 1;
    }

    private Shape shape(long... sizes) {
      return count == 1 ? new Shape(sizes) : new Shape(count).addAll(new Shape(sizes));
    }

    NDArray join(List<double[]> rows, int steps) {
      return array(call, rows, shape((long) steps * size, rows.get(0).length / (steps * size)));
    }

    List<List<NDArray>> start(List<double[]> given) {
      NDArray rows = given == null ? null : join(given, 1);
      return network.start(rows, call.zeros(shape(size, 1), type));
    }

    Unrolled forward(List<Batch> batches) {
      int steps = batches.get(0).steps();
      List<double[]> given = batches.get(0).sBS() == null ? null : batches.stream().map(Batch::sBS).toList();
      return unroll(steps, inputs(batches), start(given), batches.get(0).carriedStep() < steps);
    }

    /** The states from which the next batch goes on. */
    NDArray carried(Batch batch, Unrolled unrolled) {
      return batch.carriedStep() == batch.steps() ? network.sideBySide(unrolled.last)
          : unrolled.states.get(batch.carriedStep() - 1);
    }

    /** The inputs of all steps: rows of numbers, or indices of rows of the networks' embeddings. */
    NDArray inputs(List<Batch> batches) {
      if (!architecture.embedded()) {
        return join(batches.stream().map(Batch::xTBI).toList(), batches.get(0).steps());
      }
      int rows = batches.get(0).iTB().length;
      long[] indices = new long[count * rows];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = (long) (i / rows) * architecture.inputs() + batches.get(i / rows).iTB()[i % rows];
      }
      return call.create(indices, shape(rows));
    }

    /** Indices of one step of a simulation. */
    NDArray indices(double[] xBI) {
      return call.create(Arrays.stream(xBI).mapToLong(contract::index).toArray(), shape(xBI.length));
    }

    Unrolled unroll(int steps, NDArray x, List<List<NDArray>> states, boolean keepStates) {
      NDList kept = new NDList();
      NDList outputs = network.unroll(steps, x, states, keepStates ? kept : null);
      return new Unrolled(outputs, kept, states);
    }

    /** The loss of each network, R numbers. Only the steps that weigh anything reach the readout. */
    NDArray losses(List<Batch> batches, Unrolled unrolled) {
      int steps = batches.get(0).steps();
      List<double[]> weights = batches.stream().map(Program::weights).toList();
      int[] weighing = IntStream.range(0, steps).filter(t -> weighs(weights, t)).toArray();
      NDList outputs = new NDList();
      IntStream.of(weighing).forEach(t -> outputs.add(unrolled.outputs.get(t)));
      NDArray y = network.readout(DjlLayer.concat(outputs, rowAxis()));
      List<double[]> shares = new ArrayList<>();
      for (double[] w : weights) {
        double sum = Arrays.stream(w).sum();
        shares.add(Arrays.stream(rows(w, weighing, 1)).map(v -> v / sum).toArray());
      }
      NDArray share = join(shares, weighing.length);
      return pointwise(batches, y, weighing).mul(share).sum(new int[] {rowAxis(), rowAxis() + 1});
    }

    private boolean weighs(List<double[]> weights, int t) {
      for (double[] w : weights) {
        for (int i = t * size; i < (t + 1) * size; i++) {
          if (w[i] > 0) {
            return true;
          }
        }
      }
      return false;
    }

    /** The losses of each step and sequence, one column. */
    private NDArray pointwise(List<Batch> batches, NDArray y, int[] weighing) {
      int outputs = architecture.outputs();
      int unitAxis = rowAxis() + 1;
      if (architecture.loss() == Loss.SOFTMAX_CROSS_ENTROPY) {
        int groups = batches.get(0).groups();
        List<double[]> classes = new ArrayList<>();
        for (Batch b : batches) {
          double[] all = Arrays.stream(b.cTB()).asDoubleStream().toArray();
          classes.add(rows(all, weighing, groups));
        }
        long rows = (long) weighing.length * size;
        NDArray index = join(classes, weighing.length).toType(DataType.INT64, false)
            .reshape(shape(rows, groups, 1));
        NDArray perGroup = y.reshape(shape(rows, groups, outputs / groups)).logSoftmax(unitAxis + 1)
            .gather(index, unitAxis + 1).neg();
        return perGroup.reshape(shape(rows, groups)).sum(new int[] {unitAxis}, true);
      }
      List<double[]> targets = new ArrayList<>();
      batches.forEach(b -> targets.add(rows(b.yTBO(), weighing, outputs)));
      NDArray target = join(targets, weighing.length);
      NDArray each = architecture.loss() == Loss.SQUARED_ERROR ? y.sub(target).square()
          // log(1 + exp(-|y|)) + max(y, 0) - y target: neither overflows nor loses digits
          : y.abs().neg().exp().add(1).log().add(y.maximum(0)).sub(y.mul(target));
      return each.mean(new int[] {unitAxis}, true);
    }

    private double[] rows(double[] all, int[] steps, int width) {
      int row = size * width;
      double[] chosen = new double[steps.length * row];
      for (int i = 0; i < steps.length; i++) {
        System.arraycopy(all, steps[i] * row, chosen, i * row, row);
      }
      return chosen;
    }
  }
}
