package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import unfold.Jvm;
import unfold.cell.Cell;
import unfold.cell.F1bCells;
import unfold.cell.McrmCells;
import unfold.engine.Loss;

/**
 * After HotSpot's compiler has warmed up, a training step allocates nothing. A method that it does not compile, or in
 * which it does not know the class of a vector, makes an object of every vector and is some twenty times slower.
 */
class AllocationTest {

  @TestFactory
  Stream<DynamicTest> aTrainingStepAllocatesNothing() {
    // The cells with the longest loops, too.
    return Stream.of(noAllocation(McrmCells.lstm(), Loss.SOFTMAX_CROSS_ENTROPY, 1),
        noAllocation(McrmCells.lstm(), Loss.SOFTMAX_CROSS_ENTROPY, 2),
        noAllocation(McrmCells.nlstm(), Loss.SQUARED_ERROR, 1), noAllocation(F1bCells.lstm(), Loss.LOGISTIC, 1));
  }

  private static DynamicTest noAllocation(Cell cell, Loss loss, int threads) {
    return DynamicTest.dynamicTest(cell.name() + ", " + loss + ", threads " + threads,
        () -> assertEquals(0, Allocation.inTraining(cell, loss, threads), "bytes in 100 steps"));
  }

  /** With the options that tests and notebooks share; without the limits of traps and recompilations they are 7 GB. */
  @Test
  void norWhereTheCompilerWasMisled() throws Exception {
    List<String> options = new ArrayList<>(Jvm.compilerOptions());
    options.add("--add-opens=jdk.incubator.vector/jdk.incubator.vector=ALL-UNNAMED");
    options.add("-Dsun.reflect.inflationThreshold=1000000"); // So that what is called by reflection is compiled alone.
    String output = Jvm.output(Jvm.command(Jvm.THIS, options, Allocation.class));
    assertEquals("0", output.substring(output.lastIndexOf('\n') + 1), output);
  }
}
