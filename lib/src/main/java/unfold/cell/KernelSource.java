package unfold.cell;

/** Writes the source of the program that runs a cell on the CPU; an engine offers it by {@link java.util.ServiceLoader}. */
public interface KernelSource {

  /** Returns the Java source of a cell's program. */
  String of(Cell cell);
}
