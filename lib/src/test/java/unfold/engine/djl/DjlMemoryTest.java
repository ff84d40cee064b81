package unfold.engine.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.cell.McrmCells;
import unfold.engine.Architecture;
import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.net.Initializers;
import unfold.net.Network;

/** No array outlives its step. */
class DjlMemoryTest {

  @Test
  void twoHundredStepsLeaveNoArray() throws ReflectiveOperationException {
    Architecture a = Network.inputs(2).layers(2, McrmCells.mcrm(), 3).readout(2).loss(Loss.SQUARED_ERROR)
        .architecture();
    double[] theta = Network.of(a).initialize(Initializers.pytorch(), Seed.of(1)).theta();
    double[] gradient = new double[theta.length];
    Batch batch = Batch.of(3, 4, Seed.of(1).stream("x").doubles(3 * 4 * 2).toArray()).towards(new double[3 * 4 * 2]);
    Batch point = Batch.of(1, 2, new double[4]).from(new double[2 * a.stateWidth()]);
    try (Program program = DjlEngine.inFloat().compile(a)) {
      program.gradient(theta, batch, gradient, null);
      NDManager root = ((DjlProgram) program).manager().getParentManager();
      int[] during = {0};
      int before = live(root);
      for (int step = 0; step < 200; step++) {
        program.gradient(theta, batch, gradient, null);
        program.gradients(List.of(theta, theta), List.of(batch, batch), List.of(gradient, gradient.clone()),
            null);
        program.jacobian(theta, point);
        program.run(theta, batch, true);
        program.loss(theta, batch);
        program.simulate(theta, null, 3, 4, (t, first, count, x) -> {},
            (t, s) -> during[0] = Math.max(during[0], count(root)));
      }
      assertEquals(before, live(root), "arrays and managers alive");
      assertTrue(during[0] > before, "the count sees what is alive within a step");
    }
  }

  private static int count(NDManager root) {
    try {
      return live(root);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Arrays and managers attached to a manager, directly or not. */
  private static int live(NDManager manager) throws ReflectiveOperationException {
    Field field = BaseNDManager.class.getDeclaredField("resources");
    field.setAccessible(true);
    int count = 0;
    for (Object resource : ((Map<?, ?>) field.get(manager)).values()) {
      count += resource instanceof NDManager ? 1 + live((NDManager) resource) : resource instanceof NDArray ? 1 : 0;
    }
    return count;
  }
}
