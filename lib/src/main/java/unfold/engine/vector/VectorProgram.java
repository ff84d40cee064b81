package unfold.engine.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Contract;
import unfold.engine.Program;

/** A network on generated cell programs. */
final class VectorProgram implements Program {
  /** Steps times sequences of a forward run that are in memory at once. */
  private static final int ROWS_AT_ONCE = 4096;
  /** Sequences that are run forward together. */
  private static final int CHUNK = 64;
  /** Multiply-adds of a call below which waking another thread takes longer than it saves. */
  private static final long WORTH_A_THREAD = 1_000_000;

  private final Architecture a;
  private final Contract contract;
  private final int parameters;
  private final int stateWidth;
  private final Kernels kernels;
  private final List<CellProgram> cells;
  private final Layout layout;
  private final Workers workers;
  private final Weights weights;
  private final GradientRun shared;
  private final GradientRun serial;
  private final List<GradientRun> oneEach = new ArrayList<>();
  private final Pass[] runs;
  private final Pass[] singles;
  private final Precision precision;
  /** For networks of few units, made when it is first needed. */
  private Simulation simulation;
  /** Whether the JIT has compiled the cells' programs, or is about to. */
  private boolean warm;

  VectorProgram(Architecture a, Kernels kernels, Precision precision, List<CellProgram> cells, int threads) {
    this.a = a;
    this.precision = precision;
    contract = new Contract(a);
    parameters = a.parameterCount();
    stateWidth = a.stateWidth();
    this.kernels = kernels;
    this.cells = cells;
    layout = new Layout(a, cells.stream().map(CellProgram::plan).toList(), kernels);
    workers = new Workers(threads);
    weights = new Weights(layout, kernels);
    shared = new GradientRun(a, layout, kernels, workers, this::newPass);
    serial = threads == 1 ? shared : new GradientRun(a, layout, kernels, Workers.ALONE, this::newPass);
    runs = new Pass[threads];
    singles = new Pass[threads];
  }

  private Pass newPass() {
    return new Pass(a, layout, kernels, cells.stream().map(CellProgram::newKernel).toList());
  }

  private Pass pass(Pass[] passes, int worker) {
    if (passes[worker] == null) {
      passes[worker] = newPass();
    }
    return passes[worker];
  }

  private Workers workersFor(long rows) {
    return rows * parameters < WORTH_A_THREAD ? Workers.ALONE : workers;
  }

  private void warmUp(long rows) {
    if (!warm && rows * stateWidth >= WarmUp.WORTH) {
      WarmUp.run(cells, kernels, precision);
      warm = true;
    }
  }

  @Override
  public Architecture architecture() {
    return a;
  }

  @Override
  public Run run(double[] theta, Batch batch, boolean keepStates) {
    contract.checkRun(theta, batch);
    int steps = batch.steps();
    int size = batch.size();
    double[] yTBO = new double[Math.multiplyExact(steps * size, a.outputs())];
    double[] sTBS = keepStates ? new double[Math.multiplyExact(steps * size, stateWidth)] : null;
    double[] finalBS = new double[size * stateWidth];
    forward(theta, batch, (pass, first, rows, from, count) -> {
      pass.outputs().outputs(yTBO, size, first, from);
      for (int t = 1; keepStates && t <= count; t++) {
        pass.states(t, sTBS, ((from + t - 1) * size + first) * stateWidth);
      }
      pass.states(count, finalBS, first * stateWidth);
    });
    return new Run(yTBO, sTBS, finalBS);
  }

  @Override
  public double loss(double[] theta, Batch batch, double[] finalBS) {
    contract.checkLoss(theta, batch, finalBS);
    double total = GradientRun.totalWeight(batch);
    double[] losses = new double[(batch.size() + CHUNK - 1) / CHUNK];
    Workers sharing = losses.length == 1 ? workersFor((long) batch.steps() * batch.size()) : Workers.ALONE;
    forward(theta, batch, (pass, first, rows, from, count) -> {
      losses[first / CHUNK] += pass.outputs().loss(batch, first, from, total, null, sharing);
      int carried = batch.carriedStep() - from;
      if (finalBS != null && carried >= 1 && carried <= count) {
        pass.states(carried, finalBS, first * stateWidth);
      }
    });
    double loss = 0;
    for (double part : losses) {
      loss += part;
    }
    return loss;
  }

