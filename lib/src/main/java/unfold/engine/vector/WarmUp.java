package unfold.engine.vector;

import java.util.Arrays;
import java.util.List;
import unfold.cell.Cell;
import unfold.cell.Expr;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Layer;
import unfold.engine.Architecture.Readout;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * Runs a new cell on little data so often that the JIT compiles its program. Until then every vector is an object,
 * and the first call on much data would take seconds.
 */
final class WarmUp {
  /** Steps times sequences times states from which a call on a cold program takes longer than all the small ones. */
  static final long WORTH = 100_000;
  private static final int CALLS = 60;
  private static final int STEPS = 5;
  /** Several vectors a row, so that the JIT sees loops that go round. */
  private static final int UNITS = 8 * Kernels.LANES;

  /** Whether the class of a cell's program has been run; guarded by itself. */
  private static final ClassValue<boolean[]> WARM = new ClassValue<>() {
    @Override
    protected boolean[] computeValue(Class<?> type) {
      return new boolean[1];
    }
  };

  private WarmUp() {}

  /** Warms up those of a network's cells that are still cold. */
  static void run(List<CellProgram> cells, Kernels kernels, Precision precision) {
    for (CellProgram cell : cells) {
      boolean[] warm = WARM.get(cell.type());
      synchronized (warm) {
        if (!warm[0]) {
          run(cell, kernels, precision);
          warm[0] = true;
        }
      }
    }
  }

  /** Goes once with any cell the way from equations to gradients: the next one finds it trodden. */
  static void sample(Precision precision) {
    Cell any = Cell.define("sample", (eq, x, h) -> eq.next(h,
        Expr.sigmoid(eq.affine("g", h, x)).times(Expr.tanh(eq.affine("c", h, x)))));
    run(CellProgram.compile(any, precision), Kernels.of(precision), precision);
  }

  private static void run(CellProgram cell, Kernels kernels, Precision precision) {
    // As many inputs as units, since there are cells that demand it.
    Architecture small = new Architecture(UNITS, null, List.of(new Layer(cell.cell(), UNITS)),
        new Readout(1, true, false, false), false, Loss.SQUARED_ERROR);
    double[] theta = new double[small.parameterCount()];
    Arrays.fill(theta, 0.01);
    double[] gradient = new double[theta.length];
    double[] xTBI = new double[STEPS * UNITS];
    Arrays.fill(xTBI, 1);
    Batch batch = Batch.of(STEPS, 1, xTBI).towardsLast(new double[1]);
    try (VectorProgram program = new VectorProgram(small, kernels, precision, List.of(cell), 1)) {
      for (int k = 0; k < CALLS; k++) {
        program.gradient(theta, batch, gradient, null);
      }
    }
  }
}
