package unfold.engine.vector;

import java.util.Arrays;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * The end of some sequences' way through a network: readout, loss, and the way back through the readout. It goes block by block of
 * rows, a row being one sequence at one step, so that many outputs need not all be there at once. Several threads take a block each;
 * what is summed over blocks is then summed in their order, each thread a part of the outputs.
 */
final class OutputPass {
  /** About how many outputs a block has. */
  private static final int OUTPUTS_AT_ONCE = 1 << 16;
  /** The least rows of a block, if there are as many: so many share each reading of the readout's matrix. */
  private static final int LEAST_ROWS = 64;

  /** The outputs of steps from .. to-1 and the derivatives by them. */
  private static final class Block {
    Object y;
    Object dy;
    int from;
    int to;
    double loss;
    /** The groups of outputs, each with a softmax and a class of its own; one a row, with its weight and class. */
    Object group;
    double[] groupShares = {};
    int[] groupClasses = {};
  }

  private final Architecture a;
  private final Layout layout;
  private final Kernels kernels;
  private final int outputs;
  private final int width;
  private final int topStride;
  private final Workers.Task forwardAndBack = this::forwardAndBack;
  private final Workers.Task addGradients = this::addGradients;

  private int steps;
  private int rows;
  private Weights weights;
  private Object top;
  private int topAt;
  private Object topGradient;
  private int capacity;
  private int blockCapacity;
  private Block[] blocks = {};
  private Object target;
  private double[] shares = {};
  private int[] classes = {};
  private int groups;
  /** The sums to add to, or null if no way back is wanted. */
  private Object sums;
  private int begun;
  /** How many outputs a thread adds up. */
  private int part;

  OutputPass(Architecture a, Layout layout, Kernels kernels) {
    this.a = a;
    this.layout = layout;
    this.kernels = kernels;
    outputs = a.outputs();
    width = Kernels.padded(outputs);
    topStride = Kernels.padded(a.inputsOf(a.layers().size()));
  }

  /**
   * Prepares for so many steps of so many sequences.
   *
   * @param top the top layer's output, which begins at topAt
   * @param topGradient receives the derivatives by it
   */
  void begin(Weights weights, int steps, int rows, Object top, int topAt, Object topGradient) {
    this.weights = weights;
    this.steps = steps;
    this.rows = rows;
    this.top = top;
    this.topAt = topAt;
    this.topGradient = topGradient;
    int all = steps * rows;
    if (all > capacity) {
      capacity = all;
      target = kernels.array(a.loss() == null || a.loss() == Loss.SOFTMAX_CROSS_ENTROPY ? 0 : all, width);
      shares = new double[all];
    }
    int blockRows = stepsAtOnce() * rows;
    if (blockRows > blockCapacity) {
      blockCapacity = blockRows;
      blocks = new Block[] {newBlock()};
    }
  }

  private Block newBlock() {
    Block block = new Block();
    block.y = kernels.array(blockCapacity, width);
    block.dy = kernels.array(blockCapacity, width);
    return block;
  }

  private int stepsAtOnce() {
    return Math.min(steps, Math.max(1, Math.max(LEAST_ROWS, OUTPUTS_AT_ONCE / width) / rows));
  }

  /** Computes the outputs of a block. */
  private void readout(Block block) {
    int count = (block.to - block.from) * rows;
    int first = topAt + block.from * rows * topStride;
    if (layout.readout == null) {
      System.arraycopy(top, first, block.y, 0, count * width);
      return;
    }
    kernels.repeat(weights.vectors, layout.readoutBias.at, width, block.y, 0, width, count);
    kernels.multiply(count, width, layout.readout.columns, top, first, topStride, weights.packed, layout.readout.forward,
        block.y, 0, width, true);
    if (a.readout().tanh()) {
      kernels.tanh(block.y, 0, count * width);
    }
  }

  /** Writes the outputs of all steps, the first of which is the batch's fromStep. */
  void outputs(double[] yTBO, int size, int first, int fromStep) {
    Block block = blocks[0];
    for (int from = 0; from < steps; from = block.to) {
      block.from = from;
      block.to = Math.min(steps, from + stepsAtOnce());
      readout(block);
      for (int t = from; t < block.to; t++) {
        kernels.store(block.y, (t - from) * rows * width, width, yTBO, ((fromStep + t) * size + first) * outputs, outputs,
            rows, outputs);
      }
    }
  }

  /**
   * Returns these sequences' part of the loss and, if there are sums to add to, begins the way back: the readout's gradient and the
   * derivatives by the top layer's output.
   *
   * @param total the sum of all weights of the batch
   * @param workers who share the blocks; no thread of theirs may be at work
   */
  double loss(Batch batch, int first, int fromStep, double total, Object sums, Workers workers) {
    take(batch, first, fromStep, total);
    this.sums = sums;
    double loss = 0;
    for (int from = 0; from < steps; ) {
      if (!weighs(from)) {
        if (sums != null) {
          kernels.clear(topGradient, from * rows * topStride, rows * topStride);
        }
        from++;
        continue;
      }
      from = gather(from, workers.threads());
      workers.run(begun, forwardAndBack);
      for (int b = 0; b < begun; b++) {
        loss += blocks[b].loss;
      }
      if (sums != null && layout.readout != null) {
        part = Kernels.padded((outputs + workers.threads() - 1) / workers.threads());
        workers.run((outputs + part - 1) / part, addGradients);
      }
    }
    return loss;
  }

