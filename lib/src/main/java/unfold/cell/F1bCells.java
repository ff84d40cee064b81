package unfold.cell;

import static unfold.cell.Expr.sigmoid;
import static unfold.cell.Expr.tanh;

import java.util.function.UnaryOperator;

/**
 * The four models of Zhu, Mao, Zhang and Long, "Understanding Feature Selection and Feature Memorization in Recurrent
 * Neural Networks": matrices W of the input, U of the first state and V of the second.
 */
public final class F1bCells {
  private F1bCells() {}

  /** Returns the vanilla RNN with tanh, equation 3: s_t = tanh(W x_t + U s_{t-1} + b). */
  public static Cell rnn() {
    return rnn(Expr::tanh);
  }

  /**
   * Returns the vanilla RNN, equation 3, with an activation of one's choice; the proofs of theorems 2 and 3 take
   * the clamp g of equation 17, {@code rnn(Expr::clamp)}.
   */
  public static Cell rnn(UnaryOperator<Expr> activation) {
    return Cell.define("RNN", Notation.F1B, (eq, x) -> {
      Expr s = eq.state("s");
      return eq.next(s, activation.apply(eq.affine("", x, s)));
    });
  }

  /**
   * Returns the LSTM with peepholes, equations 4-9: the gates see both states, d and c, through full matrices U and
   * V, the output gate too sees c of the step before. The output is d; the paper takes c as the state.
   */
  public static Cell lstm() {
    return Cell.define("LSTM", Notation.F1B, (eq, x) -> {
      Expr d = eq.state("d");
      Expr c = eq.state("c");
      Expr i = eq.let("i", sigmoid(eq.affine("i", x, d, c)));
      Expr f = eq.let("f", sigmoid(eq.affine("f", x, d, c)));
      Expr o = eq.let("o", sigmoid(eq.affine("o", x, d, c)));
      Expr candidate = eq.let("c~", tanh(eq.affine("c~", x, d, c)));
      Expr cNew = eq.next(c, i.times(candidate).plus(f.times(c)));
      return eq.next(d, o.times(tanh(cNew)));
    });
  }

  /** Returns the GRU, equations 10-13: the gate z weighs the new candidate, 1 - z the old state. */
  public static Cell gru() {
    return Cell.define("GRU", Notation.F1B, (eq, x) -> {
      Expr s = eq.state("s");
      Expr r = eq.let("r", sigmoid(eq.affine("r", x, s)));
      Expr z = eq.let("z", sigmoid(eq.affine("z", x, s)));
      Expr candidate = eq.let("s~", tanh(eq.affine("s~", x, r.times(s))));
      return eq.next(s, z.times(candidate).plus(z.complement().times(s)));
    });
  }

  /** Returns the prototypical recurrent unit of Long, Zhang and Mao (2018), equations 14-16: one gate, z on the new. */
  public static Cell pru() {
    return Cell.define("PRU", Notation.F1B, (eq, x) -> {
      Expr s = eq.state("s");
      Expr z = eq.let("z", sigmoid(eq.affine("z", x, s)));
      Expr candidate = eq.let("s~", tanh(eq.affine("s~", x, s)));
      return eq.next(s, z.times(candidate).plus(z.complement().times(s)));
    });
  }
}
