package unfold.engine.vector;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import unfold.cell.Cell;

/** A cell's plan and its compiled program. Cells of the same source share one class, and so what the JIT knows of it. */
final class CellProgram {
  static final String CLASS = "CellCode";
  private static final Map<String, SoftReference<MethodHandle>> COMPILED = new HashMap<>();

  private final CellPlan plan;
  private final MethodHandle constructor;

  private CellProgram(CellPlan plan, MethodHandle constructor) {
    this.plan = plan;
    this.constructor = constructor;
  }

  static CellProgram compile(Cell cell, Precision precision) {
    CellPlan plan = new CellPlan(cell);
    String source = CellSource.of(plan, precision, CLASS);
    plan.planes();
    return new CellProgram(plan, constructor(source));
  }

  private static MethodHandle constructor(String source) {
    synchronized (COMPILED) {
      SoftReference<MethodHandle> known = COMPILED.get(source);
      MethodHandle constructor = known == null ? null : known.get();
      if (constructor == null) {
        MethodHandles.Lookup lookup = SourceCompiler.defineHidden(CLASS, source);
        try {
          constructor = lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
              .asType(MethodType.methodType(CellKernel.class));
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
        COMPILED.put(source, new SoftReference<>(constructor));
      }
      return constructor;
    }
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
