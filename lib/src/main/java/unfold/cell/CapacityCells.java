package unfold.cell;

import static unfold.cell.Expr.sigmoid;
import static unfold.cell.Expr.tanh;

import java.util.function.UnaryOperator;

/**
 * The six architectures of Collins, Sohl-Dickstein and Sussillo, "Capacity and Trainability in Recurrent Neural
 * Networks". The nonlinearity s is tanh or ReLU ({@code Expr::tanh}, {@code Expr::relu}) and the forget bias b^fg a number,
 * both hyperparameters.
 */
public final class CapacityCells {
  private CapacityCells() {}

  /** Returns the vanilla RNN, equation 1. */
  public static Cell rnn(UnaryOperator<Expr> s) {
    return Cell.define("RNN", (eq, x, h) -> eq.next(h, s.apply(eq.affine("", h, x))));
  }

  /**
   * Returns the IRNN of Le et al. (2015): equation 1 with ReLU. What sets it apart is its start, the identity for
   * W^h and zero for the bias: {@code Initializers.irnn} in the net package.
   */
  public static Cell irnn() {
    return rnn(Expr::relu).named("IRNN");
  }

  /** Returns the update gate RNN, equations 2-4: g on the old state, 1 - g on the new. */
  public static Cell ugrnn(UnaryOperator<Expr> s, double forgetBias) {
    return Cell.define("UGRNN", (eq, x, h) -> {
      Expr c = eq.let("c", s.apply(eq.affine("c", h, x)));
      Expr g = eq.let("g", sigmoid(eq.affine("g", h, x).plus(eq.constant("b^fg", forgetBias))));
      return eq.next(h, g.times(h).plus(g.complement().times(c)));
    });
  }

  /** Returns the GRU, equations 5-8: u on the old state, 1 - u on the new. */
  public static Cell gru(UnaryOperator<Expr> s, double forgetBias) {
    return Cell.define("GRU", (eq, x, h) -> {
      Expr r = eq.let("r", sigmoid(eq.affine("r", h, x)));
      Expr u = eq.let("u", sigmoid(eq.affine("u", h, x).plus(eq.constant("b^fg", forgetBias))));
      Expr c = eq.let("c", s.apply(eq.affine("c", r.times(h), x)));
      return eq.next(h, u.times(h).plus(u.complement().times(c)));
    });
  }

  /** Returns the LSTM, equations 9-14. */
  public static Cell lstm(UnaryOperator<Expr> s, double forgetBias) {
    return Cell.define("LSTM", (eq, x) -> {
      Expr h = eq.state("h");
      Expr c = eq.state("c");
      Expr i = eq.let("i", sigmoid(eq.affine("i", h, x)));
      Expr f = eq.let("f", sigmoid(eq.affine("f", h, x).plus(eq.constant("b^fg", forgetBias))));
      Expr in = eq.let("c^in", s.apply(eq.affine("c", h, x)));
      Expr cNew = eq.next(c, f.times(c).plus(i.times(in)));
      Expr o = eq.let("o", sigmoid(eq.affine("o", h, x)));
      return eq.next(h, o.times(tanh(cNew)));
    });
  }

  /** Returns the intersection RNN with the paper's ReLU for s1 and tanh for s2 and one forget bias for both gates. */
  public static Cell plusRnn(double forgetBias) {
    return plusRnn(Expr::relu, Expr::tanh, forgetBias, forgetBias);
  }

  /**
   * Returns the intersection RNN, equations 15-20: gated along time, in its state h, and along depth, in its output
   * y, which mixes with the input. So it needs as many inputs as units: in a stack of depth 2 or more, the first layer
   * sees a projection of the input.
   *
   * @param s1 the nonlinearity of the depth output
   * @param s2 the nonlinearity of the state
   * @param forgetBiasY the forget bias of the gate along depth
   * @param forgetBiasH the forget bias of the gate along time
   */
  public static Cell plusRnn(UnaryOperator<Expr> s1, UnaryOperator<Expr> s2, double forgetBiasY,
      double forgetBiasH) {
    return Cell.define("+RNN", (eq, input) -> {
      Expr h = eq.state("h");
      Expr x = eq.asWideAsState(input);
      Expr yIn = eq.let("y^in", s1.apply(eq.affine("y", h, x)));
      Expr hIn = eq.let("h^in", s2.apply(eq.affine("h", h, x)));
      Expr gy = eq.let("g^y", sigmoid(eq.affine("gy", h, x).plus(eq.constant("b^fg,y", forgetBiasY))));
      Expr gh = eq.let("g^h", sigmoid(eq.affine("gh", h, x).plus(eq.constant("b^fg,h", forgetBiasH))));
      Expr y = eq.let("y", gy.times(x).plus(gy.complement().times(yIn)));
      eq.next(h, gh.times(h).plus(gh.complement().times(hIn)));
      return y;
    });
  }
}
