package unfold.engine.vector;

import java.util.Arrays;
import java.util.function.Supplier;
import unfold.engine.Architecture;
import unfold.engine.Batch;

/**
 * Takes the gradient of one network's loss: its sequences are cut into chunks whose size the batch alone decides, each chunk has
 * sums of its own, and these are added in order, so that the number of threads changes no bit. Of a single chunk the threads share
 * the readout.
 */
final class GradientRun implements Workers.Task {
  private final int stateWidth;
  private final boolean learnsStart;
  private final Layout layout;
  private final Kernels kernels;
  private final Workers workers;
  private final Supplier<Pass> newPass;
  private final Weights weights;
  private Pass[] passes = {};
  private Object[] sums = {};
  private double[] losses = {};

  private Batch batch;
  private double[] finalBS;
  private double total;
  private int chunkRows;
  private int chunks;

  GradientRun(Architecture a, Layout layout, Kernels kernels, Workers workers, Supplier<Pass> newPass) {
    stateWidth = a.stateWidth();
    learnsStart = a.learnedInitialState();
    this.layout = layout;
    this.kernels = kernels;
    this.workers = workers;
    this.newPass = newPass;
    weights = new Weights(layout, kernels);
  }

  /** The sequences of a chunk: 16 of 17 to 32, else 32, but no more than eight chunks. */
  static int chunkRows(int size) {
    return size <= 16 ? size : size <= 32 ? 16 : Math.max(32, Kernels.padded((size + 7) / 8));
  }

  double gradient(double[] theta, Batch batch, double[] gradient, double[] finalBS) {
    this.batch = batch;
    this.finalBS = finalBS;
    total = totalWeight(batch);
    chunkRows = chunkRows(batch.size());
    chunks = (batch.size() + chunkRows - 1) / chunkRows;
    reserve();
    weights.set(theta, true, workers);
    workers.run(chunks, this);
    double loss = 0;
    for (int c = 0; c < chunks; c++) {
      loss += losses[c];
      if (c > 0) {
        kernels.add(sums[c], 0, sums[0], 0, layout.sumLength());
      }
    }
    Arrays.fill(gradient, 0);
    for (int i = 0; i < layout.matrices.size(); i++) {
      layout.matrices.get(i).store(kernels, sums[0], gradient);
    }
    for (int i = 0; i < layout.vectors.size(); i++) {
      layout.vectors.get(i).store(kernels, sums[0], gradient);
    }
    for (int c = 0; c < chunks && layout.embedding != null; c++) {
      passes[c].addEmbedding(batch, c * chunkRows, gradient);
    }
    this.batch = null;
    this.finalBS = null;
    return loss;
  }

  static double totalWeight(Batch batch) {
    if (batch.wTB() == null) {
      return batch.steps() * (double) batch.size();
    }
    double total = 0;
    for (double w : batch.wTB()) {
      total += w;
    }
    return total;
  }

  /** With an embedding each chunk keeps its pass until the gradients of the embedding's rows are added, in order. */
  private void reserve() {
    int passCount = layout.embedding != null ? chunks : workers.threads();
    if (passes.length < passCount) {
      passes = Arrays.copyOf(passes, passCount);
    }
    while (sums.length < chunks) {
      sums = Arrays.copyOf(sums, sums.length + 1);
      sums[sums.length - 1] = kernels.array(layout.sumLength());
      losses = new double[sums.length];
    }
  }

  @Override
  public void run(int chunk, int worker) {
    int first = chunk * chunkRows;
    int rows = Math.min(chunkRows, batch.size() - first);
    int own = layout.embedding != null ? chunk : worker;
    if (passes[own] == null) {
      passes[own] = newPass.get();
    }
    Pass pass = passes[own].begin(weights, batch.steps(), rows);
    pass.input(batch, first, 0);
    if (batch.sBS() == null) {
      pass.start();
    } else {
      pass.start(batch.sBS(), first);
    }
    pass.forward();
    kernels.clear(sums[chunk], 0, layout.sumLength());
    losses[chunk] = pass.outputs().loss(batch, first, 0, total, sums[chunk], chunks == 1 ? workers : Workers.ALONE);
    if (finalBS != null) {
      pass.states(batch.carriedStep(), finalBS, first * stateWidth);
    }
    pass.endAtZero();
    // A given state is no parameter.
    pass.backward(sums[chunk], learnsStart && batch.sBS() == null);
  }
}
