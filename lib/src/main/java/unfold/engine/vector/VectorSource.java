package unfold.engine.vector;

import unfold.cell.Cell;
import unfold.cell.KernelSource;

/** Offers the vector engine's source of a cell, in single precision. */
public final class VectorSource implements KernelSource {

  @Override
  public String of(Cell cell) {
    return CellSource.of(new CellPlan(cell), Precision.FLOAT, CellProgram.CLASS);
  }
}
