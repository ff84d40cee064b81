package unfold.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import unfold.Check;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.cell.Parameter;
import unfold.engine.Architecture.Block;

/**
 * The oracle of all tests: evaluates a network's equations one number after the other, in double precision, as plainly
 * as they are written, and takes gradients by central differences. For small networks only.
 */
public final class Interpreter implements Engine {

  /** The step of the central differences; their error is about its square. */
  public static final double STEP = 1e-5;

  @Override
  public String name() {
    return "interpreter double on cpu";
  }

  @Override
  public Program compile(Architecture architecture) {
    return new Interpreted(architecture);
  }

  private static final class Interpreted implements Program {
    private final Architecture a;
    private final Map<String, Block> blocks = new HashMap<>();

    Interpreted(Architecture architecture) {
      a = architecture;
      a.blocks().forEach(block -> blocks.put(block.name(), block));
    }

    @Override
    public Architecture architecture() {
      return a;
    }

    @Override
    public Run run(double[] theta, Batch batch, boolean keepStates) {
      Program.checkRun(a, theta, batch);
      int steps = batch.steps();
      int size = batch.size();
      int width = a.stateWidth();
      double[] yTBO = new double[steps * size * a.outputs()];
      double[] sTBS = new double[steps * size * width];
      double[] finalBS = new double[size * width];
      for (int b = 0; b < size; b++) {
        double[] state = batch.sBS() == null ? start(theta)
            : Arrays.copyOfRange(batch.sBS(), b * width, (b + 1) * width);
        for (int t = 0; t < steps; t++) {
          int row = t * size + b;
          double[] x = Arrays.copyOfRange(batch.xTBI(), row * a.inputs(), (row + 1) * a.inputs());
          double[] y = step(theta, state, x);
          System.arraycopy(y, 0, yTBO, row * y.length, y.length);
          System.arraycopy(state, 0, sTBS, row * width, width);
        }
        System.arraycopy(state, 0, finalBS, b * width, width);
      }
      return new Run(yTBO, keepStates ? sTBS : null, finalBS);
    }

    @Override
    public double loss(double[] theta, Batch batch) {
      Program.checkTraining(a, List.of(theta), List.of(batch), List.of(theta));
      double[] y = run(theta, batch, false).yTBO();
      double[] weights = Program.weights(batch);
      double sum = 0;
      for (int row = 0; row < weights.length; row++) {
        sum += weights[row] * loss(y, batch, row);
      }
      return sum / Arrays.stream(weights).sum();
    }

    private double loss(double[] yTBO, Batch batch, int row) {
      int n = a.outputs();
      double[] y = Arrays.copyOfRange(yTBO, row * n, (row + 1) * n);
      double sum = 0;
      for (int o = 0; o < n; o++) {
        switch (a.loss()) {
          case SQUARED_ERROR:
            double error = y[o] - batch.yTBO()[row * n + o];
            sum += error * error / n;
            break;
          case LOGISTIC:
            sum += (StrictMath.log1p(StrictMath.exp(y[o])) - y[o] * batch.yTBO()[row * n + o]) / n;
            break;
          default:
            sum += StrictMath.exp(y[o]);
        }
      }
      return a.loss() == Loss.SOFTMAX_CROSS_ENTROPY ? StrictMath.log(sum) - y[batch.cTB()[row]] : sum;
    }

    @Override
    public List<Step> gradients(List<double[]> thetas, List<Batch> batches, List<double[]> gradients) {
      Program.checkTraining(a, thetas, batches, gradients);
      Step[] steps = new Step[thetas.size()];
      for (int r = 0; r < steps.length; r++) {
        double[] theta = thetas.get(r).clone();
        for (int i = 0; i < theta.length; i++) {
          double here = theta[i];
          theta[i] = here + STEP;
          double up = loss(theta, batches.get(r));
          theta[i] = here - STEP;
          double down = loss(theta, batches.get(r));
          theta[i] = here;
          gradients.get(r)[i] = (up - down) / (2 * STEP);
        }
        steps[r] = new Step(loss(theta, batches.get(r)), run(theta, batches.get(r), false).finalBS());
      }
      return List.of(steps);
    }

