/**
 * A cell is its equations. {@link unfold.cell.Cell#define Cell.define} writes them once, as the paper does, with the
 * operations of {@link unfold.cell.Expr}; the typeset equations, the diagram, the parameters and, in the rooms below,
 * evaluation and gradients are all derived from that one definition. The cells of the four papers are in
 * {@link unfold.cell.F1bCells}, {@link unfold.cell.MemoryCells}, {@link unfold.cell.McrmCells} and
 * {@link unfold.cell.CapacityCells}.
 *
 * <p>A cell is one step of time; engines own the loop. Every value is a vector; its {@link unfold.cell.Width} is a
 * whole-number combination of the number of inputs I and the number of units n, so one cell serves all sizes.
 * Expressions are immutable and compared by identity: an expression used twice is computed once.
 */
package unfold.cell;
