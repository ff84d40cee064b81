package unfold.cell;

import static unfold.cell.Expr.concat;
import static unfold.cell.Expr.sigmoid;
import static unfold.cell.Expr.tanh;

import java.util.List;

/**
 * The five cells of Mohamed and Claudel, "MCRM: Mother Compact Recurrent Memory". Their programs run
 * PyTorch's RNN, GRU and LSTM, which have two biases where the equations have one: {@link
 * Cell#withBiasPerMatrix} gives those.
 */
public final class McrmCells {
  private McrmCells() {}

  /** Returns the five cells with the biases of their equations, in the order of the paper's tables. */
  public static List<Cell> all() {
    return List.of(rnn(), gru(), lstm(), nlstm(), mcrm());
  }

  /**
   * Returns the five cells with the biases that the paper's programs train and count: those of {@link #all}
   * but for PyTorch's RNN and LSTM, which have two where the equations have one. Table 2's sizes are by
   * these.
   */
  public static List<Cell> allAsCounted() {
    return List.of(rnn().withBiasPerMatrix(), gru(), lstm().withBiasPerMatrix(), nlstm(), mcrm());
  }

  /** Returns the vanilla RNN that the paper compares with: h_t = tanh(x_t * W_xh + h_{t-1} * W_hh + b_h). */
  public static Cell rnn() {
    return Cell.define("RNN", Notation.MCRM, (eq, x) -> {
      Expr h = eq.state("h");
      return eq.next(h, tanh(eq.affine("h", x, h)));
    });
  }

  /** Returns the LSTM, equation 1. */
  public static Cell lstm() {
    return Cell.define("LSTM", Notation.MCRM, (eq, x) -> {
      Expr h = eq.state("h");
      Expr c = eq.state("c");
      Expr i = eq.let("i", sigmoid(eq.affine("i", x, h)));
      Expr f = eq.let("f", sigmoid(eq.affine("f", x, h)));
      Expr cNew = eq.next(c, f.times(c).plus(i.times(tanh(eq.affine("c", x, h)))));
      Expr o = eq.let("o", sigmoid(eq.affine("o", x, h)));
      return eq.next(h, o.times(tanh(cNew)));
    });
  }

  /**
   * Returns the GRU, equation 2: z on the new state, the reset gate on W_hn h + b_hn, two biases a gate as
   * printed.
   *
   * <p>Differs from PyTorch's GRU, which the authors' programs run, in the polarity of z alone: there 1 - z
   * is on the new state, which is this cell with the sign of z's parameters turned.
   */
  public static Cell gru() {
    return Cell.define("GRU", Notation.MCRM, (eq, x) -> {
      Expr h = eq.state("h");
      return gru(eq, x, h);
    });
  }

  /** Equations 2 and 5: a GRU of input x and state h. */
  private static Expr gru(Equations eq, Expr x, Expr h) {
    Expr r = eq.let("r", sigmoid(eq.affine("ir", x).plus(eq.affine("hr", h))));
    Expr z = eq.let("z", sigmoid(eq.affine("iz", x).plus(eq.affine("hz", h))));
    Expr n = eq.let("n", tanh(eq.affine("in", x).plus(r.times(eq.affine("hn", h)))));
    return eq.next(h, z.complement().times(h).plus(z.times(n)));
  }

  /**
   * Returns the nested LSTM that the paper compares with (Moniz and Krueger 2018): the outer cell state c is
   * the output of an inner LSTM with the cell state s.
   *
   * <p>Differs from Moniz and Krueger: the inner LSTM sees f * c and i * tanh(...) side by side, as the
   * MCRM's GRU does, and its own previous output c; so do the programs of Mohamed and Claudel, and their
   * parameter counts.
   */
  public static Cell nlstm() {
    return Cell.define("NLSTM", Notation.MCRM, (eq, x) -> {
      Expr h = eq.state("h");
      Expr c = eq.state("c");
      Expr s = eq.state("s");
      Expr inner = inner(eq, x, h, c, "LSTM");
      Expr i = eq.let("i^LSTM", sigmoid(eq.affine("I", inner, c)));
      Expr f = eq.let("f^LSTM", sigmoid(eq.affine("F", inner, c)));
      Expr sNew = eq.next(s, f.times(s).plus(i.times(tanh(eq.affine("C", inner, c)))));
      Expr o = eq.let("o^LSTM", sigmoid(eq.affine("O", inner, c)));
      Expr cNew = eq.next(c, o.times(tanh(sNew)));
      return outer(eq, x, h, cNew);
    });
  }

  /**
   * Returns the mother compact recurrent memory, equations 3-5: an LSTM whose cell state c is the state of a
   * GRU that sees what the LSTM keeps and what it takes in, side by side. One bias an outer gate, two an
   * inner, as printed.
   */
  public static Cell mcrm() {
    return Cell.define("MCRM", Notation.MCRM, (eq, x) -> {
      Expr h = eq.state("h");
      Expr c = eq.state("c");
      Expr inner = inner(eq, x, h, c, "GRU");
      Expr cNew = gru(eq, inner, c);
      return outer(eq, x, h, cNew);
    });
  }

  /** Equation 3: the input of the nested cell, 2n wide. */
  private static Expr inner(Equations eq, Expr x, Expr h, Expr c, String nested) {
    Expr i = eq.let("i", sigmoid(eq.affine("i", x, h)));
    Expr f = eq.let("f", sigmoid(eq.affine("f", x, h)));
    return eq.let("x^" + nested, concat(f.times(c), i.times(tanh(eq.affine("c", x, h)))));
  }

  private static Expr outer(Equations eq, Expr x, Expr h, Expr cNew) {
    Expr o = eq.let("o", sigmoid(eq.affine("o", x, h)));
    return eq.next(h, o.times(tanh(cNew)));
  }
}
