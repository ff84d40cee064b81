package unfold.cell;

import static unfold.cell.Expr.tanh;

/** The model of "An Investigation of Memory in Recurrent Neural Networks". */
public final class MemoryCells {
  private MemoryCells() {}

  /**
   * Returns the network of section 2: S(t) = tanh(W S(t-1) + W_in X(t)), without a bias, so that it is odd in its
   * state where the input is zero.
   */
  public static Cell rnn() {
    return Cell.define("RNN", Notation.MEMORY, (eq, x) -> {
      Expr s = eq.state("S");
      return eq.next(s, tanh(eq.linear("", s).plus(eq.linear("in", x))));
    });
  }
}
