package unfold.cell;

/**
 * The width of a vector: {@code inputs * I + units * n} for a cell with I inputs and n units. A constant, which
 * fits every width, has width zero.
 *
 * @param inputs how often the number of inputs I counts
 * @param units how often the number of units n counts
 */
public record Width(int inputs, int units) {
  static final Width INPUTS = new Width(1, 0);
  static final Width UNITS = new Width(0, 1);
  static final Width ANY = new Width(0, 0);

  /** Returns the width in numbers, for I inputs and n units. */
  public int of(int inputs, int units) {
    return this.inputs * inputs + this.units * units;
  }

  Width plus(Width other) {
    return new Width(inputs + other.inputs, units + other.units);
  }

  /** Returns the width as a formula: {@code n}, {@code I}, {@code 2n}, {@code I+n}. */
  @Override
  public String toString() {
    String i = term(inputs, "I");
    String n = term(units, "n");
    return i.isEmpty() ? n.isEmpty() ? "any" : n : n.isEmpty() ? i : i + "+" + n;
  }

  private static String term(int factor, String symbol) {
    return factor == 0 ? "" : factor == 1 ? symbol : factor + symbol;
  }
}
