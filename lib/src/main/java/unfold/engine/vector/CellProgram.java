package unfold.engine.vector;

import java.lang.invoke.MethodHandle;
import unfold.cell.Cell;

/** A cell's plan and its compiled program. */
final class CellProgram {
  static final String CLASS = "CellCode";

  private final CellPlan plan;
  private final MethodHandle constructor;

  private CellProgram(CellPlan plan, MethodHandle constructor) {
    this.plan = plan;
    this.constructor = constructor;
  }

  static CellProgram compile(Cell cell, Precision precision) {
    CellPlan plan = new CellPlan(cell);
    String source = CellSource.of(plan, precision, CLASS);
    return new CellProgram(plan, CompiledClass.constructor(CLASS, source, CellKernel.class));
  }

  CellPlan plan() {
    return plan;
  }

  CellKernel newKernel() {
    try {
      return (CellKernel) constructor.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
