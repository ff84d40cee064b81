package unfold.engine.vector;

/**
 * A cell's generated program, bound to the planes of one layer. Rows are steps times sequences; a step's rows begin at
 * {@code row = t * sequences}. Order of use: {@link #bind}, {@link #use}, then {@link #before}, {@link #forward} for each
 * step, and for gradients {@link #backward} for each step from the last to the first and {@link #after}. Rows may be taken
 * some steps at a time, so that they stay in the cache.
 */
abstract class CellKernel {
  /** The widths of rows, padded. */
  int units;
  int inputs;
  /** The number of sequences: the rows of a step. */
  int sequences;
  /** Whether the states at time 0 are zero, so that the first step need not multiply them. */
  boolean fromZero;
  /** Whether derivatives by the states at time 0 are asked for. */
  boolean startWanted;

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

  /** Computes for some rows what depends on the input alone. */
  abstract void before(int row, int rows);

  /** Computes one step. */
  abstract void forward(int row);

  /** Computes the derivatives of one step. */
  abstract void backward(int row);

  /** Computes for some rows the derivatives of what depends on the input alone, that by the input only if wanted. */
  abstract void after(int row, int rows, boolean withInput);

  /** Returns the array with the derivatives by a state: before {@link #backward} after the step, then before it. */
  abstract Object stateGradient(int state);

  /** Adds the product of a term's operand and matrix to its slot. */
  final void product(int term, int row, int rows) {
    int width = widthOf[term];
    int stride = Kernels.padded(width);
    kernels.multiply(rows, units, width, operandOf[term], row * stride, stride, packed, forwardAt[term], slotOf[term],
        row * units, units, true);
  }

  /** Does {@link #product} for a step and a term of states, which count nothing where they are zero. */
  final void stateProduct(int term, int row) {
    if (row > 0 || !fromZero) {
      product(term, row, sequences);
    }
  }

  /** Does {@link #back} for a step and a term of states, if anybody asks for the derivatives. */
  final void stateBack(int term, int row, Object to, boolean add) {
    if (row > 0 || startWanted) {
      back(term, row, sequences, to, 0, add);
    }
  }

  /** Writes or adds what a term passes back: the derivative by its slot times its matrix transposed. */
  final void back(int term, int row, int rows, Object to, int toRow, boolean add) {
    int stride = Kernels.padded(widthOf[term]);
    kernels.multiply(rows, stride, unitCount, gradientOf[term], row * units, units, packed, backwardAt[term], to,
        toRow * stride, stride, add);
  }

  /** Sets rows of a plane to zero. */
  final void clear(Object plane, int row, int rows, int width) {
    kernels.clear(plane, row * width, rows * width);
  }
}
