package unfold.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import unfold.cell.F1bCells;
import unfold.engine.Architecture.Encoding;
import unfold.engine.Architecture.Layer;
import unfold.engine.Architecture.Readout;

class ContractTest {
  private static final Architecture NETWORK = new Architecture(4, Encoding.embedding(3),
      List.of(new Layer(F1bCells.gru(), 3)), Readout.tied(4), false, Loss.SOFTMAX_CROSS_ENTROPY);

  private final Contract contract = new Contract(NETWORK);
  private final double[] theta = new double[NETWORK.parameterCount()];
  private final Batch batch = Batch.of(2, 5, new int[10]).from(new double[15]).towards(new int[10]);

  @Test
  void aTrainingStepsChecksAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[] finalBS = new double[15];
    long[] at = new long[2];
    for (int round = 0; round < 2; round++) {
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      for (int i = 0; i < 1000; i++) {
        contract.checkGradient(theta, batch, theta, finalBS);
      }
      at[round] = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
    assertTrue(at[1] < 1000, at[1] + " bytes in 1000 calls");
  }

  @Test
  void whatDoesNotFitIsNamed() {
    message("gradient must hold " + theta.length + " numbers, but holds 1",
        () -> contract.checkGradient(theta, batch, new double[1], null));
    message("finalBS must hold 5 x 3 = 15 numbers, but holds 14",
        () -> contract.checkGradient(theta, batch, theta, new double[14]));
    message("theta must hold " + theta.length + " numbers, but holds 2",
        () -> contract.checkSimulation(new double[2], null, 1, 1));
    message("s0BS must hold 2 x 3 = 6 numbers, but holds 5",
        () -> contract.checkSimulation(theta, new double[5], 1, 2));
    message("there must be one parameter array, batch and gradient for each network, but there are 1, 2, 1",
        () -> contract.checkGradients(List.of(theta), List.of(batch, batch), List.of(theta), null));
    message("there must be an array of final states for each of the 1 networks, but there are 0",
        () -> contract.checkGradients(List.of(theta), List.of(batch), List.of(theta), List.of()));
    Batch longer = Batch.of(3, 5, new int[15]).from(new double[15]).towards(new int[15]);
    message("batches that are trained at once must be alike in size, classes and the step they carry on from",
        () -> contract.checkGradients(
        List.of(theta, theta), List.of(batch, longer), List.of(theta, theta), null));
  }

  private static void message(String expected, org.junit.jupiter.api.function.Executable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
