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
import unfold.Check;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;
import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.engine.Program;

/**
 * A network on PyTorch arrays. With R networks at once every array has a leading axis R; with one it has none, since
 * PyTorch's plain matrix product is faster than its batched one.
 */
final class DjlProgram implements Program {
  /** DJL: "currently, only one gradient collector may be open at a time", in the whole virtual machine. */
  private static final Object COLLECTOR = new Object();

  private final Architecture architecture;
  private final DataType type;
  private final NDManager manager;
  private final List<Block> blocks;
  private final long[] cuts;

  DjlProgram(Architecture architecture, DataType type, Device device) {
    this.architecture = architecture;
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
    Program.checkRun(architecture, theta, batch);
    try (NDManager call = manager.newSubManager()) {
      Replicas one = new Replicas(call, List.of(theta), batch.size()).bind();
      Unrolled unrolled = one.unroll(batch.steps(), one.join(List.of(batch.xTBI()), batch.steps()),
          one.start(batch.sBS() == null ? null : List.of(batch.sBS())), keepStates);
      double[] y = numbers(one.network.readout(DjlLayer.concat(unrolled.outputs, one.rowAxis())));
      double[] states = keepStates ? numbers(DjlLayer.concat(unrolled.states, one.rowAxis())) : null;
      return new Run(y, states, numbers(one.network.sideBySide(unrolled.last)));
    }
  }

  @Override
  public double loss(double[] theta, Batch batch) {
    Program.checkTraining(architecture, List.of(theta), List.of(batch), List.of(theta));
    try (NDManager call = manager.newSubManager()) {
      Replicas one = new Replicas(call, List.of(theta), batch.size()).bind();
      return numbers(one.losses(List.of(batch), one.forward(List.of(batch))))[0];
    }
  }

  @Override
  public List<Step> gradients(List<double[]> thetas, List<Batch> batches, List<double[]> gradients) {
    Program.checkTraining(architecture, thetas, batches, gradients);
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
        NDArray gradient = replicas.theta.getGradient();
        gradient.attach(call);
        double[] all = numbers(gradient);
        double[] last = numbers(replicas.network.sideBySide(unrolled.last));
        List<Step> steps = new ArrayList<>();
        for (int r = 0; r < thetas.size(); r++) {
          int count = thetas.get(r).length;
          System.arraycopy(all, r * count, gradients.get(r), 0, count);
          int width = last.length / thetas.size();
          steps.add(new Step(losses[r], Arrays.copyOfRange(last, r * width, (r + 1) * width)));
        }
        return steps;
      }
    }
  }

  @Override
  public void simulate(double[] theta, double[] s0BS, int steps, int size, Input input, Watch watch) {
    Check.atLeast("the number of steps", steps, 1);
    Check.atLeast("the number of sequences", size, 1);
    Check.shape("theta", theta, architecture.parameterCount());
    if (s0BS != null) {
      Check.shape("s0BS", s0BS, size, architecture.stateWidth());
    }
    double[] xBI = new double[size * architecture.inputs()];
    try (NDManager call = manager.newSubManager()) {
      Replicas one = new Replicas(call, List.of(theta), size).bind();
      List<List<NDArray>> states = one.start(s0BS == null ? null : List.of(s0BS));
      NDManager kept = call.newSubManager();
      for (int t = 1; t <= steps; t++) {
        input.fill(t, xBI);
        NDManager next = call.newSubManager();
        try (NDManager step = call.newSubManager()) {
          NDArray x = one.join(List.of(xBI), 1);
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
      return unroll(steps, join(batches.stream().map(Batch::xTBI).toList(), steps), start(given), false);
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
        List<double[]> classes = new ArrayList<>();
        for (Batch b : batches) {
          double[] all = Arrays.stream(b.cTB()).asDoubleStream().toArray();
          classes.add(rows(all, weighing, 1));
        }
        NDArray index = join(classes, weighing.length).toType(DataType.INT64, false);
        return y.logSoftmax(unitAxis).gather(index, unitAxis).neg();
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