  /** Sees some sequences after some steps have been run. */
  @FunctionalInterface
  private interface Block {
    void see(Pass pass, int first, int rows, int fromStep, int steps);
  }

  /** Runs a batch forward, chunk by chunk, some steps at a time. */
  private void forward(double[] theta, Batch batch, Block block) {
    long all = (long) batch.steps() * batch.size();
    warmUp(all);
    Workers threads = workersFor(all);
    weights.set(theta, false, threads);
    int chunks = (batch.size() + CHUNK - 1) / CHUNK;
    threads.run(chunks, (chunk, worker) -> {
      int first = chunk * CHUNK;
      int rows = Math.min(CHUNK, batch.size() - first);
      int atOnce = Math.max(1, ROWS_AT_ONCE / rows);
      Pass pass = pass(runs, worker);
      for (int from = 0; from < batch.steps(); from += atOnce) {
        int count = Math.min(atOnce, batch.steps() - from);
        if (from > 0) {
          pass.carry();
        }
        pass.begin(weights, count, rows);
        if (from == 0 && batch.sBS() == null) {
          pass.start();
        } else if (from == 0) {
          pass.start(batch.sBS(), first);
        }
        pass.input(batch, first, from);
        pass.forward();
        block.see(pass, first, rows, from, count);
      }
    });
  }

  @Override
  public double gradient(double[] theta, Batch batch, double[] gradient, double[] finalBS) {
    contract.checkGradient(theta, batch, gradient, finalBS);
    long rows = (long) batch.steps() * batch.size();
    warmUp(rows);
    return (workersFor(rows) == workers ? shared : serial).gradient(theta, batch, gradient, finalBS);
  }

  /** One network a thread; a single one is shared by all threads. */
  @Override
  public double[] gradients(List<double[]> thetas, List<Batch> batches, List<double[]> gradients,
      List<double[]> finals) {
    contract.checkGradients(thetas, batches, gradients, finals);
    double[] losses = new double[thetas.size()];
    if (losses.length == 1) {
      losses[0] = gradient(thetas.get(0), batches.get(0), gradients.get(0), finals == null ? null : finals.get(0));
      return losses;
    }
    long rows = (long) thetas.size() * batches.get(0).steps() * batches.get(0).size();
    warmUp(rows);
    while (oneEach.size() < Math.min(thetas.size(), workers.threads())) {
      oneEach.add(oneEach.isEmpty() ? serial : new GradientRun(a, layout, kernels, Workers.ALONE, this::newPass));
    }
    workersFor(rows).run(losses.length, (r, worker) -> losses[r] = oneEach.get(worker).gradient(thetas.get(r),
        batches.get(r), gradients.get(r), finals == null ? null : finals.get(r)));
    return losses;
  }

  @Override
  public void simulate(double[] theta, double[] s0BS, int steps, int size, Input input, Watch watch) {
    contract.checkSimulation(theta, s0BS, steps, size);
    if (Simulation.suits(layout)) {
      simulation().watch(theta, s0BS, steps, size, input, watch, workersFor(size));
      return;
    }
    double[] sBS = startOf(theta, s0BS, size);
    Workers threads = workersFor(size);
    weights.set(theta, false, threads);
    int chunks = (size + CHUNK - 1) / CHUNK;
    double[][] inputs = new double[threads.threads()][CHUNK * inputWidth()];
    for (int t = 1; t <= steps; t++) {
      int now = t;
      threads.run(chunks, (chunk, worker) -> {
        int first = chunk * CHUNK;
        int rows = Math.min(CHUNK, size - first);
        Pass pass = pass(singles, worker).begin(weights, 1, rows);
        pass.start(sBS, first);
        input.fill(now, first, rows, inputs[worker]);
        pass.input(inputs[worker], contract);
        pass.forward();
        pass.states(1, sBS, first * stateWidth);
      });
      watch.see(t, sBS::clone);
    }
  }

