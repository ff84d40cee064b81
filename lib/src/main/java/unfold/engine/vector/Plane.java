package unfold.engine.vector;

/**
 * One value of a cell for each unit, sequence and step, stored apart from all others: rows of steps times sequences,
 * {@code row = step * sequences + sequence}, each padded to {@link Kernels#LANES}.
 */
final class Plane {

  /** What a plane holds, which says how many rows it has. */
  enum Kind {
    /** What the layer is fed with. */
    INPUT,
    /** A state: its rows begin with those at time 0, so the state after a step lies one step further on. */
    STATE,
    /** The sum of affine maps; once used, its activation; after the backward step, the derivative by the sum. */
    SLOT,
    /** A value that is cheaper to keep for the backward step than to compute again. */
    TAPE,
    /** An operand of an affine map that is no input or state. */
    OPERAND,
    /** The derivative by a slot, where the slot's own plane is still needed. */
    SLOT_GRADIENT,
    /** A part of the cell's output that is no state. */
    OUTPUT,
    /** The derivative by a part of the output. */
    OUTPUT_GRADIENT,
    /** The derivative by the input. */
    INPUT_GRADIENT,
    /** The derivative by a steady operand, all steps. */
    STEADY_GRADIENT,
    /** The derivative by an operand, one step. */
    OPERAND_GRADIENT,
    /** The derivative by a state after the step, one step. */
    STATE_GRADIENT,
    /** The derivative by a state before the step, one step. */
    EARLIER_GRADIENT
  }

  final Kind kind;
  /** Its name in the generated source. */
  final String name;
  /** Whether a row has the input's width instead of the units'. */
  final boolean inputsWide;
  /** Its place among its cell's planes, once these are known. */
  int index = -1;

  Plane(Kind kind, String name, boolean inputsWide) {
    this.kind = kind;
    this.name = name;
    this.inputsWide = inputsWide;
  }

  /** Tells whether it holds one step at a time. */
  boolean oneStep() {
    return kind == Kind.OPERAND_GRADIENT || kind == Kind.STATE_GRADIENT || kind == Kind.EARLIER_GRADIENT;
  }

  @Override
  public String toString() {
    return name;
  }
}
