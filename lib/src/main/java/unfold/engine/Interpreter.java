package unfold.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
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
    private final Contract contract;
    private final Map<String, Block> blocks = new HashMap<>();

    Interpreted(Architecture architecture) {
      a = architecture;
      contract = new Contract(a);
      a.blocks().forEach(block -> blocks.put(block.name(), block));
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
      int width = a.stateWidth();
      double[] yTBO = new double[steps * size * a.outputs()];
      double[] sTBS = new double[steps * size * width];
      double[] finalBS = new double[size * width];
      for (int b = 0; b < size; b++) {
        double[] state = batch.sBS() == null ? a.initialState(theta)
            : Arrays.copyOfRange(batch.sBS(), b * width, (b + 1) * width);
        for (int t = 0; t < steps; t++) {
          int row = t * size + b;
          double[] y = step(theta, state, input(batch, row));
          System.arraycopy(y, 0, yTBO, row * y.length, y.length);
          System.arraycopy(state, 0, sTBS, row * width, width);
        }
        System.arraycopy(state, 0, finalBS, b * width, width);
      }
      return new Run(yTBO, keepStates ? sTBS : null, finalBS);
    }

    private double[] input(Batch batch, int row) {
      return a.embedded() ? new double[] {batch.iTB()[row]}
          : Arrays.copyOfRange(batch.xTBI(), row * a.inputs(), (row + 1) * a.inputs());
    }

    @Override
    public double loss(double[] theta, Batch batch, double[] finalBS) {
      contract.checkLoss(theta, batch, finalBS);
      Run run = run(theta, batch, true);
      double[] y = run.yTBO();
      double[] weights = Program.weights(batch);
      double sum = 0;
      for (int row = 0; row < weights.length; row++) {
        sum += weights[row] * loss(y, batch, row);
      }
      if (finalBS != null) {
        System.arraycopy(run.sTBS(), (batch.carriedStep() - 1) * finalBS.length, finalBS, 0, finalBS.length);
      }
      return sum / Arrays.stream(weights).sum();
    }

    private double loss(double[] yTBO, Batch batch, int row) {
      int n = a.outputs();
      double[] y = Arrays.copyOfRange(yTBO, row * n, (row + 1) * n);
      if (a.loss() == Loss.SOFTMAX_CROSS_ENTROPY) {
        return crossEntropy(y, batch.cTB(), row * batch.groups(), batch.groups());
      }
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
            throw new AssertionError();
        }
      }
      return sum;
    }

    private static double crossEntropy(double[] y, int[] classes, int first, int groups) {
      int n = y.length / groups;
      double loss = 0;
      for (int g = 0; g < groups; g++) {
        double sum = 0;
        for (int o = g * n; o < (g + 1) * n; o++) {
          sum += StrictMath.exp(y[o]);
        }
        loss += StrictMath.log(sum) - y[g * n + classes[first + g]];
      }
      return loss;
    }

    @Override
    public double gradient(double[] theta, Batch batch, double[] gradient, double[] finalBS) {
      contract.checkGradient(theta, batch, gradient, finalBS);
      double[] moved = theta.clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] = theta[i] + STEP;
        double up = loss(moved, batch);
        moved[i] = theta[i] - STEP;
        gradient[i] = (up - loss(moved, batch)) / (2 * STEP);
        moved[i] = theta[i];
      }
      return loss(theta, batch, finalBS);
    }

    @Override
    public double[] jacobian(double[] theta, Batch points) {
      contract.checkJacobian(theta, points);
      int width = a.stateWidth();
      double[] jBSS = new double[points.size() * width * width];
      for (int b = 0; b < points.size(); b++) {
        double[] x = input(points, b);
        for (int k = 0; k < width; k++) {
          double[] up = Arrays.copyOfRange(points.sBS(), b * width, (b + 1) * width);
          double[] down = up.clone();
          up[k] += STEP;
          down[k] -= STEP;
          step(theta, up, x);
          step(theta, down, x);
          for (int i = 0; i < width; i++) {
            jBSS[(b * width + i) * width + k] = (up[i] - down[i]) / (2 * STEP);
          }
        }
      }
      return jBSS;
    }

    @Override
    public void simulate(double[] theta, double[] s0BS, int steps, int size, Input input, Watch watch) {
      contract.checkSimulation(theta, s0BS, steps, size);
      int width = a.stateWidth();
      double[] sBS = new double[size * width];
      for (int b = 0; b < size; b++) {
        System.arraycopy(s0BS == null ? a.initialState(theta) : s0BS, s0BS == null ? 0 : b * width, sBS, b * width, width);
      }
      int inputs = a.inputWidth();
      double[] xBI = new double[size * inputs];
      for (int t = 1; t <= steps; t++) {
        input.fill(t, 0, size, xBI);
        for (int b = 0; b < size; b++) {
          double[] state = Arrays.copyOfRange(sBS, b * width, (b + 1) * width);
          step(theta, state, Arrays.copyOfRange(xBI, b * inputs, (b + 1) * inputs));
          System.arraycopy(state, 0, sBS, b * width, width);
        }
        watch.see(t, sBS::clone);
      }
    }

    /** One step of all layers: overwrites the states and returns the outputs. */
    private double[] step(double[] theta, double[] state, double[] x) {
      double[] below = x;
      if (a.embedded()) {
        below = row(theta, blocks.get("embedding.W"), contract.index(x[0]));
      } else if (a.encoding() != null) {
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
      double[] y = product(theta, blocks.get(a.readout().tied() ? "embedding.W" : "readout.W"), h);
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

    private static double[] row(double[] theta, Block w, int index) {
      int first = w.offset() + index * w.columns();
      return Arrays.copyOfRange(theta, first, first + w.columns());
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
