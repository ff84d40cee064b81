package unfold.analysis;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import unfold.Check;
import unfold.cell.Expr;
import unfold.cell.F1bCells;
import unfold.net.Network;

/**
 * A vanilla RNN of one state: s_t = f(U s_{t-1} + W_1 x^I + W_2 x^F + b). Paper: equation 18, which leaves
 * out b.
 *
 * @param f its activation
 * @param u the weight U of its state
 * @param w1 the weight W_1 of the information bit
 * @param w2 the weight W_2 of the flag bit, which is +1 at L and -1 elsewhere
 * @param b its bias
 * @param s0 the state at time 0
 */
public record OneUnitRnn(Activation f, double u, double w1, double w2, double b, double s0) {

  /** The activation f. */
  public enum Activation {
    /** The hyperbolic tangent of equation 3. */
    TANH(Math::tanh, Expr::tanh),
    /** The clamp g of equation 17. */
    CLAMP(v -> Math.max(-1, Math.min(1, v)), Expr::clamp);

    private final DoubleUnaryOperator function;
    private final UnaryOperator<Expr> expression;

    Activation(DoubleUnaryOperator function, UnaryOperator<Expr> expression) {
      this.function = function;
      this.expression = expression;
    }

    /** Returns f of a number. */
    public double of(double v) {
      return function.applyAsDouble(v);
    }

    /** Tells whether f is exactly -1 or 1 beyond a point. */
    boolean saturates() {
      return this == CLAMP;
    }
  }

  /** Checks that all numbers are finite. */
  public OneUnitRnn {
    Check.that(f != null, "the activation must be given, but is null");
    Check.finite("U", u);
    Check.finite("W_1", w1);
    Check.finite("W_2", w2);
    Check.finite("b", b);
    Check.finite("S_0", s0);
  }

  /** Returns it as a network of one layer without a readout; the state at time 0 is given where it is run. */
  public Network network() {
    return Network.inputs(2).layer(F1bCells.rnn(f.expression), 1).build()
        .set("W", w1, w2).set("U", u).set("b", b);
  }
}