  @Override
  public List<double[]> simulate(List<double[]> thetas, double[] s0BS, int steps, int size, Input input) {
    thetas.forEach(theta -> contract.checkSimulation(theta, s0BS, steps, size));
    if (Simulation.suits(layout)) {
      long rows = (long) thetas.size() * steps * size;
      return simulation().run(thetas, s0BS, steps, size, input, workersFor(rows));
    }
    List<double[]> finals = new ArrayList<>();
    for (double[] theta : thetas) {
      finals.add(simulate(theta, s0BS, steps, size, input));
    }
    return finals;
  }

  private Simulation simulation() {
    if (simulation == null) {
      simulation = new Simulation(a, layout, kernels, precision, workers.threads());
    }
    return simulation;
  }

  /** Runs chunk by chunk, all steps of each: what it needs stays in the cache. */
  private double[] simulate(double[] theta, double[] s0BS, int steps, int size, Input input) {
    double[] finalBS = startOf(theta, s0BS, size);
    Workers threads = workersFor((long) steps * size);
    weights.set(theta, false, threads);
    double[][] inputs = new double[threads.threads()][CHUNK * inputWidth()];
    threads.run((size + CHUNK - 1) / CHUNK, (chunk, worker) -> {
      int first = chunk * CHUNK;
      int rows = Math.min(CHUNK, size - first);
      Pass pass = pass(singles, worker).begin(weights, 1, rows);
      pass.start(finalBS, first);
      for (int t = 1; t <= steps; t++) {
        input.fill(t, first, rows, inputs[worker]);
        pass.input(inputs[worker], contract);
        pass.forward();
        pass.carry();
      }
      pass.states(0, finalBS, first * stateWidth);
    });
    return finalBS;
  }

  private int inputWidth() {
    return layout.embedding != null ? 1 : a.inputs();
  }

  private double[] startOf(double[] theta, double[] s0BS, int size) {
    if (s0BS != null) {
      return s0BS.clone();
    }
    double[] one = a.initialState(theta);
    double[] sBS = new double[Math.multiplyExact(size, one.length)];
    for (int b = 0; b < size; b++) {
      System.arraycopy(one, 0, sBS, b * one.length, one.length);
    }
    return sBS;
  }

  /** One row for each state: its derivative after the step, one, is passed back to all states before. */
  @Override
  public double[] jacobian(double[] theta, Batch points) {
    contract.checkJacobian(theta, points);
    double[] jBSS = new double[Math.multiplyExact(points.size() * stateWidth, stateWidth)];
    double[] identity = new double[stateWidth * stateWidth];
    for (int i = 0; i < stateWidth; i++) {
      identity[i * stateWidth + i] = 1;
    }
    Workers threads = workersFor((long) points.size() * stateWidth);
    weights.set(theta, true, threads);
    double[][] inputs = new double[threads.threads()][stateWidth * inputWidth()];
    threads.run(points.size(), (b, worker) -> {
      Pass pass = pass(singles, worker).begin(weights, 1, stateWidth);
      for (int i = 0; i < inputs[worker].length; i++) {
        int column = b * inputWidth() + i % inputWidth();
        inputs[worker][i] = points.iTB() != null ? points.iTB()[column] : points.xTBI()[column];
      }
      pass.startAll(points.sBS(), b);
      pass.input(inputs[worker], contract);
      pass.forward();
      pass.clearOutputGradient();
      pass.endAtUnits(identity);
      pass.backward(null, true);
      pass.stateGradients(jBSS, b * stateWidth * stateWidth);
    });
    return jBSS;
  }

  @Override
  public void close() {
    workers.close();
    Arrays.fill(runs, null);
    Arrays.fill(singles, null);
    simulation = null;
  }
}