  /** Begins as many blocks as there are threads, of steps that weigh, and returns the step after them. */
  private int gather(int from, int most) {
    int to = from;
    for (begun = 0; begun < most && to < steps && weighs(to); begun++) {
      if (begun == blocks.length) {
        blocks = Arrays.copyOf(blocks, begun + 1);
        blocks[begun] = newBlock();
      }
      Block block = blocks[begun];
      block.from = to;
      do {
        to++;
      } while (to < steps && to - block.from < stepsAtOnce() && weighs(to));
      block.to = to;
    }
    return to;
  }

  private void take(Batch batch, int first, int fromStep, double total) {
    double[] wTB = batch.wTB();
    groups = batch.groups();
    if (classes.length < steps * rows * groups) {
      classes = new int[capacity * groups];
    }
    for (int t = 0; t < steps; t++) {
      int at = (fromStep + t) * batch.size() + first;
      for (int r = 0; r < rows; r++) {
        shares[t * rows + r] = (wTB == null ? 1 : wTB[at + r]) / total;
      }
      if (!weighs(t)) {
        continue;
      }
      if (a.loss() == Loss.SOFTMAX_CROSS_ENTROPY) {
        System.arraycopy(batch.cTB(), at * groups, classes, t * rows * groups, rows * groups);
      } else {
        kernels.load(batch.yTBO(), at * outputs, outputs, target, t * rows * width, width, rows, outputs);
      }
    }
  }

  private boolean weighs(int t) {
    for (int r = t * rows; r < (t + 1) * rows; r++) {
      if (shares[r] > 0) {
        return true;
      }
    }
    return false;
  }

  private void forwardAndBack(int b, int worker) {
    Block block = blocks[b];
    readout(block);
    int count = (block.to - block.from) * rows;
    int at = block.from * rows;
    block.loss = outputLoss(block, at, count);
    if (sums == null) {
      return;
    }
    if (layout.readout == null) {
      System.arraycopy(block.dy, 0, topGradient, at * topStride, count * topStride);
      return;
    }
    if (a.readout().tanh()) {
      kernels.tanhGradient(block.y, 0, block.dy, 0, count * width);
    }
    kernels.multiply(count, topStride, outputs, block.dy, 0, width, weights.packed, layout.readout.backward, topGradient,
        at * topStride, topStride, false);
  }

  private double outputLoss(Block block, int at, int count) {
    return switch (a.loss()) {
      case SQUARED_ERROR -> kernels.squaredError(block.y, block.dy, 0, width, count, outputs, target, at * width, shares, at);
      case LOGISTIC -> kernels.logistic(block.y, block.dy, 0, width, count, outputs, target, at * width, shares, at);
      case SOFTMAX_CROSS_ENTROPY -> groups > 1 ? softmaxOfGroups(block, at, count)
          : kernels.softmaxCrossEntropy(block.y, block.dy, 0, width, count, outputs, classes, shares, at);
    };
  }

  /** Each group of a row's outputs is made a row of its own. */
  private double softmaxOfGroups(Block block, int at, int count) {
    int size = outputs / groups;
    int stride = Kernels.padded(size);
    int all = count * groups;
    if (block.groupShares.length < all) {
      block.group = kernels.array(all, stride);
      block.groupShares = new double[all];
      block.groupClasses = new int[all];
    }
    System.arraycopy(classes, at * groups, block.groupClasses, 0, all);
    for (int i = 0; i < all; i++) {
      block.groupShares[i] = shares[at + i / groups];
      System.arraycopy(block.y, i / groups * width + i % groups * size, block.group, i * stride, size);
    }
    double loss = kernels.softmaxCrossEntropy(block.group, block.group, 0, stride, all, size, block.groupClasses,
        block.groupShares, 0);
    for (int i = 0; i < all; i++) {
      System.arraycopy(block.group, i * stride, block.dy, i / groups * width + i % groups * size, size);
    }
    return loss;
  }

  /** Adds a part of the readout's gradient, block after block. */
  private void addGradients(int task, int worker) {
    int from = task * part;
    int to = Math.min(outputs, from + part);
    for (int b = 0; b < begun; b++) {
      Block block = blocks[b];
      int count = (block.to - block.from) * rows;
      layout.readout.addGradient(kernels, from, to, count, block.dy, 0, width, top, topAt + block.from * rows * topStride,
          topStride, sums);
      kernels.sumRows(block.dy, from, width, count, Kernels.padded(to - from), sums, layout.readoutBias.sum + from);
    }
  }
}