    @Override
    public void simulate(double[] theta, double[] s0BS, int steps, int size, Input input, Watch watch) {
      Check.shape("theta", theta, a.parameterCount());
      int width = a.stateWidth();
      double[] sBS = new double[size * width];
      for (int b = 0; b < size; b++) {
        System.arraycopy(s0BS == null ? start(theta) : s0BS, s0BS == null ? 0 : b * width, sBS, b * width, width);
      }
      double[] xBI = new double[size * a.inputs()];
      for (int t = 1; t <= steps; t++) {
        input.fill(t, xBI);
        for (int b = 0; b < size; b++) {
          double[] state = Arrays.copyOfRange(sBS, b * width, (b + 1) * width);
          step(theta, state, Arrays.copyOfRange(xBI, b * a.inputs(), (b + 1) * a.inputs()));
          System.arraycopy(state, 0, sBS, b * width, width);
        }
        watch.see(t, sBS::clone);
      }
    }

    private double[] start(double[] theta) {
      double[] state = new double[a.stateWidth()];
      int offset = 0;
      for (Block block : a.blocks()) {
        if (block.kind() == Architecture.Kind.INITIAL_STATE) {
          System.arraycopy(theta, block.offset(), state, offset, block.size());
          offset += block.size();
        }
      }
      return state;
    }

    /** One step of all layers: overwrites the states and returns the outputs. */
    private double[] step(double[] theta, double[] state, double[] x) {
      double[] below = x;
      if (a.projected()) {
        below = sum(product(theta, blocks.get("projection.W"), x), values(theta, blocks.get("projection.b")));
      }
      int offset = 0;
      for (int k = 0; k < a.layers().size(); k++) {
        Cell cell = a.layers().get(k).cell();
        int n = a.layers().get(k).units();
        Map<Expr, double[]> at = new HashMap<>();
        for (int s = 0; s < cell.states().size(); s++) {
          at.put(cell.states().get(s), Arrays.copyOfRange(state, offset + s * n, offset + (s + 1) * n));
        }
        for (Expr e : cell.nodes()) {
          if (e.op() == Expr.Op.INPUT) {
            at.put(e, below);
          } else if (e.op() != Expr.Op.STATE) {
            at.put(e, value(e, at, theta, k));
          }
        }
        for (Expr s : cell.states()) {
          System.arraycopy(at.get(cell.next(s)), 0, state, offset, n);
          offset += n;
        }
        below = at.get(cell.output());
      }
      return readout(theta, below);
    }

    private double[] readout(double[] theta, double[] h) {
      if (a.readout() == null) {
        return h;
      }
      double[] y = product(theta, blocks.get("readout.W"), h);
      if (a.readout().bias()) {
        y = sum(y, values(theta, blocks.get("readout.b")));
      }
      return a.readout().tanh() ? Arrays.stream(y).map(StrictMath::tanh).toArray() : y;
    }

    private double[] value(Expr e, Map<Expr, double[]> at, double[] theta, int layer) {
      if (e.isConstant()) {
        return new double[] {e.number()};
      }
      double[][] operands = e.operands().stream().map(at::get).toArray(double[][]::new);
      if (e.op() == Expr.Op.CONCATENATE) {
        return Arrays.stream(operands).flatMapToDouble(Arrays::stream).toArray();
      }
      int width = e.width().of(a.inputsOf(layer), a.layers().get(layer).units());
      double[] value = new double[width];
      if (e.op() == Expr.Op.AFFINE) {
        for (int i = 0; i < operands.length; i++) {
          value = sum(value, product(theta, block(layer, e.weights().get(i)), operands[i]));
        }
        for (Parameter bias : e.biases()) {
          value = sum(value, values(theta, block(layer, bias)));
        }
        return value;
      }
      for (int i = 0; i < width; i++) {
        double first = operands[0][operands[0].length == 1 ? 0 : i];
        value[i] = operands.length == 1 ? e.apply(first)
            : e.apply(first, operands[1][operands[1].length == 1 ? 0 : i]);
      }
      return value;
    }

    private Block block(int layer, Parameter parameter) {
      return blocks.get((layer + 1) + "." + parameter.name());
    }

    private static double[] product(double[] theta, Block w, double[] x) {
      double[] y = new double[w.rows()];
      for (int i = 0; i < w.rows(); i++) {
        for (int j = 0; j < w.columns(); j++) {
          y[i] += theta[w.offset() + i * w.columns() + j] * x[j];
        }
      }
      return y;
    }

    private static double[] values(double[] theta, Block block) {
      return Arrays.copyOfRange(theta, block.offset(), block.offset() + block.size());
    }

    private static double[] sum(double[] a, double[] b) {
      double[] sum = a.clone();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += b[i];
      }
      return sum;
    }

    @Override
    public void close() {}
  }
}
