package unfold.engine.vector;

import java.util.ArrayList;
import java.util.List;
import unfold.engine.Architecture;
import unfold.engine.Program;

/**
 * Runs networks of few units forward with a vector for each number of their equations, whose elements are sequences:
 * the layout for a million paths through one or two units. The bits are those of {@link Pass}.
 *
 * <p>Sequences are cut into chunks, whatever the number of threads; a chunk's inputs of some steps are asked for once
 * and serve all networks.
 */
final class Simulation {
  private static final int WIDTH = SimulationKernel.WIDTH;
  private final Architecture a;
  private final Kernels kernels;
  private final Precision precision;
  private final List<List<Integer>> parameters;
  private final SimulationKernel kernel;
  private final int stateWidth;
  private final int stepsAtOnce;
  /** Each worker's planes. */
  private final Chunk[] chunks;

  Simulation(Architecture a, Layout layout, Kernels kernels, Precision precision, int threads) {
    this.a = a;
    this.kernels = kernels;
    this.precision = precision;
    SimulationSource.Written written = SimulationSource.of(a, layout, precision,
        VectorBits.registers(kernels.vectorBits()));
    parameters = written.parameters();
    try {
      kernel = (SimulationKernel) CompiledClass.constructor(SimulationSource.CLASS, written.source(),
          SimulationKernel.class).invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    stateWidth = a.stateWidth();
    stepsAtOnce = SimulationSource.stepsAtOnce(a);
    chunks = new Chunk[threads];
  }

  /** Tells whether a network is run this way: its size decides, not its cells. */
  static boolean suits(Layout layout) {
    return SimulationSource.suits(layout);
  }

  private static int chunks(int size) {
    return (size + WIDTH - 1) / WIDTH;
  }

  /** Returns all states of all sequences after the last step, for each network. */
  List<double[]> run(List<double[]> thetas, double[] s0BS, int steps, int size, Program.Input input, Workers workers) {
    Object weights = weights(thetas);
    List<double[]> finals = new ArrayList<>();
    List<double[]> starts = new ArrayList<>();
    for (double[] theta : thetas) {
      finals.add(new double[Math.multiplyExact(size, stateWidth)]);
      starts.add(s0BS == null ? a.initialState(theta) : null);
    }
    int statesEach = stateWidth * WIDTH;
    workers.run(chunks(size), (number, worker) -> {
      Chunk chunk = chunk(worker, thetas.size()).at(number * WIDTH, size);
      for (int r = 0; r < finals.size(); r++) {
        chunk.start(s0BS, starts.get(r), chunk.states, r * statesEach);
      }
      for (int t = 1; t <= steps; t += stepsAtOnce) {
        int count = Math.min(stepsAtOnce, steps - t + 1);
        chunk.ask(input, t, count);
        for (int r = 0; r < finals.size(); r++) {
          kernel.run(weights, r * parameters.size(), chunk.inputs, count, chunk.states, r * statesEach);
        }
      }
      for (int r = 0; r < finals.size(); r++) {
        chunk.store(chunk.states, r * statesEach, finals.get(r));
      }
    });
    return finals;
  }

  /** Runs one network step by step. */
  void watch(double[] theta, double[] s0BS, int steps, int size, Program.Input input, Program.Watch watch,
      Workers workers) {
    Object weights = weights(List.of(theta));
    double[] start = s0BS == null ? a.initialState(theta) : null;
    int statesEach = stateWidth * WIDTH;
    int count = chunks(size);
    Object states = kernels.array(Math.multiplyExact(count, statesEach));
    for (int c = 0; c < count; c++) {
      chunk(0, 1).at(c * WIDTH, size).start(s0BS, start, states, c * statesEach);
    }
    for (int t = 1; t <= steps; t++) {
      int now = t;
      workers.run(count, (c, worker) -> {
        Chunk chunk = chunk(worker, 1).at(c * WIDTH, size);
        chunk.ask(input, now, 1);
        kernel.run(weights, 0, chunk.inputs, 1, states, c * statesEach);
      });
      watch.see(t, () -> {
        double[] sBS = new double[size * stateWidth];
        for (int c = 0; c < count; c++) {
          chunk(0, 1).at(c * WIDTH, size).store(states, c * statesEach, sBS);
        }
        return sBS;
      });
    }
  }

  private Object weights(List<double[]> thetas) {
    double[] numbers = new double[Math.multiplyExact(thetas.size(), parameters.size())];
    int at = 0;
    for (double[] theta : thetas) {
      for (List<Integer> summands : parameters) {
        double sum = 0;
        for (int index : summands) {
          sum = precision.rounded(sum + precision.rounded(theta[index]));
        }
        numbers[at++] = sum;
      }
    }
    Object weights = kernels.array(numbers.length);
    kernels.load(numbers, 0, 0, weights, 0, 0, 1, numbers.length);
    return weights;
  }

  private Chunk chunk(int worker, int networks) {
    if (chunks[worker] == null || chunks[worker].networks < networks) {
      chunks[worker] = new Chunk(networks);
    }
    return chunks[worker];
  }

  /** The planes of some sequences. */
  private final class Chunk implements Program.Columns {
    final int networks;
    final Object inputs = kernels.array(stepsAtOnce * a.inputs() * WIDTH);
    final Object states;
    private int first;
    private int count;
    private int steps;

    Chunk(int networks) {
      this.networks = networks;
      states = kernels.array(Math.multiplyExact(networks, stateWidth * WIDTH));
    }

    Chunk at(int first, int size) {
      this.first = first;
      count = Math.min(WIDTH, size - first);
      return this;
    }

    /** Sets states: to those given, or to one sequence's. */
    void start(double[] s0BS, double[] one, Object to, int at) {
      for (int i = 0; i < stateWidth; i++) {
        if (s0BS == null) {
          kernels.fill(to, at + i * WIDTH, WIDTH, one[i]);
        } else {
          kernels.load(s0BS, first * stateWidth + i, stateWidth, to, at + i * WIDTH, 1, count, 1);
        }
      }
    }

    void store(Object from, int at, double[] sBS) {
      for (int i = 0; i < stateWidth; i++) {
        kernels.store(from, at + i * WIDTH, 1, sBS, first * stateWidth + i, stateWidth, count, 1);
      }
    }

    void ask(Program.Input input, int t, int steps) {
      this.steps = steps;
      input.columns(t, steps, first, count, this);
    }

    private int plane(int step, int input) {
      return (input * stepsAtOnce + step) * WIDTH;
    }

    @Override
    public int inputs() {
      return a.inputs();
    }

    @Override
    public void rows(int step, double[] xBI) {
      for (int input = 0; input < a.inputs(); input++) {
        kernels.load(xBI, input, a.inputs(), inputs, plane(step, input), 1, count, 1);
      }
    }

    @Override
    public void all(int input, double value) {
      kernels.fill(inputs, plane(0, input), steps * WIDTH, value);
    }

    @Override
    public void bits(int input, long[] words, double zero, double one) {
      int each = (count + Long.SIZE - 1) / Long.SIZE;
      for (int step = 0; step < steps; step++) {
        kernels.fillBits(words, step * each, each, zero, one, inputs, plane(step, input));
      }
    }

    @Override
    public void set(int step, int input, int sequence, double value) {
      kernels.set(inputs, plane(step, input) + sequence, value);
    }
  }
}
