package unfold.analysis;

import unfold.Check;
import unfold.cell.Cell;
import unfold.cell.F1bCells;
import unfold.net.Network;

/**
 * The construction of theorem 4: a gated cell of one state whose gate follows the flag bit alone and whose
 * candidate follows the information bit alone. With A = sigmoid(a) and B = tanh(b) the state obeys, from S_0
 * = 0,
 *
 * <pre>
 * S_t = A S_{t-1} + (1 - A) B X^I_t    at t != L    (equation 19)
 * S_t = (1 - A) S_{t-1} + A B X^I_t    at t = L     (equation 20)
 * </pre>
 *
 * in the GRU, the PRU and the LSTM's c alike, so that mean and variance follow exactly.
 *
 * @param a the weight of the flag bit in the gate
 * @param b the weight of the information bit in the candidate
 */
public record GatedUnit(double a, double b) {

  /** Checks that both numbers are finite. */
  public GatedUnit {
    Check.finite("a", a);
    Check.finite("b", b);
  }

  /** Returns A = sigmoid(a): what the state keeps of itself in a step without a flag. */
  public double gate() {
    return 1 / (1 + Math.exp(-a));
  }

  /** Returns B = tanh(b), which scales all states. */
  public double scale() {
    return Math.tanh(b);
  }

  /** Returns the GRU: W^z = [0, a], W^s~ = [b, 0], all else zero. */
  public Network gru() {
    return network(F1bCells.gru()).set("W_z", 0, a).set("W_s~", b, 0);
  }

  /** Returns the PRU: W^z = [0, a], W^s~ = [b, 0], all else zero. */
  public Network pru() {
    return network(F1bCells.pru()).set("W_z", 0, a).set("W_s~", b, 0);
  }

  /**
   * Returns the LSTM: W^i = [0, a], W^f = [0, -a], W^c~ = [b, 0], all else zero. Its states are d, then c.
   */
  public Network lstm() {
    return network(F1bCells.lstm()).set("W_i", 0, a).set("W_f", 0, -a).set("W_c~", b, 0);
  }

  private static Network network(Cell cell) {
    return Network.inputs(2).layer(cell, 1).build();
  }

  /**
   * Returns exact mean and standard deviation of S_t over positive paths; over negative ones the mean has the
   * other sign.
   *
   * @param t the time, at least 1
   * @param flag the flag's time L, at least 1
   */
  public Moments positive(int t, int flag) {
    Check.atLeast("t", t, 1);
    Check.atLeast("L", flag, 1);
    double mean = 0;
    double variance = 0;
    double noise = scale() * scale();
    for (int step = 1; step <= t; step++) {
      boolean flagged = step == flag;
      double keep = flagged ? 1 - gate() : gate();
      mean = keep * mean + (flagged ? gate() * scale() : 0);
      variance = keep * keep * variance + (flagged ? 0 : (1 - keep) * (1 - keep) * noise);
    }
    return new Moments(mean, Math.sqrt(variance));
  }

  /**
   * Tells whether the threshold 0 parts all paths of F1B(n) for every L: A^n + A^(n-1) > 1. The worst flag is
   * the first, L = 1, followed by n - 1 noise bits of the other sign: A^n > 1 - A^(n-1). At n = 1 any gate
   * passes.
   */
  public boolean passes(int n) {
    Check.atLeast("n", n, 1);
    return scale() != 0 && Math.pow(gate(), n) + Math.pow(gate(), n - 1) > 1;
  }

  /** Returns the least A at which {@link #passes} turns true, the root of A^n + A^(n-1) = 1 in [0, 1). */
  public static double gateNeeded(int n) {
    Check.atLeast("n", n, 1);
    double low = 0;
    double high = 1;
    for (double middle = 0.5; low < middle && middle < high; middle = low + (high - low) / 2) {
      if (Math.pow(middle, n) + Math.pow(middle, n - 1) > 1) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }

  /** Returns the a that makes sigmoid(a) = A. */
  public static double weightFor(double gate) {
    Check.that(gate > 0 && gate < 1, "A must be in (0, 1), but was %s", gate);
    return Math.log(gate) - Math.log1p(-gate);
  }
}
