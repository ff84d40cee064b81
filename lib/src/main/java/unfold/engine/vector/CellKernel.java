package unfold.engine.vector;

/**
 * A cell's generated program, bound to the planes of one layer. Rows are steps times sequences; a step's rows begin at
 * {@code row = t * sequences}. Order of use: {@link #bind}, {@link #use}, then {@link #before}, {@link #forward} for each
 * step, and for gradients {@link #backward} for each step from the last to the first and {@link #after}.
 */
abstract class CellKernel {
  /** The widths of rows, padded. */
  int units;
  int inputs;
  /** The number of sequences: the rows of a step. */
  int sequences;

  private Kernels kernels;
  private int unitCount;
  private Object[] operandOf;
  private Object[] slotOf;
  private Object[] gradientOf;
  private int[] widthOf;
  private Object packed;
  private int[] forwardAt;
  private int[] backwardAt;

  /** Sets the arrays of all planes, in the plan's order, and the numbers of units, inputs and sequences. */
  final void bind(CellPlan plan, Object[] planes, Kernels kernels, int unitCount, int inputCount, int sequences) {
    this.kernels = kernels;
    this.unitCount = unitCount;
    this.sequences = sequences;
    units = Kernels.padded(unitCount);
    inputs = Kernels.padded(inputCount);
    int count = plan.terms.size();
    operandOf = new Object[count];
    slotOf = new Object[count];
    gradientOf = new Object[count];
    widthOf = new int[count];
    for (CellPlan.Term term : plan.terms) {
      operandOf[term.index] = planes[term.operand.index];
      slotOf[term.index] = planes[term.slot.plane.index];
      gradientOf[term.index] = planes[term.slot.gradient.index];
      widthOf[term.index] = term.operand.inputsWide ? inputCount : unitCount;
    }
    bind(planes);
  }

  /** Sets the matrices: where each term's begins in the packed array, for the forward and the backward product. */
  final void use(Object packed, int[] forwardAt, int[] backwardAt) {
    this.packed = packed;
    this.forwardAt = forwardAt;
    this.backwardAt = backwardAt;
  }

  abstract void bind(Object[] planes);

  /** Computes for all rows what depends on the input alone. */
  abstract void before(int rows);

  /** Computes one step. */
  abstract void forward(int row);

  /** Computes the derivatives of one step. */
  abstract void backward(int row);

  /** Computes for all rows the derivatives of what depends on the input alone, that by the input only if wanted. */
  abstract void after(int rows, boolean withInput);

  /** Returns the array with the derivatives by a state: before {@link #backward} after the step, then before it. */
  abstract Object stateGradient(int state);

  /** Adds the product of a term's operand and matrix to its slot. */
  final void product(int term, int row, int rows) {
    int width = widthOf[term];
    int stride = Kernels.padded(width);
    kernels.multiply(rows, units, width, operandOf[term], row * stride, stride, packed, forwardAt[term], slotOf[term],
        row * units, units, true);
  }

  /** Writes or adds what a term passes back: the derivative by its slot times its matrix transposed. */
  final void back(int term, int row, int rows, Object to, int toRow, boolean add) {
    int stride = Kernels.padded(widthOf[term]);
    kernels.multiply(rows, stride, unitCount, gradientOf[term], row * units, units, packed, backwardAt[term], to,
        toRow * stride, stride, add);
  }

  /** Adds a term's share of the gradient by its weight: the sum over rows of derivative times operand. */
  final void outer(int term, int row, int rows, Object to, int toOffset) {
    int stride = Kernels.padded(widthOf[term]);
    kernels.outer(rows, unitCount, stride, gradientOf[term], row * units, units, operandOf[term], row * stride, stride,
        to, toOffset, stride);
  }

  /** Sets a plane to zero. */
  final void clear(Object plane, int rows, int width) {
    kernels.clear(plane, 0, rows * width);
  }
}
