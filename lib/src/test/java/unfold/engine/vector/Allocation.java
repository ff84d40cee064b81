package unfold.engine.vector;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.Collections;
import unfold.cell.Cell;
import unfold.cell.McrmCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Layer;
import unfold.engine.Architecture.Readout;
import unfold.engine.Batch;
import unfold.engine.Drawn;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.train.Gradients;
import unfold.train.Optimizer;

/**
 * Counts what a training step allocates. The program prints it for a JVM whose compiler was misled first, in two ways.
 * On JDK 17 it compiles the Vector API's look-up of an operator for the only class of operators seen so far, is wrong
 * four times when others come, and counts these errors again for each use of the look-up in a large method. And where
 * vectors of several widths were added or compared, it can't tell that of a vector that goes round a loop.
 */
final class Allocation {
  private static final int STEPS = 10;
  private static final int SIZE = 64;
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 5;

  private Allocation() {
  }

  public static void main(String[] arguments) throws ReflectiveOperationException, InterruptedException {
    misleadOnOperators();
    misleadOnWidths();
    System.out.println(inTraining(McrmCells.lstm(), Loss.SQUARED_ERROR, 1)
        + inTraining(McrmCells.lstm(), Loss.SOFTMAX_CROSS_ENTROPY, 1));
  }

  private static void misleadOnWidths() throws ReflectiveOperationException {
    Class<?> vectors = Class.forName("jdk.incubator.vector.FloatVector");
    Class<?> species = Class.forName("jdk.incubator.vector.VectorSpecies");
    Class<?> any = Class.forName("jdk.incubator.vector.Vector");
    for (String width : new String[] {"SPECIES_64", "SPECIES_128", "SPECIES_256", "SPECIES_512"}) {
      Object vector = vectors.getMethod("broadcast", species, float.class)
          .invoke(null, vectors.getField(width).get(null), 1f);
      for (String operation : new String[] {"max", "add"}) {
        Method method = vectors.getMethod(operation, any);
        for (int i = 0; i < 20_000; i++) {
          method.invoke(vector, vector);
        }
      }
    }
  }

  private static void misleadOnOperators() throws ReflectiveOperationException, InterruptedException {
    Class<?> operators = Class.forName("jdk.incubator.vector.VectorOperators");
    Class<?> operator = Class.forName("jdk.incubator.vector.VectorOperators$Operator");
    Method opCode = operators.getDeclaredMethod("opCode", operator, int.class, int.class);
    opCode.setAccessible(true);
    Object[] oneClass = {operators.getField("ADD").get(null), operators.getField("MUL").get(null)};
    Object[] others = {operators.getField("FMA").get(null), operators.getField("SUB").get(null)};
    for (int i = 0; i < 300_000; i++) {
      opCode.invoke(null, oneClass[i % 2], 0, 0);
    }
    Thread.sleep(300); // The compiler works in the background.
    for (int i = 0; i < 40; i++) {
      opCode.invoke(null, others[i % 2], 0, 0);
    }
  }

  /** Returns the bytes that 100 training steps of two layers allocate in the end: after 4,000, or as soon as none. */
  static long inTraining(Cell cell, Loss loss, int threads) {
    Architecture a = new Architecture(INPUTS, null, Collections.nCopies(2, new Layer(cell, 32)),
        Readout.linear(OUTPUTS), true, loss);
    double[] theta = Drawn.normal(a.parameterCount(), 0.2, "theta");
    double[] gradient = new double[theta.length];
    Batch batch = Drawn.batch(a, STEPS, SIZE);
    double[] finalBS = new double[SIZE * a.stateWidth()];
    Optimizer.Steps steps = Optimizer.adam().start(theta.length);
    ThreadMXBean threadsBean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Program program = new VectorEngine(Precision.FLOAT, threads).compile(a)) {
      long bytes = Long.MAX_VALUE;
      for (int round = 0; round < 40 && bytes > 0; round++) {
        long before = threadsBean.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          program.gradient(theta, batch, gradient, finalBS);
          Gradients.clipByGlobalNorm(gradient, 1);
          steps.step(theta, gradient, 1e-3);
        }
        bytes = threadsBean.getCurrentThreadAllocatedBytes() - before;
      }
      return bytes;
    }
  }
}
