package unfold.engine.vector;

import java.lang.invoke.MethodHandle;
import unfold.cell.Cell;

/** A cell's plan and its compiled program. */
final class CellProgram {
  static final String CLASS = "CellCode";

  private final Cell cell;
  private final CellPlan plan;
  private final MethodHandle constructor;

  private CellProgram(Cell cell, CellPlan plan, MethodHandle constructor) {
    this.cell = cell;
    this.plan = plan;
    this.constructor = constructor;
  }

  static CellProgram compile(Cell cell, Precision precision) {
    CellPlan plan = new CellPlan(cell);
    String source = CellSource.of(plan, precision, CLASS);
    return new CellProgram(cell, plan, CompiledClass.constructor(CLASS, source, CellKernel.class));
  }

  Cell cell() {
    return cell;
  }

  CellPlan plan() {
    return plan;
  }

  /** Returns the class that it was compiled to. */
  Class<?> type() {
    return newKernel().getClass();
  }

  CellKernel newKernel() {
    try {
      return (CellKernel) constructor.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
