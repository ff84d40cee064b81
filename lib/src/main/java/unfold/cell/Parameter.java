package unfold.cell;

/**
 * A matrix or bias vector of a cell. A weight multiplies a column vector from the left: it has as many rows as the
 * gate is wide and as many columns as its operand; a bias is one column.
 *
 * @param name its name in plain letters, as {@code W_ch}; unique in the cell
 * @param role what it multiplies
 * @param gate the name of the affine map it belongs to
 * @param rows the number of rows
 * @param columns the number of columns, null for a bias
 */
public record Parameter(String name, Role role, String gate, Width rows, Width columns) {

  /** What a parameter multiplies; initialisers go by it. */
  public enum Role {
    /** A weight of a value that depends on the present input alone. */
    INPUT,
    /** A weight of a value that depends on the state. */
    RECURRENT,
    /** An additive vector. */
    BIAS
  }

  /** Returns how many numbers it holds, for I inputs and n units. */
  public int count(int inputs, int units) {
    return rows.of(inputs, units) * columnCount(inputs, units);
  }

  /** Returns the number of its columns, 1 for a bias. */
  public int columnCount(int inputs, int units) {
    return columns == null ? 1 : columns.of(inputs, units);
  }
}
